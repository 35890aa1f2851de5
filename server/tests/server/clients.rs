//! A server on a free port, real WebSocket clients for it, and a tiny HTTP client. Nothing here waits forever.

use std::future::Future;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use leptos_chat_server::{Options, ServerHandle, start};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A client over bare TCP.
pub type Client = WebSocketStream<TcpStream>;

/// Fails the test instead of waiting forever.
pub async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future)
        .await
        .expect("it should not take so long")
}

/// For what must *not* come: long enough to see it if it did.
pub async fn nothing_from(client: &mut Client) -> bool {
    timeout(Duration::from_millis(300), client.next())
        .await
        .is_err()
}

/// The default options on a free port.
pub fn options() -> Options {
    Options {
        listen: "127.0.0.1:0".into(),
        ..Options::default()
    }
}

pub fn with_faults() -> Options {
    Options {
        faults: true,
        ..options()
    }
}

pub async fn serve(options: Options) -> ServerHandle {
    start(options).await.expect("the server should start")
}

/// Connects, with further headers.
pub async fn try_connect(
    server: &ServerHandle,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Client, Error> {
    let mut request = server.url(path).into_client_request()?;
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(*name, value.parse().expect("a header value"));
    }
    let tcp = TcpStream::connect(server.address).await?;
    Ok(within(client_async(request, tcp)).await?.0)
}

pub async fn connect(server: &ServerHandle, path: &str) -> Client {
    try_connect(server, path, &[])
        .await
        .expect("the handshake should succeed")
}

/// Connects to the channel and takes its greeting.
pub async fn join_channel(server: &ServerHandle) -> Client {
    let mut client = connect(server, "/channel").await;
    assert!(next(&mut client).await.is_binary());
    client
}

/// The status and the body of a refused handshake.
pub async fn refusal(
    server: &ServerHandle,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (u16, String) {
    match try_connect(server, path, headers).await {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (
                response.status().as_u16(),
                String::from_utf8(body).expect("a readable body"),
            )
        }
        other => panic!("not refused: {other:?}"),
    }
}

pub async fn say(client: &mut Client, text: &str) {
    within(client.send(Message::text(text)))
        .await
        .expect("the message should be sent");
}

pub async fn next(client: &mut Client) -> Message {
    let message = within(client.next())
        .await
        .expect("still connected")
        .expect("a message");
    if message.is_close() {
        // The answer to it lies ready, but only goes out with a write or a read.
        let _ = within(client.flush()).await;
    }
    message
}

/// Reads on to the close frame, past other messages.
pub async fn close_frame(client: &mut Client) -> Option<CloseFrame> {
    loop {
        if let Message::Close(frame) = next(client).await {
            return frame;
        }
    }
}

pub async fn close_code(client: &mut Client) -> u16 {
    close_frame(client).await.expect("a close code").code.into()
}

/// Waits until so many clients are connected.
pub async fn clients(server: &ServerHandle, count: usize) {
    within(async {
        while server.clients() != count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// An answer to plain HTTP.
pub struct Answer {
    pub status: u16,
    /// Lower case.
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("an answer in JSON")
    }
}

pub async fn http(
    server: &ServerHandle,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Answer {
    let mut tcp = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        server.address,
        body.len()
    );
    tcp.write_all(request.as_bytes())
        .await
        .expect("the request should be sent");
    let mut answer = String::new();
    within(tcp.read_to_string(&mut answer))
        .await
        .expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

pub async fn get(server: &ServerHandle, path: &str) -> Answer {
    http(server, "GET", path, "", "").await
}

pub async fn post(server: &ServerHandle, path: &str) -> Answer {
    http(server, "POST", path, "", "").await
}
