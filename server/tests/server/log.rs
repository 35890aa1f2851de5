//! The channel's log over real connections: numbers, acknowledgements, what was missed, and restarts.

use std::path::PathBuf;

use crate::clients::*;
use leptos_chat_server::{Options, StartError};
use serde_json::{Value, json};

async fn heard(client: &mut Client) -> Value {
    serde_json::from_slice(&next(client).await.into_data()).expect("JSON")
}

/// Connects, and returns what the server announces.
async fn greeted(server: &leptos_chat_server::ServerHandle) -> (Client, Value) {
    let mut client = connect(server, "/channel").await;
    let greeting = heard(&mut client).await;
    (client, greeting)
}

async fn resume(client: &mut Client, log: &Value, after: u64) -> Vec<Value> {
    say(
        client,
        &json!({ "type": "resume", "log": log, "after": after }).to_string(),
    )
    .await;
    let mut told = Vec::new();
    loop {
        told.push(heard(client).await);
        if told.last().expect("just pushed")["type"] == "resumed" {
            return told;
        }
    }
}

#[tokio::test]
async fn lines_are_numbered_and_what_was_missed_is_told_to_who_asks() {
    let server = serve(options()).await;
    let (mut ada, greeting) = greeted(&server).await;
    assert_eq!(
        (&greeting["ack"], &greeting["resume"]),
        (&json!(true), &json!(true))
    );
    for number in 1..=3 {
        say(&mut ada, r#"{"text":"hi"}"#).await;
        assert_eq!(heard(&mut ada).await["seq"], number);
    }
    let (mut bob, greeting) = greeted(&server).await;
    assert_eq!(greeting["seq"], 3);
    let told = resume(&mut bob, &greeting["log"], 1).await;
    assert_eq!(told.len(), 3);
    assert_eq!((&told[0]["seq"], &told[1]["seq"]), (&json!(2), &json!(3)));
    assert_eq!(told[2]["complete"], true);
}

#[tokio::test]
async fn a_second_copy_goes_to_nobody_and_is_acknowledged_again() {
    let server = serve(options()).await;
    let (mut ada, mut bob) = (join_channel(&server).await, join_channel(&server).await);
    say(&mut ada, r#"{"id":"0123456789abcdef","text":"hi"}"#).await;
    assert_eq!(heard(&mut ada).await["seq"], 1);
    assert_eq!(heard(&mut bob).await["seq"], 1);
    say(
        &mut ada,
        r#"{"id":"0123456789abcdef","text":"hi","resent":true}"#,
    )
    .await;
    assert_eq!(
        heard(&mut ada).await,
        json!({ "type": "ack", "id": "0123456789abcdef", "seq": 1 })
    );
    assert!(nothing_from(&mut bob).await);
}

/// Options with a log in a file of this test's own.
fn kept(test: &str) -> (PathBuf, Options) {
    let name = format!("leptos-chat-{test}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let log = Some(path.clone());
    (path, Options { log, ..options() })
}

#[tokio::test]
async fn a_log_in_a_file_outlives_the_server_and_knows_second_copies_then() {
    let (path, options) = kept("outlives");
    let kept = || options.clone();
    let server = serve(kept()).await;
    let (mut ada, before) = greeted(&server).await;
    say(&mut ada, r#"{"id":"0123456789abcdef","text":"hi"}"#).await;
    heard(&mut ada).await;
    server.shutdown().await;

    let server = serve(kept()).await;
    let (mut ada, after) = greeted(&server).await;
    assert_eq!((&after["log"], &after["seq"]), (&before["log"], &json!(1)));
    say(
        &mut ada,
        r#"{"id":"0123456789abcdef","text":"hi","resent":true}"#,
    )
    .await;
    assert_eq!(heard(&mut ada).await["type"], "ack");
    assert_eq!(resume(&mut ada, &after["log"], 0).await.len(), 2);
    server.shutdown().await;
    std::fs::remove_file(&path).expect("the log's file");
}

#[tokio::test]
async fn a_second_start_on_the_same_address_leaves_the_log_to_the_first() {
    let (path, options) = kept("second-start");
    let first = serve(options.clone()).await;
    let second = Options {
        listen: first.address.to_string(),
        ..options.clone()
    };
    let refused = leptos_chat_server::start(second).await;
    assert!(matches!(refused, Err(StartError::AddressTaken { .. })));
    let (mut ada, _) = greeted(&first).await;
    say(&mut ada, r#"{"text":"hi"}"#).await;
    heard(&mut ada).await;
    first.shutdown().await;

    let (_, after) = greeted(&serve(options).await).await;
    assert_eq!(after["seq"], 1);
    std::fs::remove_file(&path).expect("the log's file");
}

#[tokio::test]
async fn what_was_missed_is_told_in_full_even_where_it_is_more_than_the_queue_holds() {
    let server = serve(Options {
        max_queue: 1000,
        ..options()
    })
    .await;
    let (mut ada, greeting) = greeted(&server).await;
    for _ in 0..20 {
        say(&mut ada, &json!({ "text": "x".repeat(200) }).to_string()).await;
        heard(&mut ada).await;
    }
    let told = resume(&mut ada, &greeting["log"], 0).await;
    assert_eq!(told.len(), 21);
    assert_eq!(told[20]["complete"], true);
}

#[tokio::test]
async fn without_a_file_a_restarted_server_has_another_log() {
    let names = [
        greeted(&serve(options()).await).await.1,
        greeted(&serve(options()).await).await.1,
    ];
    assert_ne!(names[0]["log"], names[1]["log"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_said_at_the_start() {
    let nowhere = Options {
        log: Some("/no/such/folder/log".into()),
        ..options()
    };
    let error = leptos_chat_server::start(nowhere)
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("/no/such/folder/log"), "{error}");
}
