//! What each endpoint does, seen by real clients.

use crate::clients::*;
use futures_util::SinkExt;
use leptos_chat_server::Options;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn health_answers_ok() {
    let server = serve(options()).await;
    let answer = get(&server, "/health").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
}

#[tokio::test]
async fn an_unknown_path_is_not_found_and_names_the_endpoints() {
    let server = serve(options()).await;
    let answer = get(&server, "/nope").await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("/channel"));
}

#[tokio::test]
async fn a_plain_request_to_an_endpoint_is_told_to_use_ws() {
    let server = serve(options()).await;
    let answer = get(&server, "/channel").await;
    assert!((400..500).contains(&answer.status));
    assert!(answer.body.contains("ws://"), "{}", answer.body);
}

#[tokio::test]
async fn channel_greets_each_new_client_in_binary() {
    let server = serve(options()).await;
    let mut client = connect(&server, "/channel").await;
    let Message::Binary(greeting) = next(&mut client).await else {
        panic!("not binary")
    };
    let greeting: Value = serde_json::from_slice(&greeting).unwrap();
    assert_eq!(greeting["system"], true);
    assert!(greeting["text"].is_string());
}

#[tokio::test]
async fn channel_sends_to_all_the_sender_too_as_it_came_but_for_its_number() {
    let server = serve(options()).await;
    let (mut ada, mut bob) = (join_channel(&server).await, join_channel(&server).await);
    let said = "{ \"id\":1,  \"text\":\"h\\u0069 \u{1f600}\" }";
    say(&mut ada, said).await;
    for client in [&mut ada, &mut bob] {
        let told = said.replace(" }", " ,\"seq\":1}");
        assert_eq!(next(client).await, Message::binary(told));
    }
    say(&mut ada, "no JSON").await;
    assert_eq!(next(&mut bob).await, Message::binary("no JSON"));
}

#[tokio::test]
async fn channel_answers_a_ping_to_the_sender_alone() {
    let server = serve(options()).await;
    let (mut ada, mut bob) = (join_channel(&server).await, join_channel(&server).await);
    say(&mut ada, r#"{"type":"pong"}"#).await;
    say(&mut ada, r#"{"type":"ping","id":"p1"}"#).await;
    let Message::Binary(pong) = next(&mut ada).await else {
        panic!("not binary")
    };
    let pong: Value = serde_json::from_slice(&pong).unwrap();
    assert_eq!(pong, json!({ "type": "pong", "id": "p1" }));
    say(&mut ada, r#"{"text":"after"}"#).await;
    assert_eq!(
        next(&mut bob).await,
        Message::binary(r#"{"text":"after","seq":1}"#)
    );
}

#[tokio::test]
async fn relay_sends_to_the_others_as_text_and_answers_nobody() {
    let server = serve(options()).await;
    let (mut ada, mut bob) = (
        connect(&server, "/relay").await,
        connect(&server, "/relay").await,
    );
    clients(&server, 2).await;
    // Bob's first message shows that he has joined, and that he was not greeted.
    say(&mut bob, "here").await;
    assert_eq!(next(&mut ada).await, Message::text("here"));
    say(&mut ada, r#"{"type":"ping"}"#).await;
    within(ada.send(Message::binary("from binary")))
        .await
        .unwrap();
    assert_eq!(next(&mut bob).await, Message::text(r#"{"type":"ping"}"#));
    assert_eq!(next(&mut bob).await, Message::text("from binary"));
    assert!(nothing_from(&mut ada).await);
}

#[tokio::test]
async fn echo_greets_and_answers_the_sender_only() {
    let server = serve(options()).await;
    let (mut ada, mut bob) = (
        connect(&server, "/echo").await,
        connect(&server, "/echo").await,
    );
    for client in [&mut ada, &mut bob] {
        assert_eq!(next(client).await, Message::text("Hi there, I am a server"));
    }
    say(&mut ada, "ping").await;
    assert_eq!(
        next(&mut ada).await,
        Message::text("Hello, you sent -> ping")
    );
    within(ada.send(Message::binary(vec![0xff, 1])))
        .await
        .unwrap();
    assert_eq!(next(&mut ada).await, Message::binary(vec![0xff, 1]));
    assert!(nothing_from(&mut bob).await);
}

#[tokio::test]
async fn the_greeting_comes_before_the_answer_to_the_quickest_client() {
    let server = serve(options()).await;
    let request = "GET /echo HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    // The first message comes along with the handshake: a masked text frame.
    let both = [request.as_bytes(), &[0x81, 0x81, 0, 0, 0, 0, b'x']].concat();
    for _ in 0..20 {
        let mut tcp = TcpStream::connect(server.address).await.unwrap();
        within(tcp.write_all(&both)).await.unwrap();
        let mut bytes = Vec::new();
        while !(has(&bytes, "Hi there") && has(&bytes, "Hello, you sent -> x")) {
            assert_ne!(within(tcp.read_buf(&mut bytes)).await.unwrap(), 0);
        }
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.find("Hi there") < text.find("Hello, you"));
    }
}

fn has(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

#[tokio::test]
async fn rooms_do_not_hear_each_other() {
    let server = serve(options()).await;
    let (mut channel, mut relay) = (
        join_channel(&server).await,
        connect(&server, "/relay").await,
    );
    clients(&server, 2).await;
    say(&mut channel, r#"{"text":"x"}"#).await;
    assert!(next(&mut channel).await.is_binary());
    assert!(nothing_from(&mut relay).await);
}

#[tokio::test]
async fn all_receivers_of_a_room_see_the_same_order() {
    const EACH: usize = 100;
    let server = serve(options()).await;
    let mut readers = [join_channel(&server).await, join_channel(&server).await];
    let mut writers = Vec::new();
    for name in 0..3 {
        let mut writer = join_channel(&server).await;
        writers.push(tokio::spawn(async move {
            for number in 0..EACH {
                say(&mut writer, &format!(r#"{{"text":"{name}-{number}"}}"#)).await;
            }
            writer
        }));
    }
    let mut orders = Vec::new();
    for reader in &mut readers {
        let mut order = Vec::new();
        for _ in 0..3 * EACH {
            order.push(next(reader).await.into_data());
        }
        orders.push(order);
    }
    assert_eq!(orders[0], orders[1]);
}

#[tokio::test]
async fn a_websocket_ping_is_answered_with_its_own_content() {
    let server = serve(options()).await;
    let mut client = connect(&server, "/relay").await;
    within(client.send(Message::Ping("beat".into())))
        .await
        .unwrap();
    assert_eq!(next(&mut client).await, Message::Pong("beat".into()));
}

#[tokio::test]
async fn a_client_that_answers_pings_stays_and_one_that_does_not_is_dropped() {
    let period = Some(Duration::from_millis(50));
    let server = serve(Options {
        ping_every: period,
        ..options()
    })
    .await;
    let mut alive = connect(&server, "/relay").await;
    let mut dead = connect(&server, "/relay").await.into_inner();
    let mut pings = Vec::new();
    let until_dropped =
        async { while dead.read_buf(&mut pings).await.is_ok_and(|read| read > 0) {} };
    within(async {
        tokio::select! {
            () = until_dropped => {}
            () = async { loop { assert!(next(&mut alive).await.is_ping()) } } => {}
        }
    })
    .await;
    clients(&server, 1).await;
    assert!(next(&mut alive).await.is_ping());
}

#[tokio::test]
async fn a_client_that_closes_gets_its_own_code_back_and_leaves_the_room() {
    let server = serve(options()).await;
    let mut client = connect(&server, "/relay").await;
    clients(&server, 1).await;
    let goodbye = tokio_tungstenite::tungstenite::protocol::CloseFrame {
        code: 4001.into(),
        reason: "bye".into(),
    };
    within(client.close(Some(goodbye))).await.unwrap();
    assert_eq!(close_code(&mut client).await, 4001);
    clients(&server, 0).await;
}
