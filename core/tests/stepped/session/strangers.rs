//! What other people's servers say: who said what, and what is no line.

use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Action, Kind};

use super::bench::Bench;

fn bench() -> Bench<JsonSession> {
    Bench::new(JsonSession::with_options(&SessionOptions {
        user: Some("ada".into()),
        ..SessionOptions::default()
    }))
}

/// Each thing that is told, as `sender: words`, with `!` before an error, `*` before the server's words and `.` for data.
fn told(actions: &[Action]) -> Vec<String> {
    let told = actions.iter().filter_map(|action| match action {
        Action::Deliver(incoming) => {
            let text = incoming.body.as_text().unwrap_or("binary");
            let sender = incoming.sender.as_deref().unwrap_or_default();
            Some(match incoming.kind {
                Kind::Chat => format!("{sender}: {text}"),
                Kind::System => format!("*{text}"),
                Kind::Error => format!("!{text}"),
                _ => ".".to_owned(),
            })
        }
        Action::Unreadable(..) => Some("unreadable".to_owned()),
        _ => None,
    });
    told.collect()
}

fn hears(frames: &[&str]) -> Vec<String> {
    let mut bench = bench();
    let mut all = Vec::new();
    for frame in frames {
        bench.wait(crate::secs(3));
        all.extend(told(&bench.hear(*frame)));
    }
    all
}

#[test]
fn who_says_what_is_told_by_the_names_and_by_their_place() {
    for (frame, line) in [
        (
            r#"{"evt":"chat","payload":{"from_user":{"nickname":"bo"},"body_text":"hi there"}}"#,
            "bo: hi there",
        ),
        (
            r#"{"kind":"msg","author":{"id":7,"login":"bo"},"content":{"type":"text","value":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"_id":{"$oid":"65f0c0ffee65f0c0ffee65f0"},"u":"bo","m":"hi there","ts":1700000000}"#,
            "bo: hi there",
        ),
        (
            r#"{"type":2,"uid":15,"uname":"小明","content":"你好呀"}"#,
            "小明: 你好呀",
        ),
        (
            r#"{"类型":"消息","用户":"小明","内容":"你好，世界"}"#,
            "小明: 你好，世界",
        ),
        (
            r#"{"code":200,"msg":"success","data":{"sender":"bo","message":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"event":"message","room":"lobby","from":{"id":"a1","displayName":"Bo"},"text":"hi","html":"<b>hi</b>"}"#,
            "Bo: hi",
        ),
        (
            r#"{"type":"next","id":"1","payload":{"data":{"messageAdded":{"id":"5","content":"hi there","user":{"name":"bo"}}}}}"#,
            "bo: hi there",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"message","params":{"from":"bo","text":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"op":0,"d":{"author":{"username":"bo"},"content":"hi"},"t":"MESSAGE_CREATE","s":3}"#,
            "bo: hi",
        ),
        (
            r#"{"type":"chat","chat":{"user":{"first_name":"Bo","last_name":"Li"},"text":"hi"}}"#,
            "Bo: hi",
        ),
        (
            r#"{"messageType":"text","messageBody":"hi there","senderName":"bo","receiverName":"ada"}"#,
            "bo: hi there",
        ),
        (
            r#"{"code":2,"msg":"","data":{"roomid":"a","fd":1,"name":"bo","newmessage":"hi","time":"00:26","mine":0}}"#,
            "bo: hi",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifyNewMessage","params":{"name":"bo","body":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"action":"receiveMessage","pseudonym":"bo","type":"public","message":"hi"}"#,
            "bo: hi",
        ),
        (
            r#"{"type":"chat","success":true,"name":"bo","text":"hi"}"#,
            "bo: hi",
        ),
        (r#"{"type":"tips","message":"bo is here"}"#, "*bo is here"),
        (
            r#"{"action":"sendMessage","success":true,"text":"Message sent!"}"#,
            "*Message sent!",
        ),
        (r#"[3,"bo","hi there"]"#, "bo: hi there"),
        (r#"["bo","hi there",1700000000]"#, "bo: hi there"),
        (r#"["chat","bo","hi there"]"#, "bo: hi there"),
        (r#"["bo","hi there"]"#, "bo: hi there"),
        (
            "\"{\\\"user\\\":\\\"bo\\\",\\\"text\\\":\\\"hi\\\"}\"",
            "bo: hi",
        ),
    ] {
        assert_eq!(hears(&[frame]), [line], "{frame}");
    }
}

const LINE: &str = r#"{"user":"bo","text":"hi"}"#;

#[test]
fn what_is_no_line_is_data() {
    for data in [
        r#"{"type":"presence","users":["bo","cy"]}"#,
        r#"{"online":3}"#,
        r#"{"isTyping":true,"name":"bo"}"#,
        r#"{"type":"read","user":"bo","lastRead":12}"#,
        r#"{"event":"roomUsers","data":{"room":"lobby","users":[{"username":"bo"}]}}"#,
        r#"{"ok":true,"id":17}"#,
        r#"{"code":200,"msg":"success","data":null}"#,
        r#"{"user":"bo","text":null,"image":"x.png"}"#,
        r#"["typing","bo"]"#,
        r#"[1,["bo","cy"]]"#,
        r#"{"jsonrpc":"2.0","id":1,"result":true}"#,
        r#"{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.2\"}"}"#,
    ] {
        assert_eq!(hears(&[LINE, data]), ["bo: hi", "."], "{data}");
    }
}

#[test]
fn who_is_there_is_no_line_before_the_first_one_either() {
    for data in [
        r#"{"code":4,"msg":"success","data":{"mine":0,"rooms":[{"roomname":"The garden"}],"users":{"a":[{"name":"Bo Li"}]}}}"#,
        r#"{"code":4101,"data":{"users":[{"userId":"67c2","name":"Bo Li","ws":{"conn":{"rid":4}}}]}}"#,
        r#"{"type":"login","client_name":"Bo Li","time":"2026-11-24 01:57:19","client_list":{"7f":"Bo Li"}}"#,
        r#"{"service":"clientService","action":"connect","id":"00000000000000000000000000000002","connection":{"remoteAddress":"192.168.1.2","remotePort":43222}}"#,
    ] {
        assert_eq!(hears(&[data]), ["."], "{data}");
    }
    let unknown = r#"{"quux":"what somebody may have said"}"#;
    assert_eq!(hears(&[unknown]), [": what somebody may have said"]);
}

#[test]
fn an_error_is_told_by_words_or_by_a_number() {
    for (frame, words) in [
        (r#"{"errors":[{"message":"too long"}]}"#, "!too long"),
        (
            r#"{"event":"exception","data":{"status":"error","message":"Unauthorized"}}"#,
            "!Unauthorized",
        ),
        (r#"{"code":429,"message":"Too many"}"#, "!Too many"),
        (r#"{"code":403,"msg":"login first"}"#, "!login first"),
        (
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#,
            "!Method not found",
        ),
    ] {
        assert_eq!(hears(&[frame]), [words]);
    }
    // Somebody's own words beside a number are a line.
    assert_eq!(
        hears(&[r#"{"code":404,"user":"bo","text":"hi"}"#]),
        ["bo: hi"]
    );
}

#[test]
fn a_list_that_is_told_whole_each_time_is_told_once() {
    let [a, b, c] = ["a", "b", "c"].map(|text| format!(r#"{{"user":"bo","text":"{text}"}}"#));
    let frames = [
        format!(r#"{{"messages":[{a}]}}"#),
        format!(r#"{{"messages":[{a},{b}]}}"#),
        format!(r#"{{"messages":[{a},{b},{b}]}}"#),
        // It keeps three.
        format!(r#"{{"messages":[{b},{b},{c}]}}"#),
    ];
    let frames = frames.each_ref().map(String::as_str);
    assert_eq!(hears(&frames), ["bo: a", "bo: b", "bo: b", "bo: c"]);
    let lines = [r#"["bo: a"]"#, r#"["bo: a","cy: b"]"#];
    assert_eq!(hears(&lines), [": bo: a", ": cy: b"]);
}

#[test]
fn several_new_lines_in_a_list_are_all_new() {
    let list = |texts: [&str; 2]| {
        let [a, b] = texts.map(|text| format!(r#"{{"user":"bo","text":"{text}"}}"#));
        format!("[{a},{b}]")
    };
    let frames = [list(["a", "b"]), list(["b", "c"]), list(["x", "y"])];
    let told = hears(&frames.each_ref().map(String::as_str));
    assert_eq!(
        told,
        ["a", "b", "b", "c", "x", "y"].map(|text| format!("bo: {text}"))
    );
}

#[test]
fn own_lines_in_a_list_that_is_told_whole_are_ours_once() {
    let mut bench = bench();
    bench.wait(crate::secs(3));
    let line = |user: &str, text: &str| format!(r#"{{"user":"{user}","text":"{text}"}}"#);
    let list = |lines: &[String]| format!("[{}]", lines.join(","));
    let mut all = vec![line("bo", "hello to everybody")];
    assert_eq!(told(&bench.hear(list(&all))).len(), 1);
    for text in ["ok", "ok"] {
        let (id, _) = bench.say(text);
        all.push(line("ada", text));
        assert_eq!(bench.hear(list(&all)), [Action::Echoed(id)]);
        all.push(line("bo", text));
        assert_eq!(told(&bench.hear(list(&all))), [format!("bo: {text}")]);
    }
    // The server was started anew, and its list begins with what waited.
    bench.reconnect();
    let mut anew = Vec::new();
    for text in ["written while it was down", "and one more"] {
        let (id, _) = bench.say(text);
        anew.push(line("ada", text));
        assert_eq!(bench.hear(list(&anew)), [Action::Echoed(id)]);
    }
}

#[test]
fn a_server_that_tells_each_line_twice_is_found_out_by_its_ids() {
    let mut bench = bench();
    bench.wait(crate::secs(3));
    let line = |id: u32, user: &str, text: &str| {
        format!(r#"{{"id":{id},"user":"{user}","text":"{text}"}}"#)
    };
    let mut hear = |frame: String| {
        [
            told(&bench.hear(frame.clone())).len(),
            told(&bench.hear(frame)).len(),
        ]
    };
    for id in [1, 2] {
        assert_eq!(hear(line(id, "bo", "ok")), [1, 1], "nobody knows yet");
    }
    for id in 3..9 {
        assert_eq!(hear(line(id, "bo", "ok")), [1, 0], "{id}");
    }
    // Where the id is the sender's, the same words are said twice.
    let mut bench = self::bench();
    for text in ["hi", "ok", "ok", "yes", "yes"] {
        assert_eq!(told(&bench.hear(line(7, "bo", text))).len(), 1);
    }
}

#[test]
fn what_was_understood_stays_as_it_was_whatever_the_servers_own_lines_look_like() {
    for bobs_first in [false, true] {
        let mut bench = bench();
        let dressed = |user: &str, text: &str| {
            format!(r#"{{"type":"message","data":{{"user":"{user}","text":"{text}","at":7}}}}"#)
        };
        let (id, first) = bench.say("a line of words from ada");
        if bobs_first {
            // It does not show what the server takes: nothing of ours was answered yet.
            assert_eq!(told(&bench.hear(dressed("bo", "hi"))), ["bo: hi"]);
        }
        let heard = bench.hear(dressed("ada", "a line of words from ada"));
        assert_eq!(heard, [Action::Echoed(id)]);
        let (id, second) = bench.say("ok");
        assert!(first.starts_with(r#"{"id":"#), "{first}");
        let same = second.starts_with(r#"{"id":"#) && second.contains(r#""text":"ok""#);
        assert_eq!(same, !bobs_first, "{second}");
        assert_eq!(bench.hear(dressed("ada", "ok")), [Action::Echoed(id)]);
    }
}
