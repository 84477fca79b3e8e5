fn main() {
    let numbers = antiphon::generator!(async move {
        yield 1;
    });
    for _n in numbers {}
}
