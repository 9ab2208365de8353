//! Taking reports in.

use super::model::{NewSuppression, Report};
use super::rules::{self, Named};
use super::suppress::suppress;
use crate::db::{Conn, DbResult};
use crate::mail::{EnhancedStatus, scrub};
use crate::outbox::{self, Addressed, Bounce, BounceKind, MessageId};
use crate::time::Context;

/// Records what came back for mails of ours, and suppresses the address after a hard bounce or a complaint. What is no mail
/// of ours is left alone, and so is what is known already; somebody else than its recipient is never suppressed. Returns how
/// many reports were news.
///
/// # Errors
/// The database failed.
pub fn receive_reports(conn: &mut Conn, context: &Context, reports: &[Report]) -> DbResult<usize> {
    let named: Vec<(MessageId, &Report)> =
        reports.iter().filter_map(|report| MessageId::of_mail(&report.message_id).map(|id| (id, report))).collect();
    let mut ids: Vec<MessageId> = named.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut news = 0;
    // In the order of their ids, so that two transactions do not wait for each other.
    for message in outbox::find_addressed(conn, &ids)? {
        for (_, report) in named.iter().filter(|(id, _)| *id == message.id) {
            news += usize::from(receive(conn, context, &message, report)?);
        }
    }
    Ok(news)
}

fn receive(conn: &mut Conn, context: &Context, message: &Addressed, report: &Report) -> DbResult<bool> {
    let (kind, address) = match rules::named(&report.recipients, &message.recipient_digest) {
        Named::Recipient(address) => (report.kind, address),
        // The mail may have been forwarded. It did not arrive, but that says nothing about the address that we know.
        Named::Stranger if report.kind != BounceKind::Complaint => (BounceKind::Soft, None),
        Named::Stranger => return Ok(false),
    };
    let status = report.status.as_deref().and_then(|text| text.trim().parse::<EnhancedStatus>().ok());
    let bounce = Bounce {
        kind,
        // Nothing comes back from the future.
        at: report.at.unwrap_or(context.now).min(context.now),
        status: status.map(|status| status.to_string()),
        diagnostic: report.diagnostic.as_deref().map(|text| scrub_of(text, address.as_deref())),
    };
    if !outbox::record_bounce(conn, message.id, &bounce)? {
        return Ok(false);
    }
    metrics::counter!("plenary_bounces_total", "kind" => kind.as_str()).increment(1);
    if let Some(reason) = rules::suppression_after(kind) {
        let Bounce { status, diagnostic, .. } = bounce;
        let (workspace, digest) = (message.workspace, message.recipient_digest.clone());
        let new = NewSuppression { workspace, digest, address, reason, status, diagnostic, message: Some(message.id) };
        suppress(conn, context, &new)?;
    }
    Ok(true)
}

/// What a server said, without addresses.
fn scrub_of(text: &str, address: Option<&str>) -> String {
    let address = address.and_then(|text| text.parse().ok());
    scrub(text, address.as_ref())
}
