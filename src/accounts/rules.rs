//! What a role may do, what a password has to be, and how failed sign-ins are slowed.

use chrono::{DateTime, Duration, Utc};

use super::error::AccountError;
use super::model::Role;
use crate::http::auth::Scope;
use crate::time::IsoDuration;

/// Shortest password, in characters (NIST SP 800-63B section 3.1.1.2 asks for 15 where it is the only factor).
pub const PASSWORD_MIN: usize = 12;
/// Longest password, in characters: hashing takes time that grows with it.
pub const PASSWORD_MAX: usize = 200;
/// Failures that go unpunished.
const FREE_FAILURES: i32 = 5;
/// After this long without a failure, the count begins anew.
const FORGIVEN_AFTER: Duration = Duration::hours(24);

/// Longest retention, in days.
const RETENTION_MAX: i64 = 3650;

/// The scopes of a role.
pub fn scopes(role: Role) -> Vec<Scope> {
    let read =
        [Scope::WorkspaceRead, Scope::DirectoryRead, Scope::ProgrammeRead, Scope::RegistrationsRead, Scope::OutboxRead];
    let more: &[Scope] = match role {
        Role::Viewer => &[],
        Role::Assistant => &[Scope::RegistrationsWrite, Scope::OutboxWrite],
        Role::Editor => &[Scope::DirectoryWrite, Scope::ProgrammeWrite],
        Role::Organiser => &[
            Scope::TokensWrite,
            Scope::DirectoryWrite,
            Scope::ProgrammeWrite,
            Scope::ProgrammePublish,
            Scope::RegistrationsWrite,
            Scope::OutboxWrite,
            Scope::PrivacyWrite,
        ],
        Role::Owner => return Scope::ALL.to_vec(),
    };
    read.iter().chain(more).copied().collect()
}

/// Whether a holder of `own` scopes may make a token with `wanted` ones: nobody gives what they lack.
pub fn may_grant(own: &[Scope], wanted: &[Scope]) -> bool {
    wanted.iter().all(|scope| own.contains(scope))
}

/// Checks that a holder of `own` scopes may make somebody a `role`, or change somebody who is one.
///
/// # Errors
/// The role has a scope that they lack.
pub fn check_role(own: &[Scope], role: Role) -> Result<(), AccountError> {
    if may_grant(own, &scopes(role)) { Ok(()) } else { Err(AccountError::RoleTooHigh) }
}

/// How many days a retention means.
///
/// # Errors
/// A sentence: it is no duration, no number of whole days, none at all, or more than ten years.
pub fn retention_days(text: &str) -> Result<i32, String> {
    let delta = IsoDuration::parse(text).map_err(|error| format!("{error}."))?.as_delta();
    let days = delta.num_days();
    let is_whole = delta == Duration::days(days) && (1..=RETENTION_MAX).contains(&days);
    let days = i32::try_from(days).ok().filter(|_| is_whole);
    days.ok_or_else(|| format!("Whole days, from P1D to P{RETENTION_MAX}D."))
}

/// Until when sign-ins for an address are refused, after `failures` of which the last was at `last`.
pub fn blocked_until(failures: i32, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = u32::try_from(failures - FREE_FAILURES).ok()?;
    Some(last + Duration::seconds(2_i64.pow(over.min(12))))
}

/// Failures before this time no longer count at `now`.
pub fn forgiven_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - FORGIVEN_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_grow_towards_the_owner() {
        for role in Role::ALL {
            assert!(may_grant(&scopes(Role::Owner), &scopes(*role)), "{role}");
            assert!(may_grant(&scopes(*role), &scopes(Role::Viewer)), "{role}");
        }
        assert!(!may_grant(&scopes(Role::Editor), &scopes(Role::Organiser)));
        assert!(!scopes(Role::Editor).contains(&Scope::ProgrammePublish));
        assert!(!scopes(Role::Organiser).contains(&Scope::MembersWrite));
        assert!(!scopes(Role::Assistant).contains(&Scope::ProgrammeWrite));
    }

    #[test]
    fn things_are_kept_for_whole_days() {
        for (text, days) in [("P1D", 1), ("P180D", 180), ("P2W", 14), ("PT48H", 2), ("P3650D", 3650)] {
            assert_eq!(retention_days(text), Ok(days), "{text}");
        }
        for wrong in ["P0D", "PT36H", "P3651D", "P73000D", "P6M", "180", "-P1D", ""] {
            assert!(retention_days(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn failures_slow_down_and_are_forgiven() {
        let last = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(blocked_until(4, last), None);
        assert_eq!(blocked_until(5, last), Some(last + Duration::seconds(1)));
        assert_eq!(blocked_until(8, last), Some(last + Duration::seconds(8)));
        assert_eq!(blocked_until(99, last), Some(last + Duration::seconds(4096)));
        assert!(last > forgiven_before(last + Duration::hours(1)));
        assert!(last < forgiven_before(last + Duration::hours(25)));
    }
}
