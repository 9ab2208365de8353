//! Registrations: who takes part.
//!
//! ```text
//! pending_verification ──▶ pending_approval ──▶ a seat or the queue, as below
//!        └─ time out ─▶ expired      └──▶ rejected
//!
//! a free seat and no queue ─────────────▶ confirmed ──▶ attended | no_show
//! none ──▶ waitlisted ──▶ offered ──accept──▶ confirmed
//!              ◀── the event is off ──┤
//!                            ├─ decline ──▶ cancelled
//!                            └─ time out ─▶ expired
//! waitlisted | offered ── the staff promote ──▶ confirmed
//! no_show ── the event moves and is still to come, or it is taken back ──▶ confirmed
//! any live state ── cancel ──▶ cancelled
//! whoever waits ── the event is over ──▶ expired
//! ```
//!
//! Confirming the address and the staff's approval are asked for where the event's policy says so. Who waits for either holds
//! neither a seat nor a place in the queue: they come in when it is done, behind whoever came in before. Who registers for the
//! recording alone needs no seat.
//!
//! Invariants:
//! - confirmed registrations and live offers are the seats held, and never more than the capacity;
//! - a freed seat is offered to the first in the queue in the transaction that freed it, and a newcomer never overtakes: only the staff give a seat
//!   out of turn, and do so knowingly (`promote.rs`);
//! - what the staff do with a registration, and what a person changes in their own, is in its history, with who did it and
//!   without what stood in it;
//! - nobody gets into the meeting but by a link of their own, and while they have a seat ([`join`]);
//! - an offer lives until the event begins, or until it is over if it has begun, and is cut when the event moves before that;
//! - nobody waits for what is over: whoever still does is ended when it is, without a mail (`waiting.rs`), and what erases them
//!   first ends them too;
//! - nobody has missed what is still to come: who was marked as not there has their seat again when the event moves;
//! - the time to confirm an address stands still while the event is hidden or postponed, and follows it when it moves;
//! - one active registration for each address and event, by a unique index;
//! - an answer to the public is the same whether or not an address is registered;
//! - a mail that waits goes out once, however often the same is promised again meanwhile, and as the last of them: to the address
//!   and with the links of that moment;
//! - how often strangers may enter one address is limited over all events, whether or not it is registered;
//! - who registers for several events of a series at once gets one mail about them, and confirms their address once;
//! - every change that people are told about has its message in the same transaction;
//! - what people may do without (`mailings`) goes out once, to those who want it, and says what holds when it is sent;
//! - of a registration that was erased nothing is left but what is counted; it is told nothing and opens nothing;
//! - of what became of the event everybody is told once whom it concerns, however many they are and whenever they got in
//!   (`announce`): of what holds when the mail is written, beside what they were told last, and not of what a
//!   later mail says as well, nor of what they know.

mod act;
mod admit;
mod announce;
pub mod api;
mod approve;
mod cancel;
mod change;
mod check_in;
mod clone;
mod consent;
mod details;
pub mod emails;
mod enter;
mod entries;
mod entry_store;
mod erase;
mod error;
pub mod form;
pub mod group_store;
mod group_view;
pub mod import;
pub mod import_rows;
mod informed;
pub mod join;
pub mod list_store;
pub mod mailings;
mod materials;
mod messages;
mod model;
mod names;
mod offer;
mod own_changes;
mod own_links;
pub mod pages;
pub mod personal_feed;
mod possible;
mod promote;
mod queue_store;
mod register;
mod register_for_series;
mod resend;
mod revise;
mod rotate_links;
mod rules;
mod send_link;
pub mod staff_store;
pub mod stats;
pub mod store;
pub mod table;
pub mod templates;
mod verify;
mod verify_group;
mod view;
mod waiting;

pub use act::{Acted, StaffAction, StaffRequest, act, act_on_many};
pub use approve::{approve_registration, reject_registration};
pub use cancel::{cancel_own_registration, cancel_registration};
pub use change::change_registration;
pub use check_in::{CLOSED, Closed, close_registrations};
pub use clone::clone_event;
pub use consent::Consent;
pub use details::RegistrationDetails;
pub use enter::{Entry, enter_registration};
pub use entries::{count_entry, forget_entries};
pub use erase::erase_registration;
pub use error::RegistrationError;
pub use join::join_url;
pub use materials::materials_of;
pub use model::{Attendance, GroupId, NewRegistration, Registration, RegistrationId, RegistrationState};
pub use offer::{accept_offer, decline_offer, expire_offer};
pub use own_links::{OwnLinks, page_url};
pub use promote::promote_registration;
pub use register::{OpenForm, Outcome, open_form, pretend_to_register, register};
pub use register_for_series::{EventOutcome, OwnPart, SeriesEntry, register_for_series};
pub use revise::{OwnDetails, revise_registration};
pub use send_link::send_link;
pub use verify::{expire_verification, verify_registration};
pub use verify_group::verify_group;
