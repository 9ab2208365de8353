//! Wanting no mails that one may do without, and taking that back.
//!
//! It is an address that does not want them, in a workspace. The link in a mail speaks for the address that the mail went to: if
//! the person has another one since, the old mails say nothing about it.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::super::model::Registration;
use super::store;
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;
use crate::mail::EmailAddress;
use crate::time::Context;

/// An address in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscriber {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What stands for the address. Spellings of one address share it.
    pub digest: [u8; 32],
}

impl Subscriber {
    /// Whoever has the address of a registration now.
    pub fn of(registration: &Registration) -> Self {
        Self { workspace: registration.workspace_id, digest: digest(&registration.email) }
    }

    /// Whoever has an address.
    pub fn at(workspace: WorkspaceId, address: &EmailAddress) -> Self {
        Self { workspace, digest: digest(address.as_str()) }
    }
}

/// What stands for an address. Spellings of one address share it.
pub(super) fn digest(email: &str) -> [u8; 32] {
    let key = EmailAddress::parse(email).map_or_else(|_| email.to_owned(), |email| email.key());
    Sha256::digest(key).into()
}

/// Sends an address no reminders, follow-ups and announcements of a workspace any more. Registrations stay. Doing it twice is
/// harmless.
///
/// # Errors
/// The database failed.
pub fn unsubscribe(conn: &mut Conn, context: &Context, who: Subscriber) -> DbResult<()> {
    store::insert_unsubscription(conn, context, who.workspace, &who.digest)
}

/// Sends them again. Doing it twice is harmless.
///
/// # Errors
/// The database failed.
pub fn subscribe_again(conn: &mut Conn, who: Subscriber) -> DbResult<()> {
    store::delete_unsubscription(conn, who.workspace, &who.digest)
}

/// Since when an address wants none; none if it does.
///
/// # Errors
/// The database failed.
pub fn unsubscribed_at(conn: &mut Conn, who: Subscriber) -> DbResult<Option<DateTime<Utc>>> {
    Ok(store::find_unsubscription(conn, who.workspace, &who.digest)?.map(|at| at.0))
}

/// Whether an address wants none.
///
/// # Errors
/// The database failed.
pub fn is_unsubscribed(conn: &mut Conn, who: Subscriber) -> DbResult<bool> {
    Ok(unsubscribed_at(conn, who)?.is_some())
}
