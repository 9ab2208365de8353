//! The directory of organisations: hosts, partners, cities, networks.
//!
//! An **organisation** belongs to one workspace. It may have a **parent** in the same workspace, and never lies below
//! itself. What still refers to it (an organisation below it, an event, a series, an appearance, a speaker) keeps it from being
//! deleted. Two organisations may have the same name: `Utrecht` and `Utrecht University` are two, and so may two
//! committees be.
//!
//! Nothing in it is private, but that a workspace deals with it may be. So the public can read an organisation once
//! something published names it, and until then it does not exist for them.

pub mod api;
mod change;
mod create;
mod delete;
mod error;
mod model;
mod rules;
pub mod store;

pub use api::{OrganisationResponse, OrganisationSummary};
pub use change::change_organisation;
pub use create::create_organisation;
pub use delete::delete_organisation;
pub use error::OrganisationError;
pub use model::{LegalForm, Logo, Organisation, OrganisationDetails, OrganisationId, OrganisationKind};
