//! When something happens, as precisely as it is known.
//!
//! [`When`] is one value for events, series and memberships. It holds one of three things:
//! - a **datetime**: a civil time in a zone, with or without an end. The civil time and the zone are what was promised;
//!   UTC is derived from them and follows when the law of the place changes ([`When::rederived`]);
//! - a **date** of some precision, or an interval of dates ([`Edtf`]), without a time and without a zone;
//! - **nothing**: the date is to be announced.
//!
//! Invariants of a datetime: the civil time exists (one that is skipped is moved onto the clock when it is parsed), the
//! end lies after the start, instants are in microseconds, years lie between 1900 and 2200. Intervals are half open.
//!
//! It comes in as [`WhenInput`], goes out as [`WhenView`], and is stored as [`WhenRecord`].

mod answer;
mod display;
mod error;
mod input;
mod record;
mod view;
mod wire;
mod words;

pub use self::{
    error::WhenError,
    input::WhenInput,
    record::{RecordError, UNDATED_SORTS_AT, WhenRecord},
    view::{ReaderTimes, WhenView},
    words::{Keep, Phase, Precision, UnknownName},
};
use super::{
    civil::{Disambiguation, Instants},
    duration::IsoDuration,
    edtf::{Edtf, MAX_YEAR, MIN_YEAR},
    zone::Zone,
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

/// When something happens, as precisely as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When(Value);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    None,
    Date(Edtf),
    Datetime(Span),
}

/// A civil time in a zone and the instant derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    zone: Zone,
    label: Option<String>,
    start: Moment,
    end: Option<Moment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    local: NaiveDateTime,
    at: DateTime<Utc>,
}

impl When {
    /// No date: to be announced.
    pub const fn none() -> Self {
        Self(Value::None)
    }

    /// A date of some precision, or an interval.
    pub const fn from_edtf(edtf: Edtf) -> Self {
        Self(Value::Date(edtf))
    }

    /// How precisely it is known.
    pub fn precision(&self) -> Precision {
        match &self.0 {
            Value::None => Precision::None,
            Value::Date(edtf) => edtf.precision(),
            Value::Datetime(_) => Precision::Datetime,
        }
    }

    /// The date, unless it is a datetime or unknown.
    pub fn edtf(&self) -> Option<Edtf> {
        match &self.0 {
            Value::Date(edtf) => Some(*edtf),
            Value::None | Value::Datetime(_) => None,
        }
    }

    /// The first day and the day after the last, unless it is a datetime or unknown.
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.edtf().map(Edtf::bounds)
    }

    /// The zone of a datetime.
    pub fn zone(&self) -> Option<Zone> {
        self.span().map(|span| span.zone)
    }

    /// What the zone is called beside a datetime, such as `CET`.
    pub fn timezone_label(&self) -> Option<&str> {
        self.span().and_then(|span| span.label.as_deref())
    }

    /// What the clocks of the zone show at the start of a datetime.
    pub fn local_start(&self) -> Option<NaiveDateTime> {
        self.span().map(|span| span.start.local)
    }

    /// What the clocks of the zone show at the end of a datetime that has one.
    pub fn local_end(&self) -> Option<NaiveDateTime> {
        self.span().and_then(|span| span.end).map(|end| end.local)
    }

    /// The instant at which a datetime starts.
    pub fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.span().map(|span| span.start.at)
    }

    /// The instant at which a datetime ends, excluded, if it has an end.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.span().and_then(|span| span.end).map(|end| end.at)
    }

    /// The time between start and end of a datetime that has an end.
    pub fn duration(&self) -> Option<IsoDuration> {
        self.span().and_then(Span::duration).and_then(IsoDuration::new)
    }

    /// The weekday on which a datetime starts, or of a day.
    pub fn weekday(&self) -> Option<Weekday> {
        match &self.0 {
            Value::Datetime(span) => Some(span.start.local.weekday()),
            Value::Date(Edtf::Single(date)) if date.precision() == Precision::Date => Some(date.first().weekday()),
            Value::Date(_) | Value::None => None,
        }
    }

    /// Where it lies beside `now`: live from [`WhenRecord::sorts_at`], included, until [`WhenRecord::until_at`],
    /// excluded, so that a query over the columns says the same.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        match self.bounds() {
            None => Phase::Undated,
            Some((start, _)) if now < start => Phase::Upcoming,
            Some((_, until)) if now < until => Phase::Live,
            Some(_) => Phase::Past,
        }
    }

    /// The instants that bound it, half open; `None` without a date. See [`WhenRecord`] for how they are chosen.
    pub fn bounds(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        match &self.0 {
            Value::None => None,
            Value::Date(edtf) => {
                let (first, until) = edtf.bounds();
                Some((midnight(first), midnight(until) + TimeDelta::hours(12)))
            }
            Value::Datetime(span) => Some((span.start.at, span.end.map_or_else(|| span.presumed_end(), |end| end.at))),
        }
    }

    /// The same with another zone. A label is dropped: it described the old one.
    ///
    /// # Errors
    ///
    /// [`WhenError::TimezoneNotApplicable`] unless this is a datetime. With [`Keep::Local`] also what a civil time can
    /// be refused for: it may be skipped or doubled in the new zone.
    pub fn moved_zone(&self, zone: Zone, keep: Keep) -> Result<Self, WhenError> {
        let span = self.span().ok_or(WhenError::TimezoneNotApplicable)?;
        if span.zone == zone {
            return Ok(self.clone());
        }
        let moved = |moment: Moment, pointer| match keep {
            Keep::Instant => Ok(Moment::at(zone, moment.at)),
            Keep::Local => Moment::resolve(zone, moment.local, None, pointer),
        };
        let start = moved(span.start, "/local_start")?;
        let end = span.end.map(|end| moved(end, "/local_end")).transpose()?;
        Self::from_span(Span { zone, label: None, start, end }, "/local_end")
    }

    /// The same with its UTC derived anew, after the time zone data changed. In an hour shown twice it stays on the
    /// side that lies closer to where it was; a time that the new law skips moves past the change. If that would put
    /// the end before the start, the time between them is kept instead.
    #[must_use]
    pub fn rederived(&self) -> Self {
        let Some(span) = self.span() else { return self.clone() };
        let start = span.start.rederive(span.zone);
        let end = span.end.map(|end| end.rederive(span.zone)).map(|end| match span.duration() {
            Some(duration) if end.at <= start.at => Moment::at(span.zone, start.at + duration),
            _ => end,
        });
        Self(Value::Datetime(Span { start, end, ..span.clone() }))
    }

    fn span(&self) -> Option<&Span> {
        match &self.0 {
            Value::Datetime(span) => Some(span),
            Value::None | Value::Date(_) => None,
        }
    }

    /// Checks what every datetime must keep. `end_pointer` names the field that a wrong end came from.
    fn from_span(span: Span, end_pointer: &'static str) -> Result<Self, WhenError> {
        if let Some(end) = span.end {
            if end.at <= span.start.at {
                return Err(WhenError::EndBeforeStart { pointer: end_pointer });
            }
            if !end.is_in_range() {
                return Err(WhenError::OutOfRange { pointer: end_pointer });
            }
        }
        Ok(Self(Value::Datetime(span)))
    }
}

impl Span {
    fn duration(&self) -> Option<TimeDelta> {
        self.end.map(|end| end.at - self.start.at)
    }

    /// An end that is not known is taken to be the end of the civil day, and at least an hour after the start.
    fn presumed_end(&self) -> DateTime<Utc> {
        let next_day = self.start.local.date() + TimeDelta::days(1);
        let midnight = self.zone.resolve(next_day.and_time(NaiveTime::MIN), Some(Disambiguation::Later));
        let an_hour_later = self.start.at + TimeDelta::hours(1);
        midnight.map_or(an_hour_later, |midnight| midnight.max(an_hour_later))
    }
}

impl Moment {
    fn at(zone: Zone, at: DateTime<Utc>) -> Self {
        Self { local: zone.to_local(at), at }
    }

    /// Finds the instant of a civil time. If that time is skipped and `choice` moves it, the moved one is kept.
    fn resolve(
        zone: Zone,
        local: NaiveDateTime,
        choice: Option<Disambiguation>,
        pointer: &'static str,
    ) -> Result<Self, WhenError> {
        match zone.resolve(local, choice) {
            Ok(at) => Ok(Self::at(zone, at)),
            Err(error) => Err(WhenError::from_civil(error, local, zone, pointer)),
        }
    }

    fn rederive(self, zone: Zone) -> Self {
        let at = match zone.find_instants(self.local) {
            Instants::One(at) | Instants::Gap(_, at) => at,
            Instants::Overlap(earlier, later) => {
                let distance = |at: DateTime<Utc>| (self.at - at).abs();
                if distance(later) < distance(earlier) { later } else { earlier }
            }
        };
        Self::at(zone, at)
    }

    fn is_in_range(self) -> bool {
        (MIN_YEAR..=MAX_YEAR).contains(&self.local.year())
    }

    /// Seconds that the clocks are ahead of UTC.
    fn offset(self) -> i32 {
        i32::try_from((self.local.and_utc() - self.at).num_seconds()).unwrap_or_default()
    }
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests;
