//! Decisions about events, as pure functions.

use chrono::{DateTime, Utc};

use super::model::{Event, EventNotice, EventStatus, OrganisationRole, Visibility};
use crate::http::{Code, FieldError};
use crate::time::Phase;

/// What publishing still needs. A title and a `when` are there already: an event cannot be stored without them, and a
/// `when` may be of any precision.
pub fn missing_for_publishing(own: &[OrganisationRole], of_series: &[OrganisationRole]) -> Vec<FieldError> {
    let organises = |role: &OrganisationRole| {
        matches!(role, OrganisationRole::Organiser | OrganisationRole::CoOrganiser | OrganisationRole::Host)
    };
    if own.iter().chain(of_series).any(organises) {
        return Vec::new();
    }
    vec![FieldError::new(
        "/organisations",
        Code::FieldRequired,
        "Name an organisation that organises the event, or one that organises its series.",
    )]
}

/// What can be done with an event as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Show it to everybody.
    Publish,
    /// Hide it from everybody but its staff.
    Unpublish,
    /// Take it out of the lists.
    Archive,
    /// Give it another time.
    Reschedule,
    /// Take its time back.
    Postpone,
    /// Call it off.
    Cancel,
    /// Take a cancellation or a postponement back.
    Reinstate,
}

/// Whether the state of an event allows a command.
///
/// Only what everybody sees is archived: an archived event stays readable, and a draft is not for everybody. A cancelled event
/// is reinstated before anything else; all that can be done with it besides is to hide it.
pub fn allows(command: Command, visibility: Visibility, status: EventStatus) -> bool {
    let is_cancelled = status == EventStatus::Cancelled;
    match command {
        Command::Publish => visibility != Visibility::Published && !is_cancelled,
        Command::Unpublish => visibility != Visibility::Draft,
        Command::Archive => visibility == Visibility::Published,
        Command::Reschedule | Command::Cancel => !is_cancelled,
        Command::Postpone => matches!(status, EventStatus::Scheduled | EventStatus::Tentative),
        Command::Reinstate => matches!(status, EventStatus::Cancelled | EventStatus::Postponed),
    }
}

/// Whether people may count on an event: it is published, or it was and is hidden for now, with all who registered.
pub fn is_counted_on(visibility: Visibility, was_published: bool) -> bool {
    match visibility {
        Visibility::Published => true,
        Visibility::Draft => was_published,
        Visibility::Archived => false,
    }
}

/// Whether people are told of a command that does not say so. They are if they could count on the event, and it was not over. A
/// postponed event has a time to come, whatever time it had.
pub fn tells_by_itself(visibility: Visibility, was_published: bool, status: EventStatus, phase: Phase) -> bool {
    is_counted_on(visibility, was_published) && (status == EventStatus::Postponed || phase != Phase::Past)
}

/// Whether a notice is still true of an event of this status.
pub fn is_true(notice: EventNotice, status: EventStatus) -> bool {
    match notice {
        EventNotice::Postponed => status == EventStatus::Postponed,
        EventNotice::Cancelled => status == EventStatus::Cancelled,
        EventNotice::Rescheduled | EventNotice::Reinstated | EventNotice::PlaceChanged => {
            matches!(status, EventStatus::Scheduled | EventStatus::Tentative)
        }
    }
}

/// Whether a later notice says all that an earlier one would. One about the time does, since it is written from what holds
/// when it is sent; but it does not say that the place is another one, and one about the place does not speak of the time.
pub fn supersedes(later: EventNotice, earlier: EventNotice) -> bool {
    match later {
        EventNotice::PlaceChanged => earlier == EventNotice::PlaceChanged,
        EventNotice::Rescheduled | EventNotice::Reinstated => earlier != EventNotice::PlaceChanged,
        // Where it would have been is of no more use to anybody.
        EventNotice::Postponed | EventNotice::Cancelled => true,
    }
}

/// Whether registration takes newcomers at `now`.
pub fn is_registration_open(event: &Event, phase: Phase, now: DateTime<Utc>) -> bool {
    let policy = event.registration();
    let has_begun = policy.opens_at.is_none_or(|at| at <= now);
    let has_ended = policy.closes_at.is_some_and(|at| at <= now);
    policy.enabled
        && event.visibility == Visibility::Published
        && matches!(event.status, EventStatus::Scheduled | EventStatus::Tentative)
        && phase != Phase::Past
        && has_begun
        && !has_ended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organiser_of_the_event_or_of_its_series_is_enough() {
        let organiser = [OrganisationRole::Organiser];
        let featured = [OrganisationRole::Featured, OrganisationRole::Participant];
        assert!(missing_for_publishing(&organiser, &[]).is_empty());
        assert!(missing_for_publishing(&featured, &organiser).is_empty());
        let missing = missing_for_publishing(&featured, &featured);
        assert_eq!(missing.first().map(|error| error.pointer.as_str()), Some("/organisations"));
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn the_state_allows_or_refuses_each_command() {
        use Command::{Archive, Cancel, Postpone, Publish, Reinstate, Reschedule, Unpublish};
        use EventStatus::{Cancelled, Postponed, Scheduled, Tentative};
        use Visibility::{Archived, Draft, Published};
        for (visibility, status, allowed) in [
            (Draft, Tentative, &[Publish, Reschedule, Postpone, Cancel] as &[Command]),
            (Draft, Scheduled, &[Publish, Reschedule, Postpone, Cancel]),
            (Draft, Postponed, &[Publish, Reschedule, Cancel, Reinstate]),
            (Draft, Cancelled, &[Reinstate]),
            (Published, Tentative, &[Unpublish, Archive, Reschedule, Postpone, Cancel]),
            (Published, Scheduled, &[Unpublish, Archive, Reschedule, Postpone, Cancel]),
            (Published, Postponed, &[Unpublish, Archive, Reschedule, Cancel, Reinstate]),
            (Published, Cancelled, &[Unpublish, Archive, Reinstate]),
            (Archived, Tentative, &[Publish, Unpublish, Reschedule, Postpone, Cancel]),
            (Archived, Scheduled, &[Publish, Unpublish, Reschedule, Postpone, Cancel]),
            (Archived, Postponed, &[Publish, Unpublish, Reschedule, Cancel, Reinstate]),
            (Archived, Cancelled, &[Unpublish, Reinstate]),
        ] {
            let all = [Publish, Unpublish, Archive, Reschedule, Postpone, Cancel, Reinstate];
            let found: Vec<Command> = all.into_iter().filter(|one| allows(*one, visibility, status)).collect();
            assert_eq!(found, allowed, "{visibility} and {status}");
        }
    }

    #[test]
    fn who_could_count_on_an_event_is_told() {
        let (shown, planned) = (Visibility::Published, EventStatus::Scheduled);
        assert!(tells_by_itself(shown, true, planned, Phase::Upcoming));
        assert!(tells_by_itself(shown, true, EventStatus::Tentative, Phase::Undated));
        assert!(tells_by_itself(shown, true, EventStatus::Postponed, Phase::Past));
        assert!(!tells_by_itself(shown, true, planned, Phase::Past));
        assert!(!tells_by_itself(Visibility::Draft, false, planned, Phase::Upcoming));
        // Hidden for now: who registered before still does.
        assert!(tells_by_itself(Visibility::Draft, true, planned, Phase::Upcoming));
        assert!(!tells_by_itself(Visibility::Draft, true, planned, Phase::Past));
        assert!(!tells_by_itself(Visibility::Archived, true, planned, Phase::Upcoming));
    }

    #[test]
    fn a_notice_is_true_of_the_status_that_it_speaks_of() {
        use EventStatus::{Cancelled, Postponed, Scheduled, Tentative};
        for (notice, statuses) in [
            (EventNotice::Rescheduled, &[Tentative, Scheduled] as &[EventStatus]),
            (EventNotice::Postponed, &[Postponed]),
            (EventNotice::Cancelled, &[Cancelled]),
            (EventNotice::Reinstated, &[Tentative, Scheduled]),
            (EventNotice::PlaceChanged, &[Tentative, Scheduled]),
        ] {
            let found: Vec<_> = EventStatus::ALL.iter().copied().filter(|status| is_true(notice, *status)).collect();
            assert_eq!(found, statuses, "{notice}");
        }
    }

    #[test]
    fn the_later_notice_stands_for_the_earlier_one_if_it_says_as_much() {
        use EventNotice::{Cancelled, PlaceChanged, Postponed, Reinstated, Rescheduled};
        for (later, earlier) in [
            (Rescheduled, &[Rescheduled, Postponed, Cancelled, Reinstated] as &[EventNotice]),
            (Postponed, &[Rescheduled, Postponed, Cancelled, Reinstated, PlaceChanged]),
            (Cancelled, &[Rescheduled, Postponed, Cancelled, Reinstated, PlaceChanged]),
            (Reinstated, &[Rescheduled, Postponed, Cancelled, Reinstated]),
            (PlaceChanged, &[PlaceChanged]),
        ] {
            let found: Vec<_> = EventNotice::ALL.iter().copied().filter(|one| supersedes(later, *one)).collect();
            assert_eq!(found, earlier, "{later}");
        }
    }
}
