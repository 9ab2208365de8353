//! Recordings, slides and documents of series, events and sessions.
//!
//! A **material** is a link with what is known of it: what it is, by whom, in which language, how large or long. It belongs
//! to a series, to an event, or to one session of an event. Its **visibility** (`public`, `registrants`, `staff`) says who
//! may see it, and `available_from` not before when; the public also needs what it belongs to to be published.
//!
//! Invariants:
//! - a material has exactly one owner, and goes with it; that of a session knows the session's event;
//! - a speaker or an organisation that a material is by is of its workspace, and cannot be deleted;
//! - every change locks the owner first and raises its revision; that of an event also raises its sequence and stands in its
//!   history, where the address of what is not public is left out;
//! - when a public material of an event becomes available by the clock, a promise of the outbox raises the event's sequence,
//!   since calendars notice nothing else.

mod add;
pub mod api;
mod become_available;
mod change;
mod details;
mod error;
mod for_registrants;
mod messages;
mod model;
mod record;
mod remove;
pub mod rules;
pub mod store;

pub use add::add_material;
pub use api::{MaterialResponse, MaterialsResponse};
pub use change::change_material;
pub use details::MaterialDetails;
pub use error::MaterialError;
pub use for_registrants::materials_for_registrants;
pub use messages::{MaterialPromises, RECORDING_AVAILABLE};
pub use model::{Audience, Material, MaterialId, MaterialKind, MaterialOwner, MaterialVisibility};
pub use remove::remove_material;
