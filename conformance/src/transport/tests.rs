//! Hostile endpoints: whatever they do, an exchange ends, and says what happened.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const SHORT: Limits = Limits {
    connect: Duration::from_millis(500),
    response: Duration::from_millis(500),
    body_bytes: 100_000,
};

/// Starts a listener that hands each connection to `behaviour`.
async fn endpoint<F>(behaviour: impl Fn(TcpStream) -> F + Send + 'static) -> Endpoint
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behaviour(stream));
        }
    });
    Endpoint::loopback(port)
}

fn request() -> RawRequest {
    RawRequest {
        method: http::Method::POST,
        path: "/".to_owned(),
        headers: vec![("x-test".to_owned(), "1".to_owned())],
        body: Bytes::from_static(b"{}"),
    }
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut seen = Vec::new();
    while !seen.ends_with(b"{}") {
        if stream.read_buf(&mut seen).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn failure(endpoint: Endpoint) -> TransportError {
    let exchange = Transport::new(endpoint, SHORT).send("Test", request()).await;
    assert!(exchange.received_at_millis >= exchange.sent_at_millis);
    exchange.response.expect_err("no endpoint here answers well")
}

async fn failure_after(bytes: &'static [u8]) -> TransportError {
    failure(
        endpoint(move |mut stream| async move {
            read_request(&mut stream).await?;
            stream.write_all(bytes).await
        })
        .await,
    )
    .await
}

#[tokio::test]
async fn a_port_without_listener_is_refused_at_once() {
    let limits = Limits::default();
    let transport = Transport::new(Endpoint::loopback(1), limits);
    let exchange = transport.send("Test", request()).await;
    assert_eq!(exchange.response, Err(TransportError::Refused));
    let took = exchange.received_at_millis - exchange.sent_at_millis;
    assert!(u128::from(took) < limits.connect.as_millis(), "{took} ms");
}

#[tokio::test]
async fn an_unknown_host_is_unreachable() {
    let endpoint = Endpoint::parse("http://no-such-host.invalid:8000").unwrap();
    let error = failure(endpoint).await;
    assert!(
        matches!(error, TransportError::Unreachable { .. } | TransportError::TimedOut { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn silence_times_out() {
    let silent = endpoint(|mut stream| async move {
        while read_request(&mut stream).await? {}
        Ok(())
    });
    let expected = TransportError::TimedOut { after_millis: 500 };
    assert_eq!(failure(silent.await).await, expected);
}

#[tokio::test]
async fn an_answer_that_drips_for_ever_times_out() {
    let dripping = endpoint(|mut stream| async move {
        read_request(&mut stream).await?;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n";
        stream.write_all(head).await?;
        let mut drip = tokio::time::interval(Duration::from_millis(20));
        loop {
            drip.tick().await;
            stream.write_all(b" ").await?;
        }
    });
    let expected = TransportError::TimedOut { after_millis: 500 };
    assert_eq!(failure(dripping.await).await, expected);
}

#[tokio::test]
async fn a_body_without_end_is_cut_off_at_the_limit() {
    let endless = endpoint(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        loop {
            stream.write_all(&[b'x'; 8192]).await?;
        }
    });
    let expected = TransportError::TooLarge { limit: 100_000 };
    assert_eq!(failure(endless.await).await, expected);
}

#[tokio::test]
async fn headers_without_end_are_cut_off_at_the_limit() {
    let endless = endpoint(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await?;
        loop {
            stream.write_all(&[b'x'; 8192]).await?;
        }
    });
    let expected = TransportError::TooLarge { limit: HEAD_BYTES };
    assert_eq!(failure(endless.await).await, expected);
}

#[tokio::test]
async fn garbage_is_not_http() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"{\"TableNames\": []}\n",
        b"\0\0\0\0",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let error = failure_after(garbage).await;
        assert!(matches!(error, TransportError::NotHttp { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_speaks_first_is_not_http() {
    let chatty = endpoint(|mut stream| async move {
        stream.write_all(b"220 mail.example ESMTP\r\n").await?;
        while read_request(&mut stream).await? {}
        Ok(())
    });
    let error = failure(chatty.await).await;
    assert!(matches!(error, TransportError::NotHttp { .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_too_early_is_a_reset() {
    for part in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ] {
        assert_eq!(failure_after(part).await, TransportError::Reset);
    }
}

#[tokio::test]
async fn a_request_that_is_no_http_is_not_sent() {
    let transport = Transport::new(Endpoint::loopback(1), SHORT);
    for (name, value) in [("bad name", "1"), ("x", "line\nbreak"), ("content-length", "9")] {
        let mut request = request();
        request.headers.push((name.to_owned(), value.to_owned()));
        let response = transport.send("Test", request).await.response;
        assert!(
            matches!(response, Err(TransportError::NotSendable { .. })),
            "{name}: {response:?}"
        );
    }
}

#[tokio::test]
async fn the_answer_is_recorded_as_it_came_and_no_redirect_is_followed() {
    let moved = endpoint(|mut stream| async move {
        read_request(&mut stream).await?;
        let answer = b"HTTP/1.1 301 Moved\r\nX-Two: a\r\nx-two: b\r\nlocation: /\r\n\
            content-length: 2\r\n\r\n\xff\x00";
        stream.write_all(answer).await
    });
    let transport = Transport::new(moved.await, SHORT);
    let response = transport.send("Test", request()).await.response.unwrap();
    assert_eq!(response.status, 301);
    assert_eq!(response.header("X-TWO"), Some("a"));
    assert_eq!(response.headers[1], ("x-two".to_owned(), "b".to_owned()));
    assert_eq!(&response.body[..], b"\xff\x00");
}

#[tokio::test]
async fn connections_are_kept_and_each_request_is_sent_once() {
    static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
    static REQUESTS: AtomicUsize = AtomicUsize::new(0);
    let keeping = endpoint(|mut stream| async move {
        CONNECTIONS.fetch_add(1, Ordering::SeqCst);
        while read_request(&mut stream).await? {
            REQUESTS.fetch_add(1, Ordering::SeqCst);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await?;
        }
        Ok(())
    });
    let transport = Transport::new(keeping.await, SHORT);
    for _ in 0..20 {
        assert!(transport.send("Test", request()).await.response.is_ok());
    }
    assert_eq!(REQUESTS.load(Ordering::SeqCst), 20);
    assert!(CONNECTIONS.load(Ordering::SeqCst) < 20);
}

#[tokio::test]
async fn a_kept_connection_that_the_endpoint_closed_is_no_failure() {
    let (closed, mut was_closed) = tokio::sync::mpsc::channel(1);
    let closing = endpoint(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await?;
            stream.shutdown().await?;
            // The client closes its side in turn, and only then is the connection out of its pool.
            let _ = stream.read(&mut [0]).await;
            let _ = closed.send(()).await;
            Ok(())
        }
    });
    let transport = Transport::new(closing.await, SHORT);
    for _ in 0..5 {
        assert!(transport.send("Test", request()).await.response.is_ok());
        was_closed.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_crowd_of_requests_waits_here_and_not_in_the_queue_of_the_endpoint() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let counting = endpoint(|mut stream| async move {
        while read_request(&mut stream).await? {
            let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
            MOST.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            NOW.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await?;
        }
        Ok(())
    });
    let transport = Transport::new(counting.await, Limits::default());
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..4 * MAX_AT_ONCE {
        let transport = transport.clone();
        crowd.spawn(async move { transport.send("Test", request()).await.response });
    }
    let answers = crowd.join_all().await;
    assert!(answers.iter().all(Result::is_ok));
    let most = MOST.load(Ordering::SeqCst);
    assert!((2..=MAX_AT_ONCE).contains(&most), "{most}");
}
