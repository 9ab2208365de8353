//! What people do over several rooms and days.

mod facts;
mod inviting;
mod registering;
