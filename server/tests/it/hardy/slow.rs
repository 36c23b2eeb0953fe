//! Clients that send slowly, never finish, or do not read: they lose their place, and others are served meanwhile.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::http::{accepted, ask, connect, get, post};
use crate::cli::program::Site;

/// Clients of each kind.
const EACH: usize = 40;
/// Clients that do not read: each has megabytes of answers on the way before the server has to wait for it.
const DEAF: usize = 8;
/// Answers that they ask for.
const PAGES: usize = 1000;
/// How long the server is patient here.
const PATIENCE: [(&str, &str); 1] = [("COURIERSCOPE__PATIENCE_SECONDS", "1")];

/// Sends something and leaves it at that.
fn silent(address: SocketAddr, words: &str, clients: usize) -> Vec<TcpStream> {
    let begin = |_| {
        let mut stream = connect(address);
        stream.write_all(words.as_bytes()).unwrap();
        stream
    };
    (0..clients).map(begin).collect()
}

/// What the server says before it closes.
fn last_words(mut stream: TcpStream) -> String {
    let mut words = Vec::new();
    // A connection that is reset is closed as well.
    let _ = stream.read_to_end(&mut words);
    String::from_utf8_lossy(&words).into_owned()
}

/// Connections that the server has not closed.
fn open(address: SocketAddr) -> usize {
    let port = format!(":{:04X}", address.port());
    let is_open = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // Its own end of the connection, in the state ESTABLISHED.
        fields[1].ends_with(&port) && fields[3] == "01"
    };
    std::fs::read_to_string("/proc/net/tcp").unwrap().lines().filter(is_open).count()
}

fn served(address: SocketAddr, number: &str) {
    assert_eq!(ask(address, &post(&accepted(number), "close")).unwrap().status, 200);
    assert_eq!(get(address, "/api/v1/kpis").status, 200);
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    let site = Site::new(&[]);
    let server = site.serve_with(&PATIENCE);
    let slow = silent(server.address, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", EACH);
    let idle = silent(server.address, "", EACH);
    served(server.address, "P1");
    for stream in slow.into_iter().chain(idle) {
        assert!(!last_words(stream).contains("200 OK"));
    }
}

#[test]
fn bodies_that_do_not_come_are_given_up_and_take_no_room_from_others() {
    let site = Site::new(&[]);
    let server = site.serve_with(&PATIENCE);
    let head = post("", "close").replace("Content-Length: 0", "Content-Length: 67000000");
    let slow = silent(server.address, &format!("{head}{{"), EACH);
    served(server.address, "P1");
    for stream in slow {
        let words = last_words(stream);
        assert!(words.contains(" 408 ") && words.contains("came too slowly"), "{words}");
    }
}

#[test]
fn a_body_a_byte_at_a_time_is_given_up_in_the_end() {
    let site = Site::new(&[]);
    let server = site.serve_with(&PATIENCE);
    let mut stream = connect(server.address);
    stream.write_all(post("", "close").replace("Content-Length: 0", "Content-Length: 1000").as_bytes()).unwrap();
    let mut sent = 0;
    while sent < 100 && stream.write_all(b" ").is_ok() {
        sent += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!((20..100).contains(&sent), "{sent} bytes were waited for");
    served(server.address, "P1");
}

#[test]
fn answers_that_nobody_reads_are_given_up() {
    let site = Site::new(&[]);
    // The deaf take every place: whoever comes after them is served once they were given up.
    let places = DEAF.to_string();
    let server = site.serve_with(&[PATIENCE[0], ("COURIERSCOPE__CONNECTIONS", places.as_str())]);
    let whole = get(server.address, "/api/openapi.json");
    let page = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let deaf = silent(server.address, &page.repeat(PAGES), DEAF);
    served(server.address, "P1");
    for _ in 0..300 {
        if open(server.address) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(open(server.address), 0);
    for stream in deaf {
        assert!(last_words(stream).len() < PAGES * whole.body.len());
    }
}

#[test]
fn pages_that_stay_open_leave_places_for_others() {
    let site = Site::new(&[]);
    let server = site.serve_with(&[("COURIERSCOPE__CONNECTIONS", "20")]);
    let address = server.address;
    let follow = |_| {
        let mut stream = connect(address);
        stream.write_all(b"GET /api/v1/changes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        (stream, String::from_utf8_lossy(&start).into_owned())
    };
    let pages: Vec<_> = (0..15).map(follow).collect();
    let follows = pages.iter().filter(|(_, start)| start.ends_with("200")).count();
    assert_eq!((follows, pages[14].1.as_str()), (10, "HTTP/1.1 503"));
    served(address, "P1");
}
