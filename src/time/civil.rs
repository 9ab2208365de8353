//! From civil times to instants.
//!
//! Twice a year a clock that is put forward skips an hour and one that is put back shows an hour twice. A civil time
//! in such an hour names no instant, or two. It is never guessed: the caller gets both readings and asks, unless it
//! came with a [`Disambiguation`].

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jiff::{civil, tz::AmbiguousOffset};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::zone::Zone;

/// Which of two readings of a civil time is meant. It matters only where there are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disambiguation {
    /// The one that comes first. In an hour shown twice that is its first pass; for an hour skipped it counts back from
    /// the change, so that 02:30 becomes 01:30.
    Earlier,
    /// The one that comes second. In an hour shown twice that is its second pass; for an hour skipped it counts on past
    /// the change, so that 02:30 becomes 03:30.
    Later,
}

/// One way to read a civil time: what the clocks of the zone really show at that instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the clocks show. For a time that does not exist this is not the time that was asked for.
    pub local: NaiveDateTime,
    /// The offset from UTC in force, `+01:00`.
    pub utc_offset: String,
    /// The instant.
    pub instant: DateTime<Utc>,
}

impl Reading {
    fn new(zone: Zone, instant: DateTime<Utc>) -> Self {
        Self { local: zone.to_local(instant), utc_offset: zone.offset_at(instant).to_string(), instant }
    }

    /// The reading as RFC 3339 writes it, `2026-03-29T03:30:00+02:00`.
    pub fn to_rfc3339(&self) -> String {
        format!("{:?}{}", self.local, self.utc_offset)
    }
}

/// Why a civil time names no single instant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CivilTimeError {
    /// The clocks are put forward over it.
    #[error(
        "the clocks are put forward over this time; nearest are {} and {}",
        .before.to_rfc3339(), .after.to_rfc3339()
    )]
    Gap {
        /// The reading that lies before the change: the same distance, counted with the offset after it.
        before: Reading,
        /// The reading that lies after the change: counted with the offset before it.
        after: Reading,
    },
    /// The clocks are put back and show it twice.
    #[error(
        "the clocks are put back and show this time twice, at {} and at {}",
        .earlier.to_rfc3339(), .later.to_rfc3339()
    )]
    Overlap {
        /// The first pass.
        earlier: Reading,
        /// The second pass.
        later: Reading,
    },
}

impl CivilTimeError {
    /// Both readings, the earlier instant first.
    pub fn readings(&self) -> [&Reading; 2] {
        match self {
            Self::Gap { before, after } => [before, after],
            Self::Overlap { earlier, later } => [earlier, later],
        }
    }
}

/// The instants that a civil time may name, in order.
pub(super) enum Instants {
    One(DateTime<Utc>),
    Gap(DateTime<Utc>, DateTime<Utc>),
    Overlap(DateTime<Utc>, DateTime<Utc>),
}

impl Zone {
    /// The instant at which this zone's clocks show `local`. Where there are two readings, `disambiguation` chooses;
    /// for a time that is skipped, the clocks then show another time at the instant returned.
    ///
    /// # Errors
    ///
    /// [`CivilTimeError::Gap`] or [`CivilTimeError::Overlap`] where there are two readings and no choice.
    pub fn resolve(
        self,
        local: NaiveDateTime,
        disambiguation: Option<Disambiguation>,
    ) -> Result<DateTime<Utc>, CivilTimeError> {
        let (earlier, later, is_gap) = match self.find_instants(local) {
            Instants::One(instant) => return Ok(instant),
            Instants::Gap(earlier, later) => (earlier, later, true),
            Instants::Overlap(earlier, later) => (earlier, later, false),
        };
        match disambiguation {
            Some(Disambiguation::Earlier) => Ok(earlier),
            Some(Disambiguation::Later) => Ok(later),
            None => {
                let (earlier, later) = (Reading::new(self, earlier), Reading::new(self, later));
                Err(if is_gap {
                    CivilTimeError::Gap { before: earlier, after: later }
                } else {
                    CivilTimeError::Overlap { earlier, later }
                })
            }
        }
    }

    /// Whether this zone's clocks show `local` twice. A calendar entry at such a time goes out in UTC.
    pub fn is_ambiguous(self, local: NaiveDateTime) -> bool {
        matches!(self.find_instants(local), Instants::Overlap(..))
    }

    pub(super) fn find_instants(self, local: NaiveDateTime) -> Instants {
        let instant = |offset: jiff::tz::Offset| {
            let utc = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset.seconds())));
            utc.unwrap_or(local).and_utc()
        };
        let Some(civil) = to_civil(local) else {
            // Far beyond any date that is ever stored the zone's first or last offset holds.
            let seconds = self.offset_at(local.and_utc()).seconds;
            return Instants::One(
                (local.checked_sub_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(local)).and_utc(),
            );
        };
        match self.rules().to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Instants::One(instant(offset)),
            // The offset after a gap is the greater one, so it gives the earlier instant.
            AmbiguousOffset::Gap { before, after } => Instants::Gap(instant(after), instant(before)),
            AmbiguousOffset::Fold { before, after } => Instants::Overlap(instant(before), instant(after)),
        }
    }
}

/// `None` outside the years -9999 to 9999.
fn to_civil(local: NaiveDateTime) -> Option<civil::DateTime> {
    use chrono::{Datelike, Timelike};
    civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        local.nanosecond().min(999_999_999).cast_signed(),
    )
    .ok()
}

#[cfg(test)]
#[path = "civil_tests.rs"]
mod tests;
