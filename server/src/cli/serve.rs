//! `courierscope serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use leptos::config::LeptosOptions;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::backend::Courierscope;
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::Feeds;
use crate::http::{AppState, MaxBody, router};
use crate::inbox::Inbox;
use crate::pipeline::{self, Figures, ReadAhead, Step};
use crate::uploads::Uploads;

/// How often others' changes are looked for.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// How often deadlines are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How old a judgement may become while nothing falls due, in milliseconds.
const JUDGE_AT_LEAST_EVERY: i64 = 60_000;
/// Memory for what was read to answer its sender and waits to be derived, in bytes.
const READ_AHEAD: usize = 64 << 20;
/// How long open requests may take when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// A server at work.
pub struct Running {
    /// What it serves.
    pub router: Router,
    /// Tells it to stop.
    pub stopping: CancellationToken,
}

/// Serves until it is told to stop.
///
/// # Errors
/// Where the address or the database cannot be used.
pub async fn serve(config: &Config, demo: Option<u32>) -> anyhow::Result<ExitCode> {
    config.check_listen()?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("{} cannot be listened on; another program may have it: give another with --listen", config.listen)
    })?;
    let store = super::open(config).await?;
    let clock = Clock::System;
    if let Some(parcels) = demo {
        super::demo::fill_if_empty(&store, &clock, parcels).await?;
    }
    let running = start(config, store.clone(), clock).await?;
    let address: SocketAddr = listener.local_addr()?;
    println!("Courierscope is at http://{address}");
    let (stopping, stopped) = (running.stopping.clone(), running.stopping.clone());
    tokio::spawn(async move {
        stop_signal().await;
        stopping.cancel();
    });
    let server = axum::serve(listener, running.router);
    let server = server.with_graceful_shutdown(running.stopping.clone().cancelled_owned());
    tokio::select! {
        served = server.into_future() => served?,
        () = async { stopped.cancelled().await; tokio::time::sleep(STOP_WITHIN).await } => {
            tracing::warn!("stopped with requests still open");
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Starts everything but the socket: the writer of the inbox, the deriving, the sweep, and the router over them.
///
/// # Errors
/// Where the database fails.
pub async fn start(config: &Config, store: Store, clock: Clock) -> anyhow::Result<Running> {
    let arrived = Arc::new(Notify::new());
    let figures = Arc::new(Figures::load(&store).await?);
    let ahead = ReadAhead::with_room(READ_AHEAD);
    let inbox = Inbox::start(store.clone(), config.queue, ahead.clone(), arrived.clone());
    let feeds = Arc::new(Feeds::of(config));
    let (folder, largest) = (config.uploads_folder(), config.max_upload_bytes);
    let uploads = Uploads::new(folder, largest, store.clone(), clock.clone(), feeds.clone(), inbox.clone());
    let courierscope = Courierscope::new(store.clone(), clock.clone(), figures.clone(), feeds, config.max_body_bytes);
    let stopping = courierscope.stopping.clone();
    tokio::spawn(until(stopping.clone(), derive_what_arrives(store.clone(), clock.clone(), figures, ahead, arrived)));
    tokio::spawn(until(stopping.clone(), sweep_what_falls_due(store, clock)));
    let state = AppState {
        courierscope: Arc::new(courierscope),
        inbox,
        uploads,
        max_body: MaxBody(config.max_body_bytes),
        options: LeptosOptions::builder().output_name("courierscope").build(),
    };
    Ok(Running { router: router(state), stopping })
}

async fn until(stopping: CancellationToken, work: impl Future<Output = ()>) {
    stopping.run_until_cancelled(work).await;
}

async fn derive_what_arrives(
    store: Store,
    clock: Clock,
    figures: Arc<Figures>,
    ahead: ReadAhead,
    arrived: Arc<Notify>,
) {
    loop {
        let _ = tokio::time::timeout(FOLLOW_EVERY, arrived.notified()).await;
        loop {
            match pipeline::derive_step(&store, clock.now(), &ahead, Step::LIVE).await {
                Ok(Some(_)) => follow(&figures, &store).await,
                Ok(None) => break,
                Err(fault) => {
                    tracing::error!(%fault, "figures stand still; what feeds send is kept and follows");
                    tokio::time::sleep(SWEEP_EVERY).await;
                    break;
                }
            }
        }
        follow(&figures, &store).await;
    }
}

async fn follow(figures: &Figures, store: &Store) {
    if let Err(fault) = figures.refresh(store).await {
        tracing::error!(%fault, "new figures cannot be read");
    }
}

async fn sweep_what_falls_due(store: Store, clock: Clock) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        if let Err(fault) = sweep_if_due(&store, clock.now()).await {
            tracing::error!(%fault, "deadlines cannot be judged");
        }
    }
}

async fn sweep_if_due(store: &Store, now: i64) -> Result<(), pipeline::PipelineError> {
    let is_due = store.next_due().await?.is_some_and(|due| due < now);
    let (_, judged_until) = store.revision().await?;
    if is_due || judged_until < now - JUDGE_AT_LEAST_EVERY {
        pipeline::sweep(store, now).await?;
    }
    Ok(())
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
