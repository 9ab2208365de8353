//! What people do over several rooms and days.

mod changing;
mod documenting;
mod facts;
mod inviting;
mod registering;
