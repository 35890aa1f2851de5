//! Pure: the page's own words, in English and in Chinese.

use leptos_chat::{Language, Protocol};

/// The table.
pub struct Words {
    pub language: &'static str,
    pub server: &'static str,
    pub server_url: &'static str,
    pub protocol: &'static str,
    pub your_name: &'static str,
    pub name_hint: &'static str,
    pub connect: &'static str,
    pub disconnect: &'static str,
    pub asks_first: &'static str,
    pub hint: &'static str,
    auto_detect: &'static str,
    plain_text: &'static str,
}

static ENGLISH: Words = Words {
    language: "Language",
    server: "Server",
    server_url: "Server URL",
    protocol: "Protocol",
    your_name: "Your name",
    name_hint: "Anonymous",
    connect: "Connect",
    disconnect: "Disconnect",
    asks_first: "This link wants to connect you to {}. If you trust that server, press Connect.",
    hint: "Enter sends, Shift+Enter starts a new line. What you write while the connection is down is sent when it is back.",
    auto_detect: "Auto-detect",
    plain_text: "Plain text",
};

static CHINESE: Words = Words {
    language: "语言",
    server: "服务器",
    server_url: "服务器地址",
    protocol: "协议",
    your_name: "你的名字",
    name_hint: "匿名",
    connect: "连接",
    disconnect: "断开连接",
    asks_first: "此链接想让你连接到 {}。如果信任该服务器，请点击“连接”。",
    hint: "按 Enter 发送，按 Shift+Enter 换行。断线时写的消息会在连接恢复后发送。",
    auto_detect: "自动检测",
    plain_text: "纯文本",
};

/// The words of a language.
pub const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

/// A language's own name for itself, short.
pub const fn name(language: Language) -> &'static str {
    match language {
        Language::English => "EN",
        Language::Chinese => "中文",
    }
}

/// What a person reads for a protocol.
pub fn protocol(language: Language, protocol: Protocol) -> &'static str {
    match protocol.name() {
        "auto" => of(language).auto_detect,
        "text" => of(language).plain_text,
        "json" => "JSON",
        "socket.io" => "Socket.IO",
        "stomp" => "STOMP",
        "sockjs" => "SockJS",
        other => other,
    }
}
