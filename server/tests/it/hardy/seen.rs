//! What an operator sees: measures, readiness, a log that programs read; nothing personal in any of them.

use serde_json::Value;

use super::http::{accepted, ask, get, post};
use crate::cli::program::Site;

const NUMBER: &str = "JD014600006281230704";

#[test]
fn a_server_tells_what_it_does_and_nothing_personal() {
    let site = Site::new(&[]);
    let mut server =
        site.serve_with(&[("COURIERSCOPE__LOG_FORMAT", "json"), ("RUST_LOG", "server=debug,tower_http=trace")]);
    let address = server.address;
    assert_eq!(get(address, "/healthz").body, "ok\n");
    assert_eq!(get(address, "/readyz").body, "ready\n");
    let body = accepted(NUMBER) + "\n{\"courier\":\"Posti\"}\n";
    for _ in 0..2 {
        assert_eq!(ask(address, &post(&body, "close")).unwrap().status, 200);
    }
    assert_eq!(get(address, &format!("/api/v1/feeds/{NUMBER}")).status, 404);
    assert!([200, 404].contains(&get(address, &format!("/api/v1/parcels/{NUMBER}")).status));
    let mut metrics = get(address, "/metrics");
    for _ in 0..300 {
        if metrics.body.contains("courierscope_parcels 1\n") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        metrics = get(address, "/metrics");
    }
    assert!(metrics.head.contains("content-type: text/plain; version=0.0.4"), "{}", metrics.head);
    for line in [
        "courierscope_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "courierscope_http_requests_total{method=\"POST\",route=\"/api/v1/feeds/{feed}/events\",status=\"200\"} 2",
        "courierscope_http_request_duration_seconds_count{method=\"GET\",route=\"/readyz\"} 1",
        "courierscope_bodies_total{feed=\"canonical\"} 1",
        "courierscope_repeated_bodies_total{feed=\"canonical\"} 1",
        "courierscope_events_total{feed=\"canonical\"} 1",
        "courierscope_rejected_rows_total{feed=\"canonical\"} 1",
        "courierscope_inbox_queue_bodies 0",
        "courierscope_pending_batches 0",
        "courierscope_parcels 1",
        "courierscope_ready 1",
        "courierscope_derive_duration_seconds_count 1",
    ] {
        assert!(metrics.body.lines().any(|one| one == line), "{line} is missing:\n{}", metrics.body);
    }
    for line in metrics.body.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("courierscope_") || name.starts_with("process_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    server.terminate();
    assert_eq!(server.wait(), 0);
    let log = site.read("log.txt");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let posted = lines.iter().find(|line| line["route"] == "/api/v1/feeds/{feed}/events").unwrap();
    assert_eq!((&posted["status"], &posted["level"]), (&200.into(), &"DEBUG".into()), "{posted}");
    assert!(posted["span"]["id"].is_string(), "{posted}");
    for text in [&log, &metrics.body] {
        assert!(!text.contains(NUMBER) && !text.contains("Posti"), "{text}");
    }
}

#[test]
fn every_answer_carries_the_number_of_its_request() {
    let site = Site::new(&[]);
    let server = site.serve();
    assert!(get(server.address, "/healthz").head.contains("\r\nx-request-id: "));
    let uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
    let request = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: {uuid}\r\n\r\n");
    assert!(ask(server.address, &request).unwrap().head.contains(uuid));
}
