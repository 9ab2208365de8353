//! Mails that people who registered may do without: reminders, what follows after an event, the news of a recording, and what
//! the staff write to them; and the staff's daily digest.
//!
//! - Each is promised to one person at a time, a page of them in a transaction, and looked at anew when it is sent: who is not
//!   to have it any more gets nothing, and nobody is told a time that does not hold.
//! - What the staff write is for those who stand somewhere when it is written, so they are promised it at once, all in one transaction.
//! - A rule reminds a person once of each day on which their event begins. Where the event moves to another day after that, it
//!   reminds them of that day as well; within the day the notice of the change is enough. Who came in after the rule's time has
//!   a confirmation, and gets no reminder.
//! - What found nothing to tell when its time came, since the event was elsewhere or the recording was taken back, leaves no
//!   trace: it can be promised again. What was sent is not.
//! - Whoever unsubscribes gets none of them from this workspace at this address, whichever event they are about. Their
//!   registrations, and the mails about these, stay. The link in a mail speaks for the address that the mail went to, for good.

pub mod announcement;
pub mod digest;
pub mod messages;
pub mod model;
pub mod pages;
pub mod reach;
pub mod remind;
pub mod rules;
pub mod store;
pub mod templates;
mod unsubscribe;

pub use unsubscribe::{Subscriber, is_unsubscribed, subscribe_again, unsubscribe, unsubscribed_at};
