//! The HTTP side: routes, the origin check, and the WebSocket handshake.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tokio::sync::OwnedSemaphorePermit;

use crate::app::{App, Parameters};
use crate::endpoint::Endpoint;
use crate::faults::plan::{Fault, Plan};
use crate::listener::Peer;
use crate::session::Session;

/// Everything that can be asked for.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/", get(index))
        .route("/health", get(async || "ok"))
        .route("/channel", join(Endpoint::Channel))
        .route("/relay", join(Endpoint::Relay))
        .route("/echo", join(Endpoint::Echo));
    if app.options.faults {
        router = router.nest("/control", crate::faults::control::router());
    }
    router
        .fallback(not_found)
        .layer(from_fn_with_state(app.clone(), check_origin))
        .with_state(app)
}

async fn index() -> &'static str {
    "leptos-chat's development server is running.\n\
     WebSocket endpoints: /channel /relay /echo\n\
     If you came here for the certificate: it is accepted now, go back to the chat.\n"
}

async fn not_found(uri: Uri) -> Response {
    let advice = match uri.path().starts_with("/control") {
        true => "no fault controls here; start the server with --faults\n",
        false => "nothing here; the endpoints are /channel /relay /echo /health\n",
    };
    (StatusCode::NOT_FOUND, advice).into_response()
}

/// Turns away pages from elsewhere, and lets the allowed ones read the answers.
async fn check_origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let is_allowed = origin
        .to_str()
        .is_ok_and(|origin| app.origins.allows(origin, host));
    if !is_allowed {
        let name = String::from_utf8_lossy(origin.as_bytes());
        tracing::warn!(origin = %name, "refused an origin");
        let advice =
            format!("origin {name} is not allowed; start the server with --allow-origin {name}\n");
        return (StatusCode::FORBIDDEN, advice).into_response();
    }
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        _ => next.run(request).await,
    };
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// What a browser asks before some cross-origin requests.
fn preflight() -> Response {
    let headers = [
        ("access-control-allow-methods", "GET, POST"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-private-network", "true"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

fn join(endpoint: Endpoint) -> MethodRouter<Arc<App>> {
    get(
        async move |State(app),
                    ConnectInfo(peer),
                    Query(parameters): Query<Parameters>,
                    upgrade: Upgrade| {
            handshake(endpoint, app, peer, &parameters, upgrade)
                .await
                .unwrap_or_else(Refusal::into_response)
        },
    )
}

/// Why a handshake was turned down.
struct Refusal(StatusCode, String);

impl Refusal {
    fn into_response(self) -> Response {
        tracing::info!(
            status = self.0.as_u16(),
            reason = self.1,
            "refused a handshake"
        );
        (self.0, format!("{}\n", self.1)).into_response()
    }

    fn unavailable(reason: impl Into<String>) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, reason.into())
    }
}

async fn handshake(
    endpoint: Endpoint,
    app: Arc<App>,
    peer: Peer,
    parameters: &Parameters,
    upgrade: Upgrade,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|rejection| {
        Refusal(
            rejection.status(),
            format!("a WebSocket endpoint, connect with ws:// or wss:// ({rejection})"),
        )
    })?;
    peer.link.claim();
    let link = peer.link.clone();
    let answer = admit(endpoint, app, peer, parameters, upgrade).await;
    if answer.is_err() {
        // A refused one may stay open for another request: it holds a place, as any plain connection does.
        link.let_go();
    }
    answer
}

async fn admit(
    endpoint: Endpoint,
    app: Arc<App>,
    peer: Peer,
    parameters: &Parameters,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let plan = plan(&app, parameters)?;
    delay(&app, &plan).await;
    let slot = slot(&app, &plan)?;
    let limit = app.options.max_message;
    Ok(upgrade
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(move |socket| {
            Session {
                socket,
                app,
                endpoint,
                peer,
                fault: plan.fault,
                slot,
            }
            .run()
        }))
}

/// What is to go wrong with the connection.
fn plan(app: &App, parameters: &Parameters) -> Result<Plan, Refusal> {
    let plan = Plan::parse(parameters).map_err(|error| Refusal(StatusCode::BAD_REQUEST, error))?;
    if !plan.is_empty() && !app.options.faults {
        let advice = "no faults here; start the server with --faults";
        return Err(Refusal(StatusCode::NOT_FOUND, advice.into()));
    }
    Ok(plan)
}

/// A place for the connection, unless it is refused.
fn slot(app: &App, plan: &Plan) -> Result<OwnedSemaphorePermit, Refusal> {
    if let Some(Fault::Refuse { status }) = plan.fault {
        return Err(Refusal(status, "refused, as asked".into()));
    }
    if app.is_refusing.load(Ordering::Acquire) {
        return Err(Refusal::unavailable(
            "refusing all handshakes; POST /control/refuse?on=false ends it",
        ));
    }
    let max = app.options.max_clients;
    app.slots.clone().try_acquire_owned().map_err(|_| {
        Refusal::unavailable(format!(
            "all {max} slots are taken; start the server with a higher --max-clients"
        ))
    })
}

/// Waits as the plan says, but never longer than the server lives.
async fn delay(app: &App, plan: &Plan) {
    let mut stop = app.stop.clone();
    tokio::select! {
        () = tokio::time::sleep(plan.delay) => {}
        _ = stop.changed() => {}
    }
}
