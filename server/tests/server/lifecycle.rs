//! Starting and stopping: in this process, and as the command.

use std::process::Stdio;

use crate::clients::*;
use futures_util::StreamExt;
use leptos_chat_server::{Options, StartError, start};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

fn command(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_leptos-chat-server"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the command should start")
}

/// Waits for the ready line and gives back the URL in it.
async fn ready(child: &mut Child) -> String {
    let stdout = child.stdout.as_mut().expect("a piped stdout");
    let mut line = String::new();
    within(BufReader::new(stdout).read_line(&mut line))
        .await
        .expect("a ready line");
    let url = line
        .strip_prefix("listening on ")
        .expect("the ready line and nothing before it");
    url.trim_end().to_owned()
}

#[tokio::test]
async fn shutdown_closes_every_client_with_1001_and_frees_the_port() {
    let server = serve(options()).await;
    let address = server.address;
    let mut there = [
        join_channel(&server).await,
        connect(&server, "/relay").await,
    ];
    clients(&server, 2).await;
    let stopping = tokio::spawn(server.shutdown());
    for client in &mut there {
        assert_eq!(close_code(client).await, 1001);
        assert!(within(client.next()).await.is_none(), "a clean end");
    }
    within(stopping).await.unwrap();
    serve(Options {
        listen: address.to_string(),
        ..options()
    })
    .await;
}

#[tokio::test]
async fn shutdown_does_not_wait_for_clients_that_do_not_answer() {
    let server = serve(with_faults()).await;
    let _idle = TcpStream::connect(server.address).await.unwrap();
    let _deaf = connect(&server, "/relay").await.into_inner();
    let _silent = connect(&server, "/relay?fault=silent").await;
    clients(&server, 2).await;
    let start = tokio::time::Instant::now();
    within(server.shutdown()).await;
    assert!(start.elapsed().as_secs() < 8);
}

#[tokio::test]
async fn shutdown_does_not_even_say_goodbye_to_silent_clients() {
    let server = serve(with_faults()).await;
    let _silent = connect(&server, "/relay?fault=silent").await;
    clients(&server, 1).await;
    let start = tokio::time::Instant::now();
    within(server.shutdown()).await;
    assert!(start.elapsed().as_secs() < 2);
}

#[tokio::test]
async fn shutdown_leaves_no_half_request_behind() {
    let server = serve(options()).await;
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"POST /health HTTP/1.1\r\nhost: x\r\ncontent-le")
        .await
        .unwrap();
    // An answer on a later connection shows that the server has this one.
    assert_eq!(get(&server, "/health").await.status, 200);
    within(server.shutdown()).await;
    let end = within(half.read(&mut [0])).await;
    assert!(end.as_ref().is_err() || end.is_ok_and(|read| read == 0));
}

#[tokio::test]
async fn shutdown_with_nobody_there_is_quick() {
    let server = serve(options()).await;
    let start = tokio::time::Instant::now();
    within(server.shutdown()).await;
    assert!(start.elapsed().as_secs() < 2);
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_says_what_to_do() {
    let first = serve(options()).await;
    let listen = first.address.to_string();
    let error = start(Options {
        listen: listen.clone(),
        ..options()
    })
    .await
    .unwrap_err();
    assert!(
        matches!(error, StartError::AddressTaken { .. }),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains(&listen) && text.contains("--listen"),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_that_makes_no_sense_is_an_error() {
    let error = start(Options {
        listen: "no-port".into(),
        ..options()
    })
    .await
    .unwrap_err();
    assert!(
        matches!(error, StartError::CannotListen { .. }),
        "{error:?}"
    );
    let error = start(Options {
        max_clients: 0,
        ..options()
    })
    .await
    .unwrap_err();
    assert!(matches!(error, StartError::BadOption(_)), "{error:?}");
}

#[tokio::test]
async fn the_command_prints_one_line_when_ready_and_warns_on_stderr() {
    let mut child = command(&["--listen", "127.0.0.1:0"]);
    let url = ready(&mut child).await;
    assert!(
        url.starts_with("ws://127.0.0.1:") && !url.ends_with(":0"),
        "{url}"
    );
    let (mut client, _) = within(connect_async(format!("{url}/echo"))).await.unwrap();
    assert!(within(client.next()).await.unwrap().unwrap().is_text());
    child.start_kill().unwrap();
    let mut warnings = String::new();
    within(child.stderr.take().unwrap().read_to_string(&mut warnings))
        .await
        .unwrap();
    assert!(warnings.contains("development server"), "{warnings}");
}

#[tokio::test]
async fn the_command_with_tls_says_where_to_accept_the_certificate() {
    let mut child = command(&["--listen", "127.0.0.1:0", "--tls"]);
    let url = ready(&mut child).await;
    let port = url.strip_prefix("wss://127.0.0.1:").unwrap();
    child.start_kill().unwrap();
    let mut hints = String::new();
    within(child.stderr.take().unwrap().read_to_string(&mut hints))
        .await
        .unwrap();
    assert!(
        hints.contains(&format!("https://127.0.0.1:{port}/")),
        "{hints}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_command_says_goodbye_on_sigterm_and_on_ctrl_c() {
    for signal in ["-TERM", "-INT"] {
        let mut child = command(&["--listen", "127.0.0.1:0"]);
        let url = ready(&mut child).await;
        let (mut client, _) = within(connect_async(format!("{url}/relay"))).await.unwrap();
        let pid = child.id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .await
                .unwrap()
                .success()
        );
        let Message::Close(Some(frame)) = within(client.next()).await.unwrap().unwrap() else {
            panic!("no close frame on {signal}");
        };
        assert_eq!(u16::from(frame.code), 1001);
        // Reading on sends our answer to the close frame.
        while within(client.next()).await.is_some() {}
        assert!(within(child.wait()).await.unwrap().success(), "{signal}");
    }
}

#[tokio::test]
async fn the_command_on_a_taken_port_says_so_in_one_line_and_fails() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = within(command(&["--listen", &address]).wait_with_output())
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains(&address) && errors.contains("--listen"),
        "{errors}"
    );
}

#[tokio::test]
async fn the_command_explains_itself() {
    let output = within(command(&["--help"]).wait_with_output())
        .await
        .unwrap();
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("for development")
    );
    let output = within(command(&["--nonsense"]).wait_with_output())
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("--nonsense")
    );
}
