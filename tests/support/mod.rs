//! The harness: the real application on a free port, with a clock that stands still, a database of its own and a mail
//! server that remembers.
//!
//! [`TestApp`] is what most tests need. [`Database`] alone serves those of the storage. A test is a function that takes
//! what it needs, and [`both!`] runs it on both databases:
//!
//! ```ignore
//! both!(a_member_signs_in);
//!
//! async fn a_member_signs_in(app: TestApp) { … }
//! ```

mod answer;
mod app;
pub mod browser;
mod client;
pub mod db;
pub mod document;
mod mails;
#[macro_use]
mod matrix;
#[cfg(test)]
mod own_tests;
pub mod parsers;
mod postgres;
mod programme;
mod server;
pub mod smtp;

pub use answer::Answer;
pub use app::{MailWay, TestApp, TestAppBuilder};
pub use client::Client;
pub use db::{Backend, Database};
pub use mails::Mail;
pub use matrix::on;
pub use programme::{OpenEvent, busy_programme, person, publish_series};
