//! Registering for several events of a series at once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::admit::promise_besides;
use super::error::RegistrationError;
use super::messages::{self, GroupMail};
use super::model::{Attendance, GroupId, NewRegistration, RegistrationState};
use super::register::{Taken, pretend_to_register, take_in};
use super::{form, group_store, store};
use crate::db::{Conn, DbError, in_savepoint};
use crate::events::store::{self as events, EventFilter, Order};
use crate::events::{Event, EventId, Series, SeriesId, Visibility, rules as event_rules};
use crate::http::{Checks, Code, FieldError};
use crate::time::Context;

/// How many events one registers for at once.
pub const MOST_EVENTS: usize = 100;

/// How many events of a series are looked through for those that are open.
const MOST_LISTED: i64 = 10_000;

/// What is different for one event.
#[derive(Debug, Clone, Default)]
pub struct OwnPart {
    /// Answers to its form, beside those for all.
    pub answers: Map<String, Value>,
    /// What the person registers for there.
    pub attendance: Option<Attendance>,
    /// The version of its form's text that they were shown.
    pub consent_version: Option<i32>,
}

/// A person who registers for several events of a series.
#[derive(Debug, Clone)]
pub struct SeriesEntry {
    /// The person, with the answers for all events.
    pub person: NewRegistration,
    /// For which events; none means all that take registrations now.
    pub chosen: Option<Vec<EventId>>,
    /// What is different for one of them.
    pub own: BTreeMap<EventId, OwnPart>,
    /// Whether a program has entered it: then nobody is registered.
    pub is_pretended: bool,
}

/// What became of it at one event.
#[derive(Debug)]
pub struct EventOutcome {
    /// The event.
    pub event: EventId,
    /// What a newcomer is told.
    pub result: Result<RegistrationState, RegistrationError>,
}

/// Registers a person for several events of a series, each as by [`register`](super::register()): what is refused by one event is
/// done at the others. They get one mail about all of them. Events come in the order of their ids, so that two who register for
/// the same ones never wait for each other; the answer keeps the order in which they were chosen, or else that of the series.
///
/// # Errors
/// There is no such series in public, none of its events takes registrations, nothing could be done at any of them, or an
/// answer belongs to none.
pub fn register_for_series(
    conn: &mut Conn,
    context: &Context,
    id: SeriesId,
    entry: &SeriesEntry,
) -> Result<Vec<EventOutcome>, RegistrationError> {
    let series = events::find_series(conn, id)?.filter(|series| series.visibility != Visibility::Draft);
    let series = series.ok_or(RegistrationError::NotFound)?;
    let chosen = match &entry.chosen {
        Some(chosen) => chosen.clone(),
        None => open_events(conn, context, id)?,
    };
    let people = people(conn, entry, &chosen)?;
    let (mut outcomes, mut taken) = (BTreeMap::new(), Vec::new());
    for (event, person) in people {
        let result = match one(conn, context, id, event, &person, entry.is_pretended) {
            Err(RegistrationError::Db(error)) => return Err(error.into()),
            Ok((state, one)) => {
                taken.extend(one);
                Ok(state)
            }
            Err(refused) => Err(refused),
        };
        outcomes.insert(event, result);
    }
    let outcomes: Vec<EventOutcome> = chosen
        .iter()
        .filter_map(|event| outcomes.remove(event).map(|result| EventOutcome { event: *event, result }))
        .collect();
    if outcomes.iter().all(|outcome| outcome.result.is_err()) {
        return Err(refusal(outcomes));
    }
    tell(conn, context, &series, &taken)?;
    Ok(outcomes)
}

/// The events of a series that take registrations now.
fn open_events(conn: &mut Conn, context: &Context, id: SeriesId) -> Result<Vec<EventId>, RegistrationError> {
    let filter = EventFilter { series: Some(id), published_only: true, ..EventFilter::default() };
    let all = events::list_events(conn, &filter, Order::Chronological, None, MOST_LISTED)?;
    let mut open = Vec::new();
    for event in all {
        if event_rules::is_registration_open(&event, event.phase(context.now)?, context.now) {
            open.push(event.id);
        }
    }
    if open.is_empty() {
        return Err(RegistrationError::Closed);
    }
    if open.len() > MOST_EVENTS {
        let detail = format!("More than {MOST_EVENTS} events take registrations: choose among them.");
        return Err(RegistrationError::Invalid(vec![FieldError::new("/event_ids", Code::NumberInvalid, detail)]));
    }
    Ok(open)
}

/// The person as each event gets them: with the answers that its form asks for. In the order of the events' ids.
fn people(
    conn: &mut Conn,
    entry: &SeriesEntry,
    chosen: &[EventId],
) -> Result<BTreeMap<EventId, NewRegistration>, RegistrationError> {
    let mut checks = Checks::new();
    for event in entry.own.keys().filter(|event| !chosen.contains(event)) {
        checks.fault(format!("/events/{event}"), Code::ReferenceUnknown, "The registration is not for this event.");
    }
    let (mut people, mut asked) = (BTreeMap::new(), BTreeSet::new());
    for event in chosen {
        let own = entry.own.get(event).cloned().unwrap_or_default();
        let mut person = entry.person.clone();
        let keys = question_keys(conn, *event)?;
        person.answers.retain(|key, _| keys.contains(key));
        person.answers.extend(own.answers);
        person.attendance = own.attendance.unwrap_or(person.attendance);
        person.consent_version = own.consent_version;
        people.insert(*event, person);
        asked.extend(keys);
    }
    for key in entry.person.answers.keys().filter(|key| !asked.contains(*key)) {
        let pointer = format!("/answers/{}", key.replace('~', "~0").replace('/', "~1"));
        checks.fault(pointer, Code::FieldUnknown, "None of the forms has such a question.");
    }
    let faults = checks.into_errors();
    if faults.is_empty() { Ok(people) } else { Err(RegistrationError::Invalid(faults)) }
}

fn question_keys(conn: &mut Conn, event: EventId) -> Result<BTreeSet<String>, RegistrationError> {
    // What a draft asks is not for everybody.
    let is_public = events::find_event(conn, event)?.is_some_and(|event| event.is_public());
    let form = if is_public { form::store::get(conn, event)? } else { form::Form::default() };
    Ok(form.questions.0.into_iter().map(|question| question.key).collect())
}

/// Registers for one of the events. What was done before it is refused is undone alone.
fn one(
    conn: &mut Conn,
    context: &Context,
    series: SeriesId,
    id: EventId,
    person: &NewRegistration,
    is_pretended: bool,
) -> Result<(RegistrationState, Option<Taken>), RegistrationError> {
    let is_of_series = |event: &Event| event.series_id == Some(series);
    if !events::find_event(conn, id)?.as_ref().is_some_and(is_of_series) {
        return Err(RegistrationError::NotFound);
    }
    if is_pretended {
        return Ok((pretend_to_register(conn, context, id, person)?.state, None));
    }
    let taken = in_savepoint(conn, |conn| take_in(conn, context, id, person))?;
    Ok((taken.outcome.state, Some(taken)))
}

/// Why nothing could be done: what does not fit comes first, since the person can mend it.
fn refusal(outcomes: Vec<EventOutcome>) -> RegistrationError {
    let (mut faults, mut refused) = (Checks::new(), Vec::new());
    for EventOutcome { event, result } in outcomes {
        match result {
            Err(RegistrationError::Invalid(errors)) => faults.add_all(&format!("/events/{event}"), errors),
            Err(error) => refused.push(error),
            Ok(_) => {}
        }
    }
    let faults = faults.into_errors();
    if !faults.is_empty() {
        return RegistrationError::Invalid(faults);
    }
    let rank = |error: &RegistrationError| match error {
        RegistrationError::Full => 0,
        RegistrationError::Closed => 1,
        _ => 2,
    };
    refused.into_iter().min_by_key(rank).unwrap_or(RegistrationError::Closed)
}

/// Promises the one mail, and what follows for each. If all that was entered is known, the mail goes out once a day at most,
/// and what nobody has confirmed yet is replaced only together with a mail, as for one event.
fn tell(conn: &mut Conn, context: &Context, series: &Series, taken: &[Taken]) -> Result<(), RegistrationError> {
    let Some(first) = taken.first() else { return Ok(()) };
    let is_new = taken.iter().any(|one| !one.is_known);
    let once = (!is_new).then(|| format!("{}:{}", first.registration.id, context.now.date_naive()));
    let group = GroupId(context.uuid());
    if !messages::promise_group(conn, context, (series.workspace_id, group), GroupMail::Made(once))? {
        return Ok(());
    }
    for one in taken {
        if !one.is_known {
            promise_besides(conn, context, &one.registration)?;
            continue;
        }
        let known = store::lock(conn, one.registration.id)?.filter(|known| !known.state.is_over());
        let known = known.ok_or(DbError::Crossed)?;
        if known.state == RegistrationState::PendingVerification {
            one.replace_unverified(conn, context, &known)?;
        }
    }
    let all: Vec<_> = taken.iter().map(|one| &one.registration).collect();
    Ok(group_store::insert(conn, context, group, series, &all)?)
}
