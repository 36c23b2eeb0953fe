//! Two nodes on one PostgreSQL: both take in, both show the same, one leads, and the other takes over.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::clock::Clock;
use store::{IDENTITY_BITS, NewBatch};

use crate::cli::program::{Server, Site};
use crate::crash::http::{get, send};
use crate::support::TestDatabase;

/// What has not happened by then does not happen.
const LONGEST: Duration = Duration::from_secs(60);
/// Bodies that each node is sent in a round, at the same time as the other.
const BODIES: usize = 20;
const ROUNDS: usize = 7;

/// Two folders, each with a server on the one database.
struct Nodes {
    sites: [Site; 2],
    servers: [Server; 2],
}

impl Nodes {
    fn start() -> Option<Self> {
        let first = Site::on(TestDatabase::postgres_if_installed()?, &[]);
        let second = Site::on(TestDatabase::OfAnother(first.database_url()), &[]);
        let servers = [first.serve(), second.serve()];
        Some(Self { sites: [first, second], servers })
    }

    /// Whether a node says that it leads.
    fn leads(&self, node: usize) -> bool {
        self.sites[node].read("log.txt").contains("this node judges deadlines")
    }
}

/// Sends one parcel and waits for the acknowledgement.
fn post(address: SocketAddr, number: &str, more: Value) {
    let mut line = json!({"courier": "Posti", "tracking_number": number, "event": "accepted",
        "time": "2026-11-20T10:00:00Z"});
    line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = format!("{line}\n").into_bytes();
    let (status, answer) =
        send(address, "POST", "/api/v1/feeds/canonical/events", "application/x-ndjson", &body).unwrap();
    assert_eq!((status, &answer["events"]), (200, &1.into()), "{answer}");
}

/// Asks until the answer is as it should be; how long that took.
fn wait(address: SocketAddr, is_right: impl Fn(&Value) -> bool) -> Duration {
    let started = Instant::now();
    loop {
        let (_, answer) = get(address, "/api/v1/kpis?group_by=courier");
        if is_right(&answer) {
            return started.elapsed();
        }
        assert!(started.elapsed() < LONGEST, "{answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_nodes_take_in_at_once_and_show_the_same_within_a_second() {
    let Some(nodes) = Nodes::start() else { return };
    let [one, other] = [nodes.servers[0].address, nodes.servers[1].address];
    let mut lags = Vec::new();
    for round in 1..=ROUNDS {
        std::thread::scope(|threads| {
            for (name, address) in [("ONE", one), ("OTHER", other)] {
                threads.spawn(move || {
                    for n in 0..BODIES {
                        post(address, &format!("{name}{round}N{n}"), json!({}));
                        // The same body at both, at about the same time, counts once.
                        post(address, &format!("BOTH{round}N{n}"), json!({}));
                    }
                });
            }
        });
        let volume = round * BODIES * 3;
        let acknowledged = Instant::now();
        for address in [one, other] {
            wait(address, |answer| answer["rows"][0]["kpis"]["volume"] == volume);
        }
        lags.push(acknowledged.elapsed());
        assert_eq!(get(one, "/api/v1/kpis").1["rows"], get(other, "/api/v1/kpis").1["rows"]);
    }
    lags.sort();
    println!("from the last acknowledgement to the same figures on both: {lags:?}");
    // A busy machine may hold up some rounds, but not most of them.
    assert!(lags[ROUNDS / 2] < Duration::from_secs(1), "{lags:?}");
}

#[test]
fn one_node_judges_deadlines_and_the_other_takes_over_when_it_is_killed() {
    let Some(nodes) = Nodes::start() else { return };
    let started = Instant::now();
    while !nodes.leads(0) && !nodes.leads(1) {
        assert!(started.elapsed() < LONGEST, "nobody leads");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Long enough for the other to ask for the lead as well.
    std::thread::sleep(Duration::from_millis(2500));
    let leader = usize::from(nodes.leads(1));
    assert!(!nodes.leads(1 - leader), "one leads");

    let due = domain::view::utc_time(Clock::System.now() + 3000);
    let Nodes { sites, servers: [first, second] } = nodes;
    let (leading, left) = if leader == 0 { (first, second) } else { (second, first) };
    post(left.address, "P1", json!({"promise": {"at": due.to_rfc3339()}}));
    leading.kill();
    let killed = Instant::now();
    wait(left.address, |answer| answer["rows"][0]["classes"]["late_open"] == 1);
    let taken_over = killed.elapsed();
    println!("the other node judged a deadline {taken_over:?} after the leader was killed, 3 s before it");
    assert!(taken_over < Duration::from_secs(10), "{taken_over:?}");
    assert!(sites[1 - leader].read("log.txt").contains("this node judges deadlines"));
}

fn batch(n: i64) -> NewBatch {
    NewBatch {
        id: (1 << IDENTITY_BITS) + n,
        feed: "canonical".into(),
        version: "canonical".into(),
        definition: String::new(),
        format: "ndjson".into(),
        received_at: 1,
        first_row: 1,
        content_hash: n.to_string(),
        idempotency_key: None,
        bytes: Vec::new(),
        answer: "{}".into(),
    }
}

#[tokio::test]
async fn feeds_are_taken_in_while_figures_are_long_in_changing() {
    let Some(database) = TestDatabase::postgres_if_installed() else { return };
    let store = database.open().await;
    let long = store.begin_revision().await.unwrap();
    let taken = tokio::time::timeout(Duration::from_secs(10), store.insert_batches(&[batch(1)])).await;
    assert_eq!(taken.expect("it waits for nothing").unwrap().len(), 1);
    drop(long);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bodies_at_two_nodes_at_once_are_taken_once_in_whatever_order() {
    let Some(database) = TestDatabase::postgres_if_installed() else { return };
    let (one, other) = (database.open().await, database.open().await);
    for round in 0..20 {
        // A version of the definition that is new to both.
        let version = |batch: NewBatch| NewBatch { version: format!("v{round}"), ..batch };
        let bodies: Vec<_> = (0..50).map(|n| version(batch(round * 100 + n))).collect();
        let reversed: Vec<_> = bodies.iter().rev().cloned().collect();
        let (first, second) = tokio::join!(one.insert_batches(&bodies), other.insert_batches(&reversed));
        let (first, mut second) = (first.unwrap(), second.unwrap());
        second.reverse();
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(first.id, second.id);
            assert!(first.arrival != second.arrival, "{first:?} {second:?}");
        }
    }
}

#[tokio::test]
async fn who_does_not_lead_asks_on_the_same_connection_until_nobody_leads() {
    let Some(database) = TestDatabase::postgres_if_installed() else { return };
    let (one, other) = (database.open().await, database.open().await);
    let (mut first, mut second) = (one.candidate(), other.candidate());
    assert!(first.leads().await.unwrap());
    for _ in 0..3 {
        assert!(!second.leads().await.unwrap());
        assert!(first.leads().await.unwrap());
    }
    drop(first);
    let started = Instant::now();
    while !second.leads().await.unwrap() {
        assert!(started.elapsed() < LONGEST, "nobody leads");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(second.leads().await.unwrap());
}
