//! How often strangers may enter an address: each entry may send its owner a mail.

use chrono::{DateTime, Utc};

use super::entry_store;
use super::error::RegistrationError;
use crate::db::{Conn, DbResult};
use crate::http::Links;
use crate::mail::EmailAddress;
use crate::time::Context;

/// Counts that somebody who need not be its owner entered an address, `most` times a day at most over all events. Addresses that lead
/// to one mailbox by a `+tag` count as one, or the limit would hold nobody back who makes them up. It is counted whether or not the address is registered, so that a refusal tells nothing about that; and together with what the entry
/// does, so that one that fails for another reason does not count.
///
/// # Errors
/// It was entered too often, or the database failed.
pub fn count_entry(
    conn: &mut Conn,
    context: &Context,
    links: &Links,
    most: i32,
    email: &EmailAddress,
) -> Result<(), RegistrationError> {
    let digest = links.address_digest(&email.mailbox_key());
    match entry_store::count(conn, &digest, most, context.now)? {
        None => Ok(()),
        Some(until) => Err(RegistrationError::Overused(until, context.now)),
    }
}

/// Forgets entries that no longer count; returns of how many addresses.
///
/// # Errors
/// The database failed.
pub fn forget_entries(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
    entry_store::forget(conn, now)
}
