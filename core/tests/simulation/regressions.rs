//! The shrunk scripts of what the simulation has found, each under the name of what must hold. And a few that were written by
//! hand, for rules that random scripts meet rarely.

use crate::script::Script;
use crate::shrink::run;

/// Plays a script, and expects that nothing is broken.
fn play(text: &str) {
    let script: Script = text.parse().expect("a script");
    let (violation, _) = run(&script);
    assert_eq!(violation, None, "\n{script}");
}

#[test]
fn a_script_is_read_as_it_is_written() {
    for seed in 0..50 {
        let script = crate::generate::script(seed);
        assert_eq!(script.to_string().parse(), Ok(script));
    }
    assert!("channel\n0 dance 0 0 0".parse::<Script>().is_err());
}

/// The server was down for so long that `auto` looked for the right path less and less often.
#[test]
fn a_server_at_another_path_is_found_soon_after_it_is_back() {
    play(
        "sock-channel seed=336792909616239172 clients=3 latency=1 jitter=100 auto provided
        0 open 0 0 0
        0 open 1 0 0
        0 open 2 0 0
        0 refuse 2 52629 0
        5867 offline 1 0 0
        4859 offline 2 0 0
        22632 reset 2 0 0",
    );
    play(
        "sio-full seed=1 clients=1 latency=20 auto\n0 refuse 0 900000 0\n0 open 0 0 0\n900000 say 0 0 0",
    );
}

/// One answer that came too late to be believed made all later ones show up as messages.
#[test]
fn one_late_answer_to_a_heartbeat_does_not_show_all_that_follow() {
    play(
        "echo seed=4896151240400079266 clients=1 latency=20 jitter=0
        0 open 0 0 0
        33 stall-up 0 10488 0
        51012 send 0 0 0",
    );
}

/// More bytes without proof than are kept: the oldest message was neither sent again nor marked.
#[test]
fn what_is_too_much_to_keep_is_marked_when_the_link_is_lost() {
    play(
        "channel seed=395855983256393053 clients=3 latency=20 jitter=300 small
        0 open 0 0 0
        0 open 1 0 0
        0 open 2 0 0
        0 send 0 0 0
        2268 send 0 1316 0
        111 stall-link 0 6211 0
        40 send 0 905 0
        0 send 0 1100 0
        5896 stall-link 0 24830 0
        0 send 0 797 0
        24024 stall-link 0 0 0",
    );
    play(
        "channel seed=10357830923081375718 clients=1 latency=20 jitter=0 small
        0 send 0 0 0
        0 open 0 0 0
        125 send 0 969 0
        0 send 0 810 0
        0 send 0 1452 0
        0 send 0 1062 0
        0 cut 0 0 0",
    );
}

/// Both sides closed at once, and the server's goodbye was taken for the answer to ours.
#[test]
fn a_crossing_close_proves_nothing() {
    play(
        "channel seed=10484416962064877617 clients=1 latency=20 jitter=0
        0 open 0 0 0
        100 send 0 0 0
        90 burst 0 1 0
        0 close 0 4999 0
        0 close-all 0 1000 0",
    );
    play(
        "channel seed=1 clients=1 latency=20 jitter=0 never
        0 open 0 0 0
        100 send 0 0 0
        90 burst 0 1 0
        0 close 0 1000 0
        0 close-all 0 1000 0",
    );
}

/// The page stood still for less than a second more than its deadline, and the answer had come meanwhile.
#[test]
fn a_page_that_stood_still_for_a_little_too_long_keeps_its_good_link() {
    play(
        "sock-channel seed=12360334548084675400 clients=2 latency=1 jitter=100
        0 open 1 0 0
        487 cut 1 2 0
        121866 freeze-page 1 10650 0
        16849 provider 1 0 0",
    );
    play(
        "channel seed=1 clients=1 latency=400 jitter=0\n0 open 0 0 0\n22000 freeze-page 0 20000 0\n30000 say 0 0 0",
    );
}

/// `auto` had not heard the server yet, started anew, and did not know its own message when it came back.
#[test]
fn who_finds_the_protocol_out_knows_its_own_messages_over_the_next_socket() {
    play(
        "sock-relay seed=1896723165292375422 clients=1 latency=20 jitter=0 auto
        0 open 0 0 0
        2622 slow 0 1 9957
        0 send 0 3995 0
        0 send 0 2948 0
        0 reset 0 0 0
        1809 reset 0 0 0",
    );
}

/// Timers fire once a minute in a hidden tab, and the broker wants to hear it more often.
#[test]
fn a_hidden_tab_keeps_its_broker() {
    let script = "stomp seed=1 clients=1\n0 open 0 0 0\n1000 hide 0 0 0\n3600000 say 0 0 0";
    let (violation, stats) = run(&script.parse().expect("a script"));
    assert_eq!(violation, None);
    assert_eq!(stats.losses.len(), 0, "{:?}", stats.losses);
}

/// A relay had not noticed yet that the older link was gone, and told its words to the new one: it tells nobody his own.
#[test]
fn what_a_relay_tells_of_an_older_link_is_no_promise_for_the_next_message() {
    play(
        "relay seed=15426127754963492689 clients=1 latency=20 jitter=0
        0 open 0 0 0
        41 stall-link 0 27230 0
        0 send 0 0 0
        25354 reset 0 0 0
        2705 bye 0 0 0",
    );
}

/// Links that end on a first line take the id from the next, which then cannot say that it is sent again.
#[test]
fn a_copy_without_an_id_is_sent_where_that_was_asked_for() {
    play(
        "relay seed=14578521872548929026 clients=1 latency=20 jitter=0 always
        0 open 1 0 0
        0 send 1 0 0
        79 server-close 1 1011 0",
    );
    play(
        "sock-relay seed=13096882855985684353 clients=3 latency=20 jitter=0 always
        0 open 0 0 0
        0 open 2 0 0
        149 send 0 0 0
        0 reset 0 0 0
        0 send 0 0 0
        1240 reset 0 0 0",
    );
    play(
        "resuming seed=5707227375468472127 clients=1 latency=20 jitter=0 always
        0 open 2 0 0
        0 accept-close 0 1937 0
        0 send 2 0 0
        2375 send 0 0 0
        2770 server-close 2 0 0",
    );
}

/// A live line had overtaken what was being told again when the link broke.
#[test]
fn a_line_held_on_a_link_that_broke_does_not_overtake_what_was_missed() {
    play(
        "resuming-all seed=1030534406973000705 clients=3 latency=400 jitter=300
        0 open 0 0 0
        0 open 1 0 0
        0 open 2 0 0
        0 send 2 0 0
        2305 send 0 0 0
        2791 offline 2 14507 0
        0 send 0 0 0
        0 send 0 0 0
        0 send 2 0 0
        1649 send 0 0 0
        16248 offline 2 16036 0
        21502 offline 2 3121 0
        3569 send 1 0 0",
    );
}

/// The link ended between the first answer to a heartbeat and the second, which was to show that it was one.
#[test]
fn an_answer_to_a_heartbeat_that_its_link_leaves_unconfirmed_is_not_shown() {
    play(
        "echo seed=18297918316865075557 clients=1 latency=60 jitter=10 provided
        0 open 0 0 0
        93 refuse 0 903 0
        0 cut 0 2 0
        3573 cut 0 2 0",
    );
}

/// A message on a slow uplink, while the server's answers to heartbeats tell that it has not been read.
#[test]
fn what_waits_before_a_slow_uplink_is_doubted_where_the_server_answers() {
    play(
        "channel seed=798938270558121286 clients=2 latency=20 jitter=0
        0 open 0 0 0
        0 open 1 0 0
        1350 slow 0 1 0
        0 send 0 924 0
        6666 send 1 0 0
        34553 send 0 0 0
        23 send 0 0 0",
    );
}

#[test]
fn a_sleep_of_days_in_every_state_of_the_link() {
    for kind in [
        "channel",
        "relay",
        "echo",
        "sio-full",
        "stomp",
        "sock-channel",
        "sock-stomp",
    ] {
        for moment in [0, 10, 50, 100, 1_000, 30_000] {
            for cut in [0, 1] {
                play(&format!(
                    "{kind} seed=7 clients=1 latency=20\n0 open 0 0 0\n0 send 0 5 0\n{moment} sleep 0 300000000 {cut}\n9 send 0 5 0"
                ));
            }
        }
    }
}

/// A line came before its SUBSCRIBE counted, so that it never came back. The page stood still until long after it was due.
#[test]
fn a_line_that_the_broker_kept_to_itself_ends_no_link() {
    play(
        "spring seed=663351627155574300 clients=3 latency=60 jitter=300
        0 open 1 0 0
        0 open 2 0 0
        27 send 2 110 0
        31 open 0 10520 0
        275 send 1 26 0
        0 send 1 26 0
        3048 server-close 1 1011 0
        3369 freeze-page 1 46173 0
        39887 server-close 2 1001 0",
    );
}
