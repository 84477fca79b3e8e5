fn numbers(n: u32) -> impl Iterator<Item = u32> {
    let numbers = antiphon::generator!({
        yield n;
    });
    numbers.into_iter()
}

fn main() {
    numbers(1);
}
