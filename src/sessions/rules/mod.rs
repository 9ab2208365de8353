//! Decisions about agendas, as pure functions.
//!
//! `tree` rows to a tree, with the times that follow · `plan` what a client sent, checked, as rows · `place` moving a session
//! among others · `shift` moving it along with its event · `finding` what a check can find · `schedule` times that do not
//! fit · `people` who is at two places.

mod finding;
mod people;
mod place;
mod plan;
mod schedule;
#[cfg(test)]
mod schedule_tests;
mod shift;
mod tree;
#[cfg(test)]
mod tree_tests;

pub use finding::{Finding, FindingCode, Severity};
pub use people::{Elsewhere, Engagement};
pub use place::{check_parent, close_gaps, depth_below, move_session};
pub use plan::{MAX_DEPTH, MAX_SESSIONS, Planned, Surroundings, check_details, details_of, plan_agenda, plan_session};
pub use schedule::{Report, Schedule, check_schedule};
pub use shift::shift;
pub use tree::{Node, Times, build_tree, find_node, rederive};
