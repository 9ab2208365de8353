//! The clock: the only place that reads the system's time.
//!
//! Everything else gets a [`Clock`] (or, in a use case, the instant itself) passed in, so that a test decides what time
//! it is. Instants are truncated to microseconds, because that is what PostgreSQL keeps: an instant read back from
//! either database equals the one that was written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the present instant, in microseconds. Clones share the same source: a fixed clock that is advanced advances
/// everywhere.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of the operating system.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is moved, for tests and rehearsals.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// The present instant, truncated to microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Source::System => read_system_micros(),
            Source::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Moves a fixed clock by `step`, which may be negative. The system's clock is never moved.
    pub fn advance(&self, step: TimeDelta) {
        if let Source::Fixed(micros) = &self.0 {
            micros.fetch_add(step.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Sets a fixed clock to `at`. The system's clock is never set.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Fixed(micros) = &self.0 {
            micros.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place that reads the system's clock")]
fn read_system_micros() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    }
}

/// Cuts what lies below a microsecond.
pub(super) fn truncate_to_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_fixed_clock_stands_still_and_moves_for_every_clone() {
        let clock = Clock::fixed(at("2021-11-24T09:00:00Z"));
        let clone = clock.clone();
        assert_eq!(clock.now(), at("2021-11-24T09:00:00Z"));
        clone.advance(TimeDelta::minutes(90));
        assert_eq!(clock.now(), at("2021-11-24T10:30:00Z"));
        clock.advance(TimeDelta::seconds(-1));
        assert_eq!(clone.now(), at("2021-11-24T10:29:59Z"));
        clock.set(at("2030-01-01T00:00:00Z"));
        assert_eq!(clone.now(), at("2030-01-01T00:00:00Z"));
    }

    #[test]
    fn instants_are_cut_to_microseconds() {
        let clock = Clock::fixed(at("2021-11-24T09:00:00.123456789Z"));
        assert_eq!(clock.now(), at("2021-11-24T09:00:00.123456Z"));
        assert_eq!(truncate_to_micros(at("1969-12-31T23:59:59.999999999Z")), at("1969-12-31T23:59:59.999999Z"));
    }

    #[test]
    fn the_system_clock_runs_and_cannot_be_set() {
        let clock = Clock::system();
        let first = clock.now();
        clock.set(at("1990-01-01T00:00:00Z"));
        clock.advance(TimeDelta::days(-10_000));
        let second = clock.now();
        assert!(second >= first, "{second} lies before {first}");
        assert_eq!(second.timestamp_subsec_nanos() % 1_000, 0);
        assert!(first > at("2024-01-01T00:00:00Z"));
    }
}
