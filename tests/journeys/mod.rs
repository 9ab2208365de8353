//! What people do over several rooms and days.

mod changing;
mod facts;
mod registering;
