//! What a person does with the link that they were sent. A GET shows and changes nothing, because mail scanners follow
//! links; a POST acts, and acting twice is harmless.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::super::{accept_offer, cancel_registration, decline_offer, store, verify_registration};
use crate::db::Conn;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::{Code, Links, Problem, Purpose, Reply, State, Worth};
use crate::time::{Context, WhenView};

/// A registration as its person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedRegistration {
    /// The event.
    event_id: EventId,
    /// Its title.
    #[schema(example = "Local complaint mechanisms")]
    title: String,
    /// When it is, also in the person's zone if they gave one.
    when: WhenView,
    /// Their name.
    #[schema(example = "Ulrika Lindqvist")]
    name: String,
    /// The organisation they come from.
    organisation: Option<String>,
    /// Where it stands.
    state: RegistrationState,
    /// What it is for.
    attendance: Attendance,
    /// Until when the address can be confirmed, where it has to be.
    verify_by: Option<DateTime<Utc>>,
    /// How many wait before them.
    #[schema(example = 3)]
    ahead_in_queue: Option<i64>,
    /// Until when an offered seat is held.
    offer_expires_at: Option<DateTime<Utc>>,
    /// What they can do now: `verify`, `cancel`, `accept-offer`, `decline-offer`.
    #[schema(example = json!(["cancel"]))]
    actions: Vec<&'static str>,
}

fn actions(state: RegistrationState) -> Vec<&'static str> {
    match state {
        RegistrationState::Offered => vec!["accept-offer", "decline-offer"],
        RegistrationState::PendingVerification => vec!["verify", "cancel"],
        RegistrationState::Confirmed | RegistrationState::Waitlisted | RegistrationState::PendingApproval => {
            vec!["cancel"]
        }
        _ => Vec::new(),
    }
}

/// The registration that a token opens.
///
/// # Errors
/// The token opens none, or was replaced by a newer one.
pub fn opened(conn: &mut Conn, links: &Links, token: &str) -> Result<Registration, Problem> {
    let claim = Links::parse(token).ok_or_else(Problem::not_found)?;
    let found = store::find(conn, RegistrationId(claim.subject))?.ok_or_else(Problem::not_found)?;
    match links.check(&claim, Purpose::Manage, found.link_version) {
        Worth::Valid => Ok(found),
        Worth::Revoked => Err(Problem::new(Code::LinkRevoked)),
        Worth::Unknown => Err(Problem::not_found()),
    }
}

fn managed(conn: &mut Conn, registration: Registration) -> Result<ManagedRegistration, Problem> {
    let event = events::get_event(conn, registration.workspace_id, registration.event_id)?;
    let when = event.when()?.view(registration.zone());
    let ahead_in_queue = match (registration.state, registration.queue_position) {
        (RegistrationState::Waitlisted, Some(position)) => Some(store::count_before(conn, event.id, position)?),
        _ => None,
    };
    Ok(ManagedRegistration {
        event_id: event.id,
        title: event.details.0.title,
        when,
        name: registration.name,
        organisation: registration.organisation,
        state: registration.state,
        attendance: registration.attendance,
        verify_by: registration.verify_by.map(|at| at.0),
        ahead_in_queue,
        offer_expires_at: registration.offer_expires_at.map(|at| at.0),
        actions: actions(registration.state),
    })
}

/// See one's registration
///
/// Shows what the link in the mail is about. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration")),
    extensions(("x-codes" = json!(["link_revoked"])))
)]
#[get("/registrations/manage/{token}")]
pub async fn get_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    let managed = state
        .read(move |conn| {
            let registration = opened(conn, &links, &token)?;
            managed(conn, registration)
        })
        .await?;
    Ok(Reply::ok(&managed)?.with_header("cache-control", "no-store"))
}

/// Opens a link and does something with what it is about.
async fn act(
    state: &State,
    token: String,
    action: fn(&mut Conn, &Context, RegistrationId) -> Result<Registration, RegistrationError>,
) -> Result<Reply, Problem> {
    let links = state.links.clone();
    let managed = state
        .write(move |conn, context| {
            let id = opened(conn, &links, &token)?.id;
            let registration = action(conn, context, id)?;
            managed(conn, registration)
        })
        .await?;
    Ok(Reply::ok(&managed)?.with_header("cache-control", "no-store"))
}

/// Confirm one's address
///
/// The registration goes on to the staff, if they decide on each, or else to a free seat or the end of the queue, as of now. It can
/// be done for two days after registering. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, with its address confirmed")),
    extensions(("x-codes" = json!(["link_revoked", "not_possible_now", "event_full"])))
)]
#[post("/registrations/manage/{token}/verify")]
pub async fn verify_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), verify_registration).await
}

/// Cancel one's registration
///
/// The seat goes to the first in the queue. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, cancelled")),
    extensions(("x-codes" = json!(["link_revoked", "not_possible_now"])))
)]
#[post("/registrations/manage/{token}/cancel")]
pub async fn cancel_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), cancel_registration).await
}

/// Accept an offered seat
///
/// As long as the offer holds. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, confirmed")),
    extensions(("x-codes" = json!(["link_revoked", "not_possible_now"])))
)]
#[post("/registrations/manage/{token}/accept-offer")]
pub async fn accept_managed_offer(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), accept_offer).await
}

/// Decline an offered seat
///
/// It is offered to the next in the queue. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, cancelled")),
    extensions(("x-codes" = json!(["link_revoked", "not_possible_now"])))
)]
#[post("/registrations/manage/{token}/decline-offer")]
pub async fn decline_managed_offer(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), decline_offer).await
}
