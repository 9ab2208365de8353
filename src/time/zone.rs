//! Time zones by their IANA name, and the offset of each at any instant.
//!
//! A zone is a place whose clocks follow a law (`Europe/Oslo`), or `UTC`. An abbreviation (`CET`) or a fixed offset
//! (`+01:00`) is refused with the places that it may mean: it names two different times in winter and summer, or
//! several places at once. Names are those of chrono-tz, spelt exactly; offsets come from `tzdata`.
//! How a civil time becomes an instant stands in `civil`.

use std::{fmt, str::FromStr, sync::OnceLock};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use super::{tzdata, zone_candidates as candidates};

/// An accepted time zone. Text and JSON hold its IANA name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

/// Why a text names no accepted zone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZoneError {
    /// It is an abbreviation or a fixed offset.
    #[error(
        "`{given}` is an abbreviation or a fixed offset, not a time zone; name a place, for example {}",
        example(.candidates)
    )]
    Abbreviation {
        /// The text as it came.
        given: String,
        /// Zones that it may mean, the likeliest first; can be empty.
        candidates: Vec<&'static str>,
    },
    /// No zone has this name.
    #[error("`{given}` is no IANA time zone; write one exactly as spelt, for example {}", example(.candidates))]
    Unknown {
        /// The text as it came.
        given: String,
        /// Zones with a similar name, the closest first; can be empty.
        candidates: Vec<&'static str>,
    },
}

impl ZoneError {
    /// The zones that may have been meant.
    pub fn candidates(&self) -> &[&'static str] {
        match self {
            Self::Abbreviation { candidates, .. } | Self::Unknown { candidates, .. } => candidates,
        }
    }
}

fn example(candidates: &[&'static str]) -> String {
    format!("`{}`", candidates.first().copied().unwrap_or("Europe/Oslo"))
}

/// What a zone's clocks show beside UTC at one instant. Whether that is called summer time is left out: the flag in
/// the data is reversed for Dublin and means nothing in Casablanca.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Seconds east of UTC.
    pub seconds: i32,
    /// The abbreviation in use, `CET`; `+03` where the place has none.
    pub abbreviation: String,
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_offset(self.seconds))
    }
}

/// A change of a zone's offset or abbreviation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The first instant of the new rule.
    pub at: DateTime<Utc>,
    /// Seconds east of UTC until then.
    pub offset_before: i32,
    /// Seconds east of UTC from then on.
    pub offset_after: i32,
    /// The abbreviation from then on.
    pub abbreviation_after: String,
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Reads an IANA name, spelt exactly.
    ///
    /// # Errors
    ///
    /// A [`ZoneError`] with the zones that may have been meant.
    pub fn parse(given: &str) -> Result<Self, ZoneError> {
        match Self::find(given) {
            Some(zone) => Ok(zone),
            None => Err(match candidates::suggest_for_abbreviation(given) {
                Some(candidates) => ZoneError::Abbreviation { given: given.to_owned(), candidates },
                None => ZoneError::Unknown {
                    given: given.to_owned(),
                    candidates: candidates::suggest_for_misspelling(given),
                },
            }),
        }
    }

    /// A name is accepted if its rules are compiled in, so that no later change of the system can lose them.
    fn find(given: &str) -> Option<Self> {
        let zone = Tz::from_str(given).ok().filter(|zone| !candidates::is_refused_id(zone.name()))?;
        tzdata::find_bundled_rules(zone.name()).map(|_| Self(zone))
    }

    /// Every accepted zone, in alphabetical order of names.
    pub fn all() -> impl Iterator<Item = Self> {
        static ALL: OnceLock<Vec<Zone>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let mut zones: Vec<Zone> = TZ_VARIANTS.iter().filter_map(|zone| Self::find(zone.name())).collect();
            zones.sort_unstable_by_key(|zone| zone.name());
            zones
        });
        all.iter().copied()
    }

    /// The IANA name, `Europe/Oslo`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What this zone's clocks show beside UTC at an instant. Before the year -9999 and after 9999 the zone's first or
    /// last offset holds.
    pub fn offset_at(self, at: DateTime<Utc>) -> Offset {
        let rules = self.rules();
        let info = rules.to_offset_info(to_timestamp(at));
        Offset { seconds: info.offset().seconds(), abbreviation: info.abbreviation().to_owned() }
    }

    /// What this zone's clocks show at an instant.
    pub fn to_local(self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.rules().to_offset(to_timestamp(at)).seconds();
        let local = at.naive_utc().checked_add_signed(TimeDelta::seconds(i64::from(offset)));
        local.unwrap_or(at.naive_utc())
    }

    /// The changes of offset or abbreviation from an instant, included, until another, excluded.
    pub fn transitions(self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Transition> {
        let Some(just_before) = from.checked_sub_signed(TimeDelta::nanoseconds(1)) else { return Vec::new() };
        let mut before = self.offset_at(just_before);
        let mut transitions = Vec::new();
        let rules = self.rules();
        for change in rules.following(to_timestamp(just_before)) {
            let at = from_timestamp(change.timestamp());
            if at >= until {
                break;
            }
            let after = Offset { seconds: change.offset().seconds(), abbreviation: change.abbreviation().to_owned() };
            if after != before {
                transitions.push(Transition {
                    at,
                    offset_before: before.seconds,
                    offset_after: after.seconds,
                    abbreviation_after: after.abbreviation.clone(),
                });
            }
            before = after;
        }
        transitions
    }

    /// The zone's rules as they are now on this system.
    pub(super) fn rules(self) -> TimeZone {
        // Every accepted zone is compiled in, so the last resort is never needed.
        tzdata::find_rules(self.name()).unwrap_or(TimeZone::UTC)
    }
}

/// Writes an offset from UTC as `+01:00`, with seconds only where there are some, as before zones were invented.
pub fn format_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) =
        (seconds.unsigned_abs() / 3_600, seconds.unsigned_abs() / 60 % 60, seconds.unsigned_abs() % 60);
    match rest {
        0 => format!("{sign}{hours:02}:{minutes:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{rest:02}"),
    }
}

fn to_timestamp(at: DateTime<Utc>) -> Timestamp {
    let edge = if at.timestamp() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    // A leap second is kept by chrono as a nanosecond past the end; the offset is the same.
    Timestamp::new(at.timestamp(), at.timestamp_subsec_nanos().min(999_999_999).cast_signed()).unwrap_or(edge)
}

fn from_timestamp(at: Timestamp) -> DateTime<Utc> {
    let edge = if at < Timestamp::UNIX_EPOCH { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp_micros(at.as_microsecond()).unwrap_or(edge)
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        Self::parse(&given).map_err(D::Error::custom)
    }
}

impl PartialSchema for Zone {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The IANA name of a time zone, or `UTC`. Abbreviations such as `CET` are refused."))
            .examples(["Europe/Oslo"])
            .into()
    }
}

impl ToSchema for Zone {}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
