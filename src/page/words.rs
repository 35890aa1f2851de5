//! Pure: the page's own words, in English and in Chinese.

use leptos_chat::{Language, Protocol};

use super::extras::Field;

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
    pub more: &'static str,
    destination: &'static str,
    listen: &'static str,
    login: &'static str,
    password: &'static str,
    virtual_host: &'static str,
    connect_header: &'static str,
    hello: &'static str,
    send: &'static str,
    text: &'static str,
    from: &'static str,
    event: &'static str,
    namespace: &'static str,
    heartbeat: &'static str,
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
    more: "More settings",
    destination: "Destination",
    listen: "Listen to",
    login: "Login",
    password: "Password",
    virtual_host: "Virtual host",
    connect_header: "Header of CONNECT",
    hello: "Sent at each opening",
    send: "Message template",
    text: "Path of the text",
    from: "Path of the sender",
    event: "Event",
    namespace: "Namespace",
    heartbeat: "Heartbeat (s)",
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
    more: "更多设置",
    destination: "目的地",
    listen: "监听目的地",
    login: "登录名",
    password: "密码",
    virtual_host: "虚拟主机",
    connect_header: "CONNECT 请求头",
    hello: "每次连接时发送",
    send: "消息模板",
    text: "正文路径",
    from: "发送者路径",
    event: "事件",
    namespace: "命名空间",
    heartbeat: "心跳（秒）",
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

/// The name of a field.
pub const fn field(language: Language, field: Field) -> &'static str {
    let words = of(language);
    match field {
        Field::Destination => words.destination,
        Field::Listen => words.listen,
        Field::Login => words.login,
        Field::Password => words.password,
        Field::VirtualHost => words.virtual_host,
        Field::ConnectHeader => words.connect_header,
        Field::Hello => words.hello,
        Field::Send => words.send,
        Field::Text => words.text,
        Field::From => words.from,
        Field::Event => words.event,
        Field::Namespace => words.namespace,
        Field::Heartbeat => words.heartbeat,
    }
}

/// What counts while a field is empty.
pub const fn example(field: Field) -> &'static str {
    match field {
        Field::Destination | Field::Listen => "/topic/chat",
        Field::Login | Field::Password => "",
        Field::VirtualHost => "",
        Field::Namespace => "/",
        Field::ConnectHeader => "Authorization: Bearer …",
        Field::Hello => "{user}",
        Field::Send => r#"{"text":"{text}"}"#,
        Field::Text => "data.body",
        Field::From => "data.user",
        Field::Event => "message",
        Field::Heartbeat => "20",
    }
}

/// What a person reads for a protocol.
pub fn protocol(language: Language, protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Auto => of(language).auto_detect,
        Protocol::Text => of(language).plain_text,
        Protocol::Json => "JSON",
        Protocol::SocketIo => "Socket.IO",
        Protocol::Stomp => "STOMP",
        Protocol::SockJs => "SockJS",
        other => other.name(),
    }
}
