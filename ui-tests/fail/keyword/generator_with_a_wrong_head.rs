fn main() {
    let numbers = antiphon::generator!(yield = u32 => move u32 {
        yield 1;
    });
    for _n in numbers {}
}
