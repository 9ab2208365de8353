//! Each room as a client meets it.

mod accounts;
mod calendars;
mod edges;
mod events;
mod http;
mod interchange;
mod materials;
mod organisations;
mod privacy;
mod queries;
mod registrations;
mod series;
mod series_programme;
mod sessions;
mod speakers;
mod texts;
mod wording;
