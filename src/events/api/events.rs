//! Events: making, reading, changing, and what was changed.

use actix_web::{get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::super::model::{Event, EventId, EventNotice, SeriesId};
use super::super::store::{self, EventChange};
use super::super::{EventDetails, change_event};
use super::views::{EventParts, EventResponse};
use crate::db::types::AnyId;
use crate::db::{Conn, DbResult};
use crate::define_page;
use crate::http::auth::{Scope, needs};
use crate::http::{
    Code, IdempotencyKey, IfMatch, Json, Links, MergePatch, Page, PageQuery, Problem, Reply, Staff, State, Visitor,
    WorkspaceId,
};
use crate::time::{Context, Zone};

/// In whose zone times are shown beside the event's own.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReaderQuery {
    /// The reader's IANA zone: adds `when.reader`, and changes nothing else.
    #[param(example = "America/New_York")]
    pub tz: Option<String>,
}

/// Reads `tz`.
///
/// # Errors
/// It names no time zone.
pub fn reader_zone(tz: Option<&str>) -> Result<Option<Zone>, Problem> {
    let zone = tz.map(Zone::parse).transpose();
    zone.map_err(|error| {
        let candidates: Vec<&str> = error.candidates().to_vec();
        Problem::new(Code::TimezoneUnknown).with_detail(error.to_string()).with("candidates", candidates)
    })
}

/// The event, if the visitor may read it, and whether they are its staff.
///
/// # Errors
/// There is none that they may read, or the database failed.
pub fn visible_event(conn: &mut Conn, visitor: &Visitor, id: EventId) -> Result<(Event, bool), Problem> {
    let event = store::find_event(conn, id)?.ok_or_else(Problem::not_found)?;
    let is_staff = visitor.may(event.workspace_id, Scope::ProgrammeRead);
    if is_staff || event.is_public() { Ok((event, is_staff)) } else { Err(Problem::not_found()) }
}

/// The whole answer for one event.
///
/// # Errors
/// The database failed.
pub fn event_reply(
    conn: &mut Conn,
    event: Event,
    is_staff: bool,
    now: DateTime<Utc>,
    reader: Option<Zone>,
    links: &Links,
) -> Result<EventResponse, Problem> {
    let series = match event.series_id {
        Some(id) => store::find_series(conn, id)?
            .filter(|series| is_staff || series.visibility != super::super::model::Visibility::Draft),
        None => None,
    };
    let mut organisers = store::event_organisers(conn, event.id)?;
    if organisers.is_empty()
        && let Some(id) = event.series_id
    {
        organisers = store::series_organisers(conn, id)?;
    }
    let seats = store::find_seats(conn, event.id)?;
    let parts = EventParts { event, series, organisers, seats };
    Ok(EventResponse::new(parts, is_staff, now, reader, links)?)
}

/// Make an event
///
/// Makes a draft. An event that is known to the minute or the day becomes `scheduled`, anything vaguer `tentative`. Without
/// `when.timezone` it takes the zone of its series, once and for all, and is refused if that has none.
#[utoipa::path(
    tag = "Events",
    params(IdempotencyKey),
    request_body = EventDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = EventResponse, description = "The new event")),
    extensions(("x-codes" = json!([
        "timezone_required", "timezone_unknown", "timezone_abbreviation", "timezone_not_applicable",
        "timezone_label_invalid", "local_time_invalid", "instant_invalid", "local_time_nonexistent",
        "local_time_ambiguous", "end_before_start", "weekday_mismatch", "edtf_invalid", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range", "reference_unknown", "number_invalid",
        "url_invalid", "language_invalid"
    ])))
)]
#[post("/events")]
pub async fn create_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    key: IdempotencyKey,
    body: Json<EventDetails>,
) -> Result<Reply, Problem> {
    let (workspace, actor, details, links) = (staff.workspace, staff.actor(), body.value, state.links.clone());
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = super::super::create_event(conn, context, workspace, &actor, details.clone())?;
        let (location, revision) = (format!("/api/v1/events/{}", event.id), event.revision);
        let reply = event_reply(conn, event, true, context.now, None, &links)?;
        Ok(Reply::created(location, &reply)?.with_revision(revision))
    })
    .await
}

/// Read an event
///
/// The public gets the join link and the passcode only where they are public.
#[utoipa::path(
    tag = "Events",
    params(ReaderQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = EventResponse, description = "The event")),
    extensions(("x-codes" = json!(["timezone_unknown"])))
)]
#[get("/events/{event_id}")]
pub async fn get_event(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
    query: web::Query<ReaderQuery>,
) -> Result<Reply, Problem> {
    let reader = reader_zone(query.tz.as_deref())?;
    let (id, now, links) = (path.into_inner(), state.clock.now(), state.links.clone());
    let event = state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            event_reply(conn, event, is_staff, now, reader, &links)
        })
        .await?;
    Ok(Reply::ok(&event)?.with_revision(event.revision))
}

/// Whether people are told of a change.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NotifyQuery {
    /// Whether those who are confirmed get a mail if the event has moved: another venue, another join link, online or on site.
    /// Only of an event that is still to come, and that is published or was before it was hidden.
    #[serde(default)]
    #[param(default = false, example = true)]
    pub notify: bool,
}

/// Change an event
///
/// A merge patch (RFC 7396) of what the event is described by. A patch that changes nothing leaves the revision as it is.
/// What repeats an inherited value stays inherited, any other value becomes the event's own, and null makes a member follow
/// the series again. The time of an event that was published is changed by rescheduling it, also while it is hidden; a `when` that is
/// sent back as it was read changes nothing.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, NotifyQuery),
    request_body(content = EventDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!([
        "not_possible_now", "timezone_required", "timezone_unknown", "timezone_abbreviation",
        "timezone_not_applicable", "local_time_invalid", "instant_invalid", "local_time_nonexistent",
        "local_time_ambiguous", "end_before_start", "weekday_mismatch", "edtf_invalid", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range", "reference_unknown", "number_invalid",
        "url_invalid", "language_invalid"
    ])))
)]
#[patch("/events/{event_id}")]
pub async fn update_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    query: web::Query<NotifyQuery>,
    if_match: IfMatch,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let event = state
        .write(move |conn, context: &Context| {
            let event = lock_to_change(conn, workspace, id, &patch)?;
            if_match.check(event.revision)?;
            let details = patch.apply(&event.shown_details())?;
            let event = change_event(conn, context, &actor, event, details, query.notify)?;
            event_reply(conn, event, true, context.now, None, &links)
        })
        .await?;
    Ok(Reply::ok(&event)?.with_revision(event.revision))
}

/// Locks an event, and before it the series that a patch would take it from and to.
fn lock_to_change(conn: &mut Conn, workspace: WorkspaceId, id: EventId, patch: &MergePatch) -> DbResult<Event> {
    let seen = store::get_event(conn, workspace, id)?;
    // What does not fit is said once it is known that this is the version the client has read.
    let wanted = patch.apply(&seen.shown_details()).ok().map(|details| details.series_id);
    let series: Vec<SeriesId> = match wanted {
        Some(wanted) if wanted != seen.series_id => wanted.into_iter().chain(seen.series_id).collect(),
        _ => Vec::new(),
    };
    store::lock_event_after_series(conn, workspace, id, &series)
}

/// A change of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventChangeResponse {
    /// Who did it: `member:<id>` or `token:<id>`.
    #[schema(example = "member:0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    actor: String,
    /// What was done.
    #[schema(example = "published")]
    action: String,
    /// Why, if they said so.
    reason: Option<String>,
    /// What changed, as it was.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What changed, as it is.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// What people who registered are told of it; null if nothing.
    notice: Option<EventNotice>,
    /// When.
    at: DateTime<Utc>,
}

impl From<EventChange> for EventChangeResponse {
    fn from(change: EventChange) -> Self {
        Self {
            actor: change.actor,
            action: change.action,
            reason: change.reason,
            before: change.before.map(|json| json.0),
            after: change.after.map(|json| json.0),
            notice: change.notice,
            at: change.created_at.0,
        }
    }
}

define_page! {
    /// A page of changes.
    EventChangePage of EventChangeResponse
}

/// Read an event's history
#[utoipa::path(
    tag = "Events",
    description = "Who changed what, newest first.",
    params(PageQuery),
    security(("bearer" = ["programme:read"])),
    responses((status = 200, body = EventChangePage, description = "A page of changes"))
)]
#[get("/events/{event_id}/history")]
pub async fn list_event_changes(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeRead>,
    path: web::Path<EventId>,
    query: web::Query<PageQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<AnyId>::parse(query.cursor.as_deref(), query.limit)?;
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let (after, fetch) = (page.after, page.fetch());
    let rows = state
        .read(move |conn| {
            store::get_event(conn, workspace, id)?;
            Ok(store::list_changes(conn, id, after, fetch)?)
        })
        .await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&EventChangePage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}
