use antiphon::event_loop::{TaskGroup, task_group};

async fn all() {
    let _ = task_group(async |group: TaskGroup| {
        group.spawn(async { 7 });
    })
    .await;
}

fn main() {
    let _ = all();
}
