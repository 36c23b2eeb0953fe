//! Ten times more than can be taken: who cannot be served is told to come back, and everything that was acknowledged
//! is there once.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::{accepted, get, most_memory, post};
use crate::cli::program::Site;

/// Senders that send at the same time.
const SENDERS: usize = 640;
/// Bodies of each.
const BODIES: usize = 4;
/// The most memory that this may take, in kB.
const MEMORY: u64 = 400_000;

/// Sends bodies over one connection; the status of each.
async fn send(address: SocketAddr, sender: usize) -> Vec<(String, u16)> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut answers = Vec::new();
    for n in 0..BODIES {
        let number = format!("P{sender}N{n}");
        stream.write_all(post(&accepted(&number), "keep-alive").as_bytes()).await.unwrap();
        let answer = read_answer(&mut stream).await;
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(status == 200 || (status == 503 && answer.contains("retry-after: ")), "{answer}");
        answers.push((number, status));
    }
    answers
}

/// Reads one answer with its body, which is no longer than the buffer.
async fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() == length.parse::<usize>().unwrap() {
                return text;
            }
        }
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_many_senders_are_told_to_come_back_and_nothing_is_lost() {
    let site = Site::new(&[]);
    let server = site.serve_with(&[("COURIERSCOPE__QUEUE", "16")]);
    let address = server.address;
    let senders: Vec<_> = (0..SENDERS).map(|sender| tokio::spawn(send(address, sender))).collect();
    let mut answers = Vec::new();
    for sender in senders {
        answers.extend(sender.await.unwrap());
    }
    let taken = answers.iter().filter(|(_, status)| *status == 200).count();
    let peak = most_memory(server.id()).unwrap();
    println!("{taken} of {} bodies were taken, {peak} kB at the most", answers.len());
    assert!(taken > 0 && taken < answers.len(), "some were taken and some were not");
    assert!(peak < MEMORY, "{peak} kB");

    // Whoever comes afterwards is served, and what was acknowledged is there: each body once, and no other.
    assert_eq!(send(address, SENDERS).await.iter().filter(|(_, status)| *status == 200).count(), BODIES);
    let volume = || {
        serde_json::from_str::<Value>(&get(address, "/api/v1/kpis").body).unwrap()["rows"][0]["kpis"]["volume"].clone()
    };
    for _ in 0..200 {
        if volume() == taken + BODIES {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(volume(), taken + BODIES);
    for (number, status) in answers.iter().step_by(7) {
        let expected = if *status == 200 { 200 } else { 404 };
        assert_eq!(get(address, &format!("/api/v1/parcels/{number}")).status, expected, "{number}");
    }
}
