fn main() {
    let numbers = antiphon::generator!(|n: u32| {
        yield n;
    });
    for _n in numbers {}
}
