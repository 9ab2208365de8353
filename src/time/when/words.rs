//! The small words beside a [`When`](super::When): how precisely, in which phase, and what a change of zone keeps.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// How precisely a [`When`](super::When) is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A civil time in a zone.
    Datetime,
    /// A day.
    Date,
    /// A month.
    Month,
    /// A season, such as autumn 2021.
    Season,
    /// A year.
    Year,
    /// From one date until another, each of any precision.
    Interval,
    /// Not known at all: to be announced.
    None,
}

/// Where a [`When`](super::When) lies beside the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It has no date.
    Undated,
    /// It has not begun.
    Upcoming,
    /// It has begun and is not over.
    Live,
    /// It is over.
    Past,
}

/// What stays when the zone of a datetime changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// What the clocks show; the instant moves.
    Local,
    /// The instant; the clocks of the new zone show another time.
    Instant,
}

/// A text names no variant of a text enum.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{given}` is no {what}")]
pub struct UnknownName {
    /// The text as it came.
    pub given: String,
    /// What it should have named.
    pub what: &'static str,
}

impl Precision {
    /// Every precision.
    pub const ALL: [Self; 7] =
        [Self::Datetime, Self::Date, Self::Month, Self::Season, Self::Year, Self::Interval, Self::None];

    /// The name in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Datetime => "datetime",
            Self::Date => "date",
            Self::Month => "month",
            Self::Season => "season",
            Self::Year => "year",
            Self::Interval => "interval",
            Self::None => "none",
        }
    }

    /// Reads [`Self::as_str`]; `None` if it is no such name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precision| precision.as_str() == name)
    }
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 4] = [Self::Undated, Self::Upcoming, Self::Live, Self::Past];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undated => "undated",
            Self::Upcoming => "upcoming",
            Self::Live => "live",
            Self::Past => "past",
        }
    }

    /// Reads [`Self::as_str`]; `None` if it is no such name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == name)
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Precision {
    type Err = UnknownName;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given).ok_or_else(|| UnknownName { given: given.to_owned(), what: "precision" })
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Phase {
    type Err = UnknownName;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given).ok_or_else(|| UnknownName { given: given.to_owned(), what: "phase" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_text_and_json() {
        for precision in Precision::ALL {
            assert_eq!(precision.as_str().parse(), Ok(precision));
            assert_eq!(serde_json::to_value(precision).unwrap(), precision.to_string());
        }
        for phase in Phase::ALL {
            assert_eq!(phase.as_str().parse(), Ok(phase));
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.to_string());
        }
        assert_eq!(serde_json::to_value(Keep::Instant).unwrap(), "instant");
        let error = "day".parse::<Precision>().unwrap_err();
        assert_eq!(error.to_string(), "`day` is no precision");
        assert_eq!("Live".parse::<Phase>().unwrap_err().to_string(), "`Live` is no phase");
    }
}
