//! Inviting, and answering. A GET shows and changes nothing, because mail scanners follow links; a POST answers, and to answer
//! the same twice is harmless.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::details::{AnswerInput, InvitationInput};
use super::super::invitation::{Invitation, load_invitation, open_invitation};
use super::super::model::{AppearanceId, AppearanceRole, AppearanceStatus};
use super::answers::AppearanceResponse;
use super::appearances::{lock_appearance, staff_view};
use crate::db::Conn;
use crate::events::{EventId, EventStatus, SessionId, place_line};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, Problem, Reply, Staff, State};
use crate::time::WhenView;

/// The event of an invitation, as far as whoever is invited needs it: no join link, no passcode.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationEvent {
    /// Its id.
    id: EventId,
    /// The line above the title.
    super_title: Option<String>,
    /// Its title.
    #[schema(example = "Local complaint mechanisms")]
    title: String,
    /// What is promised.
    status: EventStatus,
    /// When it is, also in the speaker's zone if it is known.
    when: WhenView,
    /// The venue, the platform, or both.
    #[schema(example = "Zoom")]
    place: Option<String>,
}

/// The session of an invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationSession {
    /// Its id.
    id: SessionId,
    /// What stands before the title.
    label: Option<String>,
    /// Its title.
    #[schema(example = "Presentation of the campaign")]
    title: String,
    /// When it is, also in the speaker's zone if it is known; null while it has no time.
    when: Option<WhenView>,
}

/// An invitation as whoever is invited sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationResponse {
    /// Who invites.
    #[schema(example = "City of Cologne")]
    invited_by: String,
    /// Who is invited.
    #[schema(example = "Hans Sakkers")]
    name: String,
    /// The event; null where the part was taken back and the event is not public.
    event: Option<InvitationEvent>,
    /// The session of the event; null for the event as a whole, and where `event` is.
    session: Option<InvitationSession>,
    /// The part that they are asked to take; null where `event` is.
    role: Option<AppearanceRole>,
    /// Where it stands.
    status: AppearanceStatus,
    /// What the organisers write.
    #[schema(example = "We would be glad to have you with us for ten minutes.")]
    message: Option<String>,
    /// Until when they are asked to answer; until the event begins if null.
    respond_by: Option<DateTime<Utc>>,
    /// When they last answered.
    answered_at: Option<DateTime<Utc>>,
    /// Whether they agree to be recorded; null if they have not said.
    recording_consent: Option<bool>,
    /// Whether they can answer now, or change their answer.
    can_answer: bool,
}

impl InvitationResponse {
    fn new(invitation: Invitation, now: DateTime<Utc>) -> Self {
        let reader = invitation.reader_zone();
        let (can_answer, is_taken_back) = (invitation.can_answer(now), invitation.is_taken_back());
        let name = invitation.with.display_name().to_owned();
        let Invitation { with, event, workspace, when, session } = invitation;
        let place = place_line(&event);
        let (appearance, status, details) = (with.appearance, event.status, event.details.0);
        let event = InvitationEvent {
            id: event.id,
            super_title: details.super_title,
            title: details.title,
            status,
            when: when.view(reader),
            place,
        };
        let response = Self {
            invited_by: workspace.name,
            name,
            event: Some(event),
            session: session.map(|(session, when)| InvitationSession {
                id: session.id,
                label: session.label,
                title: session.title,
                when: when.map(|when| when.view(reader)),
            }),
            role: Some(appearance.role),
            status: appearance.status,
            recording_consent: appearance.consents_to_recording(),
            message: appearance.invitation_message,
            respond_by: appearance.respond_by.map(|at| at.0),
            answered_at: appearance.answered_at.map(|at| at.0),
            can_answer,
        };
        if is_taken_back { response.without_event() } else { response }
    }

    /// That the part was taken back, and nothing more.
    fn without_event(self) -> Self {
        Self { event: None, session: None, role: None, message: None, respond_by: None, answered_at: None, ..self }
    }
}

/// Reads the invitation that a token opens.
pub(super) async fn read_invitation(state: &State, token: String) -> Result<Invitation, Problem> {
    let links = state.links.clone();
    let read = move |conn: &mut Conn| {
        let with = open_invitation(conn, &links, &token)?;
        Ok(load_invitation(conn, with)?)
    };
    state.read(read).await
}

/// Answers the invitation that a token opens.
pub(super) async fn write_answer(state: &State, token: String, input: AnswerInput) -> Result<Invitation, Problem> {
    let links = state.links.clone();
    state
        .write(move |conn, context| {
            let with = super::super::answer_invitation(conn, context, &links, &token, &input)?;
            Ok(load_invitation(conn, with)?)
        })
        .await
}

/// Invite a speaker
///
/// By mail, with a link to a page where they accept or decline. The status becomes `invited`. To invite again sends another
/// mail with a new link, and the one before stops working. `If-Match` takes the `ETag` of the appearance, so that whoever is
/// invited is who was seen there.
#[utoipa::path(
    tag = "Speakers",
    params(IfMatch, IdempotencyKey),
    request_body = InvitationInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = AppearanceResponse, description = "The appearance, invited")),
    extensions(("x-codes" = json!(["not_possible_now", "when_out_of_range"])))
)]
#[post("/appearances/{appearance_id}/invite")]
pub async fn invite_speaker(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<AppearanceId>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Json<InvitationInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, input) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let (event, current) = lock_appearance(conn, workspace, id)?;
        if_match.check(current.appearance.revision)?;
        let invited = super::super::invite_speaker(conn, context, &actor, &event, &current, &input)?;
        let appearance = staff_view(invited)?;
        Ok(Reply::ok(&appearance)?.with_revision(appearance.revision))
    })
    .await
}

/// See an invitation
///
/// Shows what the link in the mail is about. It changes nothing. Where the part was taken back and the event is not public, it
/// says no more than that.
#[utoipa::path(
    tag = "Speakers",
    responses((status = 200, body = InvitationResponse, description = "The invitation")),
    extensions(("x-codes" = json!(["link_revoked"])))
)]
#[get("/invitations/{token}")]
pub async fn get_invitation(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let invitation = read_invitation(&state, path.into_inner()).await?;
    let response = InvitationResponse::new(invitation, state.clock.now());
    Ok(Reply::ok(&response)?.with_header("cache-control", "no-store"))
}

/// Answer an invitation
///
/// To answer the same twice is harmless. The answer may be changed until the event begins, or until `respond_by`.
#[utoipa::path(
    tag = "Speakers",
    request_body = AnswerInput,
    responses((status = 200, body = InvitationResponse, description = "The invitation, answered")),
    extensions(("x-codes" = json!(["link_revoked", "event_cancelled", "not_possible_now"])))
)]
#[post("/invitations/{token}")]
pub async fn answer_invitation(
    state: web::Data<State>,
    path: web::Path<String>,
    body: Json<AnswerInput>,
) -> Result<Reply, Problem> {
    let invitation = write_answer(&state, path.into_inner(), body.value).await?;
    let response = InvitationResponse::new(invitation, state.clock.now());
    Ok(Reply::ok(&response)?.with_header("cache-control", "no-store"))
}
