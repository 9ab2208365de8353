//! Plenary: an event and webinar scheduling backend.
//!
//! One crate, one binary, cut by feature. Each **product room** has the same furniture; **plumbing rooms** know no feature.
//!
//! | room | what it holds |
//! |---|---|
//! | [`config`] | environment variables and flags, one struct a concern |
//! | [`time`] | clock, ids, zones, dates with a precision |
//! | [`db`] | two databases behind one handle, portable types, migrations |
//! | [`http`] | problems, principals, conditional and idempotent requests, lists, limits, the pages that links in mails lead to |
//! | [`mail`] | addresses, messages, templates, signatures, transports |
//! | [`outbox`] | durable promises and the worker that keeps them |
//! | [`bounces`] | what comes back, and the addresses that are not written to any more |
//! | [`accounts`] | workspaces, members and their roles, sign-in, tokens |
//! | [`organisations`] | hosts, partners, cities, networks; who belongs to whom |
//! | [`events`] | series and events: when, state, organisers; publish, reschedule, cancel |
//! | [`wording`] | what a workspace writes in its mails instead of ours |
//! | [`speakers`] | people, their appearances on events and sessions, and the invitations to these |
//! | [`sessions`] | the agenda: sessions as a tree, rooms, schedule check |
//! | [`materials`] | recordings, slides and documents of series, events and sessions |
//! | [`interchange`] | programmes in other systems' formats: schedule files, tables, pages, structured data |
//! | [`calendars`] | iCalendar feeds and downloads, also as `JSCalendar`; the one renderer of calendar entries; what is new, as Atom |
//! | [`registrations`] | form, register, wait list, cancel, join, personal calendars, reminders, and the mails about them |
//! | [`privacy`] | how long what is personal is kept; all that is held about one person, and erasing it |
//! | [`demo`] | the example programmes, loaded through the use cases |
//! | [`routes`], [`jobs`] | the table of routes, which is the OpenAPI document; the table of outbox handlers |
//! | [`app`] | the one file that knows everyone |
//!
//! The **import rule**, kept by a test that reads the `use` lines, goes from left to right; the right may use the left:
//!
//! `config, time → db → http → mail → outbox → bounces → accounts → organisations → events → wording → speakers → sessions → materials →
//! interchange → calendars → registrations → privacy → demo → routes, jobs → app → main`
//!
//! **Furniture** of a product room: `mod.rs` what it is · `model.rs` ids, value types, rows · `rules.rs` pure decisions with
//! unit tests · `<verb>.rs` one use case, which owns the transaction · `store.rs` every query on its tables · `api.rs`
//! requests, answers, handlers · `emails.rs` its outbox messages · `error.rs` each variant one code of the problem table.
//! Diesel's query language stays in `store.rs`, `model.rs`, `db/`; `actix_web` stays in `api.rs`, `http/`, `routes.rs`.

pub mod accounts;
pub mod app;
pub mod bounces;
pub mod calendars;
pub mod config;
pub mod db;
pub mod demo;
pub mod events;
pub mod http;
pub mod interchange;
pub mod jobs;
pub mod mail;
pub mod materials;
pub mod organisations;
pub mod outbox;
pub mod privacy;
pub mod registrations;
pub mod routes;
pub mod sessions;
pub mod speakers;
pub mod time;
pub mod wording;
