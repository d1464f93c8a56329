//! Requests to the reference itself: what may happen next, and making it happen.
//!
//! They are for people and tests that want to see a table while it is CREATING. The front page of
//! [`reference`](super) lists them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use reinstate_model::account::Millis;
use reinstate_model::service::Event;
use serde_json::{Value, json};

use super::clock::TooFar;
use super::http::{Server, system_millis};
use super::state::State;

/// The routes below `/reinstate`.
pub(super) fn router() -> Router<Arc<Server>> {
    Router::new()
        .route("/events", get(list))
        .route("/events/{which}", post(fire))
        .route("/elapse", post(elapse))
        .route("/reset", post(reset))
        .fallback(async || failure(StatusCode::NOT_FOUND, "no such control request"))
}

async fn list(Shared(server): Shared<Arc<Server>>) -> Response {
    success(json!({}), &mut server.state())
}

async fn fire(
    Shared(server): Shared<Arc<Server>>,
    Path(which): Path<String>,
    subject: String,
) -> Response {
    let mut state = server.state();
    let events = state.events(system_millis());
    let account = state.account();
    let is_meant =
        |event: &&Event| event.kind() == which && event.subject_in(&account).as_str() == subject;
    let fired = if which == "all" {
        state.fire_all()
    } else {
        let by_index = which.parse().ok().and_then(|index: usize| events.get(index));
        let Some(event) = by_index.or_else(|| events.iter().find(is_meant)) else {
            let problem = format!(
                "`{which}` is neither `all` nor the index of an event nor the kind of one that may \
                 happen to `{subject}`"
            );
            return failure(StatusCode::NOT_FOUND, &problem);
        };
        state.fire(event);
        vec![event.clone()]
    };
    let fired: Vec<_> = fired.iter().map(Event::to_string).collect();
    success(json!({ "fired": fired }), &mut state)
}

async fn elapse(Shared(server): Shared<Arc<Server>>, body: String) -> Response {
    let Ok(millis) = body.trim().parse::<Millis>() else {
        let problem = "the body is not a number of milliseconds, such as `60000`";
        return failure(StatusCode::BAD_REQUEST, problem);
    };
    let mut state = server.state();
    match state.elapse(millis, system_millis()) {
        Ok(()) => success(json!({}), &mut state),
        Err(TooFar) => {
            failure(StatusCode::BAD_REQUEST, "the clock cannot be moved forward that far")
        }
    }
}

async fn reset(Shared(server): Shared<Arc<Server>>) -> Response {
    let mut state = server.state();
    state.reset();
    success(json!({}), &mut state)
}

/// What was done, and how things are now.
fn success(mut done: Value, state: &mut State) -> Response {
    let events = state.events(system_millis());
    let account = state.account();
    let events = events.iter().enumerate();
    done["events"] = events
        .map(|(index, event)| {
            json!({
                "index": index,
                "kind": event.kind(),
                "subject": event.subject_in(&account).as_str(),
                "text": event.to_string(),
            })
        })
        .collect();
    done["now_millis"] = json!(state.now());
    answer(StatusCode::OK, &done)
}

fn failure(status: StatusCode, problem: &str) -> Response {
    answer(status, &json!({ "error": problem }))
}

/// The body ends in a line end, since people read it on a terminal.
fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}
