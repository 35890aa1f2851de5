//! The faults that a client asks for in its URL.

use std::io::ErrorKind;
use std::time::Duration;

use crate::clients::*;
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};

#[tokio::test]
async fn without_the_flag_there_are_no_faults() {
    let server = serve(options()).await;
    for path in [
        "/channel?fault=silent",
        "/echo?delay=1",
        "/relay?fault=refuse",
    ] {
        let (status, body) = refusal(&server, path, &[]).await;
        assert_eq!(status, 404, "{path}");
        assert!(body.contains("--faults"), "{body}");
    }
    assert_eq!(get(&server, "/control/stats").await.status, 404);
    assert!(
        post(&server, "/control/drop-all")
            .await
            .body
            .contains("--faults")
    );
}

#[tokio::test]
async fn other_parameters_change_nothing() {
    let server = serve(options()).await;
    connect(&server, "/relay?user=ada").await;
}

#[tokio::test]
async fn a_fault_that_does_not_exist_is_a_bad_request_that_names_the_others() {
    let server = serve(with_faults()).await;
    let (status, body) = refusal(&server, "/channel?fault=explode", &[]).await;
    assert_eq!(status, 400);
    assert!(body.contains("stall-close"), "{body}");
}

#[tokio::test]
async fn refuse_answers_the_handshake_with_a_status() {
    let server = serve(with_faults()).await;
    assert_eq!(refusal(&server, "/channel?fault=refuse", &[]).await.0, 503);
    assert_eq!(
        refusal(&server, "/echo?fault=refuse&status=401", &[])
            .await
            .0,
        401
    );
}

#[tokio::test]
async fn accept_close_closes_at_once_without_a_greeting() {
    let server = serve(with_faults()).await;
    let mut client = connect(
        &server,
        "/channel?fault=accept-close&code=4003&reason=not%20today",
    )
    .await;
    let Message::Close(Some(frame)) = next(&mut client).await else {
        panic!("not a close frame")
    };
    assert_eq!(
        (u16::from(frame.code), frame.reason.as_str()),
        (4003, "not today")
    );
    clients(&server, 0).await;
}

#[tokio::test]
async fn close_waits_for_its_messages_and_answers_them() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/echo?fault=close&after=2&code=1011").await;
    assert!(next(&mut client).await.is_text());
    for text in ["one", "two"] {
        say(&mut client, text).await;
        assert_eq!(
            next(&mut client).await,
            Message::text(format!("Hello, you sent -> {text}"))
        );
    }
    assert_eq!(close_code(&mut client).await, 1011);
}

#[tokio::test]
async fn a_close_in_the_channel_lets_the_own_message_come_back_first() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/channel?fault=close&after=1").await;
    say(&mut client, "first").await;
    assert!(next(&mut client).await.is_binary(), "the greeting");
    assert_eq!(next(&mut client).await, Message::binary("first"));
    assert_eq!(close_code(&mut client).await, 1000);
}

#[tokio::test]
async fn code_1005_is_a_close_frame_without_a_code() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/channel?fault=accept-close&code=1005").await;
    assert_eq!(next(&mut client).await, Message::Close(None));
}

#[tokio::test]
async fn silent_keeps_the_connection_and_answers_nothing() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/channel?fault=silent").await;
    say(&mut client, r#"{"type":"ping"}"#).await;
    assert!(nothing_from(&mut client).await);
    assert_eq!(server.clients(), 1);
    assert_eq!(get(&server, "/control/stats").await.json()["received"], 0);
}

#[tokio::test]
async fn silent_does_not_read_so_the_client_cannot_write_on() {
    let server = serve(with_faults()).await;
    let mut tcp = connect(&server, "/channel?fault=silent").await.into_inner();
    // More than the kernel's buffers hold.
    let much = vec![0; 50_000_000];
    assert!(
        timeout(Duration::from_millis(500), tcp.write_all(&much))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn silent_after_some_messages_handles_those() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/channel?fault=silent&after=1").await;
    say(&mut client, "one").await;
    say(&mut client, "two").await;
    assert!(next(&mut client).await.is_binary(), "the greeting");
    assert_eq!(next(&mut client).await, Message::binary("one"));
    assert!(nothing_from(&mut client).await);
}

#[tokio::test]
async fn a_silent_server_notices_that_the_client_has_gone() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/relay?fault=silent").await;
    say(&mut client, "never read").await;
    clients(&server, 1).await;
    drop(client);
    clients(&server, 0).await;
}

#[tokio::test]
async fn drop_ends_the_tcp_connection_without_a_close_frame() {
    let server = serve(with_faults()).await;
    let mut tcp = connect(&server, "/relay?fault=drop").await.into_inner();
    let mut rest = Vec::new();
    assert_eq!(within(tcp.read_to_end(&mut rest)).await.unwrap(), 0);
}

#[tokio::test]
async fn drop_with_reset_resets_the_tcp_connection() {
    let server = serve(with_faults()).await;
    let mut tcp = connect(&server, "/relay?fault=drop&reset=true")
        .await
        .into_inner();
    let error = within(tcp.read(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn drop_waits_for_its_messages() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/echo?fault=drop&after=1").await;
    say(&mut client, "last words").await;
    assert!(next(&mut client).await.is_text(), "the greeting");
    assert_eq!(
        next(&mut client).await,
        Message::text("Hello, you sent -> last words")
    );
    let end = within(client.next()).await.unwrap();
    assert!(
        matches!(end, Err(Error::Protocol(_) | Error::Io(_))),
        "{end:?}"
    );
}

#[tokio::test]
async fn garbage_is_legal_frames_with_broken_content_and_then_it_goes_on() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/echo?fault=garbage").await;
    let (mut texts, mut binaries) = (Vec::new(), Vec::new());
    loop {
        match next(&mut client).await {
            Message::Text(text) if text == "Hi there, I am a server" => break,
            Message::Text(text) => texts.push(text),
            Message::Binary(bytes) => binaries.push(bytes),
            other => panic!("not garbage: {other:?}"),
        }
    }
    assert!(texts.iter().any(|text| text.contains("\\ud800")));
    assert!(texts.iter().any(|text| text.starts_with("[[[[")));
    assert!(texts.iter().any(|text| text.len() > 3_000_000));
    assert!(
        binaries
            .iter()
            .any(|bytes| std::str::from_utf8(bytes).is_err())
    );
    assert!(binaries.iter().any(|bytes| bytes.len() > 3_000_000));
    say(&mut client, "well?").await;
    assert_eq!(
        next(&mut client).await,
        Message::text("Hello, you sent -> well?")
    );
}

#[tokio::test]
async fn stall_close_works_until_it_should_answer_a_close() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/echo?fault=stall-close").await;
    assert!(next(&mut client).await.is_text());
    say(&mut client, "hi").await;
    assert_eq!(
        next(&mut client).await,
        Message::text("Hello, you sent -> hi")
    );
    within(client.close(None)).await.unwrap();
    assert!(nothing_from(&mut client).await);
    assert_eq!(server.clients(), 1);
    drop(client);
    clients(&server, 0).await;
}

#[tokio::test]
async fn a_delay_holds_the_handshake_back_and_goes_with_a_fault() {
    let server = serve(with_faults()).await;
    let start = tokio::time::Instant::now();
    connect(&server, "/relay?delay=200").await;
    assert!(start.elapsed().as_millis() >= 200);
    assert_eq!(
        refusal(&server, "/relay?delay=200&fault=refuse", &[])
            .await
            .0,
        503
    );
    assert!(start.elapsed().as_millis() >= 400);
}
