use antiphon::__private::{Plain, Probe, kinds::GeneratorKind};

struct Local;
struct Keep;

impl GeneratorKind<Local> for &&&&&Probe<Plain, Keep> {}

#[antiphon::coroutine(yield = u32)]
fn f() {
    yield_from!(Keep);
}

fn main() {
    f();
}
