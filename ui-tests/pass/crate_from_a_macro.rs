macro_rules! make {
    ($name:ident, $krate:path, $type:ty, $value:expr) => {
        #[antiphon::coroutine(yield = $type, crate = $krate)]
        fn $name() {
            yield_!($value);
        }
    };
}

make!(number, ::antiphon, u32, 1 + 1);
make!(text, antiphon, &'static str, "text");

fn main() {
    assert!(number().into_iter().eq([2]));
    assert!(text().into_iter().eq(["text"]));
}
