//! Each room as a client meets it.

mod accounts;
