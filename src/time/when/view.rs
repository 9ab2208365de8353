//! What an answer says about when something happens.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        duration::IsoDuration,
        language::Language,
        zone::{Zone, format_offset},
    },
    Moment, Precision, Span, When,
};

/// When something happens, as precisely as it is known. The civil time and the zone are what was promised; instants are
/// derived from them. Fields that say nothing at this precision are null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhenView {
    /// How precisely it is known: decides which fields are filled.
    pub precision: Precision,
    /// The date in EDTF (ISO 8601-2), for every precision but `datetime` and `none`.
    #[schema(required, example = "2022-03")]
    pub edtf: Option<String>,
    /// What the clocks of the zone show at the start.
    #[schema(required, value_type = Option<String>, example = "2022-02-23T11:30:00")]
    pub local_start: Option<NaiveDateTime>,
    /// What the clocks of the zone show at the end, if it is known.
    #[schema(required, value_type = Option<String>, example = "2022-02-23T13:00:00")]
    pub local_end: Option<NaiveDateTime>,
    /// The zone.
    #[schema(required)]
    pub timezone: Option<Zone>,
    /// What the zone is called, such as `CET`. For display alone.
    #[schema(required, example = "CET")]
    pub timezone_label: Option<String>,
    /// The offset from UTC at the start.
    #[schema(required, example = "+01:00")]
    pub utc_offset: Option<String>,
    /// The instant of the start.
    #[schema(required, example = "2022-02-23T10:30:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// The instant of the end, excluded, if it is known.
    #[schema(required, example = "2022-02-23T12:00:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// The time from start to end.
    #[schema(required)]
    pub duration: Option<IsoDuration>,
    /// The weekday on which it starts, of a `datetime` or a `date`.
    #[schema(required, example = "wednesday")]
    pub weekday: Option<String>,
    /// The whole in English, ready to be shown.
    #[schema(example = "Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)")]
    pub display: String,
    /// The same in the reader's zone: only if one was asked for with `tz`, and of a `datetime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<ReaderTimes>,
}

/// A datetime in the zone of its reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReaderTimes {
    /// The reader's zone.
    pub timezone: Zone,
    /// What the reader's clocks show at the start.
    #[schema(value_type = String, example = "2022-02-23T05:30:00")]
    pub local_start: NaiveDateTime,
    /// What the reader's clocks show at the end, if it is known.
    #[schema(required, value_type = Option<String>, example = "2022-02-23T07:00:00")]
    pub local_end: Option<NaiveDateTime>,
    /// The reader's offset from UTC at the start.
    #[schema(example = "-05:00")]
    pub utc_offset: String,
    /// The whole in English, ready to be shown.
    #[schema(example = "Wednesday 23 February 2022, 05:30–07:00 (America/New_York, UTC-05:00)")]
    pub display: String,
}

impl When {
    /// What an answer says; with `reader` also in the reader's zone, which changes nothing else.
    pub fn view(&self, reader: Option<Zone>) -> WhenView {
        let span = self.span();
        WhenView {
            precision: self.precision(),
            edtf: self.edtf().map(|edtf| edtf.to_string()),
            local_start: self.local_start(),
            local_end: self.local_end(),
            timezone: self.zone(),
            timezone_label: self.timezone_label().map(str::to_owned),
            utc_offset: span.map(|span| format_offset(span.start.offset())),
            starts_at: self.starts_at(),
            ends_at: self.ends_at(),
            duration: self.duration(),
            weekday: self.weekday().map(|weekday| Language::En.weekday(weekday).to_ascii_lowercase()),
            display: self.display(Language::En),
            reader: span.zip(reader).map(|(span, zone)| span.seen_from(zone).reader_times()),
        }
    }

    /// The whole in one language and in the zone of its reader, ready to be shown; `None` unless it is a datetime.
    pub fn display_for(&self, reader: Zone, language: Language) -> Option<String> {
        self.span().map(|span| span.seen_from(reader).display(language))
    }
}

impl Span {
    /// The same instants on the clocks of another zone.
    fn seen_from(&self, zone: Zone) -> Self {
        let moved = |moment: Moment| Moment::at(zone, moment.at);
        Self { zone, label: None, start: moved(self.start), end: self.end.map(moved) }
    }

    fn reader_times(&self) -> ReaderTimes {
        ReaderTimes {
            timezone: self.zone,
            local_start: self.start.local,
            local_end: self.end.map(|end| end.local),
            utc_offset: format_offset(self.start.offset()),
            display: self.display(Language::En),
        }
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
