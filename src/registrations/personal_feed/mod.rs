//! The calendar of all that a person has registered for in a workspace, behind a secret address of their own.
//!
//! A feed belongs to an address, and is made with its first registration. Its link is sent to that address alone, so whoever has the
//! link has proved that it is theirs; a registration whose address was to be confirmed and is not is left out all the same. The
//! entries are those of every other feed (same UID and times); what differs is what is the person's own: whether they have a seat,
//! their way into the meeting, and a SEQUENCE that counts the changes of these as well, as in the mails to them.
//!
//! It is written for each request, and not kept as the feeds for everybody are: one program asks for it, now and then, so that it would
//! hardly be found again and would take the room of those that many ask for; and nothing that is one person's stays in memory.
//!
//! Invariants:
//! - a feed of an earlier version is gone (410), of which calendar programs take notice; any other that is not ours is not there;
//! - an event stands in it once, however often the person registered for it;
//! - what they have no more stays for [`KEPT_DAYS`] days, as cancelled, so that calendars take it out.

mod gather;
mod render;
mod rotate;
pub mod store;
mod words;

pub use gather::{KEPT_DAYS, OwnEntry, PersonalFeed, open_personal_feed};
pub use rotate::rotate_feed;
pub use store::FeedLink;

use std::collections::HashMap;

use super::model::Registration;
use crate::db::{Conn, DbResult};
use crate::http::{Links, Purpose};

/// The address of a feed.
pub fn feed_url(links: &Links, feed: &FeedLink) -> String {
    let token = links.token(Purpose::Feed, feed.id.0, feed.version);
    format!("{}/calendars/personal/{token}.ics", links.public_url())
}

/// The address of the feed that a registration stands in.
pub(super) fn find_url(conn: &mut Conn, links: &Links, registration: &Registration) -> DbResult<Option<String>> {
    Ok(store::find_of(conn, registration.id)?.map(|feed| feed_url(links, &feed)))
}

/// The addresses of the feeds that some registrations stand in, in their order. Each address of a person is looked up once.
pub(super) fn find_urls(conn: &mut Conn, links: &Links, all: &[Registration]) -> DbResult<Vec<Option<String>>> {
    let mut known: HashMap<Option<String>, Option<String>> = HashMap::new();
    let mut urls = Vec::with_capacity(all.len());
    for one in all {
        let key = one.email_key();
        let url = match known.get(&key) {
            Some(url) => url.clone(),
            None => find_url(conn, links, one)?,
        };
        known.insert(key, url.clone());
        urls.push(url);
    }
    Ok(urls)
}
