//! Who gets in, and when: pure decisions.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::error::RegistrationError;
use super::super::model::{Attendance, RegistrationState};
use crate::define_text_enum;
use crate::events::{Event, EventStatus};
use crate::time::{Edtf, Precision, When};

/// How long after the end people still get in: not every event ends in time.
const OPEN_AFTER: TimeDelta = TimeDelta::hours(1);

/// When links lead into the meeting; half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From this time on.
    pub opens_at: DateTime<Utc>,
    /// Until this time.
    pub closes_at: DateTime<Utc>,
}

define_text_enum! {
    /// Where a link leads.
    Way {
        /// Into the meeting.
        Open => "open",
        /// Nowhere yet: it is too early.
        NotYet => "not_yet",
        /// Nowhere yet: no day is fixed.
        Undated => "undated",
        /// Nowhere yet: it is time, but the organisers have given no address.
        Unlinked => "unlinked",
        /// Nowhere yet: the person has no seat.
        Waiting => "waiting",
        /// To the recording, which is all that they registered for.
        Recording => "recording",
        /// Nowhere any more: it is over.
        Over => "over",
    }
}

/// When links lead into the meeting of an event that is then, from so long before the start; none while its day is not known.
/// An event of whole days lets people in as long as it is such a day anywhere.
pub fn window(when: &When, before: TimeDelta) -> Option<Window> {
    let is_day = match when.edtf() {
        None => when.starts_at().is_some(),
        Some(Edtf::Single(date)) => date.precision() == Precision::Date,
        Some(Edtf::Interval(first, last)) => {
            first.precision() == Precision::Date && last.precision() == Precision::Date
        }
    };
    let (start, end) = when.bounds().filter(|_| is_day)?;
    let after = if when.starts_at().is_some() { OPEN_AFTER } else { TimeDelta::zero() };
    Some(Window {
        opens_at: start.checked_sub_signed(before).unwrap_or(start),
        closes_at: end.checked_add_signed(after).unwrap_or(end),
    })
}

/// When links lead into the meeting of an event; none while its day is not known.
///
/// # Errors
/// The event's `when` cannot be read: a hand in the database.
pub fn window_of(event: &Event) -> Result<Option<Window>, crate::db::DbError> {
    Ok(window(&event.when()?, event.registration().join_opens_before()))
}

/// Whether a person is given the link by which they get into the meeting: by mails, by their calendar and by the page of their
/// registration. It is theirs as long as they have a seat at something that is joined online.
pub fn is_given(event: &Event, (state, attendance): (RegistrationState, Attendance)) -> bool {
    let is_seated = matches!(state, RegistrationState::Confirmed | RegistrationState::Attended);
    is_seated && attendance == Attendance::Live && event.is_joined_online()
}

/// Where the link of a registration leads at `now`. Into the meeting only whom [`is_given`] lets have it.
///
/// # Errors
/// It will never lead anywhere again: the event or the registration came to its end; or the event is hidden.
pub fn way(
    event: &Event,
    window: Option<Window>,
    (state, attendance): (RegistrationState, Attendance),
    now: DateTime<Utc>,
) -> Result<Way, RegistrationError> {
    if event.status == EventStatus::Cancelled {
        return Err(RegistrationError::EventCancelled);
    }
    if state.is_over() {
        return Err(RegistrationError::Ended(state));
    }
    if !event.is_public() {
        return Err(RegistrationError::NotAtThisTime("The event is not published."));
    }
    let has_address = event.details.0.virtual_location.as_ref().is_some_and(|place| place.join_url.is_some());
    let is_given = is_given(event, (state, attendance));
    Ok(match (state, attendance, window) {
        (RegistrationState::Confirmed | RegistrationState::Attended, Attendance::Recording, _) => Way::Recording,
        (RegistrationState::NoShow, ..) => Way::Over,
        (RegistrationState::Confirmed | RegistrationState::Attended, Attendance::Live, window) => match window {
            _ if event.status == EventStatus::Postponed => Way::Undated,
            None => Way::Undated,
            Some(window) if now < window.opens_at => Way::NotYet,
            Some(window) if now >= window.closes_at => Way::Over,
            Some(_) if is_given && has_address => Way::Open,
            Some(_) => Way::Unlinked,
        },
        _ => Way::Waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::WhenInput;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn opens(input: &WhenInput, minutes: i64) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let found = window(&input.parse().unwrap(), TimeDelta::minutes(minutes));
        found.map(|window| (window.opens_at, window.closes_at))
    }

    #[test]
    fn an_hour_of_the_day_has_its_time_before_and_after() {
        let timed = WhenInput::local_until("2022-03-17T16:00", "2022-03-17T17:30", "Europe/Berlin");
        assert_eq!(opens(&timed, 30), Some((at("2022-03-17T14:30:00Z"), at("2022-03-17T17:30:00Z"))));
        assert_eq!(opens(&timed, 0), Some((at("2022-03-17T15:00:00Z"), at("2022-03-17T17:30:00Z"))));
        // The clocks go forward in the night before: half an hour is half an hour.
        let spring = WhenInput::local_until("2022-03-27T03:10", "2022-03-27T04:00", "Europe/Berlin");
        assert_eq!(opens(&spring, 30), Some((at("2022-03-27T00:40:00Z"), at("2022-03-27T03:00:00Z"))));
    }

    #[test]
    fn whole_days_are_open_all_day_and_what_is_no_day_is_not() {
        let day = |text: &str| opens(&WhenInput::edtf(text), 60);
        assert_eq!(day("2022-03-17"), Some((at("2022-03-16T23:00:00Z"), at("2022-03-18T12:00:00Z"))));
        assert_eq!(day("2022-03-17/2022-03-18"), Some((at("2022-03-16T23:00:00Z"), at("2022-03-19T12:00:00Z"))));
        assert_eq!(day("2022-03"), None);
        assert_eq!(day("2022-03/2022-04"), None);
        assert_eq!(opens(&WhenInput::default(), 60), None);
    }
}
