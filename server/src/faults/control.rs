//! `/control`: faults for all clients at once, and what the server saw. Plain HTTP, for tests.
//!
//! | request | what it does | answer |
//! |---|---|---|
//! | `POST drop-all[?reset=true]` | ends every TCP connection but the asking one | `{"dropped":n}` |
//! | `POST close-all?code=&reason=` | sends everybody a close frame | `{"closed":n}` |
//! | `POST refuse?on=true\|false` | while on, every handshake is answered 503 | `{"refusing":bool}` |
//! | `POST say?room=channel\|relay&text=` | the server says something; without `text`, the body | `{"receivers":n}` |
//! | `GET stats` | counts, and the last 1000 texts received | `{"clients","received","sent","log"}` |

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::ws::Message;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use crate::app::{App, Parameters, json};
use crate::endpoint::Endpoint;
use crate::faults::plan::{goodbye, value};
use crate::listener::Peer;

type Answer = Result<Response, (StatusCode, String)>;

/// The routes below `/control`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/drop-all", post(drop_all))
        .route("/close-all", post(close_all))
        .route("/refuse", post(refuse))
        .route("/say", post(say))
        .route("/stats", get(stats))
}

fn bad_request(error: String) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, format!("{error}\n"))
}

async fn drop_all(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    let reset = value(&parameters, "reset", false).map_err(bad_request)?;
    // The asking connection stays, or the asker would never get the answer.
    Ok(json(
        &json!({ "dropped": app.links.cut_all(Some(&peer.link), reset) }),
    ))
}

async fn close_all(State(app): State<Arc<App>>, Query(parameters): Query<Parameters>) -> Answer {
    let goodbye = goodbye(&parameters).map_err(bad_request)?;
    Ok(json(&json!({ "closed": app.hub.close_all(&goodbye) })))
}

async fn refuse(State(app): State<Arc<App>>, Query(parameters): Query<Parameters>) -> Answer {
    let on = value(&parameters, "on", true).map_err(bad_request)?;
    app.is_refusing.store(on, Ordering::Release);
    Ok(json(&json!({ "refusing": on })))
}

async fn say(
    State(app): State<Arc<App>>,
    Query(parameters): Query<Parameters>,
    body: String,
) -> Answer {
    let room = match parameters.get("room").map(String::as_str) {
        Some("channel") => Endpoint::Channel,
        Some("relay") => Endpoint::Relay,
        _ => {
            return Err(bad_request(
                "name a room: room=channel or room=relay".into(),
            ));
        }
    };
    let text = parameters.get("text").cloned().unwrap_or(body);
    let message = room.framed(Message::text(text));
    Ok(json(
        &json!({ "receivers": app.hub.broadcast(room, &message, None) }),
    ))
}

async fn stats(State(app): State<Arc<App>>) -> Response {
    json(&app.stats.to_json(app.clients()))
}
