//! The daily digest: what happened to the registrations of a workspace, at seven in the morning of its zone.
//!
//! A day runs from seven to seven, as the clocks of the workspace show it: 23 or 25 hours where they are changed. The first
//! thing that happens on a day promises its digest, so that a day without any has none.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{messages, store};
use crate::accounts::{self, Notices, Workspace};
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{EventId, subject_title};
use crate::http::WorkspaceId;
use crate::outbox::{self, NewMessage};
use crate::time::{Context, Disambiguation, Language, Zone};

/// When a day ends, by the clocks of the workspace.
const HOUR: u32 = 7;
/// How long after its end a day is summed up: what was written in its last moment is there by then.
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// A day of a workspace: from, included, until, excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Day {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
}

impl Day {
    /// The day in which a moment lies.
    pub fn of(at: DateTime<Utc>, zone: Zone) -> Option<Self> {
        let today = zone.to_local(at).date();
        let turn = turn(today, zone)?;
        Some(if at < turn {
            Self { from: self::turn(today.pred_opt()?, zone)?, until: turn }
        } else {
            Self { from: turn, until: self::turn(today.succ_opt()?, zone)? }
        })
    }
}

/// The moment at which a day begins. A time that the clocks skip is moved past the change.
fn turn(date: NaiveDate, zone: Zone) -> Option<DateTime<Utc>> {
    let local = date.and_time(NaiveTime::from_hms_opt(HOUR, 0, 0)?);
    zone.resolve(local, Some(Disambiguation::Later)).ok()
}

/// Promises the digest of the day in which something happened, if anybody wants it.
///
/// # Errors
/// The database failed.
pub fn promise_digest(conn: &mut Conn, context: &Context, workspace: WorkspaceId, at: DateTime<Utc>) -> DbResult<bool> {
    if accounts::store::members_with(conn, workspace, Notices::Daily)?.is_empty() {
        return Ok(false);
    }
    let zone = Zone::parse(&accounts::store::get_workspace(conn, workspace)?.timezone).unwrap_or(Zone::UTC);
    let Some(day) = Day::of(at, zone) else { return Ok(false) };
    let message = NewMessage {
        workspace,
        kind: messages::DIGEST,
        payload: json!({ "from": day.from, "until": day.until }),
        dedupe_key: Some(format!("{}:{workspace}:{}", messages::DIGEST, day.until.to_rfc3339())),
        event: None,
        registration: None,
        due_at: Some(day.until + SETTLED),
    };
    outbox::enqueue(conn, context, &message)
}

/// Promises the digest of a day to each member who wants it. Returns how many that are.
///
/// # Errors
/// The database failed.
pub fn pass_on_digest(conn: &mut Conn, context: &Context, workspace: WorkspaceId, day: Day) -> DbResult<usize> {
    let members = accounts::store::members_with(conn, workspace, Notices::Daily)?;
    let all: Vec<NewMessage> = members
        .iter()
        .map(|member| NewMessage {
            workspace,
            kind: messages::DIGEST_TO,
            payload: json!({ "from": day.from, "until": day.until, "member_id": member.id }),
            dedupe_key: Some(format!("{}:{}:{}", messages::DIGEST_TO, member.id, day.until.to_rfc3339())),
            event: None,
            registration: None,
            due_at: None,
        })
        .collect();
    outbox::enqueue_all(conn, context, &all)?;
    Ok(members.len())
}

/// What a digest says of each event that something happened to, in the order of their times; nothing if nothing did.
///
/// # Errors
/// The database failed.
pub fn sum_up(conn: &mut Conn, workspace: &Workspace, day: Day, language: Language) -> DbResult<Vec<Value>> {
    let mut counts: BTreeMap<EventId, (i64, i64)> = BTreeMap::new();
    for (event, new) in store::registered_between(conn, workspace.id, day.from, day.until)? {
        counts.entry(event).or_default().0 = new;
    }
    for (event, gone) in store::cancelled_between(conn, workspace.id, day.from, day.until)? {
        counts.entry(event).or_default().1 = gone;
    }
    let ids: Vec<EventId> = counts.keys().copied().collect();
    let seats: BTreeMap<EventId, events::Seats> = events::seats_of(conn, &ids)?.into_iter().collect();
    let mut all = events::find_events(conn, &ids)?;
    all.sort_by_key(|event| (event.when.sorts_at.0, event.id));
    let mut lines = Vec::with_capacity(all.len());
    for event in all {
        let (new, gone) = counts.get(&event.id).copied().unwrap_or_default();
        let seats = seats.get(&event.id).copied();
        lines.push(json!({
            "title": subject_title(&event.details.0.title),
            "when": event.when()?.display(language),
            "registered": new,
            "cancelled": gone,
            "taken": seats.map(|seats| seats.taken),
            "capacity": seats.and_then(|seats| seats.capacity),
            "waiting": seats.map(|seats| seats.waiting),
        }));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(at: &str, zone: &str) -> (String, String) {
        let day = Day::of(at.parse().unwrap(), Zone::parse(zone).unwrap()).unwrap();
        let text = |at: DateTime<Utc>| at.format("%dT%H:%M").to_string();
        (text(day.from), text(day.until))
    }

    #[test]
    fn a_day_runs_from_seven_to_seven_by_its_own_clocks() {
        for (at, zone, from, until) in [
            ("2022-02-01T05:59:59Z", "Europe/Berlin", "31T06:00", "01T06:00"),
            ("2022-02-01T06:00:00Z", "Europe/Berlin", "01T06:00", "02T06:00"),
            ("2022-02-01T03:00:00Z", "America/New_York", "31T12:00", "01T12:00"),
            ("2022-02-01T03:00:00Z", "Pacific/Kiritimati", "31T17:00", "01T17:00"),
            // 23 hours in spring, 25 in autumn.
            ("2022-03-26T12:00:00Z", "Europe/Berlin", "26T06:00", "27T05:00"),
            ("2022-03-27T05:00:00Z", "Europe/Berlin", "27T05:00", "28T05:00"),
            ("2022-10-29T12:00:00Z", "Europe/Berlin", "29T05:00", "30T06:00"),
        ] {
            assert_eq!(day(at, zone), (from.to_owned(), until.to_owned()), "{at} {zone}");
        }
    }
}
