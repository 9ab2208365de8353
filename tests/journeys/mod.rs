//! What people do over several rooms and days.

mod admitting;
mod changing;
mod documenting;
mod facts;
mod inviting;
mod leaking;
mod racing;
mod registering;
