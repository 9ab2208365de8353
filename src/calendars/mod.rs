//! Calendars: iCalendar entries and feeds (RFC 5545), read from the other rooms. This room stores nothing.
//!
//! - [`event_entry`] makes *the* entry of an event. Feed, download and mail all use it, and [`ical::render`] writes it, so
//!   that UID, SEQUENCE and times agree everywhere.
//! - [`session_entries`] makes those of an event's sessions, for readers who want each in its place.
//! - `which` finds a feed and tells whether it has changed, `gather` reads what it holds in a fixed number of queries, `feed`
//!   puts it together, `jscalendar` writes it as JSON, `atom` what is new of it, `cache` keeps what was written until something changes, `turns`
//!   lets one write it for all who ask, and `api` serves it.
//!
//! Invariants:
//! - a feed is a pure function of the data and of the day: two reads without a change between them are equal in every byte,
//!   unless the time of a recording or a report has come, which raises the event's sequence as a change does;
//! - an entry depends on its event and on the kind of its feed, never on what stands beside it: one of many is brief by itself;
//! - only what is public goes into a feed: no draft, no mail address, no attendee, no join link that is not public;
//! - a fault is an answer of 503, never an empty calendar, which would empty the calendars of its readers.

mod agenda;
pub mod api;
mod atom;
mod cache;
mod clean;
mod description;
mod entry;
mod error;
mod feed;
mod fold;
mod gather;
pub mod ical;
mod jscalendar;
mod markdown;
mod session_entry;
mod store;
mod turns;
mod vevent;
mod vtimezone;
mod which;
mod words;

pub use cache::FeedCache;
pub use entry::{EntryOptions, EntryParts, JoinLink, KEPT_AFTER_CANCELLATION_DAYS, event_entry, language_of};
pub use error::CalendarError;
pub use feed::{Feed, FeedOptions, read_feed};
pub use gather::{event_parts, newest_change};
pub use session_entry::{Chosen, session_entries};
pub use which::{Which, WorkspaceFilter};
