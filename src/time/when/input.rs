//! What a client sends to say when something happens.

use chrono::{Datelike, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{civil::Disambiguation, duration::IsoDuration, edtf::Edtf, language::parse_weekday, zone::Zone},
    Moment, Precision, Span, Value, When, WhenError,
    wire::{parse_instant, parse_label, parse_local},
};

/// When something happens. Exactly one of three shapes, or no field at all if the date is not known:
/// - a civil time: `local_start` and `timezone`, with `local_end` or `duration` if the end is known;
/// - an instant: `starts_at` and `timezone`, with `ends_at` or `duration` if the end is known;
/// - a date of some precision: `edtf`.
///
/// Or the whole object as an answer gave it, which says so by its `precision`: then every field has to agree with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    examples(
        json!({
            "local_start": "2022-02-23T11:30",
            "local_end": "2022-02-23T13:00",
            "timezone": "Europe/Paris",
            "timezone_label": "CET",
            "weekday": "wednesday"
        }),
        json!({"starts_at": "2020-12-10T08:00:00Z", "timezone": "Europe/Oslo", "duration": "PT1H15M"}),
        json!({"edtf": "2022-03"}),
        json!({"edtf": "2021-23/2022-21"})
    )
)]
pub struct WhenInput {
    /// What the clocks show at the start, without an offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T11:30")]
    pub local_start: Option<String>,
    /// What the clocks show at the end, without an offset. It lies after the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T13:00")]
    pub local_end: Option<String>,
    /// The IANA name of the zone, spelt exactly. Required with a time; abbreviations such as `CET` are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Paris")]
    pub timezone: Option<String>,
    /// The instant of the start (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T10:30:00Z")]
    pub starts_at: Option<String>,
    /// The instant of the end (RFC 3339). It lies after the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T12:00:00Z")]
    pub ends_at: Option<String>,
    /// The time from start to end, instead of an end: an ISO 8601 duration without years and months. A day is 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT1H30M")]
    pub duration: Option<String>,
    /// A date without a time, in EDTF (ISO 8601-2): a year `2022`, a month `2022-03`, a season `2021-23` (21 spring to
    /// 24 winter), a day `2021-11-24`, or an interval of two of them `2021-23/2022-21`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-03")]
    pub edtf: Option<String>,
    /// What to call the zone beside the time, such as `CET`. For display alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "CET")]
    pub timezone_label: Option<String>,
    /// The English name of the weekday on which it starts. It is compared with the date, not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "wednesday")]
    pub weekday: Option<String>,
    /// Which reading is meant if the clocks skip a civil time or show it twice. It serves start and end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disambiguation: Option<Disambiguation>,
    /// Of an answer that is sent back: how precisely it is known. Never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// Of an answer that is sent back. Never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+01:00")]
    pub utc_offset: Option<String>,
    /// Of an answer that is sent back. Never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Wednesday 23 February 2022, 11:30–13:00 (CET, Europe/Paris)")]
    pub display: Option<String>,
    /// Of an answer that is sent back: the time in its reader's zone. Never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub reader: Option<serde_json::Value>,
}

impl WhenInput {
    /// A civil time in a zone, without an end.
    pub fn local(local_start: &str, timezone: &str) -> Self {
        Self { local_start: Some(local_start.to_owned()), timezone: Some(timezone.to_owned()), ..Self::default() }
    }

    /// A civil time in a zone, with its end.
    pub fn local_until(local_start: &str, local_end: &str, timezone: &str) -> Self {
        Self { local_end: Some(local_end.to_owned()), ..Self::local(local_start, timezone) }
    }

    /// A date of some precision.
    pub fn edtf(edtf: &str) -> Self {
        Self { edtf: Some(edtf.to_owned()), ..Self::default() }
    }

    /// Checks the input and derives what it leaves open. A datetime without a zone is refused, never given a default:
    /// nobody would notice that it is wrong.
    ///
    /// # Errors
    ///
    /// A [`WhenError`] with its code and the field to change.
    pub fn parse(&self) -> Result<When, WhenError> {
        if self.precision.is_some() {
            return self.parse_answer();
        }
        self.refuse_parts_of_an_answer()?;
        let when = if let Some(edtf) = &self.edtf {
            self.refuse_beside_edtf()?;
            When::from_edtf(Edtf::parse(edtf)?)
        } else if let Some(start) = &self.local_start {
            self.parse_local(start)?
        } else if let Some(start) = &self.starts_at {
            self.parse_instant(start)?
        } else {
            self.refuse_without_start()?;
            When::none()
        };
        self.check_weekday(&when)?;
        Ok(when)
    }

    fn parse_local(&self, start: &str) -> Result<When, WhenError> {
        let with = "local_start";
        refuse(self.starts_at.is_some(), "/starts_at", with)?;
        refuse(self.ends_at.is_some(), "/ends_at", with)?;
        refuse(self.local_end.is_some() && self.duration.is_some(), "/duration", "local_end")?;
        let zone = self.parse_zone()?;
        let moment = |text: &str, pointer| {
            let local =
                parse_local(text).ok_or_else(|| WhenError::LocalTimeInvalid { pointer, given: text.to_owned() })?;
            in_range(Moment { local, at: local.and_utc() }, pointer)?;
            Moment::resolve(zone, local, self.disambiguation, pointer)
        };
        let start = moment(start, "/local_start")?;
        let end = self.local_end.as_deref().map(|end| moment(end, "/local_end")).transpose()?;
        self.build(zone, start, end, "/local_end")
    }

    fn parse_instant(&self, start: &str) -> Result<When, WhenError> {
        let with = "starts_at";
        refuse(self.local_end.is_some(), "/local_end", with)?;
        refuse(self.disambiguation.is_some(), "/disambiguation", with)?;
        refuse(self.ends_at.is_some() && self.duration.is_some(), "/duration", "ends_at")?;
        let zone = self.parse_zone()?;
        let moment = |text: &str, pointer| {
            let at =
                parse_instant(text).ok_or_else(|| WhenError::InstantInvalid { pointer, given: text.to_owned() })?;
            in_range(Moment::at(zone, at), pointer)
        };
        let start = moment(start, "/starts_at")?;
        let end = self.ends_at.as_deref().map(|end| moment(end, "/ends_at")).transpose()?;
        self.build(zone, start, end, "/ends_at")
    }

    fn build(
        &self,
        zone: Zone,
        start: Moment,
        end: Option<Moment>,
        end_pointer: &'static str,
    ) -> Result<When, WhenError> {
        let label = self.timezone_label.as_deref().map(parse_label).transpose()?;
        let Some(duration) = &self.duration else {
            return When::from_span(Span { zone, label, start, end }, end_pointer);
        };
        let duration = IsoDuration::parse(duration)?;
        if duration.is_zero() {
            return Err(WhenError::DurationZero);
        }
        let pointer = "/duration";
        let end = start.at.checked_add_signed(duration.as_delta()).ok_or(WhenError::OutOfRange { pointer })?;
        When::from_span(Span { zone, label, start, end: Some(Moment::at(zone, end)) }, pointer)
    }

    fn parse_zone(&self) -> Result<Zone, WhenError> {
        let name = self.timezone.as_deref().ok_or(WhenError::TimezoneRequired)?;
        Ok(Zone::parse(name)?)
    }

    fn refuse_parts_of_an_answer(&self) -> Result<(), WhenError> {
        let is_part = self.utc_offset.is_some() || self.display.is_some() || self.reader.is_some();
        if is_part { Err(WhenError::Incomplete { pointer: "/precision" }) } else { Ok(()) }
    }

    fn refuse_beside_edtf(&self) -> Result<(), WhenError> {
        let fields = [
            (self.local_start.is_some(), "/local_start"),
            (self.starts_at.is_some(), "/starts_at"),
            (self.local_end.is_some(), "/local_end"),
            (self.ends_at.is_some(), "/ends_at"),
            (self.duration.is_some(), "/duration"),
            (self.timezone.is_some(), "/timezone"),
            (self.timezone_label.is_some(), "/timezone_label"),
            (self.disambiguation.is_some(), "/disambiguation"),
        ];
        fields.into_iter().try_for_each(|(is_given, pointer)| refuse(is_given, pointer, "edtf"))
    }

    fn refuse_without_start(&self) -> Result<(), WhenError> {
        if self.ends_at.is_some() {
            return Err(WhenError::Incomplete { pointer: "/starts_at" });
        }
        let is_empty = *self == Self::default();
        if is_empty { Ok(()) } else { Err(WhenError::Incomplete { pointer: "/local_start" }) }
    }

    pub(super) fn check_weekday(&self, when: &When) -> Result<(), WhenError> {
        let Some(given) = &self.weekday else { return Ok(()) };
        let weekday = parse_weekday(given).ok_or_else(|| WhenError::WeekdayUnknown { given: given.clone() })?;
        let date: Option<NaiveDate> = match &when.0 {
            Value::Datetime(span) => Some(span.start.local.date()),
            Value::Date(edtf) if edtf.precision() == Precision::Date => Some(edtf.bounds().0),
            Value::Date(_) | Value::None => None,
        };
        match date {
            None => Err(WhenError::ConflictingFields { pointer: "/weekday", with: "edtf" }),
            Some(date) if date.weekday() == weekday => Ok(()),
            Some(date) => Err(WhenError::WeekdayMismatch { date, given: weekday, actual: date.weekday() }),
        }
    }
}

impl When {
    /// The input that gives this value again: saving what was read changes nothing.
    ///
    /// It is the civil time wherever that says everything, with `disambiguation` in an hour shown twice. Only if start
    /// and end stand on different sides of such hours, which one `disambiguation` cannot say, it is the instants.
    pub fn input(&self) -> WhenInput {
        match &self.0 {
            Value::None => WhenInput::default(),
            Value::Date(edtf) => WhenInput::edtf(&edtf.to_string()),
            Value::Datetime(span) => span.input(),
        }
    }
}

impl Span {
    fn input(&self) -> WhenInput {
        let frame = WhenInput {
            timezone: Some(self.zone.name().to_owned()),
            timezone_label: self.label.clone(),
            ..WhenInput::default()
        };
        let sides = [Some(self.start), self.end].map(|moment| moment.and_then(|moment| moment.side(self.zone)));
        let disambiguation = match sides {
            [Some(start), Some(end)] if start != end => {
                let text = |moment: Moment| moment.at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                return WhenInput { starts_at: Some(text(self.start)), ends_at: self.end.map(text), ..frame };
            }
            [start, end] => start.or(end),
        };
        let text = |moment: Moment| format!("{:?}", moment.local);
        WhenInput { local_start: Some(text(self.start)), local_end: self.end.map(text), disambiguation, ..frame }
    }
}

impl Moment {
    /// On which side of an hour shown twice it stands; `None` outside such hours.
    fn side(self, zone: Zone) -> Option<Disambiguation> {
        let earlier =
            zone.is_ambiguous(self.local).then(|| zone.resolve(self.local, Some(Disambiguation::Earlier)).ok());
        earlier.map(|earlier| if earlier == Some(self.at) { Disambiguation::Earlier } else { Disambiguation::Later })
    }
}

fn refuse(is_given: bool, pointer: &'static str, with: &'static str) -> Result<(), WhenError> {
    if is_given { Err(WhenError::ConflictingFields { pointer, with }) } else { Ok(()) }
}

fn in_range(moment: Moment, pointer: &'static str) -> Result<Moment, WhenError> {
    if moment.is_in_range() { Ok(moment) } else { Err(WhenError::OutOfRange { pointer }) }
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
