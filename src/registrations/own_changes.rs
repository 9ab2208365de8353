//! What makes the entry of an event newer in the calendar of one person than in that of everybody, in mails and in their feed alike.
//!
//! That somebody waits, is confirmed, is given other links or gives their seat back changes no event, but it changes what their
//! calendar shows. Calendars look at an entry again where its SEQUENCE or LAST-MODIFIED has risen, and drop a mail whose SEQUENCE
//! is lower than what they have. So a person's SEQUENCE is that of the event, and one more for each change of any of their
//! registrations for it but the making of the first: it is the event's own for whoever registered once and got in at once.
//!
//! It never falls. A registration that is over still counts beside the one that follows it, and one whose address is corrected hands
//! what it counted for on to another of the old address ([`hand_on`]). Erasing takes all that an address has for an event at once.
//! Where the old address has no other, nothing is known of it any more: if it registers anew it begins at the event's own.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::model::Registration;
use super::store::{self, Changed};
use super::{group_store, staff_store};
use crate::calendars::ical::Entry;
use crate::db::{Conn, DbResult};
use crate::events::EventId;
use crate::mail::EmailAddress;
use crate::time::Context;

/// What became of all registrations of a person for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnChanges {
    count: i32,
    changed_at: Option<DateTime<Utc>>,
}

impl OwnChanges {
    /// From how often, and when, each of them was changed.
    pub fn of(all: impl IntoIterator<Item = Changed>) -> Self {
        let (mut revisions, mut changed_at) = (0_i64, None);
        for one in all {
            revisions = revisions.saturating_add(one.revision);
            changed_at = changed_at.max(Some(one.updated_at.0));
        }
        Self { count: i32::try_from(revisions.saturating_sub(1).max(0)).unwrap_or(i32::MAX), changed_at }
    }

    /// Those of the persons of some registrations of one workspace, in their order.
    ///
    /// # Errors
    /// The database failed.
    pub fn read_all(conn: &mut Conn, all: &[Registration]) -> DbResult<Vec<Self>> {
        let Some(first) = all.first() else { return Ok(Vec::new()) };
        let keys: Vec<Option<String>> = all.iter().map(Registration::email_key).collect();
        let distinct: BTreeSet<&String> = keys.iter().flatten().collect();
        let distinct: Vec<String> = distinct.into_iter().cloned().collect();
        let events: Vec<EventId> = all.iter().map(|one| one.event_id).collect();
        let beside = group_store::changes_of(conn, first.workspace_id, &distinct, &events)?;
        let own = all.iter().zip(&keys).map(|(one, key)| match key {
            Some(key) => {
                let own = beside.iter().filter(|(theirs, change)| theirs == key && change.event_id == one.event_id);
                Self::of(own.map(|(_, change)| *change))
            }
            None => Self::of([Changed::of(one)]),
        });
        Ok(own.collect())
    }

    /// The entry of the event as it is the person's own.
    pub fn mark(self, entry: Entry) -> Entry {
        Entry {
            sequence: entry.sequence.saturating_add(self.count),
            updated_at: self.changed_at.map_or(entry.updated_at, |at| at.max(entry.updated_at)),
            ..entry
        }
    }
}

/// Before a registration, which the caller has locked, is given another address: what it counted for goes to the latest other one
/// that the old address has for the event, which stands in its calendar from now on.
///
/// # Errors
/// The database failed.
pub fn hand_on(conn: &mut Conn, context: &Context, leaving: &Registration) -> DbResult<()> {
    let Ok(address) = EmailAddress::parse(&leaving.email) else { return Ok(()) };
    match store::latest_other(conn, leaving, &address.key())? {
        Some(other) => staff_store::add_changes(conn, other, leaving.revision.saturating_add(1), context.now),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::At;

    fn changed(revision: i64, at: &str) -> Changed {
        Changed { event_id: crate::events::EventId(uuid::Uuid::nil()), revision, updated_at: At(at.parse().unwrap()) }
    }

    #[test]
    fn the_first_registration_counts_for_nothing_and_every_change_for_one() {
        let of = |all: &[(i64, &str)]| OwnChanges::of(all.iter().map(|(revision, at)| changed(*revision, at)));
        let (one, two) = ("2022-02-01T09:00:00Z", "2022-02-02T09:00:00Z");
        assert_eq!(of(&[]), OwnChanges { count: 0, changed_at: None });
        assert_eq!(of(&[(1, one)]), OwnChanges { count: 0, changed_at: one.parse().ok() });
        assert_eq!(of(&[(2, two)]), OwnChanges { count: 1, changed_at: two.parse().ok() });
        // Cancelled, and registered again.
        assert_eq!(of(&[(1, one), (2, two)]), OwnChanges { count: 2, changed_at: two.parse().ok() });
        assert_eq!(of(&[(i64::MAX, one), (2, one)]).count, i32::MAX);
    }
}
