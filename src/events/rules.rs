//! Decisions about events, as pure functions.

use chrono::{DateTime, Utc};

use super::model::{Event, EventStatus, OrganisationRole, Visibility};
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

/// Whether an event in this state may be published.
pub fn may_publish(visibility: Visibility, status: EventStatus) -> bool {
    visibility != Visibility::Published && status != EventStatus::Cancelled
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
    fn what_is_published_or_cancelled_is_not_published_again() {
        assert!(may_publish(Visibility::Draft, EventStatus::Tentative));
        assert!(may_publish(Visibility::Archived, EventStatus::Scheduled));
        assert!(!may_publish(Visibility::Published, EventStatus::Scheduled));
        assert!(!may_publish(Visibility::Draft, EventStatus::Cancelled));
    }
}
