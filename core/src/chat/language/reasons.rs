//! Reasons in a person's language. Somebody's own words stay as they are, within marks where the sentence is Chinese.

use crate::chat::advice::Advice;
use crate::session::{FetchError, Reason};

use super::numbers::size;
use super::one_line;
use super::tag::Language;

#[doc(hidden)]
impl Language {
    /// A reason, to stand in a sentence.
    pub fn told(self, reason: &Reason) -> String {
        match self {
            Self::English => english(reason),
            Self::Chinese => chinese(reason),
        }
    }

    /// A stranger's words.
    fn quoted(self, words: &str) -> String {
        match self {
            Self::English => one_line::reason(words),
            Self::Chinese => format!("“{}”", one_line::reason(words)),
        }
    }
}

fn english(reason: &Reason) -> String {
    match reason {
        Reason::Server(words)
        | Reason::App(words)
        | Reason::Browser(words)
        | Reason::Codec(words) => Language::English.quoted(words),
        Reason::TooLarge { len, limit } => format!(
            "it has {}, and no more than {} are taken",
            size(*len),
            size(*limit)
        ),
        reason => reason.to_string(),
    }
}

/// Each reason is named: one without a translation does not compile.
fn chinese(reason: &Reason) -> String {
    match reason {
        Reason::Server(words)
        | Reason::App(words)
        | Reason::Browser(words)
        | Reason::Codec(words) => Language::Chinese.quoted(words),
        Reason::TooLarge { len, limit } => {
            format!("大小为 {}，上限为 {}", size(*len), size(*limit))
        }
        Reason::Fetch(FetchError::Status(status)) => {
            format!("查询服务器信息时，服务器返回 {status}")
        }
        Reason::Fetch(FetchError::Unreachable) => {
            "无法获取服务器信息，或服务器不允许此页面读取（CORS）".into()
        }
        Reason::Fetch(FetchError::Unsupported) => "此版本无法获取服务器信息".into(),
        Reason::Load(_) => "此页面的一部分无法加载；如果一直如此，请重新加载页面".into(),
        Reason::ClosedOnLine => {
            "服务器在收到第一条消息后立即关闭了连接；它可能需要另一种消息格式".into()
        }
        Reason::NotText => "二进制数据不是 UTF-8 文本".into(),
        Reason::NoUrl => "没有给出地址".into(),
        Reason::NotJoined(name) => format!("尚未加入 {name}"),
        Reason::NoArguments => "参数不是 JSON 数组".into(),
        Reason::ProtocolUnknown => "尚未识别服务器的协议".into(),
        Reason::ServerClosed => "服务器关闭了连接".into(),
        Reason::Disconnected => "服务器断开了此客户端".into(),
        Reason::SessionLost => "服务器丢失了会话".into(),
        Reason::Refused => "服务器未接受".into(),
        Reason::ErrorReported => "服务器报告错误".into(),
        Reason::HeartbeatMissed => "服务器没有及时收到心跳".into(),
        Reason::NobodyListens(event) => {
            format!(
                "服务器上似乎没有人监听事件“{}”，请设置它需要的事件",
                one_line::reason(event)
            )
        }
        Reason::EndsWhenSilent { seconds } => {
            Language::Chinese.advice(&Advice::EndsWhenSilent { seconds: *seconds })
        }
        Reason::NotSocketIo => "这不是 Socket.IO 服务器".into(),
        Reason::SocketIo2 => "这是 Socket.IO 2 服务器，此客户端需要 Socket.IO 3 或 4".into(),
        Reason::PollingOnly => {
            "此 Socket.IO 服务器只提供轮询传输，请在服务器上开启 WebSocket 传输".into()
        }
        Reason::NotSockJs => "这不是 SockJS 服务器".into(),
        Reason::WebSocketOff => "此 SockJS 服务器关闭了 WebSocket 传输".into(),
        Reason::BinaryInSockJs => "SockJS 只能传输文本".into(),
        Reason::NotStomp => "这不是 STOMP 服务器".into(),
        Reason::BrokerSendsTextOnly => "此代理只发送文本，二进制数据会中断所有订阅者的连接".into(),
        Reason::NotInThisBuild(protocol) => format!("此版本不支持 {}", protocol.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_reasons_are_chinese_in_chinese_and_the_servers_words_stay() {
        let told = |reason: Reason| Language::Chinese.told(&reason);
        assert_eq!(told(Reason::NotStomp), "这不是 STOMP 服务器");
        assert_eq!(told(Reason::Server("Bad CONNECT".into())), "“Bad CONNECT”");
        // The server's words are its own, even where they read like ours.
        assert_eq!(
            told(Reason::Server("this is not a STOMP server".into())),
            "“this is not a STOMP server”"
        );
    }

    #[test]
    fn sizes_are_told_as_a_person_reads_them() {
        let reason = Reason::TooLarge {
            len: 2_000_000,
            limit: 65_536,
        };
        assert_eq!(
            Language::English.told(&reason),
            "it has 2.0 MB, and no more than 65.5 kB are taken"
        );
    }
}
