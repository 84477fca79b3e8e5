fn main() {
    let numbers = antiphon::generator! {
        let n: u32 = "1".parse()?;
        yield n;
    };
    for _n in numbers {}
}
