antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn doubled(numbers: Vec<u32>) {
        numbers.iter().for_each(|n| yield n * 2);
    }
}

fn main() {}
