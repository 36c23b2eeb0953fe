//! Ten thousand feeds, of which one is broken: the others work, and the broken one is named with its file and line.

use std::time::{Duration, Instant};

use server::config::Config;
use server::feeds::Feeds;

use crate::cli::program::Site;
use crate::support::TestApp;

const FEEDS: usize = 10_000;
const BODY: &str = "n,t\nA1,2024-06-03 10:00:00Z\n";

fn many() -> Site {
    let site = Site::new(&[]);
    for n in 0..FEEDS {
        let comma = if n == 5_000 { "" } else { "\"" };
        let text = format!("number = \"{{n}}\"\ncourier = \"C{n}\"\n[milestones]\nt = \"accepted{comma}\n");
        site.write(&format!("feeds/feed{n}.toml"), text.as_bytes());
    }
    site
}

#[tokio::test]
async fn one_broken_definition_of_ten_thousand_is_named_and_the_others_work() {
    let site = many();
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let (status, answer) = app.post("feed5000", "text/csv", BODY).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(status == 503 && detail.contains("feed5000.toml: line 4"), "{status} {detail}");
    for n in [0, 4_999, 5_001, FEEDS - 1] {
        let (status, answer) = app.post(&format!("feed{n}"), "text/csv", BODY).await;
        assert_eq!((status.as_u16(), &answer["events"]), (200, &1.into()), "{answer}");
    }
    let (_, feeds) = app.get("/api/v1/feeds").await;
    let feeds = feeds.as_array().unwrap();
    let faulty: Vec<_> = feeds.iter().filter(|feed| feed["faults"] != serde_json::json!([])).collect();
    assert_eq!((feeds.len(), faulty.len(), &faulty[0]["name"]), (FEEDS + 1, 1, &"feed5000".into()));
    let (_, unknown) = app.post("nobody", "text/csv", BODY).await;
    assert!(unknown["detail"].as_str().unwrap().len() < 1_000, "{unknown}");

    // Mended, it is read without a restart.
    site.write("feeds/feed5000.toml", &std::fs::read(site.path("feeds/feed4.toml")).unwrap());
    assert_eq!(app.post("feed5000", "text/csv", BODY).await.0, 200);
}

#[test]
fn a_feed_is_found_without_looking_at_the_others() {
    let site = many();
    let feeds = Feeds::new(site.path("feeds"));
    let started = Instant::now();
    assert!((0..1_000).all(|_| feeds.find("feed7").is_some_and(|feed| feed.is_ok())));
    // Looking through the folder a thousand times takes more than ten times as long.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    for name in ["", ".", "..", "../feeds/feed7", "feeds/feed7", "/etc/passwd", "feed7/", "a\0b"] {
        assert!(feeds.find(name).is_none(), "{name:?}");
    }
}
