//! What the mails of a workspace have in common, whichever room writes them: the sender, where answers go, and how they leave.

use super::model::Workspace;
use crate::mail::{EmailAddress, MailMessage, Mailer, Recipient, Rendered, SendError};
use crate::outbox::{Claimed, Done, Failure};

/// A mail from `workspace` that keeps the promise `claimed`. Its Message-ID and date are the promise's, so that a second copy
/// has the same bytes.
pub fn letter(
    workspace: &Workspace,
    mailer: &Mailer,
    claimed: &Claimed,
    to: Recipient,
    rendered: Rendered,
) -> MailMessage {
    MailMessage {
        message_id: format!("{}@{}", claimed.id, mailer.sender().address.domain()),
        to,
        from_name: Some(workspace.sender_name.clone().unwrap_or_else(|| workspace.name.clone())),
        reply_to: workspace.reply_to.as_deref().and_then(|text| EmailAddress::parse(text).ok()),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        calendar: None,
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: claimed.dated_at,
    }
}

/// Sends a mail, and says what became of the promise.
///
/// # Errors
/// The mail could not be sent now, or never will be.
pub async fn send_letter(mailer: &Mailer, mail: &MailMessage) -> Result<Done, Failure> {
    match mailer.send(mail).await {
        Ok(()) => Ok(Done::Sent),
        Err(SendError::Retry { reason }) => Err(Failure::Retry(reason)),
        Err(SendError::Fail { reason }) => Err(Failure::Fail(reason)),
    }
}
