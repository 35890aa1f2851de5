//! `/control`: faults for all clients at once, and the server's view.

use crate::clients::*;
use futures_util::StreamExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn drop_all_ends_every_connection_but_the_asking_one() {
    let server = serve(with_faults()).await;
    let mut clients_there = [
        join_channel(&server).await,
        connect(&server, "/relay").await,
    ];
    let answer = post(&server, "/control/drop-all").await;
    assert_eq!(answer.json(), json!({ "dropped": 2 }));
    for client in &mut clients_there {
        assert!(within(client.next()).await.is_none_or(|end| end.is_err()));
    }
    clients(&server, 0).await;
    join_channel(&server).await;
}

#[tokio::test]
async fn drop_all_ends_silent_connections_too() {
    let server = serve(with_faults()).await;
    let mut client = connect(&server, "/channel?fault=silent").await;
    clients(&server, 1).await;
    post(&server, "/control/drop-all?reset=true").await;
    assert!(within(client.next()).await.is_none_or(|end| end.is_err()));
    clients(&server, 0).await;
}

#[tokio::test]
async fn close_all_sends_everybody_its_code_and_reason() {
    let server = serve(with_faults()).await;
    let mut there = [join_channel(&server).await, join_channel(&server).await];
    let answer = post(&server, "/control/close-all?code=1012&reason=restart").await;
    assert_eq!(answer.json(), json!({ "closed": 2 }));
    for client in &mut there {
        let frame = close_frame(client).await.unwrap();
        assert_eq!(
            (u16::from(frame.code), frame.reason.as_str()),
            (1012, "restart")
        );
    }
    clients(&server, 0).await;
}

#[tokio::test]
async fn refuse_turns_handshakes_down_until_it_is_off() {
    let server = serve(with_faults()).await;
    let mut before = join_channel(&server).await;
    post(&server, "/control/refuse?on=true").await;
    assert_eq!(refusal(&server, "/channel", &[]).await.0, 503);
    say(&mut before, "still here").await;
    assert_eq!(next(&mut before).await, Message::binary("still here"));
    post(&server, "/control/refuse?on=false").await;
    join_channel(&server).await;
}

#[tokio::test]
async fn say_speaks_to_one_room_in_its_own_frames() {
    let server = serve(with_faults()).await;
    let mut channel = join_channel(&server).await;
    let mut relay = connect(&server, "/relay").await;
    clients(&server, 2).await;
    let answer = post(
        &server,
        "/control/say?room=channel&text=%7B%22text%22%3A%22hi%22%7D",
    )
    .await;
    assert_eq!(answer.json(), json!({ "receivers": 1 }));
    assert_eq!(
        next(&mut channel).await,
        Message::binary(r#"{"text":"hi"}"#)
    );
    http(
        &server,
        "POST",
        "/control/say?room=relay",
        "",
        "from the body",
    )
    .await;
    assert_eq!(next(&mut relay).await, Message::text("from the body"));
    assert_eq!(post(&server, "/control/say?text=hi").await.status, 400);
}

#[tokio::test]
async fn stats_count_and_keep_the_texts_received() {
    let server = serve(with_faults()).await;
    let mut ada = join_channel(&server).await;
    let _bob = join_channel(&server).await;
    for text in ["one", r#"{"type":"ping"}"#] {
        say(&mut ada, text).await;
        next(&mut ada).await;
    }
    let stats = get(&server, "/control/stats").await.json();
    assert_eq!(stats["clients"], 2);
    assert_eq!(stats["received"], 2);
    assert_eq!(stats["log"], json!(["one", r#"{"type":"ping"}"#]));
    assert!(stats["sent"].as_u64() >= Some(4), "{stats}");
}

#[tokio::test]
async fn what_changes_something_must_be_posted() {
    let server = serve(with_faults()).await;
    assert_eq!(get(&server, "/control/drop-all").await.status, 405);
    assert_eq!(
        post(&server, "/control/close-all?code=1006").await.status,
        400
    );
}
