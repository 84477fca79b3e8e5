fn main() {
    let mixed = antiphon::generator! {
        yield 1_u32;
        yield "two";
    };
    for _x in mixed {}
}
