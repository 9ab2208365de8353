//! Ids and randomness: the only place that draws either.
//!
//! Ids are `UUIDv7` (RFC 9562 §5.7): the milliseconds of the instant they are made at, then random bits. Within one
//! process they rise strictly, also within one millisecond and when the clock steps back (§6.2, method 2), so ordering
//! by id is ordering by creation. Across processes they rise by the millisecond.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::clock::Clock;

/// A `UUIDv7` has 74 bits beside its time, its version and its variant.
const TAIL_BITS: u32 = 74;
/// The lower of the two fields into which the tail is split, after the variant.
const LOW_BITS: u32 = 62;
/// The time takes 48 bits, enough for the year 10889.
const MAX_MILLIS: u64 = (1 << 48) - 1;

/// Makes ids, secrets and random numbers. Clones share their state.
#[derive(Clone, Debug)]
pub struct Ids {
    source: Source,
    last: Arc<Mutex<Last>>,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

/// What the id before was made of.
#[derive(Debug, Default)]
struct Last {
    millis: u64,
    tail: u128,
}

impl Ids {
    /// Draws from the thread's generator, which the operating system seeds and which is fit for secrets.
    pub fn random() -> Self {
        Self { source: Source::System, last: Arc::default() }
    }

    /// Draws a sequence that `seed` decides: for tests alone, its secrets are none.
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))), last: Arc::default() }
    }

    /// A new `UUIDv7` for `now`, greater than every one made before by this value or its clones.
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0).min(MAX_MILLIS);
        let fresh = self.draw_tail();
        let step = u128::from(self.draw(|rng| rng.next_u32())) + 1;
        let mut last = lock(&self.last);
        if millis > last.millis {
            *last = Last { millis, tail: fresh };
        } else if (last.tail + step) >> TAIL_BITS == 0 {
            last.tail += step;
        } else {
            // The tail is used up: borrow the next millisecond. Half of the tail's range lies above every fresh one,
            // so this takes some 2^41 ids in one millisecond.
            *last = Last { millis: last.millis + 1, tail: fresh };
        }
        assemble(&last)
    }

    /// 256 random bits, for a token. Only its hash is stored.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.draw(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// A random number from 0 up to, but not including, 1: the jitter of a delay.
    pub fn fraction(&self) -> f64 {
        self.draw(|rng| rng.random())
    }

    /// The random start of a millisecond, with its top bit clear to leave room for the ids that follow.
    fn draw_tail(&self) -> u128 {
        let (high, low) = self.draw(|rng| (rng.next_u64(), rng.next_u64()));
        ((u128::from(high) << 64) | u128::from(low)) & ((1 << (TAIL_BITS - 1)) - 1)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that draws randomness")]
    fn draw<T>(&self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        match &self.source {
            Source::System => draw(&mut rand::rng()),
            Source::Seeded(rng) => draw(&mut *lock(rng)),
        }
    }
}

/// Puts time, version, variant and tail in their places.
fn assemble(last: &Last) -> Uuid {
    let high = last.tail >> LOW_BITS;
    let low = last.tail & ((1 << LOW_BITS) - 1);
    Uuid::from_u128((u128::from(last.millis) << 80) | (0b0111 << 76) | (high << 64) | (0b10 << LOW_BITS) | low)
}

/// A panic elsewhere leaves these values usable, so a poisoned lock is taken all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a use case is given: the instant at which it happens, the same in all that it writes, and a source of ids.
#[derive(Clone, Debug)]
pub struct Context {
    /// The instant at which the use case happens.
    pub now: DateTime<Utc>,
    /// Where its ids, secrets and random numbers come from.
    pub ids: Ids,
}

impl Context {
    /// Reads the clock once.
    pub fn new(clock: &Clock, ids: &Ids) -> Self {
        Self { now: clock.now(), ids: ids.clone() }
    }

    /// A new id made at `now`.
    pub fn uuid(&self) -> Uuid {
        self.ids.uuid(self.now)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn ids_rise_strictly_within_one_millisecond_and_when_the_clock_steps_back() {
        for ids in [Ids::random(), Ids::seeded(1)] {
            let now = at("2021-11-24T09:00:00.5Z");
            let mut last = ids.uuid(now);
            for step in 0..2_000 {
                let next = ids.uuid(now - TimeDelta::seconds(step % 7));
                assert!(next > last, "{next} does not follow {last}");
                last = next;
            }
            assert!(ids.uuid(now + TimeDelta::milliseconds(1)) > last);
        }
    }

    #[test]
    fn ids_are_version_7_and_carry_their_instant() {
        let now = at("2021-11-24T09:00:00.123Z");
        let id = Ids::seeded(7).uuid(now);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds.cast_signed(), nanos), (now.timestamp(), 123_000_000));
    }

    #[test]
    fn a_used_up_tail_borrows_the_next_millisecond() {
        let ids = Ids::seeded(7);
        let now = at("2021-11-24T09:00:00Z");
        ids.uuid(now);
        lock(&ids.last).tail = (1 << TAIL_BITS) - 1;
        let full = assemble(&lock(&ids.last));
        let next = ids.uuid(now);
        assert!(next > full);
        assert_eq!(next.get_timestamp().unwrap().to_unix().1, 1_000_000);
        assert_eq!(next.get_version_num(), 7);
    }

    #[test]
    fn ids_are_unique_across_threads() {
        let ids = Ids::random();
        let now = at("2021-11-24T09:00:00Z");
        let made: HashSet<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..500).map(|_| ids.uuid(now)).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.len(), 2_000);
    }

    #[test]
    fn a_seed_decides_everything() {
        let draw = |seed| {
            let ids = Ids::seeded(seed);
            (ids.uuid(at("2021-11-24T09:00:00Z")), ids.secret(), ids.fraction().to_bits())
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn secrets_differ_and_fractions_lie_below_one() {
        let ids = Ids::random();
        assert_ne!(ids.secret(), ids.secret());
        assert_ne!(Ids::random().secret(), Ids::random().secret());
        let fractions: Vec<f64> = (0..1_000).map(|_| ids.fraction()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        assert!(fractions.iter().any(|fraction| *fraction < 0.25) && fractions.iter().any(|fraction| *fraction > 0.75));
    }

    #[test]
    fn a_context_reads_the_clock_once() {
        let clock = Clock::fixed(at("2021-11-24T09:00:00Z"));
        let context = Context::new(&clock, &Ids::seeded(3));
        clock.advance(TimeDelta::hours(1));
        assert_eq!(context.now, at("2021-11-24T09:00:00Z"));
        assert!(context.uuid() < context.uuid());
    }
}
