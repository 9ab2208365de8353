//! What a person does with the link that they were sent. A GET shows and changes nothing, because mail scanners follow
//! links; a POST acts, and acting twice is harmless.

use std::collections::HashMap;

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::form::{self, Form, Question};
use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::super::offer::lock_with_seats;
use super::super::possible::{OwnAction, possible_actions};
use super::super::{
    OwnLinks, accept_offer, cancel_own_registration, decline_offer, group_store, materials_of, personal_feed, store,
    verify_registration,
};
use crate::accounts::store::get_workspace;
use crate::db::Conn;
use crate::events::store as events;
use crate::events::{Event, EventId};
use crate::http::{Claim, Code, Links, Problem, Purpose, Reply, State, Worth};
use crate::materials::{MaterialResponse, MaterialsResponse};
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
    /// Their IANA zone.
    timezone: Option<String>,
    /// The language of their mails.
    #[schema(example = "en")]
    language: String,
    /// What the form asks besides, in order.
    questions: Vec<Question>,
    /// Their answers, by the key of the question. There may be some to questions that are not asked any more.
    #[schema(value_type = Object)]
    answers: Map<String, Value>,
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
    /// What they can do now: `verify`, `accept-offer`, `decline-offer`, `cancel`. What would be refused is not there.
    #[schema(example = json!(["cancel"]))]
    actions: Vec<&'static str>,
    /// Where they find it all.
    links: OwnLinks,
    #[serde(skip)]
    revision: i64,
}

impl ManagedRegistration {
    fn new(
        registration: Registration,
        event: Event,
        form: Form,
        (ahead_in_queue, links): (Option<i64>, OwnLinks),
        now: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let when = event.when()?.view(registration.zone());
        // Editing is no command: the links say where.
        let actions = possible_actions(&registration, &event, now)?.into_iter().filter(|one| *one != OwnAction::Edit);
        Ok(Self {
            event_id: event.id,
            title: event.details.0.title,
            when,
            name: registration.name,
            organisation: registration.organisation,
            timezone: registration.timezone,
            language: registration.language,
            questions: form.questions.0,
            answers: registration.answers.0,
            state: registration.state,
            attendance: registration.attendance,
            verify_by: registration.verify_by.map(|at| at.0),
            ahead_in_queue,
            offer_expires_at: registration.offer_expires_at.map(|at| at.0),
            actions: actions.map(OwnAction::as_str).collect(),
            links,
            revision: registration.revision,
        })
    }

    /// The answer that shows it to its person alone.
    pub(super) fn reply(&self) -> Result<Reply, Problem> {
        Ok(Reply::ok(self)?.with_revision(self.revision).with_header("cache-control", "no-store"))
    }

    /// Whether this can be done with it now.
    pub(super) fn can(&self, action: OwnAction) -> bool {
        self.actions.contains(&action.as_str())
    }
}

/// The registration that a token opens.
///
/// # Errors
/// The token opens none, was replaced by a newer one, or what it opened was erased.
pub fn opened(conn: &mut Conn, links: &Links, token: &str) -> Result<Registration, Problem> {
    let claim = Links::parse(token).ok_or_else(Problem::not_found)?;
    let found = store::find(conn, RegistrationId(claim.subject))?;
    still_opened(links, &claim, found)
}

/// The registration that a token opens, locked with the seats of its event.
pub(super) fn opened_and_locked(conn: &mut Conn, links: &Links, token: &str) -> Result<Registration, Problem> {
    let claim = Links::parse(token).ok_or_else(Problem::not_found)?;
    let id = opened(conn, links, token)?.id;
    let locked = lock_with_seats(conn, id)?;
    // The link may have been replaced before the lock was there.
    still_opened(links, &claim, locked)
}

fn still_opened(links: &Links, claim: &Claim, found: Option<Registration>) -> Result<Registration, Problem> {
    let found = found.ok_or_else(Problem::not_found)?;
    match links.check(claim, Purpose::Manage, found.link_version) {
        Worth::Unknown => Err(Problem::not_found()),
        _ if found.is_erased() => Err(Problem::new(Code::DataErased)),
        Worth::Valid => Ok(found),
        Worth::Revoked => Err(Problem::new(Code::LinkRevoked)),
    }
}

/// A registration as its person sees it.
pub(super) fn managed(
    conn: &mut Conn,
    links: &Links,
    registration: Registration,
    now: DateTime<Utc>,
) -> Result<ManagedRegistration, Problem> {
    managed_all(conn, links, vec![registration], now)?.pop().ok_or_else(Problem::not_found)
}

/// Registrations of one workspace, each for another event, as their person sees them: in as many statements however many there are.
pub(super) fn managed_all(
    conn: &mut Conn,
    links: &Links,
    all: Vec<Registration>,
    now: DateTime<Utc>,
) -> Result<Vec<ManagedRegistration>, Problem> {
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let workspace = get_workspace(conn, first.workspace_id)?;
    let ids: Vec<EventId> = all.iter().map(|one| one.event_id).collect();
    let events = events::find_events(conn, &ids)?.into_iter().map(|event| (event.id, event));
    let mut events: HashMap<EventId, Event> = events.collect();
    let forms = form::store::get_many(conn, &ids)?;
    let before = group_store::count_before_each(conn, &all)?;
    let feeds = personal_feed::find_urls(conn, links, &all)?;
    let mut managed = Vec::with_capacity(all.len());
    for ((registration, (_, form)), feed) in all.into_iter().zip(forms).zip(feeds) {
        let event = events.remove(&registration.event_id).ok_or_else(Problem::not_found)?;
        let is_waiting = registration.state == RegistrationState::Waitlisted && registration.queue_position.is_some();
        let ahead = is_waiting.then(|| before.get(&registration.id).copied().unwrap_or_default());
        let own = OwnLinks::new(links, &workspace, &event, &registration, feed);
        managed.push(ManagedRegistration::new(registration, event, form, (ahead, own), now)?);
    }
    Ok(managed)
}

/// See one's registration
///
/// What the link in the mail is about, for a frontend of one's own; our own page of it is `/registrations/{token}`. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/manage/{token}")]
pub async fn get_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let (token, links, now) = (path.into_inner(), state.links.clone(), state.clock.now());
    let managed = state
        .read(move |conn| {
            let registration = opened(conn, &links, &token)?;
            managed(conn, &links, registration, now)
        })
        .await?;
    managed.reply()
}

/// Opens a link and does something with what it is about.
pub(super) async fn act(
    state: &State,
    token: String,
    action: fn(&mut Conn, &Context, RegistrationId) -> Result<Registration, RegistrationError>,
) -> Result<Reply, Problem> {
    act_on(state, token, move |conn, context, registration| action(conn, context, registration.id)).await
}

/// Opens a link and does something with the registration that it is about.
pub(super) async fn act_on(
    state: &State,
    token: String,
    action: impl Fn(&mut Conn, &Context, Registration) -> Result<Registration, RegistrationError> + Send + 'static,
) -> Result<Reply, Problem> {
    let links = state.links.clone();
    let managed = state
        .write(move |conn, context| {
            let registration = opened(conn, &links, &token)?;
            let registration = action(conn, context, registration)?;
            managed(conn, &links, registration, context.now)
        })
        .await?;
    managed.reply()
}

/// What those who have a seat may see
///
/// The materials of the event and of its sessions, those for everybody and those for registrants, as far as they are available. Who
/// has a seat sees them, or had one when the event took place, or registered for the recording.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = MaterialsResponse, description = "The materials, those of the whole event first")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[get("/registrations/manage/{token}/materials")]
pub async fn get_managed_materials(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let (token, links, now) = (path.into_inner(), state.links.clone(), state.clock.now());
    let materials = state
        .read(move |conn| {
            let registration = opened(conn, &links, &token)?;
            let (event, all) = materials_of(conn, &registration, now)?;
            let shown = all.into_iter().filter_map(|with| MaterialResponse::for_registrant(with, &event, now));
            Ok(MaterialsResponse { items: shown.collect() })
        })
        .await?;
    Ok(Reply::ok(&materials)?.with_header("cache-control", "no-store"))
}

/// Confirm one's address
///
/// The registration goes on to the staff, if they decide on each, or else to a free seat or the end of the queue, as of now. It can
/// be done for two days after registering. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, with its address confirmed")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now", "event_full"])))
)]
#[post("/registrations/manage/{token}/verify")]
pub async fn verify_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), verify_registration).await
}

/// Cancel one's registration
///
/// The seat goes to the first in the queue. Once the event is over there is nothing to cancel, but for who waits for the recording
/// alone. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, cancelled")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/manage/{token}/cancel")]
pub async fn cancel_managed_registration(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), cancel_own_registration).await
}

/// Accept an offered seat
///
/// As long as the offer holds and the event takes place. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, confirmed")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
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
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/manage/{token}/decline-offer")]
pub async fn decline_managed_offer(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act(&state, path.into_inner(), decline_offer).await
}
