//! Each room as a client meets it.

mod accounts;
mod events;
mod faults;
mod http;
mod organisations;
mod series;
