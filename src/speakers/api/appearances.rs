//! Appearances on events and sessions.

use actix_web::{delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::details::AppearanceInput;
use super::super::model::{Appearance, AppearanceId, SpeakerId};
use super::super::store::{self, AppearanceWith, SpeakerAppearances};
use super::super::{add_appearance, change_appearance, remove_appearance};
use super::answers::AppearanceResponse;
use super::speakers::visible_speaker;
use crate::db::Conn;
use crate::define_page;
use crate::events::api::{EventSummary, visible_event};
use crate::events::{self, Event, EventId, SessionId};
use crate::http::auth::{Scope, needs};
use crate::http::{
    IdempotencyKey, IfMatch, Json, MergePatch, Page, Problem, Reply, Staff, State, Visitor, WorkspaceId,
};
use crate::time::Phase;

/// The appearances of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAppearancesResponse {
    /// By position; those of a session have its id.
    items: Vec<AppearanceResponse>,
}

/// An appearance of a speaker, and where it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpeakerAppearanceResponse {
    /// The appearance.
    appearance: AppearanceResponse,
    /// The event.
    event: EventSummary,
}

define_page! {
    /// A page of a speaker's appearances.
    SpeakerAppearancePage of SpeakerAppearanceResponse
}

/// Which appearances of a speaker.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SpeakerAppearanceQuery {
    /// Only those on events that stand there now.
    pub phase: Option<Phase>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// An appearance as it is once its event is locked, and the event.
pub(super) fn lock_appearance(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: AppearanceId,
) -> Result<(Event, AppearanceWith), Problem> {
    let event = store::get_appearance(conn, workspace, id)?.appearance.event_id;
    let event = events::store::lock_event(conn, workspace, event)?;
    Ok((event, store::get_appearance(conn, workspace, id)?))
}

pub(super) fn staff_view(with: AppearanceWith) -> Result<AppearanceResponse, Problem> {
    AppearanceResponse::new(with, true).ok_or_else(Problem::not_found)
}

/// List a speaker's appearances
///
/// With the event of each, in chronological order. The public see those on published events which were neither declined
/// nor withdrawn.
#[utoipa::path(
    tag = "Speakers",
    params(SpeakerAppearanceQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = SpeakerAppearancePage, description = "A page of appearances"))
)]
#[get("/speakers/{speaker_id}/appearances")]
pub async fn list_speaker_appearances(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SpeakerId>,
    query: web::Query<SpeakerAppearanceQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<(DateTime<Utc>, AppearanceId)>::parse(query.cursor.as_deref(), query.limit)?;
    let (id, now, after, limit) = (path.into_inner(), state.clock.now(), page.after, page.fetch());
    let phase = query.phase.map(|phase| (phase, now));
    let (speaker, is_staff, rows) = state
        .read(move |conn| {
            let (speaker, _) = visible_speaker(conn, &visitor, id, now)?;
            let is_staff = visitor.may(speaker.workspace_id, Scope::ProgrammeRead);
            let wanted = SpeakerAppearances { speaker: id, public_only: !is_staff, phase, after, limit };
            Ok((speaker, is_staff, store::appearances_of_speaker(conn, &wanted)?))
        })
        .await?;
    let (rows, next_cursor) = page.finish(rows, |(appearance, event)| (event.when.sorts_at.0, appearance.id))?;
    let mut items = Vec::with_capacity(rows.len());
    for (appearance, event) in rows {
        let with = AppearanceWith { appearance, speaker: Some(speaker.clone()), organisation: None };
        if let Some(appearance) = AppearanceResponse::new(with, is_staff) {
            items.push(SpeakerAppearanceResponse { appearance, event: EventSummary::new(event, now, None)? });
        }
    }
    Reply::ok(&SpeakerAppearancePage { items, next_cursor })
}

/// List the appearances of an event
///
/// Those of the event as a whole and those of its sessions; the `ETag` is the event's. The public do not see who declined or
/// withdrew.
#[utoipa::path(
    tag = "Speakers",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = EventAppearancesResponse, description = "The appearances"))
)]
#[get("/events/{event_id}/appearances")]
pub async fn list_event_appearances(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let (rows, is_staff, revision) = state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            Ok((store::appearances_of_event(conn, id)?, is_staff, event.revision))
        })
        .await?;
    let items = rows.into_iter().filter_map(|with| AppearanceResponse::new(with, is_staff)).collect();
    Ok(Reply::ok(&EventAppearancesResponse { items })?.with_revision(revision))
}

/// Add an appearance to an event
#[utoipa::path(
    tag = "Speakers",
    description = "A part in the event as a whole, at `position` or behind those that are there.",
    params(IdempotencyKey),
    request_body = AppearanceInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = AppearanceResponse, description = "The new appearance")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid"])))
)]
#[post("/events/{event_id}/appearances")]
pub async fn create_event_appearance(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<AppearanceInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, input) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = events::store::lock_event(conn, workspace, id)?;
        created(add_appearance(conn, context, &actor, &event, None, &input)?)
    })
    .await
}

/// Add an appearance to a session
#[utoipa::path(
    tag = "Speakers",
    description = "A part in one session, at `position` or behind those that are there.",
    params(IdempotencyKey),
    request_body = AppearanceInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = AppearanceResponse, description = "The new appearance")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid"])))
)]
#[post("/sessions/{session_id}/appearances")]
pub async fn create_session_appearance(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SessionId>,
    key: IdempotencyKey,
    body: Json<AppearanceInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, input) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = store::event_of_session(conn, workspace, id)?;
        let event = events::store::lock_event(conn, workspace, event)?;
        created(add_appearance(conn, context, &actor, &event, Some(id), &input)?)
    })
    .await
}

/// What an appearance is to be. Where another person takes the part, what the one before said of it is theirs: unless the
/// patch says so itself, nobody has agreed to be recorded or confirmed that they will come.
fn patched(current: &Appearance, changes: &MergePatch) -> Result<AppearanceInput, Problem> {
    let input: AppearanceInput = changes.apply(&current.input())?;
    if input.speaker_id == current.speaker_id { Ok(input) } else { changes.apply(&current.input_of_another()) }
}

fn created(with: AppearanceWith) -> Result<Reply, Problem> {
    let appearance = staff_view(with)?;
    let location = format!("/api/v1/appearances/{}", appearance.id);
    Ok(Reply::created(location, &appearance)?.with_revision(appearance.revision))
}

/// Read an appearance
#[utoipa::path(
    tag = "Speakers",
    description = "The public do not see who declined or withdrew.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = AppearanceResponse, description = "The appearance"))
)]
#[get("/appearances/{appearance_id}")]
pub async fn get_appearance(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<AppearanceId>,
) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let appearance = state
        .read(move |conn| {
            let with = store::find_appearance(conn, id)?.ok_or_else(Problem::not_found)?;
            let (_, is_staff) = visible_event(conn, &visitor, with.appearance.event_id)?;
            AppearanceResponse::new(with, is_staff).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Reply::ok(&appearance)?.with_revision(appearance.revision))
}

/// Change an appearance
///
/// A merge patch (RFC 7396): confirm somebody, correct an affiliation, move them among the others, put a person in the place
/// of a label. Nobody is mailed. Where another person takes the part, consent to be recorded, the answer to an invitation and
/// its link go with the one before, and who was `confirmed` or `invited` becomes `tbc`; what the patch itself says of status
/// and consent holds. A status can become another as follows, while the same person has the part:
///
/// - `tbc` and `invited`: any;
/// - `confirmed`: `withdrawn`, or `tbc` again;
/// - `declined` and `withdrawn`: `tbc`, `invited` or `confirmed`.
#[utoipa::path(
    tag = "Speakers",
    params(IfMatch),
    request_body(content = AppearanceInput, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = AppearanceResponse, description = "The appearance as it is now")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid", "not_possible_now"])))
)]
#[patch("/appearances/{appearance_id}")]
pub async fn update_appearance(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<AppearanceId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let appearance = state
        .write(move |conn, context| {
            let (_, current) = lock_appearance(conn, workspace, id)?;
            if_match.check(current.appearance.revision)?;
            let input = patched(&current.appearance, &changes)?;
            staff_view(change_appearance(conn, context, &actor, current, &input)?)
        })
        .await?;
    Ok(Reply::ok(&appearance)?.with_revision(appearance.revision))
}

/// Remove an appearance
#[utoipa::path(
    tag = "Speakers",
    description = "Removes it for good. Somebody who declined or withdrew can be kept with that status instead.",
    params(IfMatch),
    security(("bearer" = ["programme:write"])),
    responses((status = 204, description = "The appearance is gone"))
)]
#[delete("/appearances/{appearance_id}")]
pub async fn delete_appearance(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<AppearanceId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    state
        .write(move |conn, context| {
            let (_, current) = lock_appearance(conn, workspace, id)?;
            if_match.check(current.appearance.revision)?;
            Ok(remove_appearance(conn, context, &actor, &current)?)
        })
        .await?;
    Ok(Reply::no_content())
}
