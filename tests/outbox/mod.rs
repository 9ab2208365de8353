//! That mail arrives once, whatever breaks.

mod mail_transport;
