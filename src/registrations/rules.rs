//! Decisions about registrations, as pure functions.

use chrono::{DateTime, Duration, Utc};

use super::messages;
use super::model::{Attendance, RegistrationState};
use crate::events::store::Seats;
use crate::events::{EventNotice, EventStatus, RegistrationPolicy, Visibility};
use crate::time::Phase;

/// When an event begins, and when it is over.
pub type Bounds = (DateTime<Utc>, DateTime<Utc>);

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

/// Until when an address can be confirmed that was entered now: for an event with these bounds not after it is over.
pub fn verify_until(now: DateTime<Utc>, bounds: Option<Bounds>) -> DateTime<Utc> {
    let full = now + VERIFICATION;
    bounds.map_or(full, |(_, end)| full.min(end))
}

/// Whether the time to confirm an address stands still: while its event is hidden or postponed nobody can confirm it, and both may
/// end.
pub fn is_verification_held(visibility: Visibility, status: EventStatus, phase: Phase) -> bool {
    let is_hidden = visibility == Visibility::Draft && status != EventStatus::Cancelled && phase != Phase::Past;
    is_hidden || status == EventStatus::Postponed
}

/// Whether somebody has the whole time to confirm their address anew, which was to end at `verify_by`, once its event has changed and
/// can be attended: unless it ends no earlier than the whole time from the change on, `due`, and the event is not over by then.
pub fn is_verification_renewed(verify_by: DateTime<Utc>, due: DateTime<Utc>, bounds: Option<Bounds>) -> bool {
    verify_by < due || bounds.is_some_and(|(_, end)| verify_by > end)
}

/// Whether an address can still be confirmed. The interval is half open, as that of an offer.
pub fn is_verifiable(state: RegistrationState, verify_by: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    state == RegistrationState::PendingVerification && verify_by.is_some_and(|at| now < at)
}

/// How long before an event begins somebody has to be offered a seat to be able to answer before that.
const NOTICE: Duration = Duration::hours(1);

/// Until when a seat can be offered at the latest: until the event begins, or until it is over if it has begun or is about to, so
/// that nobody loses their place for want of time. None while its date is not known.
pub fn offer_limit(now: DateTime<Utc>, bounds: Option<Bounds>) -> Option<DateTime<Utc>> {
    bounds.map(|(start, end)| if now + NOTICE < start { start } else { end })
}

/// Until when a seat is offered: as long as the policy says, but not longer than it is worth anything.
pub fn offer_until(now: DateTime<Utc>, policy: &RegistrationPolicy, bounds: Option<Bounds>) -> DateTime<Utc> {
    let full = now + Duration::hours(i64::from(policy.offer_hours));
    offer_limit(now, bounds).map_or(full, |limit| full.min(limit))
}

/// Why people cannot be at an event any more, or not yet; none if they can: everybody sees it, it takes place, and it is not
/// over.
pub fn why_not_attendable(visibility: Visibility, status: EventStatus, phase: Phase) -> Option<&'static str> {
    match (visibility, status, phase) {
        (Visibility::Draft, ..) => Some("The event is not published."),
        (_, EventStatus::Cancelled, _) => Some("The event was cancelled."),
        (_, EventStatus::Postponed, _) => Some("The event is postponed."),
        (.., Phase::Past) => Some("The event is over."),
        _ => None,
    }
}

/// Whether people can still be at an event.
pub fn is_attendable(visibility: Visibility, status: EventStatus, phase: Phase) -> bool {
    why_not_attendable(visibility, status, phase).is_none()
}

/// Whether what became of a registration cannot be changed by its person any more, because the event is over. Who waits for the
/// recording alone still does.
pub fn is_settled(attendance: Attendance, status: EventStatus, phase: Phase) -> bool {
    attendance == Attendance::Live && !may_yet_take_place(status, phase)
}

/// The states of those who have no seat and may still get one: they wait for it, or for somebody's word.
pub const WAITING: [RegistrationState; 4] = [
    RegistrationState::PendingVerification,
    RegistrationState::PendingApproval,
    RegistrationState::Waitlisted,
    RegistrationState::Offered,
];

/// Whether an event is not behind us: what was postponed is still to come, whatever time it had.
pub fn may_yet_take_place(status: EventStatus, phase: Phase) -> bool {
    status == EventStatus::Postponed || phase != Phase::Past
}

/// Whom a change of their event concerns: everybody who has a seat, waits for one or may still get one. Where it takes place,
/// and how one joins, is for those who have a seat. Who is checked in is one of them until the event is over: it may have days
/// to come. Who has not confirmed their address may never have asked for mail, and sees what holds when they do.
pub fn concerned(notice: EventNotice, phase: Phase) -> Vec<RegistrationState> {
    let all = RegistrationState::ALL.iter().copied();
    all.filter(|state| match state {
        RegistrationState::Confirmed => true,
        RegistrationState::PendingApproval | RegistrationState::Waitlisted | RegistrationState::Offered => {
            notice != EventNotice::PlaceChanged
        }
        RegistrationState::Attended => phase != Phase::Past,
        RegistrationState::PendingVerification
        | RegistrationState::NoShow
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

/// Whether a person whose registration stands here can be checked in: they have a seat, seen or not. Who registered for the
/// recording alone has none, and would not be told of it any more.
pub fn may_check_in(state: RegistrationState, attendance: Attendance) -> bool {
    matches!(state, RegistrationState::Confirmed | RegistrationState::NoShow) && attendance == Attendance::Live
}

/// Whether what is to be seen of an event when it is over is for a person whose registration stands here.
pub fn may_look_back(state: RegistrationState) -> bool {
    matches!(state, RegistrationState::Confirmed | RegistrationState::Attended | RegistrationState::NoShow)
}

/// Which of the mails about a registration is sent for `mail`, by what has become of the event; none where nothing is to be told
/// any more. With `is_again` the person has had it, and needs it for the links in it.
pub fn mail_of_use(
    mail: &'static str,
    (attendance, is_again): (Attendance, bool),
    (visibility, status, phase): (Visibility, EventStatus, Phase),
) -> Option<&'static str> {
    match mail {
        // Whoever cancels a registration is told so in any case.
        "cancelled" => Some(mail),
        _ if status == EventStatus::Cancelled => None,
        // Nobody can accept a seat at what is hidden or postponed; it is offered anew afterwards.
        "offered" if !is_attendable(visibility, status, phase) => None,
        _ if may_yet_take_place(status, phase) => Some(mail),
        // The recording is there when the event is over.
        _ if attendance == Attendance::Recording => Some(mail),
        "confirmed" if is_again => Some("afterwards"),
        // Whoever asks for their way back is shown what there is to see.
        "repeated" => Some("afterwards"),
        _ => None,
    }
}

/// Whether a person can be sent again what they have: not about what was called off, and about what is over only what there is to
/// see of it.
pub fn may_send_again((state, attendance): (RegistrationState, Attendance), status: EventStatus, phase: Phase) -> bool {
    let is_of_use = may_yet_take_place(status, phase) || may_look_back(state) || attendance == Attendance::Recording;
    status != EventStatus::Cancelled && is_of_use
}

/// The kind of the message that tells a person what they have; none if they have nothing that could be sent again.
pub fn message_of(state: RegistrationState) -> Option<&'static str> {
    match state {
        RegistrationState::Confirmed | RegistrationState::Attended | RegistrationState::NoShow => {
            Some(messages::CONFIRMED)
        }
        RegistrationState::Waitlisted => Some(messages::WAITLISTED),
        RegistrationState::Offered => Some(messages::OFFERED),
        RegistrationState::PendingVerification => Some(messages::VERIFY),
        RegistrationState::PendingApproval => Some(messages::PENDING),
        RegistrationState::Cancelled | RegistrationState::Rejected | RegistrationState::Expired => None,
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
