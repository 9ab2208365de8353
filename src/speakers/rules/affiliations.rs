//! Where a speaker belongs, and when.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::details::Affiliation;
use crate::http::{Checks, Code, LINE};
use crate::time::Edtf;

/// How many affiliations a speaker may have.
const MOST: usize = 50;

/// Checks what can be known of affiliations without looking at the directory.
pub fn check_affiliations(checks: &mut Checks, affiliations: &[Affiliation]) {
    checks.count("/affiliations", affiliations.len(), MOST);
    for (index, one) in affiliations.iter().enumerate() {
        let pointer = |field: &str| format!("/affiliations/{index}/{field}");
        match (one.organisation_id, &one.name) {
            (None, None) => {
                let detail = "Name an organisation of the directory, or write what it is called.";
                checks.fault(pointer("organisation_id"), Code::FieldRequired, detail);
            }
            (Some(_), Some(_)) => {
                let detail = "An organisation of the directory has a name; leave this out.";
                checks.fault(pointer("name"), Code::Invalid, detail);
            }
            (_, name) => checks.optional_line(&pointer("name"), name.as_deref(), LINE),
        }
        checks.optional_line(&pointer("job_title"), one.job_title.as_deref(), LINE);
        let from = check_date(checks, &pointer("from"), one.from.as_deref());
        let until = check_date(checks, &pointer("until"), one.until.as_deref());
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            checks.fault(pointer("until"), Code::EndBeforeStart, "The end has to lie after the start.");
        }
    }
}

/// The first day of a year, a month or a day.
fn check_date(checks: &mut Checks, pointer: &str, text: Option<&str>) -> Option<NaiveDate> {
    let first = Edtf::first_day(text?).ok();
    if first.is_none() {
        checks.fault(pointer, Code::EdtfInvalid, "A year, a month or a day, such as 2022, 2022-03 or 2022-03-17.");
    }
    first
}

/// The first of the affiliations that holds at `now`, by the day in UTC. Half open: one that ends in 2024 holds to the end
/// of 2023.
pub fn current_affiliation(affiliations: &[Affiliation], now: DateTime<Utc>) -> Option<&Affiliation> {
    let today = now.date_naive();
    let day = |text: &Option<String>| text.as_deref().and_then(|text| Edtf::first_day(text).ok());
    affiliations.iter().find(|one| {
        day(&one.from).is_none_or(|from| from <= today) && day(&one.until).is_none_or(|until| today < until)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::organisations::OrganisationId;

    fn at(name: &str, from: Option<&str>, until: Option<&str>) -> Affiliation {
        let text = |text: &str| text.to_owned();
        let (from, until) = (from.map(text), until.map(text));
        Affiliation { organisation_id: None, name: Some(name.to_owned()), job_title: None, from, until }
    }

    #[test]
    fn every_fault_has_its_pointer() {
        let organisation_id = Some(OrganisationId(Uuid::from_u128(1)));
        let all = [
            at("Fine", Some("2019"), Some("2020-01-02")),
            Affiliation { name: None, ..at("", None, None) },
            Affiliation { organisation_id, ..at("Both", None, None) },
            Affiliation { job_title: Some("a\nb".into()), ..at(" ", Some("2021-23"), Some("soon")) },
            at("Reversed", Some("2022-03"), Some("2022-03-01")),
            at("Interval", Some("2019/2020"), None),
            Affiliation { organisation_id, name: None, ..at("", None, Some("2022-02-30")) },
        ];
        let mut checks = Checks::new();
        check_affiliations(&mut checks, &all);
        let found: Vec<(String, &str)> =
            checks.into_errors().into_iter().map(|error| (error.pointer, error.code)).collect();
        let expected = [
            ("/affiliations/1/organisation_id", "field_required"),
            ("/affiliations/2/name", "invalid"),
            ("/affiliations/3/name", "text_invalid"),
            ("/affiliations/3/job_title", "text_invalid"),
            ("/affiliations/3/from", "edtf_invalid"),
            ("/affiliations/3/until", "edtf_invalid"),
            ("/affiliations/4/until", "end_before_start"),
            ("/affiliations/5/from", "edtf_invalid"),
            ("/affiliations/6/until", "edtf_invalid"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        let mut checks = Checks::new();
        check_affiliations(&mut checks, &vec![at("X", None, None); 51]);
        assert_eq!(checks.into_errors().len(), 1);
    }

    #[test]
    fn the_first_that_holds_today_is_the_current_one() {
        let all = [
            at("Past", Some("2010"), Some("2020-06")),
            at("Future", Some("2030-01-02"), None),
            at("Second", Some("2020-06"), Some("2024")),
            at("Always", None, None),
        ];
        let name = |now: &str| current_affiliation(&all, now.parse().unwrap()).unwrap().name.clone().unwrap();
        assert_eq!(name("2010-01-01T00:00:00Z"), "Past");
        assert_eq!(name("2020-05-31T23:59:59Z"), "Past");
        assert_eq!(name("2020-06-01T00:00:00Z"), "Second");
        assert_eq!(name("2023-12-31T23:59:59Z"), "Second");
        assert_eq!(name("2024-01-01T00:00:00Z"), "Always");
        assert_eq!(name("2030-01-02T00:00:00Z"), "Future");
        let past = [at("Past", None, Some("2020"))];
        assert_eq!(current_affiliation(&past, "2020-01-01T00:00:00Z".parse().unwrap()), None);
    }
}
