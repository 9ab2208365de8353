//! That mail arrives once, whatever breaks.

mod crash;
mod mail_transport;
mod worker;
