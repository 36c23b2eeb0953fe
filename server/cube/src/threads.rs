//! The threads that questions share. They are apart from those that read what comes in: a question waits for no file.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// None where the system gives no threads.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let name = |place| format!("question-{place}");
    ThreadPoolBuilder::new().thread_name(name).build().ok()
});

/// Does work that Rayon may share among the threads of questions. It blocks until that is done.
pub fn shared<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
