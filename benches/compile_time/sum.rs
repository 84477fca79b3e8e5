use std::hint::black_box;

fn sum(items: impl IntoIterator<Item = u64>) -> u64 {
    let mut sum = 0_u64;
    for item in items {
        sum = sum.wrapping_mul(3).wrapping_add(black_box(item));
    }
    sum
}

