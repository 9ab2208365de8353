//! The way into the meeting: the link that each person who has a seat is given, and who followed it.
//!
//! The address of the meeting itself is in no mail and no calendar: `/join/{token}` leads there, for those who have a seat, from
//! some time before the start until some time after the end. So whoever gives their seat back has no way in any more, a new address
//! reaches everybody at once, and it is known who came.
//!
//! Invariants:
//! - a link is bound to one registration and to the version of its links;
//! - following it is a **visit**, which stands beside the registration and changes nothing of it. Only when the staff close the
//!   event does a visit in its time make a person `attended`; a scanner that follows links in mails comes long before;
//! - what a program asks for without anybody looking ([`crate::http::Glance`]) is no visit.

mod follow;
pub mod pages;
mod rules;
pub mod store;

pub use follow::{Followed, Recording, follow_join_link, recordings, visit};
pub use rules::{Way, Window, window_of};
pub use store::Visit;

use super::model::Registration;
use crate::events::Event;
use crate::http::{Links, Purpose};

/// The link by which a person gets into the meeting, where they are given one.
pub fn join_url(links: &Links, event: &Event, registration: &Registration) -> Option<String> {
    rules::is_given(event, (registration.state, registration.attendance)).then(|| {
        let token = links.token(Purpose::Join, registration.id.0, registration.link_version);
        format!("{}/join/{token}", links.public_url())
    })
}
