use crate::db::types::At;

use super::*;

fn counted(state: RegistrationState, organisation: &str, created: &str, ended: Option<&str>) -> Counted {
    Counted {
        state,
        language: "en".to_owned(),
        organisation: (!organisation.is_empty()).then(|| organisation.to_owned()),
        created_at: At(created.parse().unwrap()),
        ended_at: ended.map(|at| At(at.parse().unwrap())),
    }
}

#[test]
fn a_day_is_one_of_the_zone() {
    use RegistrationState::{Cancelled, Confirmed, Expired};
    let all = [
        counted(Confirmed, "", "2022-03-01T22:59:59Z", None),
        // Midnight in Berlin.
        counted(Cancelled, "", "2022-03-01T23:00:00Z", Some("2022-03-05T10:00:00Z")),
        // What ran out was not cancelled.
        counted(Expired, "", "2022-03-02T10:00:00Z", Some("2022-03-04T10:00:00Z")),
    ];
    let days = days(&all, Zone::parse("Europe/Berlin").unwrap());
    let rows: Vec<_> = days
        .iter()
        .map(|day| (day.date.to_string(), day.registered, day.cancelled, day.registered_total, day.cancelled_total))
        .collect();
    assert_eq!(
        rows,
        [
            ("2022-03-01".to_owned(), 1, 0, 1, 0),
            ("2022-03-02".to_owned(), 2, 0, 3, 0),
            ("2022-03-05".to_owned(), 0, 1, 3, 1),
        ]
    );
}

#[test]
fn a_ranking_joins_spellings_and_leaves_out_who_is_gone() {
    use RegistrationState::{Cancelled, Confirmed};
    let at = "2022-03-01T10:00:00Z";
    let mut all = vec![
        counted(Confirmed, "City of Lund", at, None),
        counted(Confirmed, "CITY OF LUND", at, None),
        counted(Confirmed, "", at, None),
        counted(Cancelled, "Gone", at, Some(at)),
    ];
    all.extend((0..12).map(|number| counted(Confirmed, &format!("Other {number:02}"), at, None)));
    let ranked = organisations(&all);
    assert_eq!(ranked.len(), TOP);
    assert_eq!(ranked[0], Ranked { value: "City of Lund".to_owned(), count: 2 });
    assert_eq!(ranked[1], Ranked { value: "Other 00".to_owned(), count: 1 });
    assert_eq!(languages(&all), [Ranked { value: "en".to_owned(), count: 15 }]);
}

#[test]
fn a_rate_needs_somebody_who_was_seen() {
    use RegistrationState::{Attended, Confirmed, NoShow};
    let at = "2022-03-01T10:00:00Z";
    let count = |all: &[RegistrationState]| {
        let all: Vec<Counted> = all.iter().map(|state| counted(*state, "", at, None)).collect();
        attendance(&states(&all))
    };
    assert_eq!(count(&[]).rate, None);
    assert_eq!(count(&[Confirmed]).rate, None);
    assert_eq!(count(&[Confirmed, Attended, Attended]).rate, Some(0.6667));
    assert_eq!(count(&[NoShow]).rate, Some(0.0));
    assert_eq!(states(&[]).len(), RegistrationState::ALL.len());
}
