//! That mail arrives once, whatever breaks.

mod bounces;
mod crash;
mod dkim;
mod faults;
mod forgetting;
mod mail_transport;
mod suppressions;
mod worker;
