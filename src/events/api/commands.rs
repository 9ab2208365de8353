//! Commands: what happens to an event as a whole. Those that may move its agenda stand with the agenda.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, post, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::super::command::Issued;
use super::super::model::{Event, EventId};
use super::super::store;
use super::events::event_reply;
use super::views::EventResponse;
use crate::db::Conn;
use crate::http::auth::{Principal, needs};
use crate::http::{Checks, IdempotencyKey, IfMatch, Json, LINE, Problem, Reply, Staff, State};
use crate::time::{Context, WhenInput};

/// What is said with a command.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandRequest {
    /// Why. It is kept in the history, and those who are told read it.
    #[schema(example = "The speaker is ill")]
    reason: Option<String>,
    /// Whether people who registered get a mail. Without it they do if the event is published, or hidden after it was,
    /// and not over. Nobody is told that an event was published, unpublished or archived.
    #[schema(example = true)]
    notify: Option<bool>,
}

/// What is said with a postponement.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeRequest {
    /// When it will be, as far as it is known: not to the day. Without it the old time stays, as the one it was planned for.
    when: Option<WhenInput>,
    /// Why. It is kept in the history, and those who are told read it.
    #[schema(example = "The speaker is ill")]
    reason: Option<String>,
    /// Whether people who registered get a mail. Without it they do if the event is published, or hidden after it was,
    /// and not over.
    #[schema(example = true)]
    notify: Option<bool>,
}

/// What every command may say.
pub trait Said {
    /// Why.
    fn reason(&self) -> Option<&str>;
    /// Whether people who registered get a mail.
    fn notify(&self) -> Option<bool>;
}

impl Said for CommandRequest {
    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    fn notify(&self) -> Option<bool> {
        self.notify
    }
}

impl Said for PostponeRequest {
    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    fn notify(&self) -> Option<bool> {
        self.notify
    }
}

/// A command as it is sent: for which version of an event, and what is said with it.
pub struct Command<S> {
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Json<S>,
}

impl<S: DeserializeOwned + 'static> FromRequest for Command<S> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = <(IfMatch, IdempotencyKey, Json<S>)>::from_request(request, payload);
        Box::pin(async move {
            let (if_match, key, body) = parts.await?;
            Ok(Self { if_match, key, body })
        })
    }
}

/// Checks the reason that is given with a command.
///
/// # Errors
/// It is no text of one line.
pub fn check_reason(reason: Option<&str>) -> Result<(), Problem> {
    let mut checks = Checks::new();
    checks.optional_line("/reason", reason, LINE);
    checks.finish()
}

/// Runs a command on an event, which is locked, once for its key, and answers with the event as it is then. `run` is given who
/// issues the command, and what else they said.
///
/// # Errors
/// There is no such event, it was changed since it was read, the reason is no text of one line, or what `run` returns.
pub async fn run_command<S, R>(
    state: &State,
    staff: &Principal,
    id: EventId,
    command: Command<S>,
    run: R,
) -> Result<Reply, Problem>
where
    S: Said + Send + 'static,
    R: Fn(&mut Conn, &Context, Event, &Issued<'_>, &S) -> Result<Event, Problem> + Send + 'static,
{
    let (workspace, actor, links) = (staff.workspace, staff.actor(), state.links.clone());
    let Command { if_match, key, body } = command;
    let said = body.value;
    check_reason(said.reason())?;
    key.run(state, Some(staff), body.hash, move |conn, context| {
        let event = store::lock_event(conn, workspace, id)?;
        if_match.check(event.revision)?;
        let issued = Issued { actor: &actor, reason: said.reason(), notify: said.notify() };
        let event = run(conn, context, event, &issued, &said)?;
        let reply = event_reply(conn, event, true, context.now, None, &links)?;
        Ok(Reply::ok(&reply)?.with_revision(reply.revision))
    })
    .await
}

/// Unpublish an event
///
/// Makes it a draft again: only staff see it. Registrations stay as they are, but offers of seats are withdrawn: who had one
/// waits again at the same place.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/unpublish")]
pub async fn unpublish_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<CommandRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, event, by, _| {
        Ok(super::super::unpublish_event(conn, context, event.workspace_id, by.actor, event.id, by.reason)?)
    })
    .await
}

/// Archive an event
///
/// Takes a published event out of every list. Whoever has its address still reads it and its calendar; nobody registers any more.
/// Publishing it brings it back.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/archive")]
pub async fn archive_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<CommandRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, event, by, _| {
        Ok(super::super::archive_event(conn, context, event.workspace_id, by.actor, event.id, by.reason)?)
    })
    .await
}

/// Postpone an event
///
/// It takes place at another time, which is not known yet. Registration closes, offers of seats are withdrawn, and registrations
/// stay. Calendars show the old time as postponed and free; with a vaguer `when` they drop it. It is rescheduled once the new
/// time is known.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = PostponeRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!([
        "not_possible_now", "invalid", "edtf_invalid", "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[post("/events/{event_id}/postpone")]
pub async fn postpone_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<PostponeRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, event, by, said| {
        Ok(super::super::postpone_event(conn, context, &event, said.when.as_ref(), by)?)
    })
    .await
}

/// Cancel an event
///
/// It does not take place. Registration closes, offers of seats are withdrawn, and registrations stay, so that it can be
/// reinstated with them. Feeds show it as cancelled until 30 days after its end.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/cancel")]
pub async fn cancel_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<CommandRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, event, by, _| {
        Ok(super::super::cancel_event(conn, context, &event, by)?)
    })
    .await
}
