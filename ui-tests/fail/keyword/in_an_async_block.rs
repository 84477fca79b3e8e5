fn main() {
    let numbers = antiphon::generator! {
        yield 1;
        let later = async { yield 2 };
    };
    for _n in numbers {}
}
