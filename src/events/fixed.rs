//! What a new time of an event says beside the old one: that it is another, or only that more is known of it.

use super::create::status_of;
use super::model::EventStatus;
use crate::define_text_enum;
use crate::time::When;

define_text_enum! {
    /// What has become known of a time that was announced less exactly, and still holds.
    Fixed {
        /// The day, perhaps with the time.
        Date => "date",
        /// The time, on the day that was known.
        Time => "time",
        /// More than before, but not the day.
        Narrower => "narrower",
    }
}

impl Fixed {
    /// What the new time fixes of the old one; none where it is another time, or less exact.
    pub fn of(old: &When, new: &When) -> Option<Self> {
        if old.local_start().is_some() || old == new {
            return None;
        }
        let first = new.local_start().map(|start| start.date()).or_else(|| new.dates().map(|(first, _)| first))?;
        let is_day_known = |when: &When| status_of(when) == EventStatus::Scheduled;
        let became_known = if is_day_known(new) { Self::Date } else { Self::Narrower };
        let Some((from, until)) = old.dates() else { return Some(became_known) };
        // A time to the minute may end behind midnight.
        let is_within = from <= first && first < until && new.dates().is_none_or(|(_, end)| end <= until);
        match (is_within, is_day_known(old), new.local_start()) {
            (false, _, _) | (true, true, None) => None,
            (true, true, Some(_)) => Some(Self::Time),
            (true, false, _) => Some(became_known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::WhenInput;

    fn when(text: &str) -> When {
        match text {
            "" => When::none(),
            local if local.contains('T') => {
                let input = WhenInput::local(local, "Europe/Berlin");
                WhenInput { duration: Some("PT3H".to_owned()), ..input }.parse().unwrap()
            }
            date => WhenInput::edtf(date).parse().unwrap(),
        }
    }

    #[test]
    fn what_is_known_better_is_told_from_what_is_another_time() {
        for (old, new, expected) in [
            ("2022-03", "2022-03-17", Some(Fixed::Date)),
            ("2022-03", "2022-03-17T16:00", Some(Fixed::Date)),
            ("2022-03", "2022-03-31T23:00", Some(Fixed::Date)),
            ("2022-03", "2022-03-30/2022-03-31", Some(Fixed::Date)),
            ("2022-03/2022-05", "2022-04-02", Some(Fixed::Date)),
            ("", "2022-04-02", Some(Fixed::Date)),
            ("2022-03-17", "2022-03-17T16:00", Some(Fixed::Time)),
            ("2022-03-17/2022-03-18", "2022-03-18T09:00", Some(Fixed::Time)),
            ("2022", "2022-03", Some(Fixed::Narrower)),
            ("2022-21", "2022-04", Some(Fixed::Narrower)),
            ("", "2022", Some(Fixed::Narrower)),
            // Another time.
            ("2022-03", "2022-04-02", None),
            ("2022-03", "2022-03-30/2022-04-01", None),
            ("2022-03-17", "2022-03-18T16:00", None),
            ("2022-03-17/2022-03-18", "2022-03-17", None),
            ("2022-03-17T16:00", "2022-03-17T18:00", None),
            // Less exact, or the same.
            ("2022-03-17T16:00", "2022-03-17", None),
            ("2022-03-17", "2022-03", None),
            ("2022-03", "", None),
            ("2022-03", "2022-03", None),
        ] {
            assert_eq!(Fixed::of(&when(old), &when(new)), expected, "{old} → {new}");
        }
    }
}
