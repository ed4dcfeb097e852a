//! The shop's routes, and the span of each request.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::Instrument as _;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::catalogue::{Article, ArticleId, Catalogue};
use crate::sessions::{SessionId, Sessions};

/// All there is, each part behind a lock that is never held across an await.
pub(crate) struct Shop {
    sessions: Mutex<Sessions>,
    catalogue: Mutex<Catalogue>,
}

impl Shop {
    /// A shop with nothing to sell yet, and so many sessions from before.
    pub(crate) fn new(sessions: u64) -> Result<Self, getrandom::Error> {
        Ok(Self {
            sessions: Sessions::restored(sessions)?.into(),
            catalogue: Mutex::default(),
        })
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().expect("no handler panics with it")
    }

    fn catalogue(&self) -> MutexGuard<'_, Catalogue> {
        self.catalogue.lock().expect("no handler panics with it")
    }
}

pub(crate) fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/sessions", post(log_in).delete(clean_up))
        .route("/sessions/{id}", delete(log_out).get(who))
        .route("/articles/{id}", get(page).put(put_article))
        .route("/search", get(search))
        .route("/stats", get(stats))
        .route_layer(from_fn(in_a_span))
        .with_state(shop)
}

/// Handles a request in a span of its own, in the caller's trace if it says which that is.
async fn in_a_span(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let method = request.method();
    let span = tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method.as_str(),
        http.route = route,
        http.response.status_code = Empty,
    );
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
    // Without a subscriber there is nothing that could have a parent.
    let _ = span.set_parent(caller);
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", i64::from(response.status().as_u16()));
    response
}

#[derive(Deserialize)]
struct LogIn {
    user: u64,
}

async fn log_in(State(shop): State<Arc<Shop>>, Json(who): Json<LogIn>) -> Result<Response, StatusCode> {
    match shop.sessions().open(who.user, Instant::now()) {
        Ok(id) => Ok((StatusCode::CREATED, Json(json!({ "id": id.to_string() }))).into_response()),
        // The system has no random numbers.
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn who(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Result<Json<Value>, StatusCode> {
    let id: SessionId = id.parse().map_err(|()| StatusCode::NOT_FOUND)?;
    let session = shop.sessions().touch(id, Instant::now());
    session
        .map(|session| Json(json!({ "user": session.user })))
        .ok_or(StatusCode::NOT_FOUND)
}

async fn log_out(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> StatusCode {
    match id.parse() {
        Ok(id) if shop.sessions().close(id) => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

#[derive(Deserialize)]
struct CleanUp {
    /// Seconds.
    idle_for: u64,
    at_most: usize,
}

async fn clean_up(State(shop): State<Arc<Shop>>, Query(which): Query<CleanUp>) -> Json<Value> {
    let idle_for = Duration::from_secs(which.idle_for);
    let closed = shop.sessions().close_idle(idle_for, which.at_most, Instant::now());
    Json(json!({ "closed": closed }))
}

async fn page(State(shop): State<Arc<Shop>>, Path(id): Path<ArticleId>) -> Result<Html<String>, StatusCode> {
    let page = shop.catalogue().page(id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Html(page.to_string()))
}

async fn put_article(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<ArticleId>,
    Json(article): Json<Article>,
) -> StatusCode {
    if shop.catalogue().put(id, article) {
        StatusCode::CREATED
    } else {
        StatusCode::NO_CONTENT
    }
}

#[derive(Deserialize)]
struct Search {
    words: String,
}

async fn search(State(shop): State<Arc<Shop>>, Query(query): Query<Search>) -> Json<Vec<ArticleId>> {
    Json(shop.catalogue().search(&query.words))
}

/// What the shop itself has counted.
async fn stats(State(shop): State<Arc<Shop>>) -> Json<Value> {
    Json(json!({ "sessions": shop.sessions().counts(), "catalogue": shop.catalogue().counts() }))
}
