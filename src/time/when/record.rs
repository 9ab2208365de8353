//! How a [`When`] lies in a table: one column each.

use chrono::{DateTime, NaiveDateTime, Utc};
use thiserror::Error;

use super::{
    super::{
        edtf::{Edtf, EdtfError},
        zone::{Zone, ZoneError},
    },
    Moment, Precision, Span, Value, When,
};

/// Where something without a date is sorted: after everything else, 9999-12-31T00:00:00Z.
pub const UNDATED_SORTS_AT: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};

/// The columns of a [`When`].
///
/// `sorts_at` and `until_at` bound it, half open, so that a query can order and filter without knowing precisions:
/// - a datetime: its start and its end. Without an end it is taken to last until the end of its civil day, and at least
///   an hour: an event is not over the moment it starts, and who has no end does not want it closed early;
/// - a date, month, season, year or interval: from 00:00 UTC of its first day, so that it sorts before what happens on
///   that day, until 12:00 UTC of the day after its last, when that day is over everywhere on earth;
/// - nothing: [`UNDATED_SORTS_AT`], and no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhenRecord {
    /// How precisely it is known; decides which columns are filled.
    pub precision: Precision,
    /// The date, unless it is a datetime or unknown.
    pub edtf: Option<String>,
    /// The civil start of a datetime.
    pub local_start: Option<NaiveDateTime>,
    /// The civil end of a datetime that has one.
    pub local_end: Option<NaiveDateTime>,
    /// The IANA name of the zone of a datetime.
    pub timezone: Option<String>,
    /// What the zone is called beside a datetime.
    pub timezone_label: Option<String>,
    /// The instant of the start of a datetime, derived from `local_start` and `timezone`.
    pub starts_at: Option<DateTime<Utc>>,
    /// The instant of the end of a datetime that has one, excluded.
    pub ends_at: Option<DateTime<Utc>>,
    /// The lower bound, included; the key of chronological order.
    pub sorts_at: DateTime<Utc>,
    /// The upper bound, excluded.
    pub until_at: Option<DateTime<Utc>>,
}

/// Why columns hold no [`When`]: they were not written by [`When::record`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A column that the precision requires is empty.
    #[error("a `{precision}` lacks its column `{column}`")]
    Missing {
        /// The precision.
        precision: Precision,
        /// The empty column.
        column: &'static str,
    },
    /// The date says another precision than the column.
    #[error("`{edtf}` is no `{precision}`")]
    Precision {
        /// The precision.
        precision: Precision,
        /// The date.
        edtf: Edtf,
    },
    /// The end does not lie after the start.
    #[error("`ends_at` does not lie after `starts_at`")]
    EndBeforeStart,
    /// The date cannot be read.
    #[error(transparent)]
    Edtf(#[from] EdtfError),
    /// The zone is not accepted.
    #[error(transparent)]
    Zone(#[from] ZoneError),
}

impl When {
    /// The columns that hold this value.
    pub fn record(&self) -> WhenRecord {
        let bounds = self.bounds();
        WhenRecord {
            precision: self.precision(),
            edtf: self.edtf().map(|edtf| edtf.to_string()),
            local_start: self.local_start(),
            local_end: self.local_end(),
            timezone: self.zone().map(|zone| zone.name().to_owned()),
            timezone_label: self.timezone_label().map(str::to_owned),
            starts_at: self.starts_at(),
            ends_at: self.ends_at(),
            sorts_at: bounds.map_or(UNDATED_SORTS_AT, |(start, _)| start),
            until_at: bounds.map(|(_, until)| until),
        }
    }

    /// The value that columns hold. Instants are taken as they are stored, even if the time zone data has changed
    /// since: that is the work of [`When::rederived`].
    ///
    /// # Errors
    ///
    /// A [`RecordError`] if the columns contradict each other.
    pub fn from_record(record: WhenRecord) -> Result<Self, RecordError> {
        let precision = record.precision;
        let missing = |column| RecordError::Missing { precision, column };
        match precision {
            Precision::None => Ok(Self::none()),
            Precision::Datetime => {
                let zone = Zone::parse(&record.timezone.ok_or(missing("timezone"))?)?;
                let start = Moment {
                    local: record.local_start.ok_or(missing("local_start"))?,
                    at: record.starts_at.ok_or(missing("starts_at"))?,
                };
                let end = match (record.local_end, record.ends_at) {
                    (Some(local), Some(at)) if at > start.at => Some(Moment { local, at }),
                    (Some(_), Some(_)) => return Err(RecordError::EndBeforeStart),
                    (Some(_), None) => return Err(missing("ends_at")),
                    (None, Some(_)) => return Err(missing("local_end")),
                    (None, None) => None,
                };
                Ok(Self(Value::Datetime(Span { zone, label: record.timezone_label, start, end })))
            }
            _ => {
                let edtf = Edtf::parse(&record.edtf.ok_or(missing("edtf"))?)?;
                if edtf.precision() == precision {
                    Ok(Self::from_edtf(edtf))
                } else {
                    Err(RecordError::Precision { precision, edtf })
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
