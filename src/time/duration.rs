//! Durations as ISO 8601 writes them: `PT1H15M`, `P1DT2H`, `P2W`.
//!
//! A duration is elapsed time, so a day is 24 hours and a week seven of them; years and months have no fixed length and
//! are refused. Seconds may carry up to six decimals. There is no sign: what lies before something is said by the field
//! that holds the duration.

use std::{fmt, str::FromStr};

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// 200 years: more than any duration here means, and far from any overflow.
const MAX_SECONDS: i64 = 200 * 366 * 86_400;

/// Elapsed time, zero or more, in microseconds. Text and JSON hold it as an ISO 8601 duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoDuration(TimeDelta);

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DurationError {
    /// It does not follow the grammar.
    #[error("`{given}` is no ISO 8601 duration; write for example `PT1H15M`, `P1DT2H` or `P2W`")]
    Syntax {
        /// The text as it came.
        given: String,
    },
    /// It counts years or months, which have no fixed length.
    #[error("`{given}` counts years or months, which have no fixed length; write days, for example `P90D`")]
    Calendar {
        /// The text as it came.
        given: String,
    },
    /// It is longer than 200 years.
    #[error("`{given}` is longer than 200 years")]
    TooLong {
        /// The text as it came.
        given: String,
    },
}

impl IsoDuration {
    /// The duration of `delta`, cut to microseconds; `None` if that is negative.
    pub fn new(delta: TimeDelta) -> Option<Self> {
        (delta >= TimeDelta::zero())
            .then(|| Self(TimeDelta::microseconds(delta.num_microseconds().unwrap_or(i64::MAX))))
    }

    /// Reads an ISO 8601 duration.
    ///
    /// # Errors
    ///
    /// A [`DurationError`] that says what is wrong with it.
    pub fn parse(given: &str) -> Result<Self, DurationError> {
        let syntax = || DurationError::Syntax { given: given.to_owned() };
        let body = given.strip_prefix('P').ok_or_else(syntax)?;
        let (date, time) = match body.split_once('T') {
            Some((_, "")) => return Err(syntax()),
            Some((date, time)) => (date, time),
            None => (body, ""),
        };
        if date.contains(['Y', 'M']) {
            return Err(DurationError::Calendar { given: given.to_owned() });
        }
        let date = read_parts(date, &[('W', 604_800), ('D', 86_400)]).ok_or_else(syntax)?;
        let time = read_parts(time, &[('H', 3_600), ('M', 60), ('S', 1)]).ok_or_else(syntax)?;
        if date.count + time.count == 0 {
            return Err(syntax());
        }
        let micros = date.micros.saturating_add(time.micros);
        if micros > MAX_SECONDS * 1_000_000 {
            return Err(DurationError::TooLong { given: given.to_owned() });
        }
        Ok(Self(TimeDelta::microseconds(micros)))
    }

    /// The same as chrono holds it.
    pub fn as_delta(self) -> TimeDelta {
        self.0
    }

    /// Whether it lasts no time at all.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

/// The sum of some designated numbers.
#[derive(Default)]
struct Parts {
    count: u32,
    micros: i64,
}

/// Reads numbers with the given designators, each at most once and in that order. Only `S` takes decimals.
fn read_parts(mut rest: &str, designators: &[(char, i64)]) -> Option<Parts> {
    let mut parts = Parts::default();
    for &(designator, seconds) in designators {
        let Some((number, after)) = rest.split_once(designator) else { continue };
        let (whole, decimals) = match number.split_once(['.', ',']) {
            Some((whole, decimals)) if designator == 'S' => (whole, Some(decimals)),
            Some(_) => return None,
            None => (number, None),
        };
        let whole = read_digits(whole, 12)?;
        parts.micros = parts.micros.saturating_add(whole.saturating_mul(seconds).saturating_mul(1_000_000));
        if let Some(decimals) = decimals {
            let scale = 6_u32.checked_sub(u32::try_from(decimals.len()).ok()?)?;
            parts.micros = parts.micros.saturating_add(read_digits(decimals, 6)? * 10_i64.pow(scale));
        }
        parts.count += 1;
        rest = after;
    }
    rest.is_empty().then_some(parts)
}

/// Reads one to `max` ASCII digits.
fn read_digits(text: &str, max: usize) -> Option<i64> {
    let digits = (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.num_seconds();
        let micros = self.0.subsec_nanos() / 1_000;
        if seconds == 0 && micros == 0 {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        if seconds / 86_400 > 0 {
            write!(f, "{}D", seconds / 86_400)?;
        }
        if seconds % 86_400 == 0 && micros == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        for (count, designator) in [(seconds % 86_400 / 3_600, 'H'), (seconds % 3_600 / 60, 'M')] {
            if count > 0 {
                write!(f, "{count}{designator}")?;
            }
        }
        match (seconds % 60, micros) {
            (0, 0) => Ok(()),
            (seconds, 0) => write!(f, "{seconds}S"),
            (seconds, micros) => write!(f, "{seconds}.{}S", format!("{micros:06}").trim_end_matches('0')),
        }
    }
}

impl FromStr for IsoDuration {
    type Err = DurationError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given)
    }
}

impl Serialize for IsoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        Self::parse(&given).map_err(D::Error::custom)
    }
}

impl PartialSchema for IsoDuration {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("An ISO 8601 duration in weeks, days, hours, minutes and seconds. A day is 24 hours."))
            .examples(["PT1H15M", "P1DT2H"])
            .into()
    }
}

impl ToSchema for IsoDuration {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (given, seconds, printed) in [
            ("PT1H15M", 4_500, "PT1H15M"),
            ("PT75M", 4_500, "PT1H15M"),
            ("P1DT2H", 93_600, "P1DT2H"),
            ("PT26H", 93_600, "P1DT2H"),
            ("P2W", 1_209_600, "P14D"),
            ("P1W1D", 691_200, "P8D"),
            ("P90D", 7_776_000, "P90D"),
            ("PT90S", 90, "PT1M30S"),
            ("PT3600S", 3_600, "PT1H"),
            ("PT0S", 0, "PT0S"),
            ("P0D", 0, "PT0S"),
            ("P1DT0H0M1S", 86_401, "P1DT1S"),
        ] {
            let duration = IsoDuration::parse(given).unwrap();
            assert_eq!(duration.as_delta(), TimeDelta::seconds(seconds), "{given}");
            assert_eq!(duration.to_string(), printed, "{given}");
            assert_eq!(printed.parse(), Ok(duration), "{printed}");
        }
    }

    #[test]
    fn seconds_take_decimals() {
        for (given, micros, printed) in [
            ("PT1.5S", 1_500_000, "PT1.5S"),
            ("PT0,000001S", 1, "PT0.000001S"),
            ("P1DT0.25S", 86_400_250_000, "P1DT0.25S"),
            ("PT1M0.10S", 60_100_000, "PT1M0.1S"),
        ] {
            let duration = IsoDuration::parse(given).unwrap();
            assert_eq!(duration.as_delta(), TimeDelta::microseconds(micros), "{given}");
            assert_eq!(duration.to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for given in [
            "",
            "P",
            "PT",
            "P1",
            "1H",
            "PT1",
            "PTH",
            "P1DT",
            "PT1H1H",
            "PT1M1H",
            "P1H",
            "PT1D",
            "P1D1W",
            "PT1.H",
            "PT.5S",
            "PT1.5M",
            "PT1.S",
            "PT1.0000001S",
            "-PT1H",
            "P-1D",
            "PT+1H",
            "pt1h",
            "P1.5D",
            "PT1H ",
            "PT１H",
            "90",
        ] {
            assert_eq!(IsoDuration::parse(given), Err(DurationError::Syntax { given: given.to_owned() }));
        }
        for given in ["P1Y", "P1M", "P1Y2M3DT4H"] {
            assert_eq!(IsoDuration::parse(given), Err(DurationError::Calendar { given: given.to_owned() }));
        }
        for given in ["P999999D", "PT999999999999H", "P999999999999W"] {
            assert_eq!(IsoDuration::parse(given), Err(DurationError::TooLong { given: given.to_owned() }));
        }
    }

    #[test]
    fn a_negative_delta_is_no_duration() {
        assert_eq!(IsoDuration::new(TimeDelta::microseconds(-1)), None);
        assert_eq!(IsoDuration::new(TimeDelta::zero()).map(IsoDuration::is_zero), Some(true));
        assert_eq!(
            IsoDuration::new(TimeDelta::nanoseconds(1_999)).map(|d| d.to_string()),
            Some("PT0.000001S".to_owned())
        );
    }

    #[test]
    fn json_holds_the_text() {
        let duration: IsoDuration = serde_json::from_str("\"PT75M\"").unwrap();
        assert_eq!(serde_json::to_string(&duration).unwrap(), "\"PT1H15M\"");
        let error = serde_json::from_str::<IsoDuration>("\"P1M\"").unwrap_err().to_string();
        assert_eq!(error, DurationError::Calendar { given: "P1M".to_owned() }.to_string());
    }
}
