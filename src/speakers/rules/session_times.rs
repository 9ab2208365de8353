//! When a session is, for the invitation to it.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::events::SessionId;
use crate::time::{Precision, UNDATED_SORTS_AT, When, WhenRecord, Zone};

/// What is known of a session of an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    /// Its id.
    pub id: SessionId,
    /// The session that contains it.
    pub parent_id: Option<SessionId>,
    /// Civil start, in the event's zone.
    pub local_start: Option<NaiveDateTime>,
    /// Civil end, in the event's zone.
    pub local_end: Option<NaiveDateTime>,
    /// The instant of the start as it was stored: which side of an hour shown twice is meant.
    pub starts_at: Option<DateTime<Utc>>,
    /// The same of the end.
    pub ends_at: Option<DateTime<Utc>>,
}

impl AgendaRow {
    /// When it is by itself, derived from its civil time and the zone that the event has now.
    fn own(&self, zone: Zone) -> Option<When> {
        // Written while the event had no zone, there is no instant: any will do where the civil time is shown once.
        let start = self.local_start.zip(self.starts_at.or(self.local_start.map(|local| local.and_utc())));
        let end = self.local_end.zip(self.ends_at.or(self.local_end.map(|local| local.and_utc())));
        Some(between(zone, start?, end)?.rederived())
    }
}

/// A civil time and the instant that it stands for.
type Moment = (NaiveDateTime, DateTime<Utc>);

fn between(zone: Zone, start: Moment, end: Option<Moment>) -> Option<When> {
    let record = WhenRecord {
        precision: Precision::Datetime,
        edtf: None,
        local_start: Some(start.0),
        local_end: end.map(|end| end.0),
        timezone: Some(zone.name().to_owned()),
        timezone_label: None,
        starts_at: Some(start.1),
        ends_at: end.map(|end| end.1),
        sorts_at: UNDATED_SORTS_AT,
        until_at: None,
    };
    When::from_record(record).ok()
}

/// When a session is: from the first start to the last end of what it contains, else its own time. Where something in it
/// starts when the others are over, and has no end, the end of the whole is open. None while it has no time.
pub fn when_of(agenda: &[AgendaRow], id: SessionId, zone: Zone) -> Option<When> {
    when_below(agenda, id, zone, &[])
}

/// `above` are those that contain it: one that stands in itself has an end.
fn when_below(agenda: &[AgendaRow], id: SessionId, zone: Zone, above: &[SessionId]) -> Option<When> {
    let line = [above, &[id]].concat();
    let inside = agenda.iter().filter(|row| row.parent_id == Some(id) && !line.contains(&row.id));
    let inside: Vec<When> = inside.filter_map(|row| when_below(agenda, row.id, zone, &line)).collect();
    let Some(first) = inside.iter().min_by_key(|when| when.starts_at()) else {
        return agenda.iter().find(|row| row.id == id)?.own(zone);
    };
    let start = first.local_start().zip(first.starts_at())?;
    let last = inside.iter().filter(|when| when.ends_at().is_some()).max_by_key(|when| when.ends_at());
    let end = last.and_then(|when| when.local_end().zip(when.ends_at()));
    let is_open = |when: &When| when.ends_at().is_none() && when.starts_at() >= end.map(|end| end.1);
    between(zone, start, end.filter(|_| !inside.iter().any(is_open)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").unwrap()
    }

    fn session(id: u128) -> SessionId {
        SessionId(Uuid::from_u128(id))
    }

    fn time(text: &str) -> Option<NaiveDateTime> {
        format!("2022-02-23T{text}:00").parse().ok()
    }

    fn row(id: u128, parent: Option<u128>, start: &str, end: &str) -> AgendaRow {
        let (local_start, local_end) = (time(start), time(end));
        let (starts_at, ends_at) = (None, None);
        AgendaRow { id: session(id), parent_id: parent.map(session), local_start, local_end, starts_at, ends_at }
    }

    fn span(agenda: &[AgendaRow], id: u128) -> Option<(NaiveDateTime, Option<NaiveDateTime>)> {
        let when = when_of(agenda, session(id), berlin())?;
        Some((when.local_start()?, when.local_end()))
    }

    #[test]
    fn a_round_takes_its_times_from_what_it_contains() {
        let agenda = [
            row(1, None, "", ""),
            row(2, Some(1), "11:30", "11:45"),
            row(3, Some(1), "", ""),
            row(4, Some(3), "11:45", "12:15"),
            row(5, None, "12:15", "13:00"),
            row(6, None, "", ""),
        ];
        let from = |start: &str, end: &str| Some((time(start).unwrap(), time(end)));
        assert_eq!(span(&agenda, 1), from("11:30", "12:15"));
        assert_eq!(span(&agenda, 2), from("11:30", "11:45"));
        assert_eq!(span(&agenda, 3), from("11:45", "12:15"));
        assert_eq!(span(&agenda, 5), from("12:15", "13:00"));
        assert_eq!(span(&agenda, 6), None);
        assert_eq!(span(&agenda, 7), None);
    }

    #[test]
    fn what_comes_last_and_has_no_end_leaves_the_end_open() {
        let agenda = |start: &str| {
            [row(1, None, "", ""), row(2, Some(1), "11:30", "11:45"), row(3, Some(1), start, "")].to_vec()
        };
        assert_eq!(span(&agenda("11:45"), 1), Some((time("11:30").unwrap(), None)));
        assert_eq!(span(&agenda("11:40"), 1), Some((time("11:30").unwrap(), time("11:45"))));
        assert_eq!(span(&agenda("11:00"), 1), Some((time("11:00").unwrap(), time("11:45"))));
    }

    #[test]
    fn a_circle_has_an_end() {
        let agenda = [row(1, Some(2), "", ""), row(2, Some(1), "11:30", "11:45")];
        assert_eq!(span(&agenda, 1), Some((time("11:30").unwrap(), time("11:45"))));
    }
}
