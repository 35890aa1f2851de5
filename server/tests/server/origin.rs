//! Which pages may connect.

use crate::clients::*;
use leptos_chat_server::{Options, StartError, start};

const EVIL: &str = "http://evil.example";

#[tokio::test]
async fn a_client_without_an_origin_may_connect() {
    let server = serve(options()).await;
    connect(&server, "/relay").await;
}

#[tokio::test]
async fn loopback_pages_may_connect() {
    let server = serve(options()).await;
    for origin in [
        "http://localhost:4180",
        "https://127.0.0.1:9",
        "http://[::1]:4180",
    ] {
        assert!(
            try_connect(&server, "/relay", &[("origin", origin)])
                .await
                .is_ok(),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn another_page_is_told_in_one_line_which_flag_lets_it_in() {
    let server = serve(options()).await;
    let (status, body) = refusal(&server, "/relay", &[("origin", EVIL)]).await;
    assert_eq!(status, 403);
    assert_eq!(body.lines().count(), 1);
    assert!(body.contains(&format!("--allow-origin {EVIL}")), "{body}");
}

#[tokio::test]
async fn another_page_may_connect_once_it_is_named() {
    let server = serve(Options {
        allow_origins: vec![EVIL.into()],
        ..options()
    })
    .await;
    assert!(
        try_connect(&server, "/relay", &[("origin", EVIL)])
            .await
            .is_ok()
    );
    assert_eq!(
        refusal(&server, "/relay", &[("origin", "http://other.example")])
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn a_wrong_origin_option_is_an_error_at_the_start() {
    let wrong = Options {
        allow_origins: vec!["evil.example".into()],
        ..options()
    };
    assert!(matches!(start(wrong).await, Err(StartError::BadOption(_))));
}

#[tokio::test]
async fn allowed_pages_may_read_plain_answers_and_others_may_not() {
    let server = serve(with_faults()).await;
    let answer = http(
        &server,
        "GET",
        "/control/stats",
        "origin: http://localhost:4180\r\n",
        "",
    )
    .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .contains("access-control-allow-origin: http://localhost:4180"),
        "{}",
        answer.head
    );
    let answer = http(
        &server,
        "POST",
        "/control/drop-all",
        &format!("origin: {EVIL}\r\n"),
        "",
    )
    .await;
    assert_eq!(answer.status, 403);
    assert!(
        !answer.head.contains("access-control-allow-origin"),
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let server = serve(with_faults()).await;
    let headers = "origin: http://localhost:4180\r\naccess-control-request-method: POST\r\n";
    let answer = http(&server, "OPTIONS", "/control/say", headers, "").await;
    assert_eq!(answer.status, 204);
    assert!(
        answer
            .head
            .contains("access-control-allow-methods: get, post"),
        "{}",
        answer.head
    );
}
