//! What a workspace writes in its mails instead of ours.
//!
//! Each mail of the house is **described** by the room that sends it ([`MailDescription`]): what it is for, which variables its
//! context has, what it must not leave out, and samples of it. A **wording** replaces the subject and the text of one mail in
//! one language. The text is Markdown with variables; plain text and HTML are made from the same source, inside our layout. The
//! footer, which says who writes and why, always stays; `{{ details }}` stands for our block of facts, `{{ actions }}` for our
//! block of links.
//!
//! Wordings are written by people whom we do not trust with the server. What a template may hold is decided on its syntax tree
//! (`check`): variables that are described, conditions, comparisons and a few filters; no loop, no call, no assignment, nothing
//! that grows faster than the source. A value is never markup: it goes through Markdown as marks and comes out as text
//! (`marks`), so that nobody's name can be a link.
//!
//! A wording is checked against every sample when it is saved. Should it fail all the same when a mail is sent, the mail goes
//! out in our own words and the failure is logged: no mail is lost by a wording.

pub mod api;
mod catalogue;
mod check;
mod error;
mod markdown;
mod marks;
mod model;
mod plain;
mod preview;
mod set;
mod store;
mod worded;
mod writer;

pub use catalogue::{Catalogue, MailDescription, Requirement, Sample, Variable, sample_event, sample_instant};
pub use check::Fault;
pub use error::WordingError;
pub use model::{Draft, Wording};
pub use preview::event_context;
pub use writer::MailWriter;
