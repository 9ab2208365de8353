//! What an event has from its series: its effective values, and how a change of the series reaches its events.

use serde_json::{Value, json};

use super::change::seats_changed;
use super::details::{AttendanceMode, EventDetails, OPEN_REGISTRATION, RegistrationPolicy};
use super::error::EventError;
use super::model::{Event, Series, SeriesId};
use super::remind::promise_series_reminders;
use super::reminder::ReminderRule;
use super::series_details::SeriesDefaults;
use super::store::{self, Change};
use crate::db::{Conn, DbError, DbResult};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::outbox;
use crate::time::{Context, WhenInput};

/// The effective values: the event's own, else those of its series, else what holds where nothing is said.
impl Event {
    /// How people register.
    pub fn registration(&self) -> &RegistrationPolicy {
        let (own, of_series) = (&self.details.0.registration, &self.series_defaults.0.registration);
        own.as_ref().or(of_series.as_ref()).unwrap_or(&OPEN_REGISTRATION)
    }

    /// When registrants are reminded.
    pub fn reminders(&self) -> &[ReminderRule] {
        let (own, of_series) = (&self.details.0.reminders, &self.series_defaults.0.reminders);
        own.as_deref().or(of_series.as_deref()).unwrap_or_default()
    }

    /// The languages spoken.
    pub fn languages(&self) -> &[String] {
        languages(&self.details.0, &self.series_defaults.0)
    }

    /// Where people take part.
    pub fn attendance_mode(&self) -> AttendanceMode {
        let own = self.details.0.attendance_mode;
        own.or(self.series_defaults.0.attendance_mode).unwrap_or(AttendanceMode::Online)
    }

    /// Seats; none for no limit.
    pub fn capacity(&self) -> Option<i32> {
        self.details.0.capacity.or(self.series_defaults.0.capacity)
    }

    /// The members that come from the series.
    pub fn inherited(&self) -> Vec<&'static str> {
        let (own, of_series) = (&self.details.0, &self.series_defaults.0);
        let members = [
            ("registration", own.registration.is_none() && of_series.registration.is_some()),
            ("reminders", own.reminders.is_none() && of_series.reminders.is_some()),
            ("languages", own.languages.is_none() && of_series.languages.is_some()),
            ("attendance_mode", own.attendance_mode.is_none() && of_series.attendance_mode.is_some()),
            ("capacity", own.capacity.is_none() && of_series.capacity.is_some()),
        ];
        members.into_iter().filter(|(_, is_inherited)| *is_inherited).map(|(name, _)| name).collect()
    }

    /// The details as they are shown: what a patch is applied to. A patch of one field of an inherited policy keeps the
    /// others.
    pub fn shown_details(&self) -> EventDetails {
        let (own, of_series) = (self.details.0.clone(), &self.series_defaults.0);
        EventDetails {
            registration: own.registration.or_else(|| of_series.registration.clone()),
            reminders: own.reminders.or_else(|| of_series.reminders.clone()),
            languages: own.languages.or_else(|| of_series.languages.clone()),
            attendance_mode: own.attendance_mode.or(of_series.attendance_mode),
            capacity: own.capacity.or(of_series.capacity),
            ..own
        }
    }

    /// Takes out of new details what only repeats a value that is not the event's own: it does not become its own by being
    /// read and saved.
    pub(super) fn without_repeated(&self, details: EventDetails) -> EventDetails {
        let own = &self.details.0;
        let shown = |is_own: bool, is_same: bool| is_own || !is_same;
        EventDetails {
            registration: details
                .registration
                .filter(|new| shown(own.registration.is_some(), new == self.registration())),
            reminders: details.reminders.filter(|new| shown(own.reminders.is_some(), new == self.reminders())),
            languages: details.languages.filter(|new| shown(own.languages.is_some(), new == self.languages())),
            attendance_mode: details
                .attendance_mode
                .filter(|new| shown(own.attendance_mode.is_some(), *new == self.attendance_mode())),
            capacity: details.capacity.filter(|new| shown(own.capacity.is_some(), Some(*new) == self.capacity())),
            ..details
        }
    }
}

/// The languages of an event with these details in a series with these defaults.
pub(super) fn languages<'a>(details: &'a EventDetails, of_series: &'a SeriesDefaults) -> &'a [String] {
    details.languages.as_deref().or(of_series.languages.as_deref()).unwrap_or_default()
}

/// What a `when` without a zone says in this series: with the zone of the series, if it has one. Any other is left as it
/// is. Whoever reads a `when` for an event that is not there yet calls this first.
///
/// # Errors
/// The database failed.
pub(super) fn complete_when(
    conn: &mut Conn,
    workspace: WorkspaceId,
    series: Option<SeriesId>,
    when: WhenInput,
) -> DbResult<WhenInput> {
    let has_time = when.local_start.is_some() || when.starts_at.is_some();
    let (None, Some(series), true) = (&when.timezone, series, has_time) else { return Ok(when) };
    match store::get_series(conn, workspace, series) {
        Ok(series) => Ok(WhenInput { timezone: series.details.0.timezone, ..when }),
        // That it is unknown is said where it is named.
        Err(DbError::NotFound) => Ok(when),
        Err(error) => Err(error),
    }
}

/// What a series gives to an event that joins it. The series is locked until the transaction ends: a change of it reaches
/// the event, or comes first.
pub(super) fn defaults_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    series: Option<SeriesId>,
) -> Result<SeriesDefaults, EventError> {
    let Some(series) = series else { return Ok(SeriesDefaults::default()) };
    match store::lock_series(conn, workspace, series) {
        Ok(series) => Ok(series.details.0.defaults()),
        Err(DbError::NotFound) => Err(EventError::Invalid(vec![FieldError::new(
            "/series_id",
            Code::ReferenceUnknown,
            "There is no such series in this workspace.",
        )])),
        Err(error) => Err(error.into()),
    }
}

/// Passes the defaults of a series, which is locked, on to its events. Those that look different afterwards change: their
/// revision rises and their history says so.
pub(super) fn pass_on(conn: &mut Conn, context: &Context, actor: &str, series: &Series) -> Result<(), EventError> {
    let defaults = series.details.0.defaults();
    let mut has_new_reminders = false;
    for before in store::lock_events_of_series(conn, series.id)? {
        let mut after = before.clone();
        after.series_defaults.0 = defaults.clone();
        let (old, new) = difference(&before, &after);
        has_new_reminders |=
            after.is_public() && !after.reminders().is_empty() && before.reminders() != after.reminders();
        if before.capacity() != after.capacity() {
            let seats = store::set_capacity(conn, after.id, after.capacity())?;
            if seats.waiting > 0 {
                outbox::enqueue(conn, context, &seats_changed(&after))?;
            }
        }
        if old == new {
            store::set_series_defaults(conn, after.id, &defaults)?;
            continue;
        }
        if before.languages() != after.languages() || before.attendance_mode() != after.attendance_mode() {
            store::update_event(conn, &after, context.now)?;
        } else {
            store::update_unshown(conn, &after, context.now)?;
        }
        let change = Change { actor, action: "series_changed", reason: None, before: Some(old), after: Some(new) };
        store::record_change(conn, context, after.id, &change)?;
    }
    if has_new_reminders {
        promise_series_reminders(conn, context, series)?;
    }
    Ok(())
}

/// The effective values that differ, as they were and as they are.
fn difference(before: &Event, after: &Event) -> (Value, Value) {
    let values = |event: &Event| {
        [
            ("registration", json!(event.registration())),
            ("reminders", json!(event.reminders())),
            ("languages", json!(event.languages())),
            ("attendance_mode", json!(event.attendance_mode())),
            ("capacity", json!(event.capacity())),
        ]
    };
    let pairs = || values(before).into_iter().zip(values(after)).filter(|(old, new)| old != new);
    let object =
        |members: Vec<(&str, Value)>| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    (
        Value::Object(object(pairs().map(|(old, _)| old).collect())),
        Value::Object(object(pairs().map(|(_, new)| new).collect())),
    )
}
