//! What may stand before `.await`, in the places where it may stand.
#![deny(warnings)]

use std::future::{Future, IntoFuture, Ready, ready};

struct Later {
    value: u32,
}

impl IntoFuture for Later {
    type Output = u32;
    type IntoFuture = Ready<u32>;

    fn into_future(self) -> Ready<u32> {
        ready(self.value)
    }
}

#[antiphon::coroutine(yield = u32, send = u32)]
async fn f(pinned: std::pin::Pin<&mut (dyn Future<Output = u32> + '_)>, generic: impl IntoFuture<Output = u32>) -> Option<u32> {
    let sum = Later { value: 1 }.await + pinned.await;
    if (Later { value: yield_!(sum) }).await == generic.await {
        return ready(Some(ready(1))).await?.await.into();
    }
    match async { 1 }.await {
        n => Some(n),
    }
}

fn main() {}
