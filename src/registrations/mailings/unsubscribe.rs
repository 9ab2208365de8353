//! Wanting no mails that one may do without, and taking that back.

use sha2::{Digest, Sha256};

use super::super::model::Registration;
use super::store;
use crate::db::{Conn, DbResult};
use crate::mail::EmailAddress;
use crate::time::Context;

/// Sends the person behind a registration no reminders, follow-ups and announcements of its workspace any more. The
/// registration stays. Doing it twice is harmless.
///
/// # Errors
/// The database failed.
pub fn unsubscribe(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<()> {
    store::insert_unsubscription(conn, context, registration.workspace_id, &digest(registration))
}

/// Sends them again. Doing it twice is harmless.
///
/// # Errors
/// The database failed.
pub fn subscribe_again(conn: &mut Conn, registration: &Registration) -> DbResult<()> {
    store::delete_unsubscription(conn, registration.workspace_id, &digest(registration))
}

/// Whether the person behind a registration wants none.
///
/// # Errors
/// The database failed.
pub fn is_unsubscribed(conn: &mut Conn, registration: &Registration) -> DbResult<bool> {
    store::has_unsubscription(conn, registration.workspace_id, &digest(registration))
}

/// What stands for an address. Spellings of one address share it.
fn digest(registration: &Registration) -> Vec<u8> {
    let key = EmailAddress::parse(&registration.email).map_or_else(|_| registration.email.clone(), |email| email.key());
    Sha256::digest(key).to_vec()
}
