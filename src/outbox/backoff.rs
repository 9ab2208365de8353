//! When a failed attempt is repeated.

use chrono::Duration;

/// Attempts before a message is given up: with the waits below about five days, as RFC 5321 section 4.5.4.1 asks for.
pub(super) const ATTEMPTS: i32 = 17;
const FIRST: i64 = 15;
const LONGEST: i64 = 24 * 60 * 60;

/// How long to wait after `attempt` (from 1) failed: 15 seconds, doubled each time up to a day, less up to a quarter by
/// `jitter` (0 to 1) so that messages that failed together do not come back together.
pub(super) fn wait(attempt: i32, jitter: f64) -> Duration {
    let doublings = u32::try_from(attempt.max(1) - 1).unwrap_or(0).min(20);
    let full = (FIRST << doublings).min(LONGEST);
    let milliseconds = full * 1000;
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most 86,400,000")]
    let less = (milliseconds as f64 * 0.25 * jitter.clamp(0.0, 1.0)) as i64;
    Duration::milliseconds(milliseconds - less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_day() {
        let seconds: Vec<i64> = (1..=5).map(|attempt| wait(attempt, 0.0).num_seconds()).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240]);
        assert_eq!(wait(14, 0.0), Duration::days(1));
        assert_eq!(wait(i32::MAX, 0.0), Duration::days(1));
        let all: i64 = (1..ATTEMPTS).map(|attempt| wait(attempt, 0.0).num_hours()).sum();
        assert!((96..=130).contains(&all), "{all} hours");
    }

    #[test]
    fn jitter_shortens_by_a_quarter_at_most() {
        assert_eq!(wait(2, 1.0).num_milliseconds(), 22_500);
        assert_eq!(wait(2, 7.0), wait(2, 1.0));
    }
}
