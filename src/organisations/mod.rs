//! The directory of organisations: hosts, partners, cities, networks.
//!
//! An **organisation** belongs to one workspace. It may have a **parent** in the same workspace, and never lies below
//! itself. What still refers to it (an organisation below it, a membership, an event, a series, an appearance, a
//! speaker, a material) keeps it from being deleted. Two organisations may have the same name: `Utrecht` and `Utrecht University` are two, and so may
//! two committees be.
//!
//! A **membership** says that one organisation or several together (its holders) belong to another (its body), in a
//! category, from a day until another. Two that are found to be one are **merged**: whatever refers to the one refers to
//! the other, and what remains of it is in no list and leads there.
//!
//! Invariants:
//! - nobody belongs to themselves, directly or through others, at any one time; what could bring that about locks the
//!   directory of its workspace first;
//! - a membership has a holder, each one once, and the body is none of them;
//! - nothing refers to an organisation that was merged, so whoever stores a reference locks what it names;
//! - a changed name or acronym raises sequence and revision of every event that shows the organisation.
//!
//! Nothing in it is private, but that a workspace deals with it may be. So the public can read an organisation once
//! something published names it, or somebody who belongs to it, and until then it does not exist for them.

pub mod api;
mod change;
mod countries;
mod create;
mod delete;
mod details;
mod error;
mod memberships;
mod merge;
mod model;
mod rules;
pub mod store;

pub use api::{OrganisationResponse, OrganisationSummary};
pub use change::change_organisation;
pub use countries::{countries, country_code, country_name, is_country};
pub use create::create_organisation;
pub use delete::delete_organisation;
pub use details::MembershipDetails;
pub use error::OrganisationError;
pub use memberships::{add_membership, change_membership, remove_membership};
pub use merge::{Merger, merge_organisation};
pub use model::{
    HeldMembership, LegalForm, Logo, Membership, MembershipId, MembershipSide, Organisation, OrganisationDetails,
    OrganisationId, OrganisationKind,
};
