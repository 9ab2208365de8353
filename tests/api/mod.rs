//! Each room as a client meets it.

mod accounts;
mod edges;
mod events;
mod http;
mod interchange;
mod organisations;
mod series;
