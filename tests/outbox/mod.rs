//! That mail arrives once, whatever breaks.

mod crash;
mod dkim;
mod mail_transport;
mod worker;
