//! What the chat says of a connection and its messages, in whole sentences.

use super::numbers::{grouped, size};
use super::one_line;
use super::phrases::{CHINESE, ENGLISH, Phrases, filled};
use super::tag::Language;
use crate::chat::advice::Advice;
use crate::connection::{ClosedReason, Disconnect, Failure, SendError, State, UrlError};
use crate::session::{CloseEvent, Protocol, Reason, Spoken};

impl Language {
    /// What to tell a person whose URL cannot be used.
    #[must_use]
    pub fn url_error(self, error: &UrlError) -> String {
        match (self, error) {
            (Self::English, UrlError::Empty) => {
                "Enter the server's URL, such as ws://127.0.0.1:4181/channel.".into()
            }
            (Self::English, UrlError::Scheme(Some(scheme))) => {
                format!("The URL starts with {scheme}://. It has to start with ws:// or wss://.")
            }
            (Self::English, UrlError::Scheme(None)) => {
                "The URL has to start with ws:// or wss://.".into()
            }
            (Self::English, UrlError::NoHost) => "The URL names no host after the ://.".into(),
            (Self::English, UrlError::Port(port)) => {
                format!("{port} is no port. Ports are numbers from 0 to 65535.")
            }
            (Self::English, UrlError::Credentials) => {
                "A URL is no place for a user name or a password. Take it out.".into()
            }
            (Self::English, UrlError::Invalid) => {
                "This is not a valid URL. Check it for spaces and typing errors.".into()
            }
            (Self::Chinese, UrlError::Empty) => {
                "请输入服务器地址，例如 ws://127.0.0.1:4181/channel。".into()
            }
            (Self::Chinese, UrlError::Scheme(Some(scheme))) => {
                format!("地址以 {scheme}:// 开头，应以 ws:// 或 wss:// 开头。")
            }
            (Self::Chinese, UrlError::Scheme(None)) => "地址应以 ws:// 或 wss:// 开头。".into(),
            (Self::Chinese, UrlError::NoHost) => "地址中 :// 之后缺少主机名。".into(),
            (Self::Chinese, UrlError::Port(port)) => {
                format!("{port} 不是有效端口，端口范围是 0 到 65535。")
            }
            (Self::Chinese, UrlError::Credentials) => "地址中不应包含用户名或密码，请删除。".into(),
            (Self::Chinese, UrlError::Invalid) => "地址无效，请检查是否有空格或拼写错误。".into(),
        }
    }
}

/// For views of this crate's kin.
#[doc(hidden)]
impl Language {
    pub const fn phrases(self) -> &'static Phrases {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// The status in a few words. It stays the same from one attempt to the next, so that it is spoken once.
    pub fn status(self, state: &State, lost: Option<String>) -> String {
        let words = self.phrases();
        match (state, lost) {
            (State::Idle, _) => words.idle.into(),
            (State::Connecting | State::Handshaking | State::Waiting { .. }, Some(why)) => {
                filled(words.lost, &[&why])
            }
            (State::Connecting | State::Handshaking | State::Waiting { .. }, None) => {
                words.connecting.into()
            }
            (State::Open, _) => words.open.into(),
            (State::Closing { .. }, _) => words.closing.into(),
            (State::Closed { .. }, _) => words.closed.into(),
        }
    }

    /// Why there is no connection. `refuses`: this page's origin, where the server is there and refuses it.
    pub fn lost(self, why: &Disconnect, refuses: Option<&str>) -> String {
        match (why, refuses) {
            (Disconnect::Refused, Some(origin)) => filled(self.phrases().refused_here, &[origin]),
            _ => self.disconnect(why),
        }
    }

    /// What may be the matter.
    pub fn advice(self, advice: &Advice) -> String {
        let words = self.phrases();
        match advice {
            Advice::ClosedOnLine { reason } if reason.is_empty() => words.closed_on_line.into(),
            Advice::ClosedOnLine { reason } => {
                let reason = one_line::reason(reason);
                filled(words.closed_on_line_saying, &[&reason])
            }
            Advice::EndsWhenSilent { seconds } => {
                filled(words.ends_when_silent, &[&seconds.to_string()])
            }
            Advice::NothingHeard => words.nothing_heard.into(),
        }
    }

    /// How long nothing was heard.
    pub fn not_heard(self, minutes: u64) -> String {
        filled(self.phrases().not_heard, &[&minutes.to_string()])
    }

    /// Why a link was lost, to stand in a sentence.
    pub fn disconnect(self, why: &Disconnect) -> String {
        let words = self.phrases();
        match why {
            Disconnect::Closed(close) => self.close(close),
            Disconnect::Refused => words.refused.into(),
            Disconnect::ConnectTimeout => words.timeout.into(),
            Disconnect::Silent => words.silent.into(),
            Disconnect::Session(reason) | Disconnect::Unprepared(reason) => self.told(reason),
            Disconnect::Offline => words.offline.into(),
            Disconnect::Stale => words.stale.into(),
        }
    }

    /// Why it is over, where a person can do something about it.
    #[inline(never)]
    pub fn closed(self, reason: &ClosedReason) -> Option<String> {
        let words = self.phrases();
        Some(match reason {
            ClosedReason::App => return None,
            ClosedReason::Server(close) => filled(words.ended, &[&self.close(close)]),
            // The sentence says "refused" already.
            ClosedReason::Rejected(Reason::Refused) => words.rejected_without_words.into(),
            ClosedReason::Rejected(reason @ Reason::Server(_)) => {
                filled(words.rejected_in_words, &[&self.told(reason)])
            }
            ClosedReason::Rejected(reason) => filled(words.rejected, &[&self.told(reason)]),
            ClosedReason::BadUrl(error) => self.url_error(error),
            ClosedReason::Forbidden(_) => words.forbidden.into(),
            ClosedReason::OutOfAttempts(last) => filled(words.gave_up, &[&self.disconnect(last)]),
        })
    }

    fn close(self, close: &CloseEvent) -> String {
        let words = self.phrases();
        let what = match close.code {
            1001 => words.going_away,
            1002 | 1003 | 1007 => words.protocol_error,
            1006 => words.broke_off,
            1008 => words.policy,
            1009 => words.too_big,
            1011 => words.server_error,
            1012 => words.restarting,
            1013 => words.busy,
            3000 | 4401 => words.unauthorized,
            3003 | 4403 => words.not_allowed,
            _ => words.server_closed,
        };
        let what = match close.code {
            1000 | 1001 | 1005 | 1006 => what.into(),
            code => filled(words.with_code, &[what, &code.to_string()]),
        };
        if close.reason.is_empty() {
            what
        } else {
            filled(
                words.with_reason,
                &[&what, &one_line::reason(&close.reason)],
            )
        }
    }

    pub fn failure(self, failure: &Failure) -> String {
        match failure {
            Failure::Unconfirmed => self.phrases().unconfirmed.into(),
            Failure::Interrupted => self.phrases().interrupted.into(),
            Failure::EndsLinks { len } => filled(self.phrases().ends_links, &[&size(*len)]),
            Failure::Refused(reason) => filled(self.phrases().not_accepted, &[&self.told(reason)]),
            Failure::Expired => self.phrases().expired.into(),
            Failure::Moved(_) => self.phrases().moved.into(),
            Failure::Cancelled => self.phrases().cancelled.into(),
        }
    }

    pub fn send_error(self, error: SendError) -> String {
        let words = self.phrases();
        match error {
            SendError::Closed => words.send_closed.into(),
            SendError::Full => words.send_full.into(),
            SendError::WouldWait => words.send_would_wait.into(),
            SendError::TooLarge { len, limit } => {
                filled(words.send_too_large, &[&size(len), &size(limit)])
            }
        }
    }

    pub fn seconds(self, seconds: u64) -> String {
        filled(self.phrases().next_attempt, &[&seconds.to_string()])
    }

    pub fn new_messages(self, count: u64) -> String {
        match (self, count) {
            (Self::English, 1) => "1 new message".into(),
            (Self::English, _) => format!("{} new messages", grouped(count)),
            (Self::Chinese, _) => format!("{} 条新消息", grouped(count)),
        }
    }

    /// How many messages came that are no lines of the chat.
    pub fn other_messages(self, count: u64) -> String {
        match (self, count) {
            (Self::English, 1) => "1 other message".into(),
            (Self::English, _) => format!("{} other messages", grouped(count)),
            (Self::Chinese, _) => format!("{} 条其他消息", grouped(count)),
        }
    }

    /// The server told an error.
    pub fn error_said(self, words: &str) -> String {
        let words = one_line::reason(words);
        filled(self.phrases().error_said, &[&words])
    }

    pub fn message_from(self, sender: Option<&str>) -> String {
        let words = self.phrases();
        let sender = sender.and_then(one_line::name);
        filled(
            words.message_from,
            &[sender.as_deref().unwrap_or(words.someone_said)],
        )
    }

    /// Own messages were not sent, the last of them for this reason.
    pub fn not_sent(self, count: u64, why: &Failure) -> String {
        let why = self.failure(why);
        match (self, count) {
            (Self::English, 1) => format!("Message not sent: {why}"),
            (Self::English, _) => format!("{} messages not sent: {why}", grouped(count)),
            (Self::Chinese, 1) => format!("消息未发送：{why}"),
            (Self::Chinese, _) => format!("{} 条消息未发送：{why}", grouped(count)),
        }
    }

    pub fn show_all(self, bytes: usize) -> String {
        filled(self.phrases().show_all, &[&size(bytes)])
    }

    pub fn binary(self, bytes: usize) -> String {
        filled(self.phrases().binary, &[&grouped(bytes as u64)])
    }

    /// What the connection speaks, as a person reads it.
    pub fn spoken(self, spoken: &Spoken) -> String {
        match spoken {
            Spoken::Plain(protocol) => self.protocol(*protocol).into(),
            Spoken::OverSockJs(inside) => {
                format!("SockJS, {}", self.protocol(*inside))
            }
            other => one_line::reason(&other.to_string()),
        }
    }

    fn protocol(self, protocol: Protocol) -> &'static str {
        match protocol {
            Protocol::Auto => self.phrases().detecting,
            Protocol::Text => self.phrases().plain_text,
            other => other.title(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(code: u16, reason: &str) -> CloseEvent {
        CloseEvent {
            code,
            reason: reason.into(),
            was_clean: true,
        }
    }

    #[test]
    fn the_status_does_not_change_from_one_attempt_to_the_next() {
        let waiting = State::Waiting {
            until: crate::time::Instant::START,
        };
        let lost = || Some(Language::English.lost(&Disconnect::Refused, None));
        let text = Language::English.status(&waiting, lost());
        assert_eq!(
            text,
            "Not connected: the server could not be reached. Trying again."
        );
        assert_eq!(Language::English.status(&State::Connecting, lost()), text);
        assert_eq!(Language::English.status(&State::Handshaking, lost()), text);
        assert_eq!(
            Language::English.status(&State::Connecting, None),
            "Connecting…"
        );
    }

    #[test]
    fn a_server_that_is_there_and_refuses_is_told_with_this_pages_origin() {
        let lost = Language::English.lost(&Disconnect::Refused, Some("https://page.example"));
        assert!(
            lost.contains("is there") && lost.contains("https://page.example"),
            "{lost}"
        );
        let silent = Language::English.lost(&Disconnect::Silent, Some("https://page.example"));
        assert_eq!(silent, Language::English.disconnect(&Disconnect::Silent));
    }

    #[test]
    fn a_refusal_without_words_is_not_said_twice() {
        let text = Language::English.closed(&ClosedReason::Rejected(Reason::Refused));
        let text = text.unwrap_or_default();
        assert_eq!(text.matches("refused").count(), 1, "{text}");
    }

    #[test]
    fn the_servers_own_words_are_told() {
        let banned = ClosedReason::Server(close(1008, "banned"));
        for (language, words) in [(Language::English, "policy"), (Language::Chinese, "策略")] {
            let text = language.closed(&banned).unwrap();
            assert!(
                text.contains("banned") && text.contains("1008") && text.contains(words),
                "{text}"
            );
        }
        assert_eq!(Language::English.closed(&ClosedReason::App), None);
    }

    #[test]
    fn braces_in_the_servers_words_stay_as_they_are() {
        let lost = Disconnect::Closed(close(4000, "{} and {}"));
        assert_eq!(
            Language::English.disconnect(&lost),
            "the server closed the connection (code 4000): “{} and {}”"
        );
    }

    #[test]
    fn a_reason_cannot_reorder_the_sentence_around_it() {
        let lost = Disconnect::Closed(close(4000, "\u{202e}x\ny"));
        assert!(
            Language::English
                .disconnect(&lost)
                .ends_with("“\u{fffd}x y”")
        );
        let refused = Failure::Refused(Reason::Server("too\u{2067}long".into()));
        assert_eq!(
            Language::English.not_sent(1, &refused),
            "Message not sent: Not accepted: too\u{fffd}long"
        );
        assert_eq!(
            Language::Chinese.not_sent(2, &Failure::Unconfirmed),
            "2 条消息未发送：连接中断，消息可能未送达。"
        );
    }

    #[test]
    fn numbers_stand_in_sentences() {
        assert_eq!(Language::English.binary(1_234), "binary, 1,234 bytes");
        assert_eq!(Language::English.new_messages(1), "1 new message");
        assert_eq!(Language::Chinese.new_messages(3), "3 条新消息");
    }
}
