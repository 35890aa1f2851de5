//! Nothing grows without a limit: messages, queues, clients.

use crate::clients::*;
use futures_util::SinkExt;
use leptos_chat_server::Options;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_message_of_the_largest_size_passes() {
    let server = serve(Options {
        max_message: 1000,
        ..options()
    })
    .await;
    let mut client = join_channel(&server).await;
    let said = "x".repeat(1000);
    say(&mut client, &said).await;
    assert_eq!(next(&mut client).await, Message::binary(said));
}

#[tokio::test]
async fn a_message_that_is_too_large_closes_with_1009_and_the_limit() {
    let server = serve(Options {
        max_message: 1000,
        ..options()
    })
    .await;
    let mut client = join_channel(&server).await;
    say(&mut client, &"x".repeat(1001)).await;
    let frame = close_frame(&mut client).await.unwrap();
    assert_eq!(u16::from(frame.code), 1009);
    assert!(frame.reason.contains("1000"), "{}", frame.reason);
}

#[tokio::test]
async fn a_message_far_too_large_still_hears_why() {
    let server = serve(Options {
        max_message: 1000,
        ..options()
    })
    .await;
    let mut client = join_channel(&server).await;
    // The server reads the rest and throws it away: a reset would hide the close frame from some clients.
    within(client.send(Message::binary(vec![0; 20_000_000])))
        .await
        .expect("no reset half-way");
    assert_eq!(close_code(&mut client).await, 1009);
}

#[tokio::test]
async fn a_message_too_large_in_pieces_is_refused_as_well() {
    let server = serve(Options {
        max_message: 1000,
        ..options()
    })
    .await;
    let mut client = join_channel(&server).await;
    // Two masked frames of 600 bytes, a text and its continuation.
    for first_byte in [0x01, 0x80] {
        let mut frame = vec![first_byte, 0xfe, 0x02, 0x58, 0, 0, 0, 0];
        frame.extend([b'x'; 600]);
        within(client.get_mut().write_all(&frame)).await.unwrap();
    }
    assert_eq!(close_code(&mut client).await, 1009);
}

#[tokio::test]
async fn a_frame_that_announces_too_much_is_refused_before_it_comes() {
    let server = serve(Options {
        max_message: 1000,
        ..options()
    })
    .await;
    let mut client = join_channel(&server).await;
    // The head of a binary frame of a gigabyte.
    let head = [0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0];
    within(client.get_mut().write_all(&head)).await.unwrap();
    assert_eq!(close_code(&mut client).await, 1009);
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007() {
    let server = serve(options()).await;
    let mut client = connect(&server, "/relay").await;
    // A masked text frame, with a mask of zeroes, that holds one byte: 0xff.
    within(client.get_mut().write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff]))
        .await
        .unwrap();
    assert_eq!(close_code(&mut client).await, 1007);
}

#[tokio::test]
async fn a_broken_frame_closes_with_1002() {
    let server = serve(options()).await;
    let mut client = connect(&server, "/relay").await;
    // Opcode 3 is reserved.
    within(client.get_mut().write_all(&[0x83, 0x80, 0, 0, 0, 0]))
        .await
        .unwrap();
    assert_eq!(close_code(&mut client).await, 1002);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_with_1013_and_the_others_stay() {
    let server = serve(Options {
        max_queue: 100_000,
        ..with_faults()
    })
    .await;
    let mut slow = connect(&server, "/relay").await;
    let mut quick = join_channel(&server).await;
    clients(&server, 2).await;
    let much = "x".repeat(60_000);
    // The kernel's buffers take some megabytes before the queue begins to fill.
    let mut said = 0;
    while http(&server, "POST", "/control/say?room=relay", "", &much)
        .await
        .json()["receivers"]
        == 1
    {
        said += 1;
        assert!(said < 2000, "the queue has no limit");
    }
    let frame = close_frame(&mut slow).await.unwrap();
    assert_eq!(u16::from(frame.code), 1013);
    assert!(frame.reason.contains("slow"), "{}", frame.reason);
    say(&mut quick, "still here").await;
    assert_eq!(next(&mut quick).await, Message::binary("still here"));
}

#[tokio::test]
async fn a_client_that_never_reads_again_is_cut_off() {
    let server = serve(Options {
        max_queue: 100_000,
        ..with_faults()
    })
    .await;
    let _slow = connect(&server, "/relay").await;
    clients(&server, 1).await;
    let much = "x".repeat(1_000_000);
    while http(&server, "POST", "/control/say?room=relay", "", &much)
        .await
        .json()["receivers"]
        == 1
    {}
    clients(&server, 0).await;
}

#[tokio::test]
async fn one_client_too_many_is_refused_until_another_leaves() {
    let server = serve(Options {
        max_clients: 1,
        ..options()
    })
    .await;
    let mut first = connect(&server, "/relay").await;
    let (status, body) = refusal(&server, "/relay", &[]).await;
    assert_eq!(status, 503);
    assert!(body.contains("--max-clients"), "{body}");
    within(first.close(None)).await.unwrap();
    clients(&server, 0).await;
    connect(&server, "/relay").await;
}
