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
//! any live state ── cancel ──▶ cancelled
//! ```
//!
//! Confirming the address and the staff's approval are asked for where the event's policy says so. Who waits for either holds
//! neither a seat nor a place in the queue: they come in when it is done, behind whoever came in before. Who registers for the
//! recording alone needs no seat.
//!
//! Invariants:
//! - confirmed registrations and live offers are the seats held, and never more than the capacity;
//! - a freed seat is offered to the first in the queue in the transaction that freed it, and a newcomer never overtakes;
//! - what the staff do with a registration is in its history, with who did it and without what stood in it;
//! - one active registration for each address and event, by a unique index;
//! - an answer to the public is the same whether or not an address is registered;
//! - every change that people are told about has its message in the same transaction;
//! - of a registration that was erased nothing is left but what is counted; it is told nothing and opens nothing;
//! - of what became of the event everybody is told once whom it concerns, however many they are and whenever they got in
//!   (`announce`): of what holds when the mail is written, and not of what a later mail says as well.

mod act;
mod admit;
mod announce;
pub mod api;
mod approve;
mod cancel;
mod change;
mod check_in;
mod details;
pub mod emails;
mod enter;
mod erase;
mod error;
pub mod form;
pub mod list_store;
mod messages;
mod model;
mod offer;
mod register;
mod resend;
mod rules;
pub mod staff_store;
pub mod stats;
pub mod store;
pub mod table;
pub mod templates;
mod verify;
mod view;

pub use act::{Acted, StaffAction, StaffRequest, act, act_on_many};
pub use approve::{approve_registration, reject_registration};
pub use cancel::cancel_registration;
pub use change::change_registration;
pub use check_in::{CLOSED, close_registrations};
pub use details::RegistrationDetails;
pub use enter::{Entry, enter_registration};
pub use erase::erase_registration;
pub use error::RegistrationError;
pub use model::{Attendance, NewRegistration, Registration, RegistrationId, RegistrationState};
pub use offer::{accept_offer, decline_offer, expire_offer};
pub use register::{OpenForm, Outcome, open_form, pretend_to_register, register};
pub use verify::{expire_verification, verify_registration};
