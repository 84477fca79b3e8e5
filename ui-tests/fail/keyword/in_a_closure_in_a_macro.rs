antiphon::coroutines! {
    #[coroutine(yield = u32, send = bool)]
    fn numbers(list: Vec<u32>) {
        assert!(list.iter().all(|n| yield *n), "not all");
    }
}

fn main() {}
