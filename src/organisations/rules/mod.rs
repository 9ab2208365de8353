//! Decisions about organisations, as pure functions.
//!
//! `details` what an organisation has to be like · `memberships` when a membership holds, and that nobody belongs to
//! themselves · `merging` what becomes of the names and memberships of two that turn out to be one.

mod details;
mod memberships;
mod merging;

pub use details::{check, check_parent};
pub use memberships::{DAY_FORMS, Span, check_membership, edges_of, find_cycle, first_day};
pub use merging::{MembershipPlan, RemovalReason, absorb, check_merge, plan_memberships};
