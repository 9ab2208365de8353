//! Decisions about registrations, as pure functions.

use chrono::{DateTime, Duration, Utc};

use super::messages;
use super::model::RegistrationState;
use crate::events::store::Seats;
use crate::events::{EventNotice, EventStatus, RegistrationPolicy, Visibility};
use crate::time::Phase;

/// What a newcomer would be told: computed for an address that is registered already, so that the answer does not tell.
pub fn newcomer_state(seats: Seats, policy: &RegistrationPolicy) -> Option<RegistrationState> {
    match (seats.has_room(), policy.wait_list) {
        (true, _) => Some(RegistrationState::Confirmed),
        (false, true) => Some(RegistrationState::Waitlisted),
        (false, false) => None,
    }
}

/// Until when a seat is offered: as long as the policy says, but not past the event's start, when it would be worthless.
/// An event that has begun offers for an hour.
pub fn offer_until(now: DateTime<Utc>, policy: &RegistrationPolicy, starts_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let full = now + Duration::hours(i64::from(policy.offer_hours));
    let latest = starts_at.map_or(full, |start| start.max(now + Duration::hours(1)));
    full.min(latest)
}

/// Whether people can still be at an event: everybody sees it, it takes place, and it is not over.
pub fn is_attendable(visibility: Visibility, status: EventStatus, phase: Phase) -> bool {
    visibility != Visibility::Draft
        && matches!(status, EventStatus::Scheduled | EventStatus::Tentative)
        && phase != Phase::Past
}

/// Whom a change of their event concerns: everybody who has a seat, waits for one or may still get one. Where it takes place,
/// and how one joins, is for those who have a seat.
pub fn concerned(notice: EventNotice) -> Vec<RegistrationState> {
    let all = RegistrationState::ALL.iter().copied();
    all.filter(|state| match state {
        RegistrationState::Confirmed => true,
        RegistrationState::PendingVerification
        | RegistrationState::PendingApproval
        | RegistrationState::Waitlisted
        | RegistrationState::Offered => notice != EventNotice::PlaceChanged,
        RegistrationState::Attended
        | RegistrationState::NoShow
        | RegistrationState::Cancelled
        | RegistrationState::Rejected
        | RegistrationState::Expired => false,
    })
    .collect()
}

/// Whether a change of their event concerns somebody whose registration stands here.
pub fn concerns(notice: EventNotice, state: RegistrationState) -> bool {
    concerned(notice).contains(&state)
}

/// Whether an offer may still be accepted. The interval is half open: at its end it has run out.
pub fn is_offer_live(state: RegistrationState, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    state == RegistrationState::Offered && expires_at.is_some_and(|at| now < at)
}

/// Whether a person whose registration stands here can be checked in: they have a seat, seen or not.
pub fn may_check_in(state: RegistrationState) -> bool {
    matches!(state, RegistrationState::Confirmed | RegistrationState::NoShow)
}

/// The kind of the message that tells a person what they have; none if they have nothing that could be sent again.
pub fn message_of(state: RegistrationState) -> Option<&'static str> {
    match state {
        RegistrationState::Confirmed | RegistrationState::Attended => Some(messages::CONFIRMED),
        RegistrationState::Waitlisted => Some(messages::WAITLISTED),
        RegistrationState::Offered => Some(messages::OFFERED),
        RegistrationState::PendingVerification
        | RegistrationState::PendingApproval
        | RegistrationState::NoShow
        | RegistrationState::Cancelled
        | RegistrationState::Rejected
        | RegistrationState::Expired => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(capacity: Option<i32>, taken: i32, waiting: i32) -> Seats {
        Seats { capacity, taken, waiting }
    }

    #[test]
    fn a_newcomer_never_overtakes_the_queue() {
        let policy = RegistrationPolicy::default();
        assert_eq!(newcomer_state(seats(None, 5, 0), &policy), Some(RegistrationState::Confirmed));
        assert_eq!(newcomer_state(seats(Some(6), 5, 0), &policy), Some(RegistrationState::Confirmed));
        assert_eq!(newcomer_state(seats(Some(6), 5, 1), &policy), Some(RegistrationState::Waitlisted));
        assert_eq!(newcomer_state(seats(Some(5), 5, 0), &policy), Some(RegistrationState::Waitlisted));
        let without = RegistrationPolicy { wait_list: false, ..policy };
        assert_eq!(newcomer_state(seats(Some(5), 5, 0), &without), None);
    }

    #[test]
    fn an_offer_ends_before_it_is_worthless() {
        let policy = RegistrationPolicy::default();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(offer_until(now, &policy, None), now + Duration::hours(24));
        assert_eq!(offer_until(now, &policy, Some(now + Duration::hours(3))), now + Duration::hours(3));
        assert_eq!(offer_until(now, &policy, Some(now - Duration::hours(3))), now + Duration::hours(1));
        assert_eq!(offer_until(now, &policy, Some(now + Duration::days(9))), now + Duration::hours(24));
    }

    #[test]
    fn a_seat_at_what_is_over_is_not_passed_on() {
        let (shown, planned) = (Visibility::Published, EventStatus::Scheduled);
        assert!(is_attendable(shown, planned, Phase::Upcoming));
        assert!(is_attendable(shown, EventStatus::Tentative, Phase::Live));
        assert!(!is_attendable(shown, planned, Phase::Past));
        assert!(!is_attendable(Visibility::Draft, planned, Phase::Upcoming));
        assert!(!is_attendable(shown, EventStatus::Cancelled, Phase::Upcoming));
        assert!(!is_attendable(shown, EventStatus::Postponed, Phase::Upcoming));
    }

    #[test]
    fn a_change_concerns_who_may_come() {
        use RegistrationState::{Confirmed, Offered, PendingApproval, PendingVerification, Waitlisted};
        for notice in
            [EventNotice::Rescheduled, EventNotice::Postponed, EventNotice::Cancelled, EventNotice::Reinstated]
        {
            let all = [PendingVerification, PendingApproval, Confirmed, Waitlisted, Offered];
            assert_eq!(concerned(notice), all, "{notice}");
        }
        assert_eq!(concerned(EventNotice::PlaceChanged), [Confirmed]);
        assert!(concerns(EventNotice::Cancelled, Waitlisted) && !concerns(EventNotice::PlaceChanged, Waitlisted));
    }

    #[test]
    fn who_has_a_seat_can_be_checked_in() {
        let can: Vec<RegistrationState> =
            RegistrationState::ALL.iter().copied().filter(|state| may_check_in(*state)).collect();
        assert_eq!(can, [RegistrationState::Confirmed, RegistrationState::NoShow]);
    }

    #[test]
    fn what_is_sent_again_is_what_a_person_has() {
        let kinds: Vec<&str> = RegistrationState::ALL.iter().filter_map(|state| message_of(*state)).collect();
        assert_eq!(kinds, [messages::CONFIRMED, messages::CONFIRMED, messages::WAITLISTED, messages::OFFERED]);
    }

    #[test]
    fn an_offer_lives_until_its_end() {
        let end = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let just_before = end - Duration::microseconds(1);
        assert!(is_offer_live(RegistrationState::Offered, Some(end), just_before));
        assert!(!is_offer_live(RegistrationState::Offered, Some(end), end));
        assert!(!is_offer_live(RegistrationState::Confirmed, Some(end), just_before));
    }
}
