//! What becomes of names and memberships in a merger.

use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use super::super::Span;
use super::*;
use crate::db::types::{At, Json};
use crate::http::WorkspaceId;
use crate::organisations::model::{Membership, MembershipId};
use crate::organisations::{OrganisationError, OrganisationKind};

const OLD: u128 = 1;
const TARGET: u128 = 2;

fn id(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(number))
}

fn code_of<T: std::fmt::Debug>(result: Result<T, OrganisationError>) -> &'static str {
    match result {
        Err(OrganisationError::Invalid(errors)) => {
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].pointer, "/into");
            errors[0].code
        }
        other => panic!("{other:?}"),
    }
}

fn organisation(name: &str, acronym: Option<&str>, aliases: &[&str]) -> Organisation {
    let at = At(DateTime::UNIX_EPOCH);
    Organisation {
        id: id(7),
        workspace_id: WorkspaceId(Uuid::nil()),
        name: name.into(),
        acronym: acronym.map(Into::into),
        aliases: Json(aliases.iter().map(|alias| (*alias).to_owned()).collect()),
        kind: OrganisationKind::Other,
        country: None,
        url: None,
        description: None,
        legal_form: None,
        logo_url: None,
        logo_alt: None,
        parent_id: Some(id(3)),
        sort_key: String::new(),
        search_text: String::new(),
        revision: 1,
        created_at: at,
        updated_at: at,
    }
}

#[test]
fn only_another_organisation_takes_one_in() {
    let check = |line: &[u128]| check_merge(id(OLD), &line.iter().copied().map(id).collect::<Vec<_>>());
    assert!(matches!(check(&[TARGET]), Ok(false)));
    assert!(matches!(check(&[TARGET, 3, 4]), Ok(false)));
    assert!(matches!(check(&[TARGET, OLD, 4]), Ok(true)));
    assert_eq!(code_of(check(&[])), "reference_unknown");
    assert_eq!(code_of(check(&[OLD, 3])), "reference_cycle");
    assert_eq!(code_of(check(&[TARGET, 3, OLD])), "reference_cycle");
}

#[test]
fn every_name_is_kept_once() {
    let target = organisation("City of Åbo", Some("ÅBO"), &["Turku"]);
    let old = organisation("Abo", Some("T.K.U."), &["TURKU", "Stadt Åbo", "stadt-abo", "—", "city of abo"]);
    let details = absorb(&target, &old, false).unwrap();
    assert_eq!(details.aliases, ["Turku", "T.K.U.", "Stadt Åbo", "—"]);
    let expected = OrganisationDetails { aliases: details.aliases.clone(), ..target.details() };
    assert_eq!(details, expected);
    assert_eq!(absorb(&target, &target, false).unwrap(), target.details());
}

#[test]
fn whoever_lay_below_takes_the_place() {
    let (target, mut old) = (organisation("A", None, &[]), organisation("B", None, &[]));
    old.parent_id = Some(id(8));
    assert_eq!(absorb(&target, &old, false).unwrap().parent_id, Some(id(3)));
    assert_eq!(absorb(&target, &old, true).unwrap().parent_id, Some(id(8)));
}

#[test]
fn names_have_a_limit() {
    let many: Vec<String> = (0..99).map(|number| format!("name {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let target = organisation("A", None, &many);
    assert_eq!(absorb(&target, &organisation("B", None, &[]), false).unwrap().aliases.len(), 100);
    assert_eq!(code_of(absorb(&target, &organisation("B", None, &["C"]), false)), "number_invalid");
}

/// A membership number `number` of `body`, held from the beginning of a year until the beginning of another.
fn held(number: u128, body: u128, holders: &[u128], years: (i32, i32)) -> HeldMembership {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let at = At(DateTime::UNIX_EPOCH);
    let membership = Membership {
        id: MembershipId(Uuid::from_u128(number)),
        workspace_id: WorkspaceId(Uuid::nil()),
        body_id: id(body),
        category: "guest".into(),
        holds_from: None,
        holds_until: None,
        from_day: None,
        until_day: None,
        note: None,
        revision: 1,
        created_at: at,
        updated_at: at,
    };
    let span = Span { from: Some(day(years.0)), until: Some(day(years.1)) };
    HeldMembership { membership, span, holders: holders.iter().copied().map(id).collect() }
}

const YEARS: (i32, i32) = (2019, 2022);

fn plan(all: &[HeldMembership]) -> Result<MembershipPlan, OrganisationError> {
    plan_memberships(all.to_vec(), id(OLD), id(TARGET))
}

#[test]
fn memberships_go_to_the_other() {
    let all = [
        held(1, 5, &[6, OLD], YEARS),
        held(2, OLD, &[6], YEARS),
        held(3, 5, &[7], YEARS),
        held(4, 5, &[OLD, 6, TARGET], YEARS),
    ];
    let plan = plan(&all).unwrap();
    let changed = [held(1, 5, &[6, TARGET], YEARS), held(2, TARGET, &[6], YEARS)];
    assert_eq!(plan.changed, changed);
    assert_eq!(plan.removed, [(all[3].clone(), RemovalReason::Duplicate)]);
}

#[test]
fn nobody_joins_themselves() {
    let all = [held(1, TARGET, &[OLD], YEARS), held(2, OLD, &[TARGET, 6], YEARS), held(3, OLD, &[TARGET], YEARS)];
    let plan = plan(&all).unwrap();
    assert_eq!(plan.changed, [held(2, TARGET, &[6], YEARS)], "who holds it together with others leaves it to them");
    let own = RemovalReason::Own;
    assert_eq!(plan.removed, [(all[0].clone(), own), (all[2].clone(), own)]);
}

#[test]
fn what_says_the_same_is_kept_once() {
    let kept = held(1, 5, &[6, TARGET], YEARS);
    let removed = |change: &dyn Fn(&mut HeldMembership)| {
        let mut other = held(2, 5, &[OLD, 6], YEARS);
        change(&mut other);
        plan(&[kept.clone(), other]).unwrap().removed.len()
    };
    assert_eq!(removed(&|_| {}), 1);
    assert_eq!(removed(&|other| other.membership.category = "associated".into()), 0);
    assert_eq!(removed(&|other| other.membership.note = Some("first".into())), 0);
    assert_eq!(removed(&|other| other.span.until = None), 0);
    assert_eq!(removed(&|other| other.holders.push(id(8))), 0);
    assert_eq!(removed(&|other| other.membership.body_id = id(8)), 0);
}

#[test]
fn a_third_may_not_stand_between() {
    let (below, above) = (held(1, 5, &[OLD], YEARS), held(2, TARGET, &[5], YEARS));
    assert_eq!(code_of(plan(&[below.clone(), above.clone()])), "reference_cycle");
    let later = held(2, TARGET, &[5], (2022, 2023));
    assert_eq!(plan(&[below.clone(), later]).unwrap().changed, [held(1, 5, &[TARGET], YEARS)]);
    // The other way round, and through a fourth.
    let far = [held(1, OLD, &[5], YEARS), held(2, 5, &[6], YEARS), held(3, 6, &[TARGET], YEARS)];
    assert_eq!(code_of(plan(&far)), "reference_cycle");
}
