//! The tests that see Plenary from outside: one binary, so that it is linked once.
//!
//! | folder | what it asks |
//! |---|---|
//! | `support` | nothing: the harness, `TestApp` and a database per test |
//! | `api` | one file a product room: each route as a client meets it |
//! | `calendars` | the checklist of what calendar programs need, one test a line, with readers that are not ours |
//! | `journeys` | what people do over several rooms and days |
//! | `outbox` | that mail arrives once, whatever breaks |
//! | `contract` | that the code, the migrations and the document keep their rules |
//!
//! Every behaviour is tested on SQLite and on PostgreSQL ([`both!`]); what only breaks when two things happen at once is
//! tested as a race. `PLENARY_TEST_POSTGRES` names the server to use; without it the harness takes the one on this
//! machine, or starts one.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by failing"
)]

#[macro_use]
mod support;

mod api;
mod calendars;
mod contract;
mod journeys;
mod outbox;
