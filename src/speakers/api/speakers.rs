//! The directory of speakers.

use actix_web::{delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::details::SpeakerDetails;
use super::super::model::{Speaker, SpeakerId};
use super::super::references::affiliated;
use super::super::store;
use super::answers::SpeakerResponse;
use crate::db::Conn;
use crate::define_page;
use crate::http::auth::{Scope, needs};
use crate::http::{IdempotencyKey, IfMatch, Json, Links, MergePatch, Page, Problem, Reply, Staff, State, Visitor};

define_page! {
    /// A page of speakers.
    SpeakerPage of SpeakerResponse
}

/// Which speakers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SpeakerQuery {
    /// Only those with each of these words in their name. Case, accents and punctuation do not matter.
    #[param(example = "dagard")]
    pub q: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// The speaker, if the visitor may read about them at `now`, and whether that is staff.
pub(super) fn visible_speaker(
    conn: &mut Conn,
    visitor: &Visitor,
    id: SpeakerId,
    now: DateTime<Utc>,
) -> Result<(Speaker, bool), Problem> {
    let speaker = store::find_speaker(conn, id)?.ok_or_else(Problem::not_found)?;
    let is_staff = visitor.may(speaker.workspace_id, Scope::DirectoryRead);
    let is_shown = is_staff || store::is_public(conn, id, now)?;
    if is_shown { Ok((speaker, is_staff)) } else { Err(Problem::not_found()) }
}

fn shown(
    conn: &mut Conn,
    speaker: Speaker,
    is_staff: bool,
    now: DateTime<Utc>,
    links: &Links,
) -> Result<SpeakerResponse, Problem> {
    let organisations = affiliated(conn, std::slice::from_ref(&speaker))?;
    Ok(SpeakerResponse::new(speaker, &organisations, is_staff, now, links))
}

/// List speakers
#[utoipa::path(
    tag = "Speakers",
    description = "The speakers of the workspace, by name.",
    params(SpeakerQuery),
    security(("bearer" = ["directory:read"])),
    responses((status = 200, body = SpeakerPage, description = "A page of speakers"))
)]
#[get("/speakers")]
pub async fn list_speakers(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryRead>,
    query: web::Query<SpeakerQuery>,
) -> Result<Reply, Problem> {
    let SpeakerQuery { q, cursor, limit } = query.into_inner();
    let page = Page::<(String, SpeakerId)>::parse(cursor.as_deref(), limit)?;
    let (workspace, after, fetch) = (staff.workspace, page.after.clone(), page.fetch());
    let (rows, organisations) = state
        .read(move |conn| {
            let rows = store::list_speakers(conn, workspace, q.as_deref(), after, fetch)?;
            let organisations = affiliated(conn, &rows)?;
            Ok((rows, organisations))
        })
        .await?;
    let (rows, next_cursor) = page.finish(rows, |row| (row.sort_key.clone(), row.id))?;
    let (now, links) = (state.clock.now(), &state.links);
    let items = rows.into_iter().map(|speaker| SpeakerResponse::new(speaker, &organisations, true, now, links));
    Reply::ok(&SpeakerPage { items: items.collect(), next_cursor })
}

/// Add a speaker
#[utoipa::path(
    tag = "Speakers",
    description = "Adds a person to the workspace. Names need not be unique.",
    params(IdempotencyKey),
    request_body = SpeakerDetails,
    security(("bearer" = ["directory:write"])),
    responses((status = 201, body = SpeakerResponse, description = "The new speaker")),
    extensions((
        "x-codes" = json!([
            "url_invalid", "email_invalid", "timezone_unknown", "timezone_abbreviation", "number_invalid",
            "reference_unknown", "edtf_invalid", "end_before_start"
        ])
    ))
)]
#[post("/speakers")]
pub async fn create_speaker(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    key: IdempotencyKey,
    body: Json<SpeakerDetails>,
) -> Result<Reply, Problem> {
    let (workspace, details, links) = (staff.workspace, body.value, state.links.clone());
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let speaker = super::super::create_speaker(conn, context, workspace, &details)?;
        let speaker = shown(conn, speaker, true, context.now, &links)?;
        Ok(Reply::created(format!("/api/v1/speakers/{}", speaker.id), &speaker)?.with_revision(speaker.revision))
    })
    .await
}

/// Read a speaker
///
/// Staff read every speaker of their workspace. The public read those who appear on an event that is no draft, or whom a
/// material is by that everybody sees, without their e-mail address and zone; others do not exist for them.
#[utoipa::path(
    tag = "Speakers",
    security((), ("bearer" = ["directory:read"])),
    responses((status = 200, body = SpeakerResponse, description = "The speaker"))
)]
#[get("/speakers/{speaker_id}")]
pub async fn get_speaker(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SpeakerId>,
) -> Result<Reply, Problem> {
    let (id, now, links) = (path.into_inner(), state.clock.now(), state.links.clone());
    let speaker = state
        .read(move |conn| {
            let (speaker, is_staff) = visible_speaker(conn, &visitor, id, now)?;
            shown(conn, speaker, is_staff, now, &links)
        })
        .await?;
    Ok(Reply::ok(&speaker)?.with_revision(speaker.revision))
}

/// Change a speaker
///
/// A merge patch (RFC 7396). A new name or biography changes every event where they appear.
#[utoipa::path(
    tag = "Speakers",
    params(IfMatch),
    request_body(content = SpeakerDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["directory:write"])),
    responses((status = 200, body = SpeakerResponse, description = "The speaker as they are now")),
    extensions((
        "x-codes" = json!([
            "url_invalid", "email_invalid", "timezone_unknown", "timezone_abbreviation", "number_invalid",
            "reference_unknown", "edtf_invalid", "end_before_start"
        ])
    ))
)]
#[patch("/speakers/{speaker_id}")]
pub async fn update_speaker(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<SpeakerId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (workspace, id, links) = (staff.workspace, path.into_inner(), state.links.clone());
    let speaker = state
        .write(move |conn, context| {
            let current = store::get_speaker(conn, workspace, id)?;
            if_match.check(current.revision)?;
            let details = changes.apply(&current.details())?;
            let changed = super::super::change_speaker(conn, context, &current, &details)?;
            shown(conn, changed, true, context.now, &links)
        })
        .await?;
    Ok(Reply::ok(&speaker)?.with_revision(speaker.revision))
}

/// Delete a speaker
#[utoipa::path(
    tag = "Speakers",
    description = "Only one who appears on no event, not even as somebody who declined, and whom no material is by.",
    params(IfMatch),
    security(("bearer" = ["directory:write"])),
    responses((status = 204, description = "The speaker is gone")),
    extensions(("x-codes" = json!(["in_use"])))
)]
#[delete("/speakers/{speaker_id}")]
pub async fn delete_speaker(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<SpeakerId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    state
        .write(move |conn, _context| {
            let current = store::get_speaker(conn, workspace, id)?;
            if_match.check(current.revision)?;
            Ok(super::super::delete_speaker(conn, &current)?)
        })
        .await?;
    Ok(Reply::no_content())
}
