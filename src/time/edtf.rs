//! Dates that are known to the day, the month, the season or the year, and intervals of them.
//!
//! The notation is a subset of EDTF (ISO 8601-2, level 0 and the seasons of level 1): `2022`, `2022-03`, `2021-23`
//! (21 spring, 22 summer, 23 autumn, 24 winter), `2021-11-24`, and `2021-23/2022-21`. Open ends, and marks for what is
//! uncertain or approximate, are refused: what has no known end has none, and an uncertain date is a coarser one.
//!
//! Seasons are those of the northern hemisphere by whole months: spring is March to May, and the winter of a year
//! begins in its December and ends with the February after. Ranges of dates are half open.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate};
use thiserror::Error;

use super::when::Precision;

/// The first year that a date may lie in.
pub(super) const MIN_YEAR: i32 = 1900;
/// The last year that a date may lie in.
pub(super) const MAX_YEAR: i32 = 2200;

/// A season of the northern hemisphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Season {
    /// March to May, number 21.
    Spring,
    /// June to August, number 22.
    Summer,
    /// September to November, number 23.
    Autumn,
    /// December to February, number 24.
    Winter,
}

impl Season {
    /// Every season in the order of its number.
    pub const ALL: [Self; 4] = [Self::Spring, Self::Summer, Self::Autumn, Self::Winter];

    /// The number that stands for it in place of a month.
    pub const fn number(self) -> u32 {
        match self {
            Self::Spring => 21,
            Self::Summer => 22,
            Self::Autumn => 23,
            Self::Winter => 24,
        }
    }

    const fn first_month(self) -> u32 {
        (self.number() - 20) * 3
    }
}

/// One date of some precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EdtfDate {
    first: NaiveDate,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Unit {
    Day,
    Month,
    Season(Season),
    Year,
}

/// A date of some precision, or an interval between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edtf {
    /// One date.
    Single(EdtfDate),
    /// From one date until another, both included.
    Interval(EdtfDate, EdtfDate),
}

/// Why a text is no date that is understood here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EdtfError {
    /// It does not follow the notation, or names a day that the calendar lacks.
    #[error("`{given}` is no date; write `2022`, `2022-03`, `2021-23` (autumn), `2021-11-24`, or two with `/` between")]
    Syntax {
        /// The text as it came.
        given: String,
    },
    /// An interval lacks its start or its end.
    #[error("the interval `{given}` needs a start and an end")]
    OpenEnd {
        /// The text as it came.
        given: String,
    },
    /// It marks a date as uncertain, approximate or partly unknown.
    #[error("`{given}` marks a date as uncertain or approximate, which is not supported; write a coarser one")]
    Qualified {
        /// The text as it came.
        given: String,
    },
    /// The interval ends before it starts.
    #[error("the interval `{given}` ends before it starts")]
    Reversed {
        /// The text as it came.
        given: String,
    },
    /// A year lies outside 1900 to 2200.
    #[error("`{given}` lies outside the years {MIN_YEAR} to {MAX_YEAR}")]
    OutOfRange {
        /// The text as it came.
        given: String,
    },
}

impl Edtf {
    /// The first day of a year, a month or a day.
    ///
    /// # Errors
    /// The text is none of these, or lies outside the years that a date may lie in.
    pub fn first_day(text: &str) -> Result<NaiveDate, EdtfError> {
        match Self::parse(text)? {
            Self::Single(date) if date.precision() != Precision::Season => Ok(date.first()),
            _ => Err(EdtfError::Syntax { given: text.to_owned() }),
        }
    }
}

impl EdtfDate {
    /// One day.
    pub fn day(date: NaiveDate) -> Self {
        Self { first: date, unit: Unit::Day }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split('-');
        let year = read_digits(fields.next()?, 4)?.try_into().ok()?;
        let second = fields.next();
        let third = fields.next();
        if fields.next().is_some() {
            return None;
        }
        let Some(second) = second else {
            return Some(Self { first: NaiveDate::from_ymd_opt(year, 1, 1)?, unit: Unit::Year });
        };
        let second = read_digits(second, 2)?;
        if let Some(third) = third {
            return Some(Self::day(NaiveDate::from_ymd_opt(year, second, read_digits(third, 2)?)?));
        }
        if let Some(season) = Season::ALL.into_iter().find(|season| season.number() == second) {
            let first = NaiveDate::from_ymd_opt(year, season.first_month(), 1)?;
            return Some(Self { first, unit: Unit::Season(season) });
        }
        Some(Self { first: NaiveDate::from_ymd_opt(year, second, 1)?, unit: Unit::Month })
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The day after its last.
    pub fn until(self) -> NaiveDate {
        let until = match self.unit {
            Unit::Day => self.first.checked_add_days(Days::new(1)),
            Unit::Month => self.first.checked_add_months(Months::new(1)),
            Unit::Season(_) => self.first.checked_add_months(Months::new(3)),
            Unit::Year => self.first.checked_add_months(Months::new(12)),
        };
        until.unwrap_or(NaiveDate::MAX)
    }

    /// The season, if it is known to one.
    pub fn season(self) -> Option<Season> {
        match self.unit {
            Unit::Season(season) => Some(season),
            Unit::Day | Unit::Month | Unit::Year => None,
        }
    }

    /// How precisely it is known: `date`, `month`, `season` or `year`.
    pub fn precision(self) -> Precision {
        match self.unit {
            Unit::Day => Precision::Date,
            Unit::Month => Precision::Month,
            Unit::Season(_) => Precision::Season,
            Unit::Year => Precision::Year,
        }
    }

    fn is_in_range(self) -> bool {
        (MIN_YEAR..=MAX_YEAR).contains(&self.first.year())
    }
}

impl Edtf {
    /// Reads the notation.
    ///
    /// # Errors
    ///
    /// An [`EdtfError`] that says what is wrong with it.
    pub fn parse(given: &str) -> Result<Self, EdtfError> {
        let owned = || given.to_owned();
        let read = |text: &str| match EdtfDate::parse(text) {
            Some(date) if date.is_in_range() => Ok(date),
            Some(_) => Err(EdtfError::OutOfRange { given: owned() }),
            None if text.is_empty() || text == ".." => Err(EdtfError::OpenEnd { given: owned() }),
            None if text.contains(['?', '~', '%', 'X']) => Err(EdtfError::Qualified { given: owned() }),
            None => Err(EdtfError::Syntax { given: owned() }),
        };
        let Some((start, end)) = given.split_once('/') else {
            return if given.is_empty() {
                Err(EdtfError::Syntax { given: owned() })
            } else {
                read(given).map(Self::Single)
            };
        };
        let (start, end) = (read(start)?, read(end)?);
        // `2022-03-15/2022-03` is fine: from that day until some day in that month.
        if end.until() <= start.first() {
            return Err(EdtfError::Reversed { given: owned() });
        }
        Ok(Self::Interval(start, end))
    }

    /// The first day, and the day after the last.
    pub fn bounds(self) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Single(date) => (date.first(), date.until()),
            Self::Interval(start, end) => (start.first(), end.until()),
        }
    }

    /// How precisely it is known.
    pub fn precision(self) -> Precision {
        match self {
            Self::Single(date) => date.precision(),
            Self::Interval(..) => Precision::Interval,
        }
    }
}

/// Reads exactly `count` ASCII digits.
fn read_digits(text: &str, count: usize) -> Option<u32> {
    let digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for EdtfDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Day => write!(f, "{}", self.first.format("%Y-%m-%d")),
            Unit::Month => write!(f, "{}", self.first.format("%Y-%m")),
            Unit::Season(season) => write!(f, "{:04}-{}", self.first.year(), season.number()),
            Unit::Year => write!(f, "{:04}", self.first.year()),
        }
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(date) => date.fmt(f),
            Self::Interval(start, end) => write!(f, "{start}/{end}"),
        }
    }
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given)
    }
}

#[cfg(test)]
#[path = "edtf_tests.rs"]
mod tests;
