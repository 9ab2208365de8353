//! The demo: programmes that took place, as data, loaded into a workspace of their own.
//!
//! `plenary serve --demo` makes the workspace `demo` with everything in `programmes/`: a series of webinars whose dates are
//! known to the day or only to the month; a seminar without an organiser, which therefore stays a draft; a network and its
//! members; a working session with two rounds, to the minute; two webinars without a date. They are in the past or have no
//! date, so one event more is added, 30 days after the loading and with three seats: there a newcomer can register.
//!
//! A data file is a list of **steps**, and the body of a step is the body of the request that would do the same:
//! `make` an organisation, a membership, a speaker, a series, an event, an appearance or a material; `set` the
//! organisations of a series or an event, or an agenda; `publish` a series or an event. `as` gives what is made a key, and
//! `"@speaker:that-key"` stands for its id
//! in every later body, of later files too. `of` and `publish` name it as `speaker:that-key`.
//!
//! The data holds facts: titles, times, names, parts. Texts are short and in our own words, nobody's address is in it, and
//! a link that is not known any more has a host below `.example`.
//!
//! Everything goes through the use cases of the rooms, in one transaction: what the demo holds, a client could have made,
//! and a crash leaves nothing of it. Where the workspace is there already, nothing is written.

mod error;
mod load;
mod loaded;
mod references;
mod step;

pub use error::DemoError;
pub use load::load_demo;
pub use loaded::Loaded;

/// The slug of the workspace.
pub const WORKSPACE: &str = "demo";
