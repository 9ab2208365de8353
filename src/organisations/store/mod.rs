//! Every query on organisations and memberships.

mod memberships;
mod merging;
mod organisations;
mod shown;

pub use memberships::{
    MembershipCount, MembershipFilter, count_memberships, find_membership, is_membership_public, list_memberships,
    lock_membership, with_holders,
};
pub use organisations::{OrganisationFilter, find_anywhere, find_many, get, list, lock_many, present_id};
pub use shown::is_public;

pub(super) use memberships::{delete_membership, insert_membership, memberships_of_workspace, update_membership};
pub(super) use merging::{move_memberships, move_references, retire};
pub(super) use organisations::{ancestors, delete, insert, lock, lock_directory, update};
pub(super) use shown::touch_events_showing;
