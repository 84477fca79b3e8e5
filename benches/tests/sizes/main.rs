//! How many bytes a coroutine takes, beside what a nightly compiler makes of the same body.
//!
//! Ours carries one word more: its status. The native one keeps that in the tag of its states. The native sizes are
//! recorded, for compilers that have no native coroutines; where there are some, the record is checked.
#![cfg(target_pointer_width = "64")]
#![cfg_attr(native, feature(coroutines, coroutine_trait))]

#[cfg(native)]
mod native;
mod ours;

const ALLOWANCE: usize = size_of::<usize>();

macro_rules! bodies {
    ($($name:ident($($arg:expr),*): $native:literal),+ $(,)?) => {{
        #[cfg(native)]
        {
            $(assert_eq!(size_of_val(&native::$name($($arg),*)), $native, "native {}", stringify!($name));)+
        }
        [$((stringify!($name), size_of_val(&ours::$name($($arg),*)), $native)),+]
    }};
}

#[test]
fn ours_is_at_most_a_word_larger_than_native() {
    let bodies = bodies![
        nothing(): 1,
        arguments(1, 2, 3): 16,
        locals(1): 24,
        formatted(1): 16,
        large_state(1): 280,
        sent_value_kept(): 16,
        sent_values_in_one_expression(): 24,
        delegation(1): 80,
        delegation_to_an_iterator(1): 32,
        delegation_to_a_box(1): 24,
        tuple_pattern((1, 2)): 16,
        nested_loops(1, 2): 64,
        borrowed_local(1): 56,
    ];

    println!("{:<30} {:>8} {:>8} {:>8}", "body", "antiphon", "native", "over");
    let mut broken = Vec::new();
    for (name, ours, native) in bodies {
        println!("{name:<30} {ours:>8} {native:>8} {:>+8}", ours as isize - native as isize);
        if ours > native + ALLOWANCE {
            broken.push(format!("{name}: {ours} > {native} + {ALLOWANCE}"));
        }
    }
    assert!(broken.is_empty(), "larger than promised:\n{}", broken.join("\n"));
}

/// The compiler gives locals of two branches rooms of their own in an `async` block, once each branch awaits twice; in
/// a native coroutine they share one. Ours is an `async` block and can be no better.
#[test]
fn branches_take_what_an_async_block_takes() {
    async fn suspend() {
        std::future::pending().await
    }
    let block = |left: bool| async move {
        if left {
            let state = std::hint::black_box([1_u64; 4]);
            suspend().await;
            std::hint::black_box(state[3]);
            suspend().await;
        } else {
            let state = std::hint::black_box([2_u64; 3]);
            suspend().await;
            std::hint::black_box(state[2]);
            suspend().await;
        }
    };
    let ours = size_of_val(&ours::branches(true));
    assert!(ours <= size_of_val(&block(true)) + ALLOWANCE, "{ours}");
    #[cfg(native)]
    println!("branches: {ours}, native {}", size_of_val(&native::branches(true)));
}
