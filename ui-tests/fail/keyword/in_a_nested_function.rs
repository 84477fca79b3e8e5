antiphon::coroutines! {
    #[coroutine(yield = u32)]
    fn numbers() {
        fn helper(n: u32) {
            yield n;
        }
        helper(1);
    }
}

fn main() {}
