use chrono::TimeDelta;

use super::*;
use crate::time::WhenInput;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn the_staff_may_set_these_and_no_others() {
    use AppearanceStatus::{Confirmed, Declined, Invited, Tbc, Withdrawn};
    let table = [
        (Tbc, vec![Tbc, Invited, Confirmed, Declined, Withdrawn]),
        (Invited, vec![Tbc, Invited, Confirmed, Declined, Withdrawn]),
        (Confirmed, vec![Tbc, Confirmed, Withdrawn]),
        (Declined, vec![Tbc, Invited, Confirmed, Declined]),
        (Withdrawn, vec![Tbc, Invited, Confirmed, Withdrawn]),
    ];
    for (from, expected) in table {
        let allowed: Vec<AppearanceStatus> =
            AppearanceStatus::ALL.iter().copied().filter(|to| may_become(from, *to)).collect();
        assert_eq!(allowed, expected, "{from}");
    }
}

#[test]
fn an_answer_has_its_time() {
    let when = WhenInput::local_until("2022-03-17T16:00", "2022-03-17T17:30", "Europe/Berlin").parse().unwrap();
    let begins = at("2022-03-17T15:00:00Z");
    let just_before = begins - TimeDelta::microseconds(1);
    let may = |respond_by, now| may_answer(EventStatus::Scheduled, &when, AppearanceStatus::Invited, respond_by, now);
    assert_eq!(may(None, just_before), Ok(()));
    assert_eq!(may(None, begins), Err(Unanswerable::Late));
    // A deadline behind the event does not help.
    assert_eq!(may(Some(begins + TimeDelta::days(1)), begins), Err(Unanswerable::Late));
    let deadline = at("2022-03-01T00:00:00Z");
    assert_eq!(may(Some(deadline), deadline - TimeDelta::microseconds(1)), Ok(()));
    assert_eq!(may(Some(deadline), deadline), Err(Unanswerable::Late));
}

#[test]
fn an_event_of_a_month_can_be_answered_in_that_month() {
    let until = |edtf: &str| answerable_until(&WhenInput::edtf(edtf).parse().unwrap(), None);
    let month = WhenInput::edtf("2022-03").parse().unwrap();
    assert_eq!(until("2022-03"), month.bounds().map(|(_, until)| until));
    assert!(until("2022-03") > Some(at("2022-03-31T23:59:59Z")));
    assert_eq!(until("2022-03-17"), Some(at("2022-03-17T00:00:00Z")));
    assert_eq!(until("2022-03-17/2022-03-19"), Some(at("2022-03-17T00:00:00Z")));
    let undated = WhenInput::default().parse().unwrap();
    assert_eq!(answerable_until(&undated, None), None);
    assert_eq!(answerable_until(&undated, Some(at("2022-03-01T00:00:00Z"))), Some(at("2022-03-01T00:00:00Z")));
}

#[test]
fn an_answer_needs_an_event_that_takes_place_and_a_part_in_it() {
    let when = WhenInput::default().parse().unwrap();
    let now = at("2022-03-01T00:00:00Z");
    let may = |event, status| may_answer(event, &when, status, None, now);
    for status in AppearanceStatus::ALL {
        assert_eq!(may(EventStatus::Cancelled, *status), Err(Unanswerable::Cancelled));
        let expected = if *status == AppearanceStatus::Withdrawn { Err(Unanswerable::Withdrawn) } else { Ok(()) };
        for event in [EventStatus::Scheduled, EventStatus::Tentative, EventStatus::Postponed] {
            assert_eq!(may(event, *status), expected, "{status}");
        }
    }
}

#[test]
fn invitations_and_answers_are_texts_of_several_lines() {
    let now = at("2022-03-01T00:00:00Z");
    let fine = InvitationInput { message: Some("One\nTwo".into()), respond_by: Some(now + TimeDelta::microseconds(1)) };
    assert_eq!(check_invitation(&fine, now), []);
    let wrong = InvitationInput { message: Some("\u{7}".into()), respond_by: Some(now) };
    let pointers: Vec<(String, &str)> =
        check_invitation(&wrong, now).into_iter().map(|error| (error.pointer, error.code)).collect();
    let expected = [("/message", "text_invalid"), ("/respond_by", "when_out_of_range")];
    assert_eq!(pointers, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}
