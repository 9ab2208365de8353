//! Moving a session along with its event.

use chrono::NaiveDateTime;

use super::super::model::SessionFields;
use super::tree::rederive;
use crate::db::types::At;
use crate::time::When;

/// Moves a session as far as the civil start of its event moves from one time to another, both known to the minute. Its instants
/// follow from the new zone. Of an hour shown twice, the side is meant that lies as far behind the start of the event as the
/// clocks say.
pub fn shift_along(fields: &mut SessionFields, from: &When, to: &When) {
    let (Some(old), Some(new), Some(starts_at)) = (from.local_start(), to.local_start(), to.starts_at()) else {
        return;
    };
    let moved = |local: Option<NaiveDateTime>| local?.checked_add_signed(new - old);
    let instant = |local: Option<NaiveDateTime>| starts_at.checked_add_signed(local? - old).map(At);
    let (local_start, local_end) = (moved(fields.local_start), moved(fields.local_end));
    if local_start.is_none() {
        return;
    }
    (fields.starts_at, fields.ends_at) = (instant(fields.local_start), instant(fields.local_end));
    (fields.local_start, fields.local_end) = (local_start, local_end);
    rederive(fields, to.zone());
}

#[cfg(test)]
mod tests {
    use super::super::tree_tests::session;
    use super::*;
    use crate::time::WhenInput;

    fn when(start: &str, zone: &str) -> When {
        let mut input = WhenInput::local(start, zone);
        input.disambiguation = Some(crate::time::Disambiguation::Later);
        input.parse().unwrap()
    }

    /// What becomes of a session: civil start and end, and the instants.
    fn shifted(times: (&str, &str), from: &When, to: &When) -> [String; 4] {
        let mut fields = session(1, None, 1).fields;
        fields.local_start = Some(times.0.parse().unwrap());
        fields.local_end = Some(times.1.parse().unwrap());
        shift_along(&mut fields, from, to);
        [
            format!("{:?}", fields.local_start.unwrap()),
            format!("{:?}", fields.local_end.unwrap()),
            fields.starts_at.unwrap().0.format("%FT%RZ").to_string(),
            fields.ends_at.unwrap().0.format("%FT%RZ").to_string(),
        ]
    }

    #[test]
    fn a_session_keeps_its_distance_on_the_clocks() {
        let from = when("2022-03-23T11:30", "Europe/Paris");
        // Over the change to summer time: the civil times move by a week, the instants by an hour less.
        let to = when("2022-03-30T11:30", "Europe/Paris");
        assert_eq!(
            shifted(("2022-03-23T11:45:00", "2022-03-23T11:55:00"), &from, &to),
            ["2022-03-30T11:45:00", "2022-03-30T11:55:00", "2022-03-30T09:45Z", "2022-03-30T09:55Z"]
        );
        // To another zone, and back in time.
        let to = when("2022-03-22T09:00", "America/New_York");
        assert_eq!(
            shifted(("2022-03-23T11:45:00", "2022-03-23T13:00:00"), &from, &to),
            ["2022-03-22T09:15:00", "2022-03-22T10:30:00", "2022-03-22T13:15Z", "2022-03-22T14:30Z"]
        );
    }

    #[test]
    fn the_clocks_of_the_new_day_are_kept() {
        let from = when("2022-10-29T01:00", "Europe/Berlin");
        // The first pass of the hour that is shown twice lies an hour and a half behind the start.
        let to = when("2022-10-30T01:00", "Europe/Berlin");
        assert_eq!(
            shifted(("2022-10-29T02:30:00", "2022-10-29T03:30:00"), &from, &to),
            ["2022-10-30T02:30:00", "2022-10-30T03:30:00", "2022-10-30T00:30Z", "2022-10-30T02:30Z"]
        );
        // An event in the second pass has its sessions there.
        let (from, to) = (when("2022-10-29T02:00", "Europe/Berlin"), when("2022-10-30T02:00", "Europe/Berlin"));
        assert_eq!(
            shifted(("2022-10-29T02:15:00", "2022-10-29T02:45:00"), &from, &to)[2..],
            ["2022-10-30T01:15Z", "2022-10-30T01:45Z"]
        );
        // A time that the clocks skip moves past the change.
        let (from, to) = (when("2022-03-26T01:00", "Europe/Berlin"), when("2022-03-27T01:00", "Europe/Berlin"));
        assert_eq!(
            shifted(("2022-03-26T02:30:00", "2022-03-26T04:00:00"), &from, &to),
            ["2022-03-27T03:30:00", "2022-03-27T04:00:00", "2022-03-27T01:30Z", "2022-03-27T02:00Z"]
        );
    }

    #[test]
    fn a_session_without_a_time_has_none_afterwards() {
        let before = session(1, None, 1).fields;
        let mut fields = before.clone();
        shift_along(&mut fields, &when("2022-03-23T11:30", "Europe/Paris"), &when("2022-03-30T11:30", "Europe/Paris"));
        assert_eq!(fields, before);
    }
}
