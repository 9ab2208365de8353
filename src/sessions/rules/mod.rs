//! Decisions about agendas, as pure functions.
//!
//! `tree` rows to a tree, with the times that follow · `plan` what a client sent, checked, as rows · `place` moving a session
//! among others · `shift` moving those that come after one · `along` the one rule by which times move · `transfer` an agenda to another
//! event · `placed` sessions with the room and track they are in · `finding` what a check can find · `schedule` times that do
//! not fit · `overlap` what is on at the same time and place · `people` who is at two places.

mod along;
mod finding;
mod overlap;
mod people;
mod place;
mod placed;
mod plan;
mod schedule;
#[cfg(test)]
mod schedule_tests;
mod shift;
#[cfg(test)]
mod shift_tests;
mod transfer;
mod tree;
#[cfg(test)]
mod tree_tests;

pub use along::{Move, move_all};
pub use finding::{Finding, FindingCode, Severity};
pub use people::{Elsewhere, Engagement};
pub use place::{check_parent, close_gaps, depth_below, move_session};
pub use plan::{MAX_DEPTH, MAX_SESSIONS, Planned, Surroundings, check_details, details_of, plan_agenda, plan_session};
pub use schedule::{Report, Schedule, check_schedule};
pub use shift::shift_following;
pub use transfer::Transfer;
pub use tree::{Node, Times, build_tree, find_node, rederive, times_by_session, tracks};
