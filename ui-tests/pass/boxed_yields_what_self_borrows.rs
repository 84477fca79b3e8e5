#![deny(warnings)]

struct Names(String);

impl Names {
    #[antiphon::coroutine(yield = &str, boxed)]
    fn named<'a>(&'a self, greeting: &str) {
        assert_eq!(greeting, "hello");
        yield_!(&self.0);
    }

    #[antiphon::coroutine(yield = &str, boxed)]
    fn left_out<'a>(&self, coroutine: &'a str, other: &str, (_, _): (&str, &str)) {
        assert_eq!(coroutine, other);
        yield_!(&self.0);
    }
}

#[antiphon::coroutine(yield = &str, send = &'a str, boxed)]
fn of_the_only_one_mentioned<'a>(text: &str) {
    let _sent = yield_!(text);
}

#[antiphon::coroutine(yield = &str, boxed)]
fn of_none<T>(fixed: &'static str, _: T) {
    yield_!(fixed);
}

fn main() {
    assert!(of_none("Ada", &String::new()).eq(["Ada"]));
    let names = Names("Ada".to_owned());
    assert!(names.named("hello").eq(["Ada"]));
    assert!(names.left_out("", "", ("", "")).eq(["Ada"]));
    assert_eq!(antiphon::Coroutine::start(&mut of_the_only_one_mentioned("Ada")), antiphon::CoroutineState::Yielded("Ada"));
}
