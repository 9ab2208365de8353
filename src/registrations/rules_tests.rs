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
    let until = verify_until(now, None);
    assert_eq!(until, now + Duration::hours(48));
    let (soon, late) = (now + Duration::hours(3), now + Duration::days(9));
    assert_eq!(verify_until(now, Some((now, soon))), soon);
    assert_eq!(verify_until(now, Some((soon, late))), until);
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
    let until = |start: i64, end: i64| {
        let bounds = (now + Duration::minutes(start), now + Duration::minutes(end));
        (offer_until(now, &policy, Some(bounds)) - now).num_minutes()
    };
    assert_eq!(until(180, 240), 180);
    assert_eq!(until(-40, 20), 20, "it has begun");
    assert_eq!(until(0, 90), 90, "it begins now");
    assert_eq!(until(-40, 9_000), 1_440);
    assert_eq!(until(9_000, 9_060), 1_440);
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
fn it_is_said_why_nobody_gets_in() {
    let (shown, over) = (Visibility::Archived, Phase::Past);
    for (visibility, status, phase, expected) in [
        (shown, EventStatus::Scheduled, Phase::Live, None),
        (shown, EventStatus::Tentative, over, Some("The event is over.")),
        (shown, EventStatus::Postponed, over, Some("The event is postponed.")),
        (shown, EventStatus::Cancelled, over, Some("The event was cancelled.")),
        (Visibility::Draft, EventStatus::Cancelled, over, Some("The event is not published.")),
    ] {
        assert_eq!(why_not_attendable(visibility, status, phase), expected);
    }
}

#[test]
fn who_waits_for_the_recording_may_still_leave() {
    let (planned, over) = (EventStatus::Scheduled, Phase::Past);
    assert!(is_settled(Attendance::Live, planned, over));
    assert!(!is_settled(Attendance::Live, planned, Phase::Live));
    assert!(!is_settled(Attendance::Live, EventStatus::Postponed, over));
    assert!(!is_settled(Attendance::Recording, planned, over));
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
    use RegistrationState::{Attended, Confirmed, Offered, PendingApproval, Waitlisted};
    for notice in [EventNotice::Rescheduled, EventNotice::Postponed, EventNotice::Cancelled, EventNotice::Reinstated] {
        let all = [PendingApproval, Confirmed, Attended, Waitlisted, Offered];
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
    let can = |attendance| -> Vec<RegistrationState> {
        RegistrationState::ALL.iter().copied().filter(|state| may_check_in(*state, attendance)).collect()
    };
    assert_eq!(can(Attendance::Live), [RegistrationState::Confirmed, RegistrationState::NoShow]);
    assert_eq!(can(Attendance::Recording), []);
}

#[test]
fn a_mail_is_sent_while_it_is_of_use() {
    use EventStatus::{Cancelled, Postponed, Scheduled};
    use Phase::{Past, Upcoming};
    let shown = |status, phase| (Visibility::Published, status, phase);
    let of_use = |event, attendance, is_again| -> Vec<&str> {
        let all = ["confirmed", "waitlisted", "offered", "rejected", "repeated", "cancelled"];
        all.into_iter().filter_map(|mail| mail_of_use(mail, (attendance, is_again), event)).collect()
    };
    let all = ["confirmed", "waitlisted", "offered", "rejected", "repeated", "cancelled"];
    let unoffered = ["confirmed", "waitlisted", "rejected", "repeated", "cancelled"];
    for is_again in [true, false] {
        let live = |event| of_use(event, Attendance::Live, is_again);
        assert_eq!(live(shown(Scheduled, Upcoming)), all);
        assert_eq!(live(shown(Postponed, Past)), unoffered);
        assert_eq!(live((Visibility::Draft, Scheduled, Upcoming)), unoffered);
        assert_eq!(live(shown(Cancelled, Upcoming)), ["cancelled"]);
        assert_eq!(of_use(shown(Scheduled, Past), Attendance::Recording, is_again), unoffered);
        assert_eq!(of_use(shown(Cancelled, Past), Attendance::Recording, is_again), ["cancelled"]);
    }
    assert_eq!(of_use(shown(Scheduled, Past), Attendance::Live, false), ["afterwards", "cancelled"]);
    assert_eq!(of_use(shown(Scheduled, Past), Attendance::Live, true), ["afterwards", "afterwards", "cancelled"]);
}

#[test]
fn what_is_over_is_sent_again_to_who_may_look_back() {
    use EventStatus::{Cancelled, Postponed, Scheduled};
    use Phase::{Past, Upcoming};
    let may = |attendance, status, phase| -> Vec<RegistrationState> {
        let active = RegistrationState::ALL.iter().copied().filter(|state| !state.is_over());
        active.filter(|state| may_send_again((*state, attendance), status, phase)).collect()
    };
    let active: Vec<RegistrationState> =
        RegistrationState::ALL.iter().copied().filter(|state| !state.is_over()).collect();
    let seen = [RegistrationState::Confirmed, RegistrationState::Attended, RegistrationState::NoShow];
    assert_eq!(may(Attendance::Live, Scheduled, Upcoming), active);
    assert_eq!(may(Attendance::Live, Postponed, Past), active);
    assert_eq!(may(Attendance::Live, Scheduled, Past), seen);
    assert_eq!(may(Attendance::Recording, Scheduled, Past), active);
    assert_eq!(may(Attendance::Live, Cancelled, Upcoming), []);
}

#[test]
fn the_time_to_confirm_stands_still_while_nobody_can() {
    use EventStatus::{Cancelled, Postponed, Scheduled};
    use Phase::{Past, Upcoming};
    let (shown, hidden) = (Visibility::Published, Visibility::Draft);
    for (visibility, status, phase, expected) in [
        (shown, Scheduled, Upcoming, false),
        (shown, Postponed, Past, true),
        (shown, Cancelled, Upcoming, false),
        (hidden, Scheduled, Upcoming, true),
        (hidden, Scheduled, Past, false),
        (hidden, Postponed, Past, true),
        (hidden, Cancelled, Upcoming, false),
    ] {
        let held = is_verification_held(visibility, status, phase);
        assert_eq!(held, expected, "{visibility} {status} {phase:?}");
    }
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let (hour, full) = (now + Duration::hours(1), verify_until(now, None));
    assert!(is_verification_renewed(hour, full, None));
    assert!(!is_verification_renewed(full, full, None));
    // Moved before the end of that time, it ends with the event.
    assert!(is_verification_renewed(full, hour, Some((now, hour))));
    assert!(!is_verification_renewed(hour, hour, Some((now, hour))));
}

#[test]
fn what_is_sent_again_is_what_a_person_has() {
    let kinds: Vec<&str> = RegistrationState::ALL.iter().filter_map(|state| message_of(*state)).collect();
    let expected = [
        messages::VERIFY,
        messages::PENDING,
        messages::CONFIRMED,
        messages::CONFIRMED,
        messages::CONFIRMED,
        messages::WAITLISTED,
        messages::OFFERED,
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn an_offer_lives_until_its_end() {
    let end = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let just_before = end - Duration::microseconds(1);
    assert!(is_offer_live(RegistrationState::Offered, Some(end), just_before));
    assert!(!is_offer_live(RegistrationState::Offered, Some(end), end));
    assert!(!is_offer_live(RegistrationState::Confirmed, Some(end), just_before));
}
