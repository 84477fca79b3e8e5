//! Coroutines that await, on executors of others: see `tests/`.
