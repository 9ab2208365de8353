//! The mailer's gate: asked before each mail of the outbox, told when a server says that an address is dead.

use super::model::{NewSuppression, Suppression, SuppressionReason};
use super::suppress::suppress;
use super::{rules, store};
use crate::db::{Conn, Db, DbResult};
use crate::mail::{Answer, EmailAddress, Gate, MailMessage, Refusal, SendError};
use crate::outbox::{self, MessageId};
use crate::time::{Clock, Context, Ids};

/// The addresses that are not written to, as the mailer asks for them. A mail belongs to the workspace of the message that
/// its Message-ID names; any other mail passes.
pub struct Suppressions {
    db: Db,
    clock: Clock,
    ids: Ids,
}

impl Suppressions {
    /// Looks there.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    async fn look_up(&self, message: &MailMessage) -> Result<(), SendError> {
        let Some(id) = MessageId::of_mail(&message.message_id) else { return Ok(()) };
        let address = message.to.address.clone();
        match self.db.write(move |conn| admit(conn, id, &address)).await {
            Ok(None) => Ok(()),
            Ok(Some(suppression)) => Err(SendError::Fail { reason: explain(&suppression) }),
            Err(error) => Err(SendError::Retry { reason: error.to_string() }),
        }
    }

    async fn note(&self, message: &MailMessage, refusal: Refusal) {
        let Some(id) = MessageId::of_mail(&message.message_id) else { return };
        let (context, address) = (Context::new(&self.clock, &self.ids), message.to.address.clone());
        let noted = self.db.write(move |conn| refuse(conn, &context, id, &address, &refusal)).await;
        if let Err(error) = noted {
            // The next mail to this address is refused alike, and noted then.
            tracing::warn!(message.id = %id, %error, "a dead address could not be noted");
        }
    }
}

impl Gate for Suppressions {
    fn admit<'a>(&'a self, message: &'a MailMessage) -> Answer<'a, Result<(), SendError>> {
        Box::pin(self.look_up(message))
    }

    fn refused<'a>(&'a self, message: &'a MailMessage, refusal: Refusal) -> Answer<'a, ()> {
        Box::pin(self.note(message, refusal))
    }
}

/// The suppression that stops a mail. If there is none, the message remembers whom it went to before it goes, since a report
/// may be quicker than the server's answer.
fn admit(conn: &mut Conn, id: MessageId, address: &EmailAddress) -> DbResult<Option<Suppression>> {
    let Some(workspace) = outbox::workspace_of(conn, id)? else { return Ok(None) };
    let digest = rules::digest(address);
    let Some(suppression) = store::find_by_digest(conn, workspace, &digest)? else {
        outbox::remember_recipient(conn, id, &digest)?;
        return Ok(None);
    };
    if suppression.address.is_none() {
        store::name_address(conn, suppression.id, &address.key())?;
    }
    Ok(Some(suppression))
}

fn refuse(
    conn: &mut Conn,
    context: &Context,
    id: MessageId,
    address: &EmailAddress,
    refusal: &Refusal,
) -> DbResult<()> {
    let Some(workspace) = outbox::workspace_of(conn, id)? else { return Ok(()) };
    let new = NewSuppression {
        workspace,
        digest: rules::digest(address),
        address: Some(address.key()),
        reason: SuppressionReason::HardBounce,
        status: Some(refusal.status.to_string()),
        diagnostic: Some(refusal.reason.clone()),
        message: Some(id),
    };
    suppress(conn, context, &new)
}

/// What the outbox says of a mail that was stopped.
fn explain(suppression: &Suppression) -> String {
    let why = match suppression.reason {
        SuppressionReason::HardBounce => "a server said that it is dead",
        SuppressionReason::Complaint => "its owner complained",
        SuppressionReason::Manual => "the staff said so",
    };
    let status = suppression.status.as_deref().map(|status| format!(" ({status})")).unwrap_or_default();
    let since = suppression.last_seen_at.0.date_naive();
    format!("the address is suppressed since {since}: {why}{status}; remove the suppression to send again")
}
