struct Numbers;

antiphon::coroutines! {
    impl Numbers {
        pub fn all(&self, n: u32) {
            println!("{:?}", yield n);
        }
    }
}

fn main() {
    Numbers.all(1);
}
