//! In which order parameters are dropped: as those of a plain function, also where the coroutine was never started.

use super::*;

struct Wrapped(Guard, Guard);

bodies_with_parameters! {
    fn several(t: &Run, a: Guard, b: Guard, c: Guard) from (t.silent("a"), t.silent("b"), t.silent("c")) {
        yield_!(0);
        let _local = t.guard("local");
        yield_!(1);
    }

    fn mentioned_in_another_order(t: &Run, a: Guard, b: Guard, c: Guard) from (t.silent("a"), t.silent("b"), t.silent("c")) {
        yield_!(0);
        t.see((&c, &a));
        yield_!(1);
    }

    fn wildcards(t: &Run, _: Guard, b: Guard, _: Guard, _d: Guard) from (t.silent("a"), t.silent("b"), t.silent("c"), t.silent("d")) {
        yield_!(0);
        t.see(&b);
    }

    fn moved(t: &Run, a: Guard, b: Guard, c: Guard) from (t.silent("a"), t.silent("b"), t.silent("c")) {
        yield_!(0);
        let moved = b;
        yield_!(1);
        drop(a);
        yield_!(2);
    }

    fn mutable(t: &Run, mut a: Guard, mut list: Vec<Guard>, c: Guard) from (t.silent("a"), vec![t.silent("b")], t.silent("c")) {
        yield_!(0);
        a = t.guard("d");
        list.push(t.guard("e"));
        yield_!(1);
        drop(std::mem::take(&mut list));
        yield_!(2);
    }

    fn tuple(t: &Run, a: Guard, (b, c): (Guard, Guard), d: Guard)
        from (t.silent("a"), (t.silent("b"), t.silent("c")), t.silent("d"))
    {
        yield_!(0);
        t.see((&d, &c));
        yield_!(1);
    }

    fn tuple_with_a_wildcard(t: &Run, a: Guard, (_, c, _): (Guard, Guard, Guard), d: Guard)
        from (t.silent("a"), (t.silent("b"), t.silent("c"), t.silent("e")), t.silent("d"))
    {
        yield_!(0);
        t.see((&a, &c));
        yield_!(1);
    }

    fn nested_tuples(t: &Run, ((a, _), (_, d)): ((Guard, Guard), (Guard, Guard)), e: Guard)
        from (((t.silent("a"), t.silent("b")), (t.silent("c"), t.silent("d"))), t.silent("e"))
    {
        yield_!(0);
        drop(d);
        yield_!(1);
    }

    fn structure(t: &Run, Pair { right, left }: Pair, b: Guard)
        from (Pair { left: t.silent("left"), right: t.silent("right") }, t.silent("b"))
    {
        yield_!(0);
        t.see(&left);
        yield_!(1);
    }

    fn structure_with_a_rest(t: &Run, a: Guard, Pair { right, .. }: Pair, c: Guard)
        from (t.silent("a"), Pair { left: t.silent("left"), right: t.silent("right") }, t.silent("c"))
    {
        yield_!(0);
        t.see(&right);
        yield_!(1);
    }

    fn structure_with_a_wildcard(t: &Run, a: Guard, Pair { left: _, right }: Pair, Wrapped(x, _): Wrapped)
        from (t.silent("a"), Pair { left: t.silent("left"), right: t.silent("right") }, Wrapped(t.silent("x"), t.silent("y")))
    {
        yield_!(0);
        t.see((&a, &x));
    }

    fn tuple_with_a_rest(t: &Run, (a, ..): (Guard, Guard, Guard), Wrapped(.., z): Wrapped, c: Guard)
        from ((t.silent("a"), t.silent("b"), t.silent("d")), Wrapped(t.silent("y"), t.silent("z")), t.silent("c"))
    {
        yield_!(0);
        t.see(&a);
    }

    fn array(t: &Run, [a, _, c]: [Guard; 3], b: Guard) from ([t.silent("a"), t.silent("b"), t.silent("c")], t.silent("d")) {
        yield_!(0);
        drop(c);
        yield_!(1);
    }

    fn array_with_a_rest(t: &Run, x: Guard, [a, rest @ ..]: [Guard; 3], y: Guard)
        from (t.silent("x"), [t.silent("a"), t.silent("b"), t.silent("c")], t.silent("y"))
    {
        yield_!(0);
        t.see(&rest);
    }

    fn by_reference(t: &Run, a: Guard, ref b: Guard, ref mut c: Guard, d: Guard)
        from (t.silent("a"), t.silent("b"), t.silent("c"), t.silent("d"))
    {
        yield_!(0);
        *c = t.guard("e");
        t.see((b, &d));
        yield_!(1);
    }

    fn by_reference_inside(t: &Run, a: Guard, (ref b, ref c): (Guard, Guard), Pair { ref left, .. }: Pair)
        from (t.silent("a"), (t.silent("b"), t.silent("c")), Pair { left: t.silent("left"), right: t.silent("right") })
    {
        yield_!(0);
        t.see((c, left));
    }

    fn all_wildcards(t: &Run, (_, _): (Guard, Guard), _: (Guard, Guard), [_, _]: [Guard; 2])
        from ((t.silent("a"), t.silent("b")), (t.silent("c"), t.silent("d")), [t.silent("e"), t.silent("f")])
    {
        yield_!(0);
    }

    fn shadowed(t: &Run, a: Guard, b: Guard) from (t.silent("a"), t.silent("b")) {
        yield_!(0);
        let a = t.guard("new");
        yield_!(1);
        let b = (b, a);
        yield_!(2);
    }

    fn shared_wildcard_in_a_binding(t: &Run, a: Guard, whole @ _: (Guard, Guard), c: Guard)
        from (t.silent("a"), (t.silent("b"), t.silent("d")), t.silent("c"))
    {
        yield_!(0);
        drop(whole.0);
        yield_!(1);
    }

    fn maybe_moved(t: &Run, a: Guard, b: Guard, c: Guard) from (t.silent("a"), t.silent("b"), t.silent("c")) {
        if yield_!(0) == 1 {
            drop(b);
        }
        while yield_!(1) < 3 {
            t.see(&a);
        }
        return;
    }

    fn in_a_tail(t: &Run, a: Guard, b: Guard) from (t.silent("a"), t.silent("b")) {
        yield_!(0);
        let _local = t.guard("local");
        take(t.guard("temporary").number(), a.number(), yield_!(1))
    }

    fn captured_by_a_closure(t: &Run, a: Guard, b: Guard, c: Guard) from (t.silent("a"), t.silent("b"), t.silent("c")) {
        yield_!(0);
        let closure = move || a.number() + c.number();
        yield_!(closure());
        drop(closure);
        yield_!(2);
    }
}
