//! The agenda of an event: its sessions as a tree, its rooms, and the check of its schedule.
//!
//! A **session** is an entry of one event's agenda: a talk, a break, or a round that contains others. It has a civil start
//! and end in the event's zone, or only a duration, or neither: then its place in the order is all that is known. A session
//! that contains others takes its times from them, in answers; it need not have its own.
//!
//! Invariants:
//! - the agenda is a tree at most four deep, of at most 2,000 sessions; siblings are numbered from 1 without holes;
//! - a session, the one that contains it and its room belong to the same event;
//! - the civil time is what was promised: instants follow from it and from the zone that the event has now, and are derived
//!   again whenever a session is read; what is stored of them says only which side of an hour shown twice is meant;
//! - every change locks the event first, raises its revision and is in its history, so two changes never mix; a room has a
//!   revision of its own beside it;
//! - a session goes with its materials only where the request says so;
//! - reading, writing and checking an agenda takes a number of queries that does not depend on its size; only what differs
//!   is written.
//!
//! The **schedule check** ([`rules::check_schedule`]) finds what does not fit together. It refuses nothing while a programme is
//! worked on, since it is wrong most of that time; what cannot be right stops it from being published ([`publish_event`]).

pub mod api;
mod append;
mod change;
mod clone;
mod copy_agenda;
mod delete;
mod details;
mod error;
mod inspect;
mod model;
mod propose;
mod publish;
mod rederive;
mod remove;
mod replace;
mod rooms;
pub mod rules;
mod shift;
pub mod store;

pub use append::append_session;
pub use change::{MovedSession, change_session};
pub use clone::clone_event;
pub use copy_agenda::{AgendaCopy, copy_agenda};
pub use delete::delete_session;
pub use details::{AgendaInput, CloneInput, ClonedPart, RoomDetails, ScheduleProposal, SessionDetails, SessionInput};
pub use error::SessionError;
pub use inspect::{CheckOptions, inspect_schedule};
pub use model::{Room, RoomId, Session, SessionFields, SessionKind, Shift};
pub use propose::inspect_proposal;
pub use publish::publish_event;
pub use rederive::TimezoneFollower;
pub use replace::replace_agenda;
pub use rooms::{add_room, change_room, delete_room};
pub use shift::shift_agenda;
