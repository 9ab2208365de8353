//! Who gets which of the mails that people may do without, and when: pure decisions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::model::{Attendance, Registration, RegistrationState};
use crate::events::{DueReminder, ReminderAudience};

/// The states in which a registration belongs to an audience. Before the end those who were checked in need no reminder; after
/// it they are still among the confirmed.
pub fn states_of(audience: ReminderAudience, is_follow_up: bool) -> &'static [RegistrationState] {
    use RegistrationState::{Attended, Confirmed, NoShow};
    match (audience, is_follow_up) {
        (ReminderAudience::Confirmed, false) => &[Confirmed],
        (ReminderAudience::Confirmed, true) => &[Confirmed, Attended],
        (ReminderAudience::Attended, _) => &[Attended],
        (ReminderAudience::NoShow, _) => &[NoShow],
        (ReminderAudience::All, _) => &[Confirmed, Attended, NoShow],
    }
}

/// From when on something may be announced to an audience after what was announced `recently`, each to an audience of its own:
/// nobody is written to twice within `pause`.
pub fn announce_from(
    recently: &[(DateTime<Utc>, Vec<RegistrationState>)],
    audience: &[RegistrationState],
    pause: TimeDelta,
) -> Option<DateTime<Utc>> {
    let shared = recently.iter().filter(|(_, other)| other.iter().any(|state| audience.contains(state)));
    shared.map(|(at, _)| *at + pause).max()
}

/// Whether a registration is to be reminded by a rule whose time is `due`.
pub fn is_meant(registration: &Registration, audience: ReminderAudience, due: &DueReminder) -> bool {
    let came_in_at = registration.confirmed_at.unwrap_or(registration.created_at).0;
    registration.attendance == Attendance::Live
        && states_of(audience, due.is_follow_up).contains(&registration.state)
        && came_in_at <= due.at
}

/// What becomes of a reminder that was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is sent now.
    Send,
    /// It is kept then, since the event has moved within its day.
    Later(DateTime<Utc>),
    /// It is promised for then, since the event has moved to another day.
    Again(DateTime<Utc>),
    /// It is of no use any more.
    Over,
}

/// What becomes at `now` of a reminder that was promised for an event that began on `day`.
pub fn step(due: &DueReminder, day: NaiveDate, now: DateTime<Utc>) -> Step {
    if now >= due.until {
        Step::Over
    } else if due.day != day {
        // Another promise may stand for that day: one of the two is made.
        Step::Again(due.at.max(now))
    } else if now < due.at {
        Step::Later(due.at)
    } else {
        Step::Send
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_reminder_is_sent_in_its_time_for_its_day() {
        let (first, other) =
            (NaiveDate::from_ymd_opt(2022, 3, 17).unwrap(), NaiveDate::from_ymd_opt(2022, 3, 24).unwrap());
        let (from, until) = (at("2022-03-16T15:00:00Z"), at("2022-03-17T15:00:00Z"));
        let due = DueReminder { at: from, until, day: first, is_follow_up: false };
        let early = at("2022-03-16T14:59:59Z");
        for (day, now, expected) in [
            (first, early, Step::Later(from)),
            (first, from, Step::Send),
            (first, at("2022-03-17T14:59:59Z"), Step::Send),
            (first, until, Step::Over),
            (other, early, Step::Again(from)),
            (other, from, Step::Again(from)),
            (other, until, Step::Over),
        ] {
            assert_eq!(step(&due, day, now), expected, "{day} {now}");
        }
    }

    #[test]
    fn an_audience_is_left_in_peace_for_a_while() {
        use RegistrationState::{Attended, Confirmed, Offered, Waitlisted};
        let recently =
            [(at("2022-03-01T12:00:00Z"), vec![Confirmed, Attended]), (at("2022-03-01T12:03:00Z"), vec![Waitlisted])];
        let from = |audience: &[RegistrationState]| announce_from(&recently, audience, TimeDelta::minutes(5));
        assert_eq!(from(&[Confirmed]), Some(at("2022-03-01T12:05:00Z")));
        assert_eq!(from(&[Attended, Waitlisted]), Some(at("2022-03-01T12:08:00Z")));
        assert_eq!(from(&[Offered]), None);
        assert_eq!(announce_from(&[], &[Confirmed], TimeDelta::minutes(5)), None);
    }

    #[test]
    fn an_audience_is_those_who_stand_there() {
        use RegistrationState::{Attended, Confirmed, NoShow};
        for (audience, before, after) in [
            (ReminderAudience::Confirmed, &[Confirmed] as &[_], &[Confirmed, Attended] as &[_]),
            (ReminderAudience::Attended, &[Attended], &[Attended]),
            (ReminderAudience::NoShow, &[NoShow], &[NoShow]),
            (ReminderAudience::All, &[Confirmed, Attended, NoShow], &[Confirmed, Attended, NoShow]),
        ] {
            assert_eq!((states_of(audience, false), states_of(audience, true)), (before, after), "{audience}");
        }
    }
}
