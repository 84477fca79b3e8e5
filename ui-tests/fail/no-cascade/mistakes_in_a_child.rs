struct Wire;

#[antiphon::coroutine(yield = u8, send = String)]
fn no_such_method(wire: Wire) -> u8 {
    yield_from!(wire.exactly(2))
}

#[antiphon::coroutine(yield = u8, send = String, throw = u8)]
fn no_such_function(wire: Wire) -> u8 {
    let came = yield_from!(exactly(wire, 2));
    came.unwrap()
}

#[antiphon::coroutine(yield = u8)]
fn no_such_variable() {
    yield_from!(wires)
}

#[antiphon::coroutine(yield = u8, send = String)]
fn of_no_type() -> u8 {
    let child = "wire".parse().unwrap();
    yield_from!(child)
}

fn main() {}
