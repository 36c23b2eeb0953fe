//! `courierscope serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
use crate::http::{self, AppState, Limits, MaxBody, router};
use crate::inbox::Inbox;
use crate::metrics::{self, Task};
use crate::pipeline::{self, Figures, Progress, ReadAhead, Step};
use crate::uploads::Uploads;
use crate::watched::WatchedFolder;

/// How often others' changes are looked for.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// How long the deriving waits where the database fails.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Memory for what was read to answer its sender and waits to be derived, in bytes.
const READ_AHEAD: usize = 64 << 20;
/// How long the database may take to close.
pub const CLOSE_WITHIN: Duration = Duration::from_secs(2);

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
    tokio::spawn(stop_when_told(running.stopping.clone()));
    let limits =
        Limits { connections: config.connections, patience: Duration::from_secs(config.patience_seconds.max(1)) };
    http::serve(listener, running.router, limits, running.stopping).await;
    // What is being written was not acknowledged yet: a database that does not let go keeps nothing back.
    if tokio::time::timeout(CLOSE_WITHIN, store.close()).await.is_err() {
        tracing::warn!("stopped without the database's farewell");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Stops taking requests when the system asks for it, and ends at once when it asks again.
async fn stop_when_told(stopping: CancellationToken) {
    stop_signal().await;
    tracing::info!("stopping: open requests come to their end; a second signal stops at once");
    stopping.cancel();
    stop_signal().await;
    tracing::warn!("stopped at once");
    std::process::exit(1);
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
    let watched = config.watch.clone().map(|folder| {
        let (scratch, feeds, inbox) = (config.uploads_folder(), feeds.clone(), inbox.clone());
        WatchedFolder::new(folder, scratch, store.clone(), clock.clone(), feeds, inbox)
    });
    let mut courierscope = Courierscope::new(store.clone(), clock.clone(), figures.clone(), feeds, config);
    courierscope.watched = watched.clone();
    metrics::start();
    let progress = courierscope.progress.clone();
    let stopping = courierscope.stopping.clone();
    let deriving = derive_what_arrives(store.clone(), clock.clone(), figures, progress, ahead, arrived);
    tokio::spawn(until(stopping.clone(), deriving));
    tokio::spawn(until(stopping.clone(), pipeline::keep_up(store.clone(), clock.clone(), courierscope.leads.clone())));
    let leads = courierscope.leads.subscribe();
    tokio::spawn(pipeline::judge_what_is_new(store.clone(), clock.clone(), leads, stopping.clone()));
    let deleting =
        pipeline::delete_what_is_old(store.clone(), clock.clone(), config.keep(), courierscope.leads.subscribe());
    tokio::spawn(until(stopping.clone(), deleting));
    tokio::spawn(until(stopping.clone(), uploads.clone().clear_for_ever()));
    if let Some(watched) = watched {
        tokio::spawn(until(stopping.clone(), watched.watch(courierscope.leads.subscribe())));
    }
    let terms = courierscope.terms.clone();
    let looking = courierscope.outlook.clone().keep_looking(store.clone(), terms.clone(), clock.clone());
    tokio::spawn(until(stopping.clone(), looking));
    let state = AppState {
        courierscope: Arc::new(courierscope),
        inbox,
        uploads,
        terms,
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
    progress: Arc<Progress>,
    ahead: ReadAhead,
    arrived: Arc<Notify>,
) {
    loop {
        let _ = tokio::time::timeout(FOLLOW_EVERY, arrived.notified()).await;
        loop {
            let started = Instant::now();
            match pipeline::derive_step(&store, clock.now(), &ahead, Step::LIVE).await {
                Ok(Some(_)) => {
                    metrics::derived(started.elapsed());
                    progress.goes_on();
                    follow(&figures, &store).await;
                }
                Ok(None) => {
                    progress.goes_on();
                    break;
                }
                Err(fault) => {
                    metrics::database_failed(Task::Derive);
                    progress.fails(&fault);
                    tokio::time::sleep(TRY_AGAIN_AFTER).await;
                    break;
                }
            }
        }
        follow(&figures, &store).await;
    }
}

async fn follow(figures: &Figures, store: &Store) {
    if let Err(fault) = figures.refresh(store).await {
        metrics::database_failed(Task::Follow);
        tracing::error!(%fault, "new figures cannot be read");
    }
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
