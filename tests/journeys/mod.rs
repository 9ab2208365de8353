//! What people do over several rooms and days.

mod documenting;
mod facts;
mod registering;
