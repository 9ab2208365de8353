//! Decisions about registrations, as pure functions.

use chrono::{DateTime, Duration, Utc};

use super::messages;
use super::model::{Attendance, RegistrationState};
use crate::events::store::Seats;
use crate::events::{EventNotice, EventStatus, RegistrationPolicy, Visibility};
use crate::time::Phase;

/// What a newcomer would be told: computed for an address that is registered already, so that the answer does not tell.
/// None if they would be refused.
pub fn newcomer_state(seats: Seats, policy: &RegistrationPolicy, attendance: Attendance) -> Option<RegistrationState> {
    let has_room = attendance == Attendance::Recording || seats.has_room();
    match (pending_state(policy, false, false), has_room, policy.wait_list) {
        (_, false, false) => None,
        (Some(pending), _, _) => Some(pending),
        (None, true, _) => Some(RegistrationState::Confirmed),
        (None, false, true) => Some(RegistrationState::Waitlisted),
    }
}

/// What a registration waits for before it gets a seat or a place in the queue: first for its person, then for the staff.
pub fn pending_state(policy: &RegistrationPolicy, is_verified: bool, is_approved: bool) -> Option<RegistrationState> {
    match (policy.verification && !is_verified, policy.approval && !is_approved) {
        (true, _) => Some(RegistrationState::PendingVerification),
        (false, true) => Some(RegistrationState::PendingApproval),
        (false, false) => None,
    }
}

/// How long an address can be confirmed.
const VERIFICATION: Duration = Duration::hours(48);

/// Until when an address can be confirmed that was entered now.
pub fn verify_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + VERIFICATION
}

/// Whether an address can still be confirmed. The interval is half open, as that of an offer.
pub fn is_verifiable(state: RegistrationState, verify_by: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    state == RegistrationState::PendingVerification && verify_by.is_some_and(|at| now < at)
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

/// Whether an event is not behind us: what was postponed is still to come, whatever time it had.
pub fn may_yet_take_place(status: EventStatus, phase: Phase) -> bool {
    status == EventStatus::Postponed || phase != Phase::Past
}

/// Whom a change of their event concerns: everybody who has a seat, waits for one or may still get one. Where it takes place,
/// and how one joins, is for those who have a seat. Who is checked in is one of them until the event is over: it may have days
/// to come.
pub fn concerned(notice: EventNotice, phase: Phase) -> Vec<RegistrationState> {
    let all = RegistrationState::ALL.iter().copied();
    all.filter(|state| match state {
        RegistrationState::Confirmed => true,
        RegistrationState::PendingVerification
        | RegistrationState::PendingApproval
        | RegistrationState::Waitlisted
        | RegistrationState::Offered => notice != EventNotice::PlaceChanged,
        RegistrationState::Attended => phase != Phase::Past,
        RegistrationState::NoShow
        | RegistrationState::Cancelled
        | RegistrationState::Rejected
        | RegistrationState::Expired => false,
    })
    .collect()
}

/// Whether a change of their event concerns somebody whose registration stands here. Who only sees the recording does not come,
/// wherever it takes place.
pub fn concerns(notice: EventNotice, phase: Phase, state: RegistrationState, attendance: Attendance) -> bool {
    let is_missed = attendance == Attendance::Recording && notice == EventNotice::PlaceChanged;
    concerned(notice, phase).contains(&state) && !is_missed
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
        let live = |seats, policy| newcomer_state(seats, policy, Attendance::Live);
        assert_eq!(live(seats(None, 5, 0), &policy), Some(RegistrationState::Confirmed));
        assert_eq!(live(seats(Some(6), 5, 0), &policy), Some(RegistrationState::Confirmed));
        assert_eq!(live(seats(Some(6), 5, 1), &policy), Some(RegistrationState::Waitlisted));
        assert_eq!(live(seats(Some(5), 5, 0), &policy), Some(RegistrationState::Waitlisted));
        let without = RegistrationPolicy { wait_list: false, ..policy.clone() };
        assert_eq!(live(seats(Some(5), 5, 0), &without), None);
        let recording = newcomer_state(seats(Some(5), 5, 0), &without, Attendance::Recording);
        assert_eq!(recording, Some(RegistrationState::Confirmed));
    }

    #[test]
    fn a_newcomer_waits_for_what_the_policy_asks() {
        let full = seats(Some(5), 5, 0);
        let policy = |verification, approval| RegistrationPolicy { verification, approval, ..Default::default() };
        let (both, staff) = (policy(true, true), policy(false, true));
        for attendance in [Attendance::Live, Attendance::Recording] {
            let state = newcomer_state(full, &both, attendance);
            assert_eq!(state, Some(RegistrationState::PendingVerification));
            assert_eq!(newcomer_state(full, &staff, attendance), Some(RegistrationState::PendingApproval));
        }
        assert_eq!(pending_state(&both, true, false), Some(RegistrationState::PendingApproval));
        assert_eq!(pending_state(&both, true, true), None);
        let without = RegistrationPolicy { wait_list: false, ..both.clone() };
        assert_eq!(newcomer_state(full, &without, Attendance::Live), None);
    }

    #[test]
    fn an_address_is_confirmed_before_its_time_is_over() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let until = verify_until(now);
        let pending = RegistrationState::PendingVerification;
        assert!(is_verifiable(pending, Some(until), until - Duration::microseconds(1)));
        assert!(!is_verifiable(pending, Some(until), until));
        assert!(!is_verifiable(pending, None, now));
        assert!(!is_verifiable(RegistrationState::Expired, Some(until), now));
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
    fn what_was_postponed_is_not_over() {
        assert!(may_yet_take_place(EventStatus::Postponed, Phase::Past));
        assert!(may_yet_take_place(EventStatus::Scheduled, Phase::Live));
        assert!(may_yet_take_place(EventStatus::Cancelled, Phase::Upcoming));
        assert!(may_yet_take_place(EventStatus::Tentative, Phase::Undated));
        assert!(!may_yet_take_place(EventStatus::Scheduled, Phase::Past));
    }

    #[test]
    fn a_change_concerns_who_may_come() {
        use Phase::{Live, Past};
        use RegistrationState::{Attended, Confirmed, Offered, PendingApproval, PendingVerification, Waitlisted};
        for notice in
            [EventNotice::Rescheduled, EventNotice::Postponed, EventNotice::Cancelled, EventNotice::Reinstated]
        {
            let all = [PendingVerification, PendingApproval, Confirmed, Attended, Waitlisted, Offered];
            assert_eq!(concerned(notice, Live), all, "{notice}");
            assert!(!concerned(notice, Past).contains(&Attended), "{notice}");
        }
        assert_eq!(concerned(EventNotice::PlaceChanged, Live), [Confirmed, Attended]);
        assert_eq!(concerned(EventNotice::PlaceChanged, Past), [Confirmed]);
        let live = |notice, state| concerns(notice, Live, state, Attendance::Live);
        assert!(live(EventNotice::Cancelled, Waitlisted) && !live(EventNotice::PlaceChanged, Waitlisted));
        let recording = |notice| concerns(notice, Live, Confirmed, Attendance::Recording);
        assert!(recording(EventNotice::Rescheduled) && !recording(EventNotice::PlaceChanged));
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
