//! Asked to end, the server finishes what it has begun, loses nothing that it acknowledged, and ends.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::http::{connect, post};
use crate::cli::program::Site;
use crate::crash::check;
use crate::crash::load::{Sender, WIDE};

#[test]
fn a_server_that_is_asked_to_end_under_load_loses_nothing_and_ends_well() {
    let site = Site::new(&[("wide", WIDE)]);
    let mut server = site.serve();
    let address = server.address;
    let mut page = connect(address);
    page.write_all(b"GET /api/v1/changes HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut senders: Vec<Sender> = (0..4).map(|number| Sender::new(number, 7 + number)).collect();
    let ended = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for sender in &mut senders {
            threads.spawn(|| sender.send_until(address, &ended));
        }
        std::thread::sleep(Duration::from_millis(500));
        server.terminate();
        assert_eq!(server.wait(), 0, "{}", site.read("log.txt"));
        ended.store(true, Ordering::SeqCst);
    });
    let mut rest = Vec::new();
    page.read_to_end(&mut rest).unwrap();
    assert!(senders.iter().any(|sender| sender.sent.iter().any(|sent| sent.batch.is_some())));
    println!("{}", check::everything(&site, &[], &senders));
}

#[test]
fn a_request_that_does_not_end_is_cut_after_a_while_and_at_once_when_asked_again() {
    let site = Site::new(&[]);
    for (signals, least, most, code) in [(1, 4, 20, 0), (2, 0, 4, 1)] {
        let mut server = site.serve();
        let mut slow = connect(server.address);
        slow.write_all(post("", "close").replace("Content-Length: 0", "Content-Length: 9").as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let asked = Instant::now();
        for _ in 0..signals {
            server.terminate();
            std::thread::sleep(Duration::from_millis(300));
        }
        assert_eq!(server.wait(), code, "{}", site.read("log.txt"));
        assert!((least..most).contains(&asked.elapsed().as_secs()), "{:?}", asked.elapsed());
    }
}
