//! When reminders are due, and promising to look after them then.
//!
//! A promise is made for each rule of an event when it is published, moved or reinstated and when its rules change, and it
//! is looked at anew when its time has come: what moved meanwhile has another promise, what was called off has none to keep.
//! A rule whose time is over when it is set reminds nobody, nor does one of an event whose day is not known.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::create::status_of;
use super::model::{Event, EventStatus, Series, Visibility};
use super::reminder::{ReminderAnchor, ReminderRule};
use crate::db::{Conn, DbResult};
use crate::outbox::{self, NewMessage};
use crate::time::{Context, When};

/// Kind of the message that a rule of an event has its time. Its payload has the event's id and the rule.
pub const REMINDER_DUE: &str = "events.reminder_due";
/// Kind of the message that the rules which a series gives to its events have changed. Its payload has the id of the series.
pub const SERIES_REMINDERS: &str = "events.series_reminders";

/// How long after its time a mail about what is over is still of use.
const AFTERWARDS: TimeDelta = TimeDelta::days(3);

/// When a rule of an event has its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueReminder {
    /// From when on people are reminded.
    pub at: DateTime<Utc>,
    /// Until when, excluded: what speaks of the time before the event is of no use once it has begun.
    pub until: DateTime<Utc>,
    /// The day on which the event begins, by its own clocks: a rule reminds a person once of each day.
    pub day: NaiveDate,
    /// Whether the event is over then.
    pub is_follow_up: bool,
}

impl Event {
    /// When one of its rules has its time; none if that is not its rule, or if it does not take place on a known day.
    ///
    /// # Errors
    /// Its `when` cannot be read: a hand in the database.
    pub fn due_reminder(&self, rule: &ReminderRule) -> DbResult<Option<DueReminder>> {
        let is_on = self.visibility != Visibility::Draft
            && matches!(self.status, EventStatus::Scheduled | EventStatus::Tentative);
        if !is_on || !self.reminders().contains(rule) {
            return Ok(None);
        }
        Ok(due(rule, &self.when()?))
    }
}

/// When a rule has its time. A date without a time begins and ends where the lists say that it does.
fn due(rule: &ReminderRule, when: &When) -> Option<DueReminder> {
    if status_of(when) != EventStatus::Scheduled {
        return None;
    }
    let (start, end) = when.bounds()?;
    let day = when.local_start().map(|local| local.date()).or_else(|| when.dates().map(|(first, _)| first))?;
    let anchor = match rule.anchor {
        ReminderAnchor::Start => start,
        ReminderAnchor::End => end,
    };
    let at = anchor.checked_add_signed(rule.delta().ok()?)?;
    let until = match at {
        before if before < start => start,
        during if during < end => end,
        after => after.checked_add_signed(AFTERWARDS)?,
    };
    Some(DueReminder { at, until, day, is_follow_up: at >= end })
}

/// Promises to look after the reminders of an event that are still to come. Promising twice is harmless.
///
/// # Errors
/// The database failed.
pub fn promise_reminders(conn: &mut Conn, context: &Context, event: &Event) -> DbResult<()> {
    for message in reminders_to_come(event, context.now)? {
        outbox::enqueue(conn, context, &message)?;
    }
    Ok(())
}

/// The promises for the rules of an event whose time is still to come at `now`.
pub(super) fn reminders_to_come(event: &Event, now: DateTime<Utc>) -> DbResult<Vec<NewMessage>> {
    let mut all = Vec::new();
    for rule in event.reminders() {
        let Some(due) = event.due_reminder(rule)?.filter(|due| due.at > now) else { continue };
        let key = format!("{REMINDER_DUE}:{}:{}:{}", event.id, rule.key(), due.at.to_rfc3339());
        all.push(message(event, rule, key, Some(due.at)));
    }
    Ok(all)
}

/// Promises to look again after the mails about what is over, now that it is noted who was there.
///
/// # Errors
/// The database failed.
pub fn promise_follow_ups(conn: &mut Conn, context: &Context, event: &Event) -> DbResult<()> {
    for rule in event.reminders() {
        let is_open = |due: &DueReminder| due.is_follow_up && due.at <= context.now && context.now < due.until;
        if event.due_reminder(rule)?.as_ref().is_some_and(is_open) {
            let key = format!("{REMINDER_DUE}:{}:{}:closed:{}", event.id, rule.key(), context.now.to_rfc3339());
            outbox::enqueue(conn, context, &message(event, rule, key, None))?;
        }
    }
    Ok(())
}

fn message(event: &Event, rule: &ReminderRule, key: String, due_at: Option<DateTime<Utc>>) -> NewMessage {
    NewMessage {
        workspace: event.workspace_id,
        kind: REMINDER_DUE,
        payload: json!({ "event_id": event.id, "rule": rule }),
        dedupe_key: Some(key),
        event: Some(event.id.0),
        registration: None,
        due_at,
    }
}

/// Promises that the events of a series are looked through for reminders that are new to them.
pub(super) fn promise_series_reminders(conn: &mut Conn, context: &Context, series: &Series) -> DbResult<()> {
    let message = NewMessage {
        workspace: series.workspace_id,
        kind: SERIES_REMINDERS,
        payload: json!({ "series_id": series.id }),
        dedupe_key: None,
        event: None,
        registration: None,
        due_at: None,
    };
    outbox::enqueue(conn, context, &message).map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::reminder::ReminderAudience;
    use super::*;
    use crate::time::WhenInput;

    fn rule(anchor: ReminderAnchor, offset: &str) -> ReminderRule {
        ReminderRule { anchor, offset: offset.to_owned(), audience: ReminderAudience::Confirmed }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// From, until, and whether it is over.
    fn window(rule: &ReminderRule, when: &When) -> Option<(DateTime<Utc>, DateTime<Utc>, bool)> {
        due(rule, when).map(|due| (due.at, due.until, due.is_follow_up))
    }

    #[test]
    fn a_rule_has_its_time_before_during_or_after() {
        let input =
            WhenInput { duration: Some("PT1H".to_owned()), ..WhenInput::local("2022-03-28T00:30", "Europe/Paris") };
        let when = input.parse().unwrap();
        let (start, end) = (at("2022-03-27T22:30:00Z"), at("2022-03-27T23:30:00Z"));
        let (first, last) = (ReminderAnchor::Start, ReminderAnchor::End);
        for (rule, expected) in [
            // A day is 24 hours, also where the clocks are changed in it.
            (rule(first, "-P1D"), (at("2022-03-26T22:30:00Z"), start, false)),
            (rule(first, "PT0S"), (start, end, false)),
            (rule(last, "-PT5M"), (at("2022-03-27T23:25:00Z"), end, false)),
            (rule(last, "-PT1H1S"), (at("2022-03-27T22:29:59Z"), start, false)),
            (rule(last, "PT0S"), (end, at("2022-03-30T23:30:00Z"), true)),
            (rule(first, "PT2H"), (at("2022-03-28T00:30:00Z"), at("2022-03-31T00:30:00Z"), true)),
        ] {
            assert_eq!(window(&rule, &when), Some(expected), "{rule:?}");
            // The day is the one that people know, not that of Greenwich.
            assert_eq!(due(&rule, &when).unwrap().day, NaiveDate::from_ymd_opt(2022, 3, 28).unwrap());
        }
    }

    #[test]
    fn an_event_without_its_day_reminds_nobody() {
        let rule = rule(ReminderAnchor::Start, "-P1D");
        for vague in ["2022-03", "2022", "2022-21", "2022-03/2022-05"] {
            assert_eq!(due(&rule, &WhenInput::edtf(vague).parse().unwrap()), None, "{vague}");
        }
        assert_eq!(due(&rule, &When::none()), None);
        let day = WhenInput::edtf("2022-03-17").parse().unwrap();
        assert_eq!(window(&rule, &day), Some((at("2022-03-16T00:00:00Z"), at("2022-03-17T00:00:00Z"), false)));
    }
}
