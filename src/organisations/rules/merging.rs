//! What becomes of the names and memberships of two organisations that turn out to be one.

use std::collections::{BTreeSet, HashSet};

use super::super::error::OrganisationError;
use super::super::model::{HeldMembership, Organisation, OrganisationDetails, OrganisationId};
use super::{edges_of, find_cycle};
use crate::db::search;
use crate::define_text_enum;
use crate::http::{Code, FieldError};

/// How many aliases an organisation may have.
const MOST_ALIASES: usize = 100;

define_text_enum! {
    /// Why a membership went when two organisations became one.
    RemovalReason {
        /// It would have joined the organisation to itself.
        Own => "own",
        /// Another one says the same.
        Duplicate => "duplicate",
    }
}

/// What becomes of memberships when one organisation is merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MembershipPlan {
    /// Those that have another body or other holders, as they will be.
    pub changed: Vec<HeldMembership>,
    /// Those that go, as they were, with the reason.
    pub removed: Vec<(HeldMembership, RemovalReason)>,
}

fn fault(code: Code, detail: &str) -> OrganisationError {
    OrganisationError::Invalid(vec![FieldError::new("/into", code, detail)])
}

/// Checks that `old` may be merged into another. `line` is that other, its parent, and so on to the top. Returns whether it
/// lies directly below `old`.
///
/// # Errors
/// There is no such organisation, it is `old` itself, or others lie between the two, which would lie below themselves.
pub fn check_merge(old: OrganisationId, line: &[OrganisationId]) -> Result<bool, OrganisationError> {
    match line.iter().position(|one| *one == old) {
        _ if line.is_empty() => Err(fault(Code::ReferenceUnknown, "There is no such organisation in this workspace.")),
        None => Ok(false),
        Some(0) => Err(fault(Code::ReferenceCycle, "An organisation cannot be merged into itself.")),
        Some(1) => Ok(true),
        Some(_) => Err(fault(Code::ReferenceCycle, "What lies between the two would lie below itself.")),
    }
}

/// What describes `target` once `old` is merged into it: as before, and found by every name of the other. `is_below` says
/// whether it lay directly below it; then it takes its place.
///
/// # Errors
/// Together they have too many names.
pub fn absorb(
    target: &Organisation,
    old: &Organisation,
    is_below: bool,
) -> Result<OrganisationDetails, OrganisationError> {
    let mut details = target.details();
    let mut known: HashSet<String> = names(&details).map(|name| normal(name)).collect();
    let old = old.details();
    let new: Vec<String> = names(&old).filter(|name| known.insert(normal(name))).cloned().collect();
    details.aliases.extend(new);
    if details.aliases.len() > MOST_ALIASES {
        return Err(fault(Code::NumberInvalid, "Together they have too many aliases: 100 are kept at most."));
    }
    if is_below {
        details.parent_id = old.parent_id;
    }
    Ok(details)
}

fn names(details: &OrganisationDetails) -> impl Iterator<Item = &String> {
    std::iter::once(&details.name).chain(&details.acronym).chain(&details.aliases)
}

/// The form in which names are compared. One without letters and digits is as it is.
fn normal(name: &str) -> String {
    let normal = search::normalise(name);
    if normal.is_empty() { name.to_owned() } else { normal }
}

/// What becomes of the memberships of a workspace when `old` is merged into `target`.
///
/// # Errors
/// An organisation would belong to itself through others.
pub fn plan_memberships(
    all: Vec<HeldMembership>,
    old: OrganisationId,
    target: OrganisationId,
) -> Result<MembershipPlan, OrganisationError> {
    let (named, mut kept): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.membership.body_id == old || one.holders.contains(&old));
    let mut plan = MembershipPlan::default();
    for one in named {
        let next = moved(&one, old, target);
        if next.holders.is_empty() {
            plan.removed.push((one, RemovalReason::Own));
        } else if kept.iter().any(|other| says_the_same(other, &next)) {
            plan.removed.push((one, RemovalReason::Duplicate));
        } else {
            kept.push(next.clone());
            plan.changed.push(next);
        }
    }
    let edges = edges_of(&kept);
    let is_circle = |one: &HeldMembership| find_cycle(&edges, one.membership.body_id, one.span, &one.holders).is_some();
    if plan.changed.iter().any(is_circle) {
        let detail = "One belongs to the other through a third, which would belong to itself.";
        return Err(fault(Code::ReferenceCycle, detail));
    }
    Ok(plan)
}

/// A membership with `target` in the place of `old`: once among the holders, and not where it is the body.
fn moved(one: &HeldMembership, old: OrganisationId, target: OrganisationId) -> HeldMembership {
    let current = |id: OrganisationId| if id == old { target } else { id };
    let mut next = one.clone();
    next.membership.body_id = current(one.membership.body_id);
    let mut seen = HashSet::from([next.membership.body_id]);
    next.holders = one.holders.iter().map(|holder| current(*holder)).filter(|holder| seen.insert(*holder)).collect();
    next
}

/// Whether nothing is lost where `one` stays and `other` goes.
fn says_the_same(one: &HeldMembership, other: &HeldMembership) -> bool {
    let holders = |held: &HeldMembership| held.holders.iter().copied().collect::<BTreeSet<_>>();
    let (stays, goes) = (&one.membership, &other.membership);
    stays.body_id == goes.body_id
        && stays.category == goes.category
        && one.span == other.span
        && (goes.note.is_none() || stays.note == goes.note)
        && holders(one) == holders(other)
}

#[cfg(test)]
#[path = "merging_tests.rs"]
mod tests;
