//! Deriving the instants of an event anew when the time zone data has changed.
//!
//! What was promised is the civil time, and it stays: only the instants move. So nobody is told; the new instants are in
//! answers and feeds, the change is in the history, and reminders have promises for their new times. A civil time that the new
//! law skips moves past the change of the clocks, as it would if it were entered.
//!
//! Which release the instants were derived with is stored once for all processes. Whoever finds a newer one in use goes
//! through the events to come, page by page; the stored place lets another worker, or the next start, go on from there.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::model::{Event, WhenColumns};
use super::remind::promise_reminders;
use super::store::{self, Change, TimezoneData};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::time::{Context, When};

/// What a history says was done to an event whose instants moved with the time zone data.
pub const TIMEZONE_DATA_CHANGED: &str = "timezone_data_changed";

/// How long ago an event may have ended, by its old instants, to be looked at: no law moves a clock further.
const MARGIN: TimeDelta = TimeDelta::days(2);

/// How long after a release was first seen the events are looked at once more: a package is not unpacked in one moment, and
/// other processes know the old rules for some minutes, with which they may have stored events that were looked at before.
const SETTLED: TimeDelta = TimeDelta::minutes(30);

/// From when on an event has to last so that its instants still matter.
pub fn still_matters_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - MARGIN
}

/// Where a worker that has this release goes on: none if there is nothing to do, or if the instants were derived with a newer
/// one, as where replicas are updated one after another.
pub fn next_page(stored: TimezoneData, version: &str, now: DateTime<Utc>) -> Option<TimezoneData> {
    let anew = |seen_at| {
        Some(TimezoneData { version: version.to_owned(), seen_at: Some(seen_at), behind_id: None, done_at: None })
    };
    if stored.version != version {
        return if is_newer(version, &stored.version) { anew(At(now)) } else { None };
    }
    let (Some(seen_at), Some(done_at)) = (stored.seen_at, stored.done_at) else { return Some(stored) };
    let settled_at = seen_at.0 + SETTLED;
    if done_at.0 < settled_at && settled_at <= now { anew(seen_at) } else { None }
}

/// Whether a release supersedes the stored one. Releases are named by year and letter (`2026f`) and sort as texts; whatever
/// else a system calls its data (`unknown`, `bundled`) cannot be compared, and gives way to what has such a name.
fn is_newer(version: &str, stored: &str) -> bool {
    let is_release = |name: &str| {
        let (year, letters) = name.split_at_checked(4).unwrap_or_default();
        !year.is_empty() && year.bytes().all(|byte| byte.is_ascii_digit()) && !letters.is_empty()
    };
    match (is_release(version), is_release(stored)) {
        (true, true) => version > stored,
        (true, false) => true,
        (false, true) => false,
        (false, false) => version != stored,
    }
}

impl Event {
    /// The event with its instants derived anew; none if they are those that it has.
    ///
    /// # Errors
    /// Its `when` cannot be read: a hand in the database.
    pub fn rederived(&self) -> DbResult<Option<Self>> {
        let when = self.when()?.rederived();
        let columns = WhenColumns::from(&when);
        if columns == self.when {
            return Ok(None);
        }
        let mut after = self.clone();
        after.when = columns;
        after.details.0.when = when.input();
        Ok(Some(after))
    }
}

/// Derives the instants of an event anew, which is locked by the caller, and says whether anything moved: it or, as the caller
/// says, some of its `sessions`. It is recorded with the `version` of the data.
///
/// # Errors
/// Its `when` cannot be read, or the database failed.
pub fn rederive_event(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    version: &str,
    sessions: usize,
) -> DbResult<bool> {
    let after = match event.rederived()? {
        Some(after) => store::update_event(conn, &after, context.now)?,
        None if sessions == 0 => return Ok(false),
        None => {
            store::touch_event(conn, event.id, context.now)?;
            event.clone()
        }
    };
    let mut new = describe(&after.when()?);
    if let Some(members) = new.as_object_mut() {
        members.insert("tzdata".to_owned(), json!(version));
        members.insert("sessions".to_owned(), json!(sessions));
    }
    let change = Change {
        actor: "system",
        action: TIMEZONE_DATA_CHANGED,
        reason: None,
        before: Some(describe(&event.when()?)),
        after: Some(new),
    };
    store::record_change(conn, context, event.id, &change)?;
    promise_reminders(conn, context, &after)?;
    Ok(true)
}

/// The civil times too: one that the new law skips has moved.
fn describe(when: &When) -> Value {
    json!({
        "local_start": when.local_start(),
        "local_end": when.local_end(),
        "timezone": when.zone().map(crate::time::Zone::name),
        "starts_at": when.starts_at(),
        "ends_at": when.ends_at(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::model::EventId;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_newer_release_supersedes_an_older_one() {
        for (version, stored, expected) in [
            ("2026f", "", true),
            ("2026f", "2026e", true),
            ("2027a", "2026g", true),
            ("2026e", "2026f", false),
            ("2026e", "2026e", false),
            ("2026f", "unknown", true),
            ("unknown", "2026f", false),
            ("unknown", "", true),
            ("bundled", "unknown", true),
            ("unknown", "unknown", false),
            ("ä2026", "2026f", false),
        ] {
            assert_eq!(is_newer(version, stored), expected, "{version:?} after {stored:?}");
        }
    }

    #[test]
    fn a_pass_is_begun_once_gone_on_with_and_repeated_once() {
        let noon = at("2026-11-22T12:00:00Z");
        let state = |behind_id, done_at: Option<&str>| TimezoneData {
            version: "2026f".to_owned(),
            seen_at: Some(At(noon)),
            behind_id,
            done_at: done_at.map(|text| At(at(text))),
        };
        let begun = state(None, None);
        let unknown = TimezoneData { version: String::new(), seen_at: None, behind_id: None, done_at: None };
        assert_eq!(next_page(unknown, "2026f", noon), Some(begun.clone()));
        let older = TimezoneData { version: "2026e".to_owned(), ..state(None, Some("2026-09-01T00:00:00Z")) };
        assert_eq!(next_page(older, "2026f", noon), Some(begun.clone()));
        let halfway = state(Some(EventId(uuid::Uuid::from_u128(7))), None);
        assert_eq!(next_page(halfway.clone(), "2026f", at("2026-11-23T12:00:00Z")), Some(halfway.clone()));
        assert_eq!(next_page(halfway, "2026e", noon), None, "by who has the older rules still");

        let done = state(None, Some("2026-11-22T12:00:01Z"));
        assert_eq!(next_page(done.clone(), "2026f", at("2026-11-22T12:29:59Z")), None);
        assert_eq!(next_page(done, "2026f", at("2026-11-22T12:30:00Z")), Some(begun));
        let settled = state(None, Some("2026-11-22T12:30:00Z"));
        assert_eq!(next_page(settled, "2026f", at("2026-12-22T12:00:00Z")), None);
    }
}
