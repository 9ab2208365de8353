//! What is personal: how long it is kept, what is held about one person, and erasing it.
//!
//! **Erasing** leaves rows where they are and takes out of them what says who it was: how many registered, when, and what became
//! of it stays right. It is done for one person, whom an address names, by the staff or by the person with the link of their mail;
//! or for all whose event has been over for as long as the workspace keeps things (`retention`), once a day.
//!
//! Invariants:
//! - every column that holds text is classified (`columns`), by a test against both databases: none is forgotten;
//! - a live registration for what may still take place is cancelled first, so that its seat goes to the next in the queue;
//! - who was erased is sent nothing any more, and their links open nothing;
//! - a suppressed address stays suppressed: of it the digest is kept, so that nobody writes to who did not want it;
//! - speakers are part of a published programme and stay; what is private about them goes where it is asked for;
//! - what became of a message is known for a time ([`forget_messages`]), while what it is about is to come in any case;
//! - each erasure is recorded with who did it, and without whom it concerned: a digest tells that it was done.

pub mod api;
pub mod columns;
mod erase;
mod error;
mod forget;
mod messages;
mod model;
pub mod pages;
mod retain;
mod rules;
mod store;

pub use erase::{ErasureRequest, erase_person};
pub use error::PrivacyError;
pub use forget::forget_messages;
pub use messages::PrivacyPromises;
pub use model::{Erasure, ErasureCause, ErasureCounts, ErasureId};
