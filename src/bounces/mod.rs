//! What comes back: bounces and complaints, and the addresses that are not written to any more.
//!
//! A **suppression** is an address that gets no mail of a workspace: a server said that it is dead, its owner called a mail
//! unwanted, or the staff put it there. It holds until the staff remove it. Before each mail the [`Suppressions`] are asked,
//! as the mailer's gate; the message then fails with the reason, and can be sent again by hand once the way is free.
//!
//! A **report** is what a mail server, or a provider, has to say about a mail that was sent. It is posted, signed with the
//! secret of the server (`signature.rs`). Whoever can write to the address for bounces can make up what is in it, so it is
//! believed about one person alone: whom the message that it names was sent to, of which the outbox knows a digest.
//! A report that is repeated changes nothing.

pub mod api;
mod error;
mod forget;
mod gate;
mod model;
mod receive;
mod report;
mod rules;
mod signature;
mod store;
mod suppress;

pub use error::BounceError;
pub use forget::{address_digest, forget_address, suppressed_among, suppression_of};
pub use gate::Suppressions;
pub use model::{Report, Suppression, SuppressionId, SuppressionReason};
pub use receive::receive_reports;
pub use suppress::suppress_by_hand;
