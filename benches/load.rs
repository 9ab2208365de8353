//! A load of HTTP requests over connections that stay open, each with one request under way.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a load was answered like.
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    latencies: Vec<Duration>,
}

impl Load {
    /// From the latency of each answer within `time`.
    pub fn new(mut latencies: Vec<Duration>, time: Duration) -> Self {
        latencies.sort_unstable();
        let count = u32::try_from(latencies.len()).unwrap_or(u32::MAX);
        Self { rate: f64::from(count) / time.as_secs_f64(), latencies }
    }

    /// Milliseconds within which so many per cent of the answers came.
    pub fn percentile(&self, percent: usize) -> f64 {
        let index = self.latencies.len() * percent / 100;
        let latency = self.latencies.get(index.min(self.latencies.len().saturating_sub(1)));
        latency.map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

/// A request that is sent again and again; a body may differ by its number.
#[derive(Clone)]
pub struct Request {
    address: SocketAddr,
    bytes: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>,
}

impl Request {
    /// A read.
    pub fn get(address: SocketAddr, path: &str) -> Self {
        let bytes = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").into_bytes();
        Self { address, bytes: Arc::new(move |_number| bytes.clone()) }
    }

    /// A read by who has it already, by the tag of what they have.
    pub fn get_again(address: SocketAddr, path: &str, tag: &str) -> Self {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nif-none-match: {tag}\r\n\r\n");
        let bytes = head.into_bytes();
        Self { address, bytes: Arc::new(move |_number| bytes.clone()) }
    }

    /// A write of JSON.
    pub fn post(address: SocketAddr, path: &str, body: impl Fn(u64) -> String + Send + Sync + 'static) -> Self {
        let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n");
        let bytes = move |number| {
            let body = body(number);
            format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        };
        Self { address, bytes: Arc::new(bytes) }
    }
}

/// Sends `request` over so many connections for `time`. Every answer has to be a success.
pub fn measure(request: &Request, clients: usize, time: Duration) -> Load {
    let numbers = Arc::new(AtomicU64::new(0));
    let ends = Instant::now() + time;
    let threads: Vec<_> = (0..clients)
        .map(|_| {
            let (request, numbers) = (request.clone(), Arc::clone(&numbers));
            std::thread::spawn(move || send_until(&request, &numbers, ends))
        })
        .collect();
    let latencies = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    Load::new(latencies, time)
}

fn send_until(request: &Request, numbers: &AtomicU64, ends: Instant) -> Vec<Duration> {
    let stream = TcpStream::connect(request.address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    let mut latencies = Vec::new();
    loop {
        let bytes = (request.bytes)(numbers.fetch_add(1, Ordering::Relaxed));
        let begun = Instant::now();
        if begun > ends {
            return latencies;
        }
        reader.get_mut().write_all(&bytes).unwrap();
        read_answer(&mut reader);
        latencies.push(begun.elapsed());
    }
}

/// Calls `work` again and again for `time`, one call after the other.
pub fn measure_calls(time: Duration, mut work: impl FnMut()) -> Load {
    let ends = Instant::now() + time;
    let mut latencies = Vec::new();
    while Instant::now() < ends {
        let begun = Instant::now();
        work();
        latencies.push(begun.elapsed());
    }
    Load::new(latencies, time)
}

/// Reads one answer, which states its length or has no body.
fn read_answer(reader: &mut BufReader<TcpStream>) {
    let (mut line, mut length) = (String::new(), None);
    reader.read_line(&mut line).unwrap();
    let is_known = line.starts_with("HTTP/1.1 304");
    assert!(is_known || line.starts_with("HTTP/1.1 20"), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let length = if is_known { 0 } else { length.unwrap() };
    let read = std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
    assert_eq!(read, length);
}
