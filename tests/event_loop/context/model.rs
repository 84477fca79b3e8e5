//! Many tasks, beside tables of their own.

use super::*;

/// The values of three variables, as a table that is copied whenever one could be shared.
type Model = HashMap<usize, u64>;

static VARIABLES: [ContextVar<u64>; 3] = [const { ContextVar::new() }; 3];

fn check(model: &Model) {
    for (number, variable) in VARIABLES.iter().enumerate() {
        assert_eq!(variable.get(), model.get(&number).copied());
    }
}

/// Sets, opens scopes, spawns, waits and gives up at random, beside the model.
fn acts(random: Rc<Random>, mut model: Model, depth: u32) -> Pin<Box<dyn Future<Output = Model>>> {
    Box::pin(async move {
        for _ in 0..random.below(6) {
            check(&model);
            let (number, value) = (random.below(3) as usize, random.below(1000));
            let mut inner = model.clone();
            match random.below(if depth > 0 { 7 } else { 3 }) {
                0 => {
                    VARIABLES[number].set(value);
                    model.insert(number, value);
                }
                1 => yield_now().await,
                2 => sleep(random.time()).await,
                3 => drop(spawn(acts(random.clone(), inner, depth - 1))),
                4 => {
                    inner.insert(number, value);
                    VARIABLES[number].scope(value, acts(random.clone(), inner, depth - 1)).await;
                }
                5 => {
                    inner.insert(number, value);
                    let body = acts(random.clone(), inner, depth - 1);
                    let _ = timeout(random.time(), VARIABLES[number].scope(value, body)).await;
                }
                _ => model = acts(random.clone(), inner, depth - 1).await,
            }
        }
        check(&model);
        model
    })
}

#[test]
fn every_task_sees_what_a_table_of_its_own_would_say() {
    for seed in 0..300 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        let reports = Log::default();
        let told = reports.clone();
        event_loop.set_report_handler(move |report| told.add(report.to_string()));
        let random = Rc::new(Random(Cell::new(seed)));
        let tasks: Vec<_> = (0..3).map(|_| event_loop.spawn(acts(random.clone(), Model::new(), 4))).collect();
        for task in tasks {
            event_loop.run_until_complete(task).unwrap().unwrap();
        }
        event_loop.run_until_complete(sleep(seconds(1))).unwrap();
        reports.assert(&[]);
        check(&Model::new());
    }
}
