//! `wss://` with the certificate that the server makes.

use std::sync::Arc;
use std::time::Duration;

use crate::clients::*;
use futures_util::{SinkExt, StreamExt};
use leptos_chat_server::{Options, ServerHandle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

async fn secure(server: &ServerHandle, name: &'static str) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    let certificate = server.certificate.clone().expect("a certificate");
    roots
        .add(certificate.into())
        .expect("a certificate that can be trusted");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("known versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let name = name.try_into().expect("a host name");
    within(TlsConnector::from(Arc::new(config)).connect(name, tcp))
        .await
        .expect("a TLS handshake")
}

async fn connect_secure(
    server: &ServerHandle,
    path: &str,
) -> WebSocketStream<TlsStream<TcpStream>> {
    let stream = secure(server, "127.0.0.1").await;
    within(client_async(server.url(path), stream))
        .await
        .expect("a WebSocket handshake")
        .0
}

fn tls() -> Options {
    Options {
        tls: true,
        ..with_faults()
    }
}

#[tokio::test]
async fn wss_works_and_the_url_says_so() {
    let server = serve(tls()).await;
    assert!(server.url("/echo").starts_with("wss://127.0.0.1:"));
    let mut client = connect_secure(&server, "/echo").await;
    within(client.send(Message::text("hi"))).await.unwrap();
    let greeting = within(client.next()).await.unwrap().unwrap();
    assert_eq!(greeting, Message::text("Hi there, I am a server"));
    let answer = within(client.next()).await.unwrap().unwrap();
    assert_eq!(answer, Message::text("Hello, you sent -> hi"));
}

#[tokio::test]
async fn the_certificate_is_good_for_every_name_of_loopback() {
    let server = serve(tls()).await;
    for name in ["localhost", "127.0.0.1", "::1"] {
        secure(&server, name).await;
    }
}

#[tokio::test]
async fn the_page_to_accept_the_certificate_at_is_there() {
    let server = serve(tls()).await;
    let mut stream = secure(&server, "localhost").await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn one_client_that_speaks_no_tls_does_not_disturb_the_next() {
    let server = serve(tls()).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    let mut plain = TcpStream::connect(server.address).await.unwrap();
    plain
        .write_all(b"GET /health HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    let next = connect_secure(&server, "/relay");
    // Shorter than the server waits for the idle one.
    assert!(timeout(Duration::from_secs(5), next).await.is_ok());
    idle.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_drop_is_a_drop_under_tls_as_well() {
    let server = serve(tls()).await;
    let mut client = connect_secure(&server, "/channel?fault=drop").await;
    assert!(within(client.next()).await.is_none_or(|end| end.is_err()));
}

#[tokio::test]
async fn a_certificate_is_made_only_when_asked_for() {
    let server = serve(options()).await;
    assert!(server.certificate.is_none());
    assert!(server.url("").starts_with("ws://"));
}
