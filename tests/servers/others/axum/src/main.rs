//! axum's chat example: the first text is the name; then `name: text` goes to everybody, its sender too.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::IntoResponse;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast;

struct AppState {
    user_set: Mutex<HashSet<String>>,
    tx: broadcast::Sender<String>,
}

#[tokio::main]
async fn main() {
    let port = std::env::args().nth(1).expect("a port");
    let (tx, _rx) = broadcast::channel(100);
    let state = Arc::new(AppState {
        user_set: Mutex::default(),
        tx,
    });
    let app = Router::new()
        .route("/websocket", get(websocket_handler))
        .with_state(state);
    let address = format!("127.0.0.1:{port}");
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .expect("a free port");
    axum::serve(listener, app).await.expect("a server");
}

async fn websocket_handler(
    ws: WebSocketUpgrade,
    State(state): State<Arc<AppState>>,
) -> impl IntoResponse {
    ws.on_upgrade(|socket| websocket(socket, state))
}

async fn websocket(stream: WebSocket, state: Arc<AppState>) {
    let (mut sender, mut receiver) = stream.split();
    let mut username = String::new();
    while let Some(Ok(message)) = receiver.next().await {
        if let Message::Text(name) = message {
            if !state
                .user_set
                .lock()
                .expect("no panic")
                .insert(name.to_string())
            {
                let _ = sender.send(Message::text("Username already taken.")).await;
                return;
            }
            username = name.to_string();
            break;
        }
    }
    let mut rx = state.tx.subscribe();
    let _ = state.tx.send(format!("{username} joined."));
    let mut send_task = tokio::spawn(async move {
        while let Ok(text) = rx.recv().await {
            if sender.send(Message::text(text)).await.is_err() {
                break;
            }
        }
    });
    let (tx, name) = (state.tx.clone(), username.clone());
    let mut recv_task = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = receiver.next().await {
            let _ = tx.send(format!("{name}: {text}"));
        }
    });
    tokio::select! {
        _ = &mut send_task => recv_task.abort(),
        _ = &mut recv_task => send_task.abort(),
    };
    let _ = state.tx.send(format!("{username} left."));
    state.user_set.lock().expect("no panic").remove(&username);
}
