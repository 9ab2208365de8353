//! From when on what is personal has had its time.

use chrono::{DateTime, Duration, Utc};

use crate::registrations::Attendance;

/// Events that were over before this have had their time at `now`.
pub(super) fn cutoff(now: DateTime<Utc>, days: i32) -> DateTime<Utc> {
    now - Duration::days(i64::from(days))
}

/// Whether a registration has had its time. That of whoever wants the recording runs from when it could be seen, if that was
/// after the event: they registered for it. Where there is none, from the event.
pub(super) fn is_due(
    attendance: Attendance,
    until: DateTime<Utc>,
    recorded: Option<DateTime<Utc>>,
    cutoff: DateTime<Utc>,
) -> bool {
    let from = match attendance {
        Attendance::Live => until,
        Attendance::Recording => recorded.map_or(until, |recorded| recorded.max(until)),
    };
    from <= cutoff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> DateTime<Utc> {
        format!("2022-03-{day:02}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn time_runs_from_the_end_of_the_event() {
        assert_eq!(cutoff(day(31), 30), day(1));
        assert!(is_due(Attendance::Live, day(1), None, day(1)));
        assert!(!is_due(Attendance::Live, day(2), None, day(1)));
        assert!(is_due(Attendance::Live, day(1), Some(day(9)), day(1)));
    }

    #[test]
    fn for_the_recording_it_runs_from_when_that_is_there() {
        let (until, cutoff) = (day(1), day(5));
        assert!(is_due(Attendance::Recording, until, None, cutoff));
        assert!(is_due(Attendance::Recording, until, Some(day(5)), cutoff));
        assert!(!is_due(Attendance::Recording, until, Some(day(6)), cutoff));
        // One that was there before the event was over changes nothing.
        assert!(!is_due(Attendance::Recording, day(6), Some(day(1)), cutoff));
    }
}
