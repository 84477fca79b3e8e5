fn main() {
    let numbers = antiphon::generator!(yield = u32, {
        yield 1;
    });
    for n in numbers {
        let _: u32 = n;
    }
}
