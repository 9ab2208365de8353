//! Dates of some precision as ISO 8601 writes them: `2022-03-17`, `2022-03`, `2022`. A season has no such form and becomes its
//! first and its last month.

use super::formats::write_instant;
use crate::time::{Edtf, EdtfDate, Precision, When};

/// The start, as precisely as it is known.
pub fn start(when: &When) -> Option<String> {
    match (when.starts_at(), when.zone()) {
        (Some(at), Some(zone)) => Some(write_instant(at, zone)),
        _ => when.edtf().map(first_date),
    }
}

/// The end, where it says more than the start.
pub fn end(when: &When) -> Option<String> {
    match (when.ends_at(), when.zone()) {
        (Some(at), Some(zone)) => Some(write_instant(at, zone)),
        _ => when.edtf().and_then(last_date),
    }
}

/// The first day or month of a date.
pub fn first_date(edtf: Edtf) -> String {
    match edtf {
        Edtf::Single(date) | Edtf::Interval(date, _) => written(date, date.first()),
    }
}

/// The last day or month of a date, where it says more than the first.
pub fn last_date(edtf: Edtf) -> Option<String> {
    let last = |date: EdtfDate| written(date, date.until().pred_opt().unwrap_or(date.first()));
    match edtf {
        Edtf::Single(date) if date.precision() == Precision::Season => Some(last(date)),
        Edtf::Single(_) => None,
        Edtf::Interval(_, date) => Some(last(date)),
    }
}

/// A day of a date, to its precision.
fn written(date: EdtfDate, day: chrono::NaiveDate) -> String {
    let format = match date.precision() {
        Precision::Year => "%Y",
        Precision::Month | Precision::Season => "%Y-%m",
        _ => "%Y-%m-%d",
    };
    day.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_precise_as_they_are_known() {
        for (edtf, first, last) in [
            ("2022-03-17", "2022-03-17", None),
            ("2022-03", "2022-03", None),
            ("2022", "2022", None),
            ("2021-23", "2021-09", Some("2021-11")),
            ("2021-24", "2021-12", Some("2022-02")),
            ("2021-23/2022-21", "2021-09", Some("2022-05")),
            ("2022-09/2022-10", "2022-09", Some("2022-10")),
            ("2022-09-01/2022-10", "2022-09-01", Some("2022-10")),
        ] {
            let edtf: Edtf = edtf.parse().unwrap();
            assert_eq!((first_date(edtf).as_str(), last_date(edtf).as_deref()), (first, last), "{edtf}");
        }
    }
}
