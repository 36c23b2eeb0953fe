//! A database that goes away, or that somebody else keeps locked, and comes back.

use std::time::{Duration, Instant};

use store::Store;

use super::cluster::Cluster;
use super::http::{accepted, ask, get, post};
use crate::cli::program::Site;

fn shows(address: std::net::SocketAddr, parcel: &str) {
    let started = Instant::now();
    while get(address, &format!("/api/v1/parcels/{parcel}")).status != 200 {
        assert!(started.elapsed() < Duration::from_secs(30), "{parcel} does not show");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_database_that_was_stopped_and_started_again_is_used_again() {
    let Some(cluster) = Cluster::start() else { return };
    let site = Site::new(&[]);
    let server = site.serve_with(&[("COURIERSCOPE__DATABASE_URL", &cluster.address())]);
    let address = server.address;
    let send = |number: &str| ask(address, &post(&accepted(number), "close")).unwrap();
    assert_eq!(send("P1").status, 200);
    shows(address, "P1");

    cluster.stop();
    let asked = Instant::now();
    let refused = send("P2");
    assert!(refused.status == 503 && refused.head.contains("retry-after"), "{refused:?}");
    assert!(refused.body.contains("nothing was taken"), "{refused:?}");
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    assert_eq!(get(address, "/healthz").status, 200, "the server is alive");
    let unready = get(address, "/readyz");
    assert!(unready.status == 503 && unready.body.contains("database"), "{unready:?}");
    assert!(get(address, "/api/v1/kpis").body.contains("\"volume\":1"), "what was known stays");
    assert!(get(address, "/metrics").body.contains("courierscope_ready 0"));

    cluster.start_again();
    let started = Instant::now();
    while send("P2").status != 200 {
        assert!(started.elapsed() < Duration::from_secs(30), "{}", site.read("log.txt"));
        std::thread::sleep(Duration::from_millis(200));
    }
    shows(address, "P1");
    shows(address, "P2");
    assert_eq!(get(address, "/readyz").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_keeps_locked_is_waited_for() {
    let site = Site::new(&[]);
    let server = site.serve();
    let address = server.address;
    let other = Store::open(&site.database_url()).await.unwrap();
    let lock = other.begin_revision().await.unwrap();
    let sent = tokio::task::spawn_blocking(move || ask(address, &post(&accepted("P1"), "close")).unwrap());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!sent.is_finished(), "nothing is acknowledged that is not written");
    let known = tokio::task::spawn_blocking(move || get(address, "/api/v1/parcels?limit=1").status).await.unwrap();
    assert_eq!(known, 200, "questions are answered meanwhile");
    drop(lock);
    assert_eq!(sent.await.unwrap().status, 200);
    tokio::task::spawn_blocking(move || shows(address, "P1")).await.unwrap();
    other.close().await;
}
