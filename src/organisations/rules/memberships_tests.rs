//! When memberships hold, and which of them would go round in a circle.

use uuid::Uuid;

use super::*;

fn id(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(number))
}

fn day(text: &str) -> Option<NaiveDate> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn span(from: &str, until: &str) -> Span {
    Span { from: day(from), until: day(until) }
}

fn edge(holder: u128, body: u128, from: &str, until: &str) -> Edge {
    Edge { holder: id(holder), body: id(body), span: span(from, until) }
}

fn details(holders: &[u128]) -> MembershipDetails {
    let holders = holders.iter().copied().map(id).collect();
    MembershipDetails { category: "guest".into(), holders, from: None, until: None, note: None }
}

fn faults(change: impl FnOnce(&mut MembershipDetails)) -> Vec<(String, &'static str)> {
    let mut details = details(&[1]);
    change(&mut details);
    match check_membership(id(9), &details) {
        Ok(_) => Vec::new(),
        Err(OrganisationError::Invalid(errors)) => errors.into_iter().map(|one| (one.pointer, one.code)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_date_stands_for_its_first_day() {
    for (text, first) in [("2019", "2019-01-01"), ("2019-06", "2019-06-01"), ("2019-06-30", "2019-06-30")] {
        assert_eq!(first_day(text), Ok(first.parse().unwrap()), "{text}");
    }
    for wrong in ["", "2019-21", "2019/2020", "2019-1", "201X", "2019?", "2019-02-30", "19", "2019-06-01T00:00", "\0"] {
        assert_eq!(first_day(wrong), Err(Code::EdtfInvalid), "{wrong}");
    }
    assert_eq!(first_day("1899-12-31"), Err(Code::WhenOutOfRange));
}

#[test]
fn a_membership_holds_from_one_day_until_another() {
    let whole = |from: &str, until: &str| {
        let mut details = details(&[1]);
        details.from = Some(from.to_owned()).filter(|text| !text.is_empty());
        details.until = Some(until.to_owned()).filter(|text| !text.is_empty());
        check_membership(id(9), &details).unwrap()
    };
    assert_eq!(whole("2019", "2020-03"), span("2019-01-01", "2020-03-01"));
    assert_eq!(whole("", "2020"), span("", "2020-01-01"));
    assert_eq!(whole("2019-12-31", ""), span("2019-12-31", ""));
    assert_eq!(whole("2019-12-31", "2020"), span("2019-12-31", "2020-01-01"));
}

#[test]
fn every_fault_has_its_pointer() {
    let all = faults(|details| {
        details.category = " ".into();
        details.holders = vec![id(1), id(9), id(1)];
        details.from = Some("2019-21".into());
        details.until = Some("2300".into());
        details.note = Some("\u{7}".into());
    });
    let expected = [
        ("/category", "text_invalid"),
        ("/note", "text_invalid"),
        ("/holders/1", "reference_cycle"),
        ("/holders/2", "invalid"),
        ("/from", "edtf_invalid"),
        ("/until", "when_out_of_range"),
    ];
    assert_eq!(all, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let count = [("/holders".to_owned(), "number_invalid")];
    assert_eq!(faults(|details| details.holders.clear()), count);
    assert_eq!(faults(|details| details.holders = (10..111).map(id).collect()), count);
    for (from, until) in [("2019", "2019"), ("2019-06", "2019"), ("2019-01-01", "2019-01")] {
        let never = faults(|details| (details.from, details.until) = (Some(from.into()), Some(until.into())));
        assert_eq!(never, [("/until".to_owned(), "end_before_start")], "{from} {until}");
    }
}

#[test]
fn times_meet_or_do_not() {
    let always = Span::default();
    assert_eq!(always.intersect(always), Some(always));
    let (early, late) = (span("", "2020-01-01"), span("2020-01-01", ""));
    assert_eq!(early.intersect(late), None, "the first moment of a year is not in the year before");
    assert_eq!(late.intersect(early), None);
    assert_eq!(always.intersect(late), Some(late));
    let overlapping = span("2019-12-31", "2021-01-01").intersect(early);
    assert_eq!(overlapping, Some(span("2019-12-31", "2020-01-01")));
}

#[test]
fn nobody_belongs_to_themselves() {
    let cycle = |edges: &[Edge], body: u128, holders: &[u128]| {
        let holders: Vec<OrganisationId> = holders.iter().copied().map(id).collect();
        find_cycle(edges, id(body), Span::default(), &holders)
    };
    let line = [edge(1, 2, "", ""), edge(2, 3, "", ""), edge(4, 3, "", "")];
    assert_eq!(cycle(&line, 4, &[3]), Some(0), "4 belongs to 3");
    assert_eq!(cycle(&line, 1, &[5, 3]), Some(1), "1 belongs to 2, and that to 3");
    assert_eq!(cycle(&line, 3, &[1]), None, "a second way up is no circle");
    assert_eq!(cycle(&line, 4, &[1]), None);
    assert_eq!(cycle(&[], 1, &[1]), Some(0));
    assert_eq!(cycle(&[edge(1, 2, "", ""), edge(2, 1, "", "")], 1, &[7]), None, "it ends even where there is a circle");
}

#[test]
fn a_circle_counts_only_at_a_time_when_all_of_it_holds() {
    let line = [edge(1, 2, "2019-01-01", "2021-01-01"), edge(2, 3, "2020-01-01", "")];
    let joins = |from: &str, until: &str| find_cycle(&line, id(1), span(from, until), &[id(3)]);
    assert_eq!(joins("", ""), Some(0));
    assert_eq!(joins("2020-12-31", ""), Some(0));
    assert_eq!(joins("2021-01-01", ""), None, "the first has ended");
    assert_eq!(joins("", "2020-01-01"), None, "the second has not begun");
    assert_eq!(joins("", "2020-01-02"), Some(0));
    // Each meets the next, and yet there is no day on which all three hold.
    let apart = [edge(1, 2, "", "2020-01-01"), edge(2, 3, "2020-01-01", "")];
    assert_eq!(find_cycle(&apart, id(1), Span::default(), &[id(3)]), None);
}

#[test]
fn every_time_of_a_way_is_looked_at() {
    // The same two organisations, twice: only the later time leads on.
    let edges = [edge(1, 2, "2018-01-01", "2019-01-01"), edge(1, 2, "2021-01-01", ""), edge(2, 3, "2020-01-01", "")];
    assert_eq!(find_cycle(&edges, id(1), Span::default(), &[id(3)]), Some(0));
    assert_eq!(find_cycle(&edges, id(1), span("", "2021-01-01"), &[id(3)]), None);
}
