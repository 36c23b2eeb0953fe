//! Connections. One that is slow, silent or does not read costs a place for a while and nothing else; there are so
//! many places and no more.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

/// How long open requests may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// How long to wait where the system gives no connection.
const PAUSE: Duration = Duration::from_secs(1);
/// Files that the database and the program need beside the connections.
const OTHER_FILES: usize = 100;

/// What connections are held to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many may be open at once.
    pub connections: usize,
    /// How long one may keep the server waiting: for the head of a request, or for room to write an answer.
    pub patience: Duration,
}

/// Serves until `stopping`, then lets open requests come to their end.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: CancellationToken) {
    let count = limits.connections.min(most_files().saturating_sub(OTHER_FILES)).max(1);
    if count < limits.connections {
        tracing::warn!(connections = count, "the system allows fewer connections than the settings; raise ulimit -n");
    }
    let places = Arc::new(Semaphore::new(count));
    stopping.run_until_cancelled(accept(&listener, &router, &places, limits.patience, &stopping)).await;
    drop(listener);
    let all = places.acquire_many(u32::try_from(count).unwrap_or(u32::MAX));
    if tokio::time::timeout(STOP_WITHIN, all).await.is_err() {
        tracing::warn!(open = count - places.available_permits(), "stopped with requests still open");
    }
}

async fn accept(
    listener: &TcpListener,
    router: &Router,
    places: &Arc<Semaphore>,
    patience: Duration,
    stopping: &CancellationToken,
) {
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (router, stopping) = (router.clone(), stopping.clone());
                tokio::spawn(async move {
                    talk(stream, router, patience, &stopping).await;
                    drop(place);
                });
            }
            Err(fault) if is_the_clients(&fault) => {}
            Err(fault) => {
                tracing::error!(%fault, "the system gives no connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn talk(stream: TcpStream, router: Router, patience: Duration, stopping: &CancellationToken) {
    // Without it answers wait for each other; where it is refused they do.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // How a connection ended is the client's affair: it hears of it.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stopping.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

fn is_the_clients(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(fault.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// How many files the system lets this process open, where it tells.
fn most_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}
