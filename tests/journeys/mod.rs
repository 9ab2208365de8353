//! What people do over several rooms and days.

mod accessibility;
mod admitting;
mod changing;
mod documenting;
mod facts;
mod inviting;
mod joining;
mod leaking;
mod managing;
mod own_calendar;
mod racing;
mod registering;
mod reminding;
mod together;
mod visiting;
