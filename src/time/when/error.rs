//! Why an input is no [`super::When`]: each variant is one code, and points at the field to change.

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use thiserror::Error;

use super::super::{
    civil::{CivilTimeError, Reading},
    duration::DurationError,
    edtf::{EdtfError, MAX_YEAR, MIN_YEAR},
    language::Language,
    zone::{Zone, ZoneError},
};

/// Why an input is refused. `Display` is a sentence for people, [`WhenError::code`] a name for programs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WhenError {
    /// A time without a zone.
    #[error("a time needs the IANA time zone of the place, for example `Europe/Oslo`")]
    TimezoneRequired,
    /// No such zone.
    #[error("`{given}` is no IANA time zone{}", suggest(.candidates))]
    TimezoneUnknown {
        /// The text as it came.
        given: String,
        /// Zones with a similar name.
        candidates: Vec<&'static str>,
    },
    /// An abbreviation or a fixed offset instead of a zone.
    #[error(
        "`{given}` is an abbreviation or a fixed offset; name a place{}, and keep it as `timezone_label` to show it",
        suggest(.candidates)
    )]
    TimezoneAbbreviation {
        /// The text as it came.
        given: String,
        /// Zones that it may mean.
        candidates: Vec<&'static str>,
    },
    /// A zone for something that has no time.
    #[error("only a time has a time zone, not a date")]
    TimezoneNotApplicable,
    /// The label of the zone is empty, too long or holds control characters.
    #[error("a time zone label has 1 to 40 characters, without control characters")]
    TimezoneLabelInvalid,
    /// A civil time that cannot be read.
    #[error(
        "`{given}` is no civil time; write `2022-02-23T11:30`, without an offset (an instant goes into `starts_at`)"
    )]
    LocalTimeInvalid {
        /// The field.
        pointer: &'static str,
        /// The text as it came.
        given: String,
    },
    /// An instant that cannot be read.
    #[error("`{given}` is no instant; write `2022-02-23T10:30:00Z` (a civil time goes into `local_start`)")]
    InstantInvalid {
        /// The field.
        pointer: &'static str,
        /// The text as it came.
        given: String,
    },
    /// A civil time that the clocks skip.
    #[error(
        "{local:?} does not exist in {timezone}, where the clocks are put forward over it: send one of the two readings, \
         or `disambiguation`"
    )]
    LocalTimeNonexistent {
        /// The field.
        pointer: &'static str,
        /// The civil time.
        local: NaiveDateTime,
        /// Where.
        timezone: Zone,
        /// The reading before the change and the one after it.
        readings: Box<[Reading; 2]>,
    },
    /// A civil time that the clocks show twice.
    #[error("{local:?} happens twice in {timezone}, where the clocks are put back: send `disambiguation`")]
    LocalTimeAmbiguous {
        /// The field.
        pointer: &'static str,
        /// The civil time.
        local: NaiveDateTime,
        /// Where.
        timezone: Zone,
        /// The earlier reading and the later one.
        readings: Box<[Reading; 2]>,
    },
    /// An end that does not lie after its start.
    #[error("the end must lie after the start")]
    EndBeforeStart {
        /// The field.
        pointer: &'static str,
    },
    /// A text that is no weekday.
    #[error("`{given}` is no weekday; write its English name, for example `wednesday`")]
    WeekdayUnknown {
        /// The text as it came.
        given: String,
    },
    /// A weekday that the date does not fall on.
    #[error("{date} is a {}, not a {}", Language::En.weekday(*.actual), Language::En.weekday(*.given))]
    WeekdayMismatch {
        /// The date.
        date: NaiveDate,
        /// The weekday as it came.
        given: Weekday,
        /// The weekday of the date.
        actual: Weekday,
    },
    /// A date that cannot be read.
    #[error("{0}")]
    EdtfInvalid(EdtfError),
    /// A duration that cannot be read.
    #[error("{0}")]
    DurationInvalid(DurationError),
    /// A duration of nothing.
    #[error("the duration must be longer than zero")]
    DurationZero,
    /// Two fields that exclude each other.
    #[error("`{}` cannot stand beside `{with}`", .pointer.trim_start_matches('/'))]
    ConflictingFields {
        /// The field to leave out.
        pointer: &'static str,
        /// The field that it conflicts with.
        with: &'static str,
    },
    /// Some field, but no start and no date.
    #[error("a start is missing: send `local_start`, `starts_at` or `edtf`, or no field at all for no date")]
    Incomplete {
        /// The field that is missing.
        pointer: &'static str,
    },
    /// A year outside 1900 to 2200.
    #[error("the years {MIN_YEAR} to {MAX_YEAR} are supported")]
    OutOfRange {
        /// The field.
        pointer: &'static str,
    },
}

impl WhenError {
    /// Every code that [`Self::code`] can give.
    pub const CODES: [&'static str; 16] = [
        "timezone_required",
        "timezone_unknown",
        "timezone_abbreviation",
        "timezone_not_applicable",
        "timezone_label_invalid",
        "local_time_invalid",
        "instant_invalid",
        "local_time_nonexistent",
        "local_time_ambiguous",
        "end_before_start",
        "weekday_mismatch",
        "edtf_invalid",
        "duration_invalid",
        "when_conflicting_fields",
        "when_incomplete",
        "when_out_of_range",
    ];

    /// The name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TimezoneRequired => "timezone_required",
            Self::TimezoneUnknown { .. } => "timezone_unknown",
            Self::TimezoneAbbreviation { .. } => "timezone_abbreviation",
            Self::TimezoneNotApplicable => "timezone_not_applicable",
            Self::TimezoneLabelInvalid => "timezone_label_invalid",
            Self::LocalTimeInvalid { .. } => "local_time_invalid",
            Self::InstantInvalid { .. } => "instant_invalid",
            Self::LocalTimeNonexistent { .. } => "local_time_nonexistent",
            Self::LocalTimeAmbiguous { .. } => "local_time_ambiguous",
            Self::EndBeforeStart { .. } | Self::EdtfInvalid(EdtfError::Reversed { .. }) => "end_before_start",
            Self::WeekdayUnknown { .. } | Self::WeekdayMismatch { .. } => "weekday_mismatch",
            Self::EdtfInvalid(EdtfError::OutOfRange { .. }) | Self::OutOfRange { .. } => "when_out_of_range",
            Self::EdtfInvalid(_) => "edtf_invalid",
            Self::DurationInvalid(_) | Self::DurationZero => "duration_invalid",
            Self::ConflictingFields { .. } => "when_conflicting_fields",
            Self::Incomplete { .. } => "when_incomplete",
        }
    }

    /// The JSON pointer (RFC 6901) of the field to change, within the input.
    pub fn pointer(&self) -> &'static str {
        match self {
            Self::TimezoneRequired
            | Self::TimezoneUnknown { .. }
            | Self::TimezoneAbbreviation { .. }
            | Self::TimezoneNotApplicable => "/timezone",
            Self::TimezoneLabelInvalid => "/timezone_label",
            Self::WeekdayUnknown { .. } | Self::WeekdayMismatch { .. } => "/weekday",
            Self::EdtfInvalid(_) => "/edtf",
            Self::DurationInvalid(_) | Self::DurationZero => "/duration",
            Self::LocalTimeInvalid { pointer, .. }
            | Self::InstantInvalid { pointer, .. }
            | Self::LocalTimeNonexistent { pointer, .. }
            | Self::LocalTimeAmbiguous { pointer, .. }
            | Self::EndBeforeStart { pointer }
            | Self::ConflictingFields { pointer, .. }
            | Self::Incomplete { pointer }
            | Self::OutOfRange { pointer } => pointer,
        }
    }

    /// A sentence for people.
    pub fn detail(&self) -> String {
        self.to_string()
    }

    /// What could be sent instead: zones, or both readings of a civil time as RFC 3339 writes them, the earlier first.
    pub fn candidates(&self) -> Vec<String> {
        match self {
            Self::TimezoneUnknown { candidates, .. } | Self::TimezoneAbbreviation { candidates, .. } => {
                candidates.iter().map(|name| (*name).to_owned()).collect()
            }
            Self::LocalTimeNonexistent { readings, .. } | Self::LocalTimeAmbiguous { readings, .. } => {
                readings.iter().map(Reading::to_rfc3339).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn from_civil(
        error: CivilTimeError,
        local: NaiveDateTime,
        timezone: Zone,
        pointer: &'static str,
    ) -> Self {
        match error {
            CivilTimeError::Gap { before, after } => {
                Self::LocalTimeNonexistent { pointer, local, timezone, readings: Box::new([before, after]) }
            }
            CivilTimeError::Overlap { earlier, later } => {
                Self::LocalTimeAmbiguous { pointer, local, timezone, readings: Box::new([earlier, later]) }
            }
        }
    }
}

impl From<ZoneError> for WhenError {
    fn from(error: ZoneError) -> Self {
        match error {
            ZoneError::Abbreviation { given, candidates } => Self::TimezoneAbbreviation { given, candidates },
            ZoneError::Unknown { given, candidates } => Self::TimezoneUnknown { given, candidates },
        }
    }
}

impl From<EdtfError> for WhenError {
    fn from(error: EdtfError) -> Self {
        Self::EdtfInvalid(error)
    }
}

impl From<DurationError> for WhenError {
    fn from(error: DurationError) -> Self {
        Self::DurationInvalid(error)
    }
}

fn suggest(candidates: &[&'static str]) -> String {
    candidates.first().map(|first| format!(", for example `{first}`")).unwrap_or_default()
}
