//! When a membership holds, and that nobody belongs to themselves.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::super::details::MembershipDetails;
use super::super::error::OrganisationError;
use super::super::model::{HeldMembership, OrganisationId};
use crate::http::{Checks, Code, LINE};
use crate::time::{Edtf, EdtfError};

/// How many may hold a membership together.
const MOST_HOLDERS: usize = 100;

/// What a date of a membership looks like, for people.
pub const DAY_FORMS: &str = "A year, a month or a day, as in 2019, 2019-06 or 2019-06-01.";

/// The time for which a membership holds: from the first moment of one day until the first moment of another. Where a day
/// is not given it has no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// The time that is in both; none if there is no such time.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let is_some = from.zip(until).is_none_or(|(from, until)| from < until);
        is_some.then_some(Self { from, until })
    }
}

/// That one organisation belongs to another for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Who belongs.
    pub holder: OrganisationId,
    /// To whom.
    pub body: OrganisationId,
    /// When.
    pub span: Span,
}

/// What memberships say, holder by holder.
pub fn edges_of<'a>(held: impl IntoIterator<Item = &'a HeldMembership>) -> Vec<Edge> {
    let edge = |one: &HeldMembership, holder| Edge { holder, body: one.membership.body_id, span: one.span };
    held.into_iter().flat_map(|one| one.holders.iter().map(move |holder| edge(one, *holder))).collect()
}

/// The first day of a year, a month or a day.
///
/// # Errors
/// The text is none of these, or lies far from our time.
pub fn first_day(text: &str) -> Result<NaiveDate, Code> {
    Edtf::first_day(text).map_err(|error| match error {
        EdtfError::OutOfRange { .. } => Code::WhenOutOfRange,
        _ => Code::EdtfInvalid,
    })
}

/// Checks what can be known of a membership of `body` without looking at others, and returns when it holds.
///
/// # Errors
/// Every field that does not fit.
pub fn check_membership(body: OrganisationId, details: &MembershipDetails) -> Result<Span, OrganisationError> {
    let mut checks = Checks::new();
    checks.line("/category", &details.category, LINE);
    checks.optional_text("/note", details.note.as_deref());
    if details.holders.is_empty() {
        checks.fault("/holders", Code::NumberInvalid, "Name at least one organisation.");
    }
    checks.count("/holders", details.holders.len(), MOST_HOLDERS);
    let mut seen = HashSet::new();
    for (index, holder) in details.holders.iter().enumerate() {
        let pointer = format!("/holders/{index}");
        if *holder == body {
            checks.fault(pointer, Code::ReferenceCycle, "An organisation is no member of itself.");
        } else if !seen.insert(*holder) {
            checks.fault(pointer, Code::Invalid, "This organisation holds it already.");
        }
    }
    let span = check_span(&mut checks, details);
    let errors = checks.into_errors();
    if errors.is_empty() { Ok(span) } else { Err(OrganisationError::Invalid(errors)) }
}

fn check_span(checks: &mut Checks, details: &MembershipDetails) -> Span {
    let mut read = |pointer: &str, text: Option<&str>| {
        let day = text.map(first_day).transpose();
        day.unwrap_or_else(|code| {
            checks.fault(pointer, code, DAY_FORMS);
            None
        })
    };
    let span = Span { from: read("/from", details.from.as_deref()), until: read("/until", details.until.as_deref()) };
    if span.from.zip(span.until).is_some_and(|(from, until)| until <= from) {
        let detail = "It ends when this begins, so this has to lie after `from`: a whole 2021 is from 2021 until 2022.";
        checks.fault("/until", Code::EndBeforeStart, detail);
    }
    span
}

/// Which of `holders` the body belongs to itself, at a time within `span`: directly, or through others whose memberships
/// hold at that same time. It is the place in `holders`; none if all may join.
pub fn find_cycle(edges: &[Edge], body: OrganisationId, span: Span, holders: &[OrganisationId]) -> Option<usize> {
    let mut by_holder: HashMap<OrganisationId, Vec<&Edge>> = HashMap::new();
    for edge in edges {
        by_holder.entry(edge.holder).or_default().push(edge);
    }
    let mut seen = HashSet::new();
    let mut open = vec![(body, span)];
    while let Some((place, span)) = open.pop() {
        if let Some(index) = holders.iter().position(|holder| *holder == place) {
            return Some(index);
        }
        if !seen.insert((place, span)) {
            continue;
        }
        let above = by_holder.get(&place).into_iter().flatten();
        open.extend(above.filter_map(|edge| Some((edge.body, span.intersect(edge.span)?))));
    }
    None
}

#[cfg(test)]
#[path = "memberships_tests.rs"]
mod tests;
