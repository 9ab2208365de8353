//! Series and events: what happens, when, organised by whom.
//!
//! An event has a **visibility** (`draft`, `published`, `archived`: who can see it), a **status** (`tentative`,
//! `scheduled`, `postponed`, `cancelled`: what is promised) and a **phase** that follows from the clock. Its `when` has a
//! precision of its own, from the minute to nothing at all.
//!
//! Invariants:
//! - `uid` is fixed when the event is made; `sequence` only rises, at every change that a calendar shows;
//! - what is described ([`EventDetails`]) is one document; the columns beside it are made from it in one place;
//! - seats held never exceed the capacity that was in force when they were taken (`store::seats`);
//! - what an event does not say itself it has from its series ([`Event::inherited`]): each event keeps a copy, which a change of
//!   the series renews; a zone is taken over once, when a `when` without one is saved;
//! - publishing takes an organiser, of the event or of its series; the room of sessions adds that the agenda can be right, and
//!   has the route;
//! - the rules of reminders are kept here, and each has a promise for its time ([`REMINDER_DUE`]), which a start makes up for
//!   where it is missing ([`ReminderCatchUp`]); whoever registered is for another room;
//! - what a command does to an event follows from its state ([`rules::allows`]); each is in the history with its reason, and
//!   promises that whoever registered is looked after ([`EVENT_CHANGED`]);
//! - the civil time of an event is what was promised: its instants are derived anew when the time zone data changes
//!   ([`rederive_event`]), which nobody is told of.

mod add_links;
pub mod api;
mod cancel;
mod catch_up;
mod change;
mod clone;
mod command;
mod create;
mod details;
mod error;
mod fixed;
mod inherit;
mod model;
mod order;
mod organisers;
mod publish;
mod rederive;
mod remind;
mod reminder;
mod reschedule;
pub mod rules;
mod series;
mod series_details;
mod shown;
pub mod store;

pub use add_links::{CalendarLinks, calendar_links};
pub use cancel::{cancel_event, reinstate_event};
pub use catch_up::ReminderCatchUp;
pub use change::{SEATS_CHANGED, change_event};
pub use clone::{EventCopy, copy_event};
pub use command::{EVENT_CHANGED, Issued, last_datetime, read_when};
pub use create::create_event;
pub use details::{
    AttendanceMode, EventDetails, EventImage, LinkVisibility, OrganiserInput, RegistrationPolicy, Venue,
    VirtualLocation, when_fault,
};
pub use error::EventError;
pub use fixed::Fixed;
pub use model::{
    Event, EventId, EventKind, EventNotice, EventStatus, OrganisationRole, PreviousWhen, Series, SeriesId, SessionId,
    Visibility, WhenColumns,
};
pub use order::order_series;
pub use organisers::{set_event_organisers, set_series_organisers};
pub use publish::{archive_event, publish_event, publish_series, unpublish_event, unpublish_series};
pub use rederive::{TIMEZONE_DATA_CHANGED, next_page, rederive_event, still_matters_since};
pub use remind::{DueReminder, REMINDER_DUE, SERIES_REMINDERS, promise_follow_ups, promise_reminders};
pub use reminder::{ReminderAnchor, ReminderAudience, ReminderRule, set_reminders};
pub use reschedule::{postpone_event, reschedule_event};
pub use series::{change_series, create_series};
pub use series_details::{Period, SeriesDefaults, SeriesDetails};
pub use shown::{display_instant, place_line, status_prefix, subject_title, when_line};
