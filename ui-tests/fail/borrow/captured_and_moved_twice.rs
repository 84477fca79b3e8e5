use antiphon::generator;

fn main() {
    let text = String::new();
    let _texts = generator!(yield = String, send = () => move {
        yield text;
        yield text;
    });
}
