//! Pure: the page's own words, in English and in Chinese.

use leptos_chat::shape::{PathError, Preset, TemplateError};
use leptos_chat::{Language, Protocol};

use super::field::{Field, Trouble};

/// The table.
pub struct Phrases {
    pub language: &'static str,
    pub server: &'static str,
    pub server_url: &'static str,
    pub protocol: &'static str,
    pub your_name: &'static str,
    pub name_hint: &'static str,
    pub connect: &'static str,
    pub disconnect: &'static str,
    pub asks_first: &'static str,
    pub asks_to_speak: &'static str,
    pub wrong_setting: &'static str,
    pub hint: &'static str,
    pub more: &'static str,
    pub learnt: &'static str,
    pub shape: &'static str,
    pub other_shape: &'static str,
    auto_detect: &'static str,
    plain_text: &'static str,
}

static ENGLISH: Phrases = Phrases {
    language: "Language",
    server: "Server",
    server_url: "Server URL",
    protocol: "Protocol",
    your_name: "Your name",
    name_hint: "Anonymous",
    connect: "Connect",
    disconnect: "Disconnect",
    asks_first: "This link wants to connect you to {}. If you trust that server, press Connect.",
    asks_to_speak: "This link wants to connect you to {} and to speak there in your name, as the settings below say. If you want that, press Connect.",
    wrong_setting: "Something in the settings below cannot be used: {}.",
    hint: "Enter sends, Shift+Enter starts a new line. What you write while the connection is down is sent when it is back.",
    more: "More settings",
    learnt: "Learn it from the server",
    shape: "Shape of messages",
    other_shape: "Another shape…",
    auto_detect: "Auto-detect",
    plain_text: "Plain text",
};

static CHINESE: Phrases = Phrases {
    language: "语言",
    server: "服务器",
    server_url: "服务器地址",
    protocol: "协议",
    your_name: "你的名字",
    name_hint: "匿名",
    connect: "连接",
    disconnect: "断开连接",
    asks_first: "此链接想让你连接到 {}。如果信任该服务器，请点击“连接”。",
    asks_to_speak: "此链接想让你连接到 {}，并按下方设置以你的名义发送内容。如果愿意，请点击“连接”。",
    wrong_setting: "下方设置中有一项无法使用：{}。",
    hint: "按 Enter 发送，按 Shift+Enter 换行。断线时写的消息会在连接恢复后发送。",
    more: "更多设置",
    learnt: "从服务器学习",
    shape: "消息格式",
    other_shape: "其他格式…",
    auto_detect: "自动检测",
    plain_text: "纯文本",
};

/// The words of a language.
pub const fn of(language: Language) -> &'static Phrases {
    match language {
        Language::Chinese => &CHINESE,
        _ => &ENGLISH,
    }
}

/// A language's own name for itself, short.
pub const fn name(language: Language) -> &'static str {
    match language {
        Language::Chinese => "中文",
        _ => "EN",
    }
}

/// The name of a field.
pub const fn field(language: Language, field: Field) -> &'static str {
    let (english, chinese) = match field {
        Field::Preset => ("Preset", "预设"),
        Field::Send => ("Message template", "消息模板"),
        Field::Text => ("Path of the text", "正文路径"),
        Field::From => ("Path of the sender", "发送者路径"),
        Field::Id => ("Path of the id", "编号路径"),
        Field::Hello => ("Sent at each opening", "每次连接时发送"),
        Field::Ready => ("Answer to wait for", "等待的回应"),
        Field::Ping => ("Ping", "Ping"),
        Field::Pong => ("Pong", "Pong"),
        Field::Secret => ("Secret", "密钥"),
        Field::Destination => ("Destination", "目的地"),
        Field::Event => ("Event", "事件"),
        Field::Listen => ("Listen to", "监听"),
        Field::Namespace => ("Namespace", "命名空间"),
        Field::Auth => ("Auth payload", "认证数据"),
        Field::Login => ("Login", "登录名"),
        Field::Password => ("Password", "密码"),
        Field::VirtualHost => ("Virtual host", "虚拟主机"),
        Field::ConnectHeader => ("Header of CONNECT", "CONNECT 请求头"),
        Field::SubscribeHeader => ("Header of SUBSCRIBE", "SUBSCRIBE 请求头"),
        Field::SendHeader => ("Header of SEND", "SEND 请求头"),
        Field::Subprotocol => ("Subprotocols", "子协议"),
        Field::Heartbeat => ("Heartbeat (s)", "心跳（秒）"),
    };
    either(language, english, chinese)
}

const fn either(language: Language, english: &'static str, chinese: &'static str) -> &'static str {
    match language {
        Language::Chinese => chinese,
        _ => english,
    }
}

/// What a field may hold.
pub const fn example(field: Field) -> &'static str {
    match field {
        Field::Send => r#"{"message":"{text}"}"#,
        Field::Text => "data.body",
        Field::From => "data.author.name",
        Field::Id => "data.id",
        Field::Hello => r#"{"type":"join","user":"{user}"}"#,
        Field::Ready => "confirm_subscription",
        Field::Ping => r#"{"type":"ping"}"#,
        Field::Pong => r#"{"type":"pong"}"#,
        Field::Secret => "{secret}",
        Field::Destination => "/topic/chat",
        Field::Namespace => "/",
        Field::Auth => r#"{"token":"…"}"#,
        Field::ConnectHeader => "Authorization: Bearer …",
        Field::SubscribeHeader => "selector: priority > 3",
        Field::SendHeader => "x-token: …",
        Field::Event => "message",
        Field::Listen => "new message",
        Field::Subprotocol => "chat.v1",
        Field::Heartbeat => "20",
        Field::Preset | Field::Login | Field::Password | Field::VirtualHost => "",
    }
}

/// What is wrong with a field's value.
pub fn trouble(language: Language, trouble: &Trouble) -> String {
    match (language, trouble) {
        (Language::English, trouble) => trouble.to_string(),
        (_, Trouble::Template(error)) => template(error),
        (_, Trouble::Path(error)) => path(*error).into(),
        (_, Trouble::Heartbeat) => "应为不小于 1 的秒数，或 off".into(),
        (_, Trouble::Auth) => "不是 JSON 对象，例如 {\"token\":\"…\"}".into(),
        (_, Trouble::Header) => "不是请求头，例如 Authorization: Bearer …".into(),
        (_, Trouble::Preset) => "没有这个名称的预设".into(),
    }
}

/// In Chinese.
fn template(error: &TemplateError) -> String {
    match error {
        TemplateError::Empty => "模板为空".into(),
        TemplateError::UnknownName(name) => format!(
            "没有 {{{name}}}，只有 {{text}}、{{user}}、{{id}}、{{secret}}、{{heard:路径}} 和 {{first:路径}}"
        ),
        TemplateError::Path(error) => format!("heard: 之后：{}", path(*error)),
        TemplateError::Default(value) => format!("| 之后不是 JSON 值：{value}"),
        TemplateError::NotJson(error) => format!("不是 JSON：{error}"),
        TemplateError::TooDeep => "名称嵌套在四层以上的字符串中".into(),
        TemplateError::NoText => "模板中没有 {text}".into(),
        other => other.to_string(),
    }
}

/// In Chinese.
const fn path(error: PathError) -> &'static str {
    match error {
        PathError::Empty => "路径为空",
        PathError::EmptyStep => "路径的两个点之间缺少名称",
        PathError::TooLong => "路径超过 16 级",
        _ => "路径无效",
    }
}

/// What a preset is for.
pub fn preset(language: Language, preset: &Preset) -> &'static str {
    match (language, preset.name) {
        (Language::English, _) => preset.about,
        (_, "plain") => "只有文字（FastAPI、axum、ws）",
        (_, "text") => "含 \"text\" 的对象",
        (_, "message") => "含 \"message\" 的对象（Django Channels）",
        (_, "user-message") => "含 \"user\" 和 \"message\" 的对象",
        (_, "type-message") => "含 \"type\" 和 \"message\" 的对象",
        (_, "body") => "含 \"body\" 的对象（Tornado）",
        (_, "event-data") => "事件名及其数据（NestJS）",
        (_, "action-data") => "动作及其数据（API Gateway）",
        (_, "action-cable") => "Rails 的 Action Cable，ChatChannel",
        (_, "phoenix") => "Phoenix 频道 room:lobby，地址 /socket/websocket?vsn=2.0.0",
        (_, "signalr") => "SignalR 的 JSON 协议，SendMessage",
        _ => preset.about,
    }
}

/// What a person reads for a protocol.
pub fn protocol(language: Language, protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Auto => of(language).auto_detect,
        Protocol::Text => of(language).plain_text,
        other => other.title(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_chat::shape::PRESETS;

    #[test]
    fn each_preset_is_told_in_chinese() {
        for each in PRESETS {
            let chinese = preset(Language::Chinese, each);
            assert_ne!(chinese, each.about, "{}", each.name);
        }
    }
}
