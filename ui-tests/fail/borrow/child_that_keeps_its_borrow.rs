#[antiphon::coroutine(yield = u8)]
fn part(list: &mut Vec<u8>) -> &mut [u8] {
    yield_!(1);
    list
}

#[antiphon::coroutine(yield = u8)]
fn both(mut list: Vec<u8>) -> bool {
    yield_from!(part(&mut list)) == yield_from!(part(&mut list))
}

fn main() {}
