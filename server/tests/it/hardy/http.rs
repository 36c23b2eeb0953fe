//! Plain requests and their whole answers, text as it came.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::json;

/// A server that takes longer has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Its headers, in small letters.
    pub head: String,
    pub body: String,
}

/// Sends something and reads until the server closes.
pub fn ask(address: SocketAddr, request: &str) -> io::Result<Answer> {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let whole = || {
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    };
    whole().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks for a page and reads the whole answer.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).unwrap()
}

/// The request that posts a body of canonical events.
pub fn post(body: &str, connection: &str) -> String {
    let length = body.len();
    format!(
        "POST /api/v1/feeds/canonical/events HTTP/1.1\r\nHost: x\r\nConnection: {connection}\r\n\
         Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// A parcel's first event.
pub fn accepted(number: &str) -> String {
    json!({ "courier": "Posti", "tracking_number": number, "event": "accepted", "time": "2026-11-20T10:00:00Z" })
        .to_string()
}

/// The most memory that a process has had so far, in kB, while it lives.
pub fn most_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
