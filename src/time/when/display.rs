//! A [`When`] written out for people.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::{
    super::{
        edtf::{Edtf, EdtfDate, Season},
        language::Language,
        zone::{Zone, format_offset},
    },
    Moment, Precision, Span, Value, When,
};

impl When {
    /// The whole in one language, ready to be shown:
    /// `Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)`, `March 2022`, `Autumn 2021 – Spring 2022`, `Date to be announced`.
    pub fn display(&self, language: Language) -> String {
        match &self.0 {
            Value::None => to_be_announced(language).to_owned(),
            Value::Date(Edtf::Single(date)) => write_edtf_date(*date, language),
            Value::Date(Edtf::Interval(start, end)) => {
                format!("{} – {}", write_edtf_date(*start, language), write_edtf_date(*end, language))
            }
            Value::Datetime(span) => span.display(language),
        }
    }
}

impl Span {
    pub(super) fn display(&self, language: Language) -> String {
        let start = self.start.local;
        let day = write_weekday_and_date(start.date(), language);
        let times = match self.end.map(|end| end.local) {
            None => format!("{day}, {}", write_times(start, None, language)),
            Some(end) if end.date() == start.date() => format!("{day}, {}", write_times(start, Some(end), language)),
            Some(end) => format!(
                "{day}, {} – {}, {}",
                write_times(start, None, language),
                write_weekday_and_date(end.date(), language),
                write_times(end, None, language)
            ),
        };
        format!("{times} ({})", self.write_zone())
    }

    /// The label or else the offset beside the zone's name; both offsets if the clocks change in between.
    fn write_zone(&self) -> String {
        if let Some(label) = &self.label {
            return format!("{label}, {}", self.zone);
        }
        if self.zone == Zone::UTC {
            return self.zone.to_string();
        }
        let start = self.start.offset();
        match self.end.map(Moment::offset) {
            Some(end) if end != start => {
                format!("{}, UTC{} – UTC{}", self.zone, format_offset(start), format_offset(end))
            }
            _ => format!("{}, UTC{}", self.zone, format_offset(start)),
        }
    }
}

fn to_be_announced(language: Language) -> &'static str {
    match language {
        Language::En => "Date to be announced",
        Language::De => "Termin wird noch bekannt gegeben",
        Language::Fr => "Date à annoncer",
        Language::Nl => "Datum wordt nog bekendgemaakt",
    }
}

fn write_edtf_date(date: EdtfDate, language: Language) -> String {
    let first = date.first();
    match (date.season(), date.precision()) {
        (Some(season), _) => write_season(season, first.year(), language),
        (None, Precision::Date) => write_date(first, language),
        (None, Precision::Month) => format!("{} {}", language.month(first.month()), first.year()),
        (None, _) => first.year().to_string(),
    }
}

/// A winter spans two years and says so.
fn write_season(season: Season, year: i32, language: Language) -> String {
    let name = language.season(season);
    match season {
        Season::Winter => format!("{name} {year}/{:02}", (year + 1) % 100),
        Season::Spring | Season::Summer | Season::Autumn => format!("{name} {year}"),
    }
}

fn write_date(date: NaiveDate, language: Language) -> String {
    let (day, month, year) = (date.day(), language.month(date.month()), date.year());
    match language {
        Language::De => format!("{day}. {month} {year}"),
        Language::Fr if day == 1 => format!("1er {month} {year}"),
        Language::En | Language::Fr | Language::Nl => format!("{day} {month} {year}"),
    }
}

fn write_weekday_and_date(date: NaiveDate, language: Language) -> String {
    let comma = if language == Language::De { "," } else { "" };
    format!("{}{comma} {}", language.weekday(date.weekday()), write_date(date, language))
}

/// One time of day, or two of the same day.
fn write_times(start: NaiveDateTime, end: Option<NaiveDateTime>, language: Language) -> String {
    let times = match end {
        None => write_clock(start, language),
        Some(end) => format!("{}–{}", write_clock(start, language), write_clock(end, language)),
    };
    match language {
        Language::De => format!("{times} Uhr"),
        Language::Nl => format!("{times} uur"),
        Language::En | Language::Fr => times,
    }
}

fn write_clock(time: NaiveDateTime, language: Language) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let colon = if language == Language::Fr { 'h' } else { ':' };
    match second {
        0 => format!("{hour:02}{colon}{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
#[path = "display_tests.rs"]
mod tests;
