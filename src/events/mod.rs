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
//! - publishing takes an organiser, of the event or of its series.

pub mod api;
mod change;
mod create;
mod details;
mod error;
mod model;
mod organisers;
mod publish;
pub mod rules;
mod series;
mod shown;
pub mod store;

pub use change::{SEATS_CHANGED, change_event};
pub use create::create_event;
pub use details::{
    AttendanceMode, EventDetails, LinkVisibility, OrganiserInput, Period, RegistrationPolicy, SeriesDetails, Venue,
    VirtualLocation, when_fault,
};
pub use error::EventError;
pub use model::{
    Event, EventId, EventKind, EventStatus, OrganisationRole, Series, SeriesId, SessionId, Visibility, WhenColumns,
};
pub use organisers::{set_event_organisers, set_series_organisers};
pub use publish::{publish_event, publish_series, unpublish_event, unpublish_series};
pub use series::{change_series, create_series};
pub use shown::{display_instant, place_line, subject_title};
