//! Each room as a client meets it.

mod accounts;
mod events;
mod http;
mod organisations;
mod series;
