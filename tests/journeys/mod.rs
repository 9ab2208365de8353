//! What people do over several rooms and days.

mod accessibility;
mod admitting;
mod changing;
mod documenting;
mod facts;
mod finding;
mod inviting;
mod joining;
mod leaking;
mod managing;
mod noticing;
mod own_calendar;
mod own_entries;
mod racing;
mod registering;
mod reminding;
mod returning;
mod series_page;
mod speaking;
mod together;
mod visiting;
