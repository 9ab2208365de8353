//! Registering for an event.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::admit::{Place, promise_standing, take_place};
use super::consent::Consent;
use super::error::RegistrationError;
use super::form::{self, Form, check_answers, normal_answers};
use super::model::{Attendance, NewRegistration, Registration, RegistrationId, RegistrationState};
use super::{messages, personal_feed, rules, store};
use crate::accounts;
use crate::db::{Conn, DbError, DbResult};
use crate::events::store as events;
use crate::events::{Event, EventId, Visibility, rules as event_rules};
use crate::http::{Checks, Code, FieldError};
use crate::time::Context;

/// What the public is told: nothing that depends on whether the address was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where the registration stands.
    pub state: RegistrationState,
}

/// An event that takes newcomers, with what it asks them.
pub struct OpenForm {
    event: Event,
    form: Form,
}

impl OpenForm {
    /// What does not fit this form. Pointers are those of a request to register.
    pub fn faults(
        &self,
        answers: &Map<String, Value>,
        attendance: Attendance,
        consent_version: Option<i32>,
    ) -> Vec<FieldError> {
        let mut checks = Checks::new();
        checks.add_all("", check_answers(&self.form.questions.0, answers));
        if attendance == Attendance::Recording && !self.event.registration().recording {
            checks.fault("/attendance", Code::FieldType, "This event takes no registrations for its recording.");
        }
        if consent_version.is_some_and(|version| version != self.form.consent_version) {
            checks.fault("/consent_version", Code::ConsentOutdated, "Show the form as it is now, and ask again.");
        }
        checks.into_errors()
    }
}

/// The form of an event that takes newcomers now.
///
/// # Errors
/// There is no such event in public, or registration is closed.
pub fn open_form(conn: &mut Conn, context: &Context, id: EventId) -> Result<OpenForm, RegistrationError> {
    let event = events::find_event(conn, id)?
        .filter(|event| event.visibility != Visibility::Draft)
        .ok_or(RegistrationError::NotFound)?;
    let phase = event.phase(context.now)?;
    if !event_rules::is_registration_open(&event, phase, context.now) {
        return Err(RegistrationError::Closed);
    }
    Ok(OpenForm { form: form::store::get(conn, id)?, event })
}

/// Registers a person. Where the event asks for it, they first confirm their address, and the staff decide; then a free seat is
/// theirs at once, or they join the queue. An address that is registered already changes nothing; its owner is sent what
/// they have, and the answer is the one a newcomer would get. Only what nobody has confirmed yet is replaced.
///
/// # Errors
/// There is no such event in public, registration is closed, the event is full without a wait list, or what was sent does not fit
/// the form.
pub fn register(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    new: &NewRegistration,
) -> Result<Outcome, RegistrationError> {
    let taken = take_in(conn, context, id, new)?;
    if taken.is_known {
        repeat(conn, context, &taken)?;
    } else {
        promise_standing(conn, context, &taken.registration)?;
    }
    Ok(taken.outcome)
}

/// Somebody who was taken in, before anybody is told.
pub(super) struct Taken {
    /// What the public is told.
    pub outcome: Outcome,
    /// What they sent, with the answers as they are kept.
    pub person: NewRegistration,
    /// Their registration: the new one, or the one that they had.
    pub registration: Registration,
    /// Whether the address was registered already. Then nothing has changed.
    pub is_known: bool,
    /// The language of what was sent.
    pub language: String,
    /// What was consented to now.
    pub consent: Consent,
    /// Until when an address that was entered now can be confirmed.
    pub verify_by: DateTime<Utc>,
}

impl Taken {
    /// Lets the newest entry count of an address that nobody has confirmed yet, whose registration the caller has locked.
    pub(super) fn replace_unverified(&self, conn: &mut Conn, context: &Context, known: &Registration) -> DbResult<()> {
        let said = (self.language.as_str(), self.consent);
        store::replace_unverified(conn, context, known.id, &self.person, said, self.verify_by)?;
        messages::promise_verification_end(conn, context, known, self.verify_by)
    }
}

/// Takes a person in, or finds them.
///
/// # Errors
/// As for [`register`].
pub(super) fn take_in(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    new: &NewRegistration,
) -> Result<Taken, RegistrationError> {
    let open = fitting_form(conn, context, id, new)?;
    let OpenForm { event, form } = &open;
    let consent = Consent::given(form.consent_version, context.now);
    let verify_by = rules::verify_until(context.now, event.when()?.bounds());
    let answers = normal_answers(&form.questions.0, new.answers.clone());
    let person = NewRegistration { answers, ..new.clone() };
    let language = match &new.language {
        Some(language) => language.clone(),
        None => accounts::store::get_workspace(conn, event.workspace_id)?.language,
    };
    let first = rules::pending_state(event.registration(), false, false);
    let known = store::find_active(conn, id, &new.email.key())?;
    if known.is_some() || first.is_some() {
        let outcome = newcomer(conn, event, new.attendance)?;
        if let Some(registration) = known {
            return Ok(Taken { outcome, person, registration, is_known: true, language, consent, verify_by });
        }
    }
    let made = store::insert(conn, context, event, &person, &language, (consent, first))?;
    personal_feed::store::ensure(conn, context, event.workspace_id, &new.email.key())?;
    let registration = settle(conn, event, made, new.attendance, first)?;
    let outcome = Outcome { state: registration.state };
    Ok(Taken { outcome, person, registration, is_known: false, language, consent, verify_by })
}

/// What a newcomer would be told who sends this; nobody is registered, and nobody hears of it.
///
/// # Errors
/// As for [`register`].
pub fn pretend_to_register(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    new: &NewRegistration,
) -> Result<Outcome, RegistrationError> {
    let open = fitting_form(conn, context, id, new)?;
    newcomer(conn, &open.event, new.attendance)
}

fn fitting_form(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    new: &NewRegistration,
) -> Result<OpenForm, RegistrationError> {
    let open = open_form(conn, context, id)?;
    let faults = open.faults(&new.answers, new.attendance, new.consent_version);
    if faults.is_empty() { Ok(open) } else { Err(RegistrationError::Invalid(faults)) }
}

fn newcomer(conn: &mut Conn, event: &Event, attendance: Attendance) -> Result<Outcome, RegistrationError> {
    let seats = events::find_seats(conn, event.id)?;
    let state = rules::newcomer_state(seats, event.registration(), attendance).ok_or(RegistrationError::Full)?;
    Ok(Outcome { state })
}

/// Gives a registration that was just made its place, unless it waits for something.
fn settle(
    conn: &mut Conn,
    event: &Event,
    made: RegistrationId,
    attendance: Attendance,
    first: Option<RegistrationState>,
) -> Result<Registration, RegistrationError> {
    // The seat comes late: its row is locked from here to the end of the transaction, and everybody else waits for it.
    let place = match first {
        Some(_) => {
            events::lock_seats(conn, event.id)?;
            None
        }
        None => Some(take_place(conn, event, attendance)?),
    };
    // Whoever calls an event off holds that row too. If they were first, nobody gets in behind them without being told.
    if events::state_of(conn, event.id)? != (event.visibility, event.status) {
        return Err(DbError::Crossed.into());
    }
    if let Some(Place::Queue(position)) = place {
        store::set_waitlisted(conn, made, position)?;
    }
    Ok(store::find(conn, made)?.ok_or(DbError::NotFound)?)
}

/// Somebody enters an address that is registered already. What its owner has confirmed stays as it is, and they are sent what they
/// have. Before that the newest entry counts, since any of them may be a stranger's; it is taken together with a mail, so
/// that nobody can change it behind the owner's back without end.
fn repeat(conn: &mut Conn, context: &Context, taken: &Taken) -> DbResult<()> {
    let known =
        store::lock(conn, taken.registration.id)?.filter(|known| !known.state.is_over()).ok_or(DbError::Crossed)?;
    if known.state != RegistrationState::PendingVerification {
        return messages::promise_repeat(conn, context, &known);
    }
    if messages::promise_verify_again(conn, context, &known)? {
        taken.replace_unverified(conn, context, &known)?;
    }
    Ok(())
}
