//! Erasing what a workspace keeps no longer.

use super::erase::{erase_one, forget_answers};
use super::error::PrivacyError;
use super::model::{ErasureCause, ErasureCounts, NewErasure};
use super::{rules, store};
use crate::accounts::{self, Retention, promise_retention};
use crate::db::Conn;
use crate::events::EventId;
use crate::http::WorkspaceId;
use crate::registrations::RegistrationId;
use crate::time::Context;

/// How many registrations are looked at in one transaction.
const PAGE: usize = 200;

/// How far it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The setting is another one by now.
    Void,
    /// There is more behind this registration.
    Until(RegistrationId),
    /// All is done, and the next time is promised.
    Done,
}

/// Erases what has had its time, of a page of registrations behind `after`. Whoever does the same at the same moment waits, and
/// finds nothing left.
///
/// # Errors
/// The database failed.
pub(super) fn erase_what_is_due(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    promised: Retention,
    after: Option<RegistrationId>,
) -> Result<Progress, PrivacyError> {
    let workspace = accounts::store::lock_workspace(conn, workspace)?;
    let Some(days) = workspace.retention_days.filter(|_| workspace.retention_since == Some(promised.since)) else {
        return Ok(Progress::Void);
    };
    let cutoff = rules::cutoff(context.now, days);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let page = store::candidates(conn, workspace.id, cutoff, after, limit)?;
    let events: Vec<EventId> = page.iter().map(|candidate| candidate.event).collect();
    let recorded = store::recorded_at(conn, &events)?;
    let due = page.iter().filter(|one| {
        let until = one.until_at.map(|at| at.0);
        until.is_some_and(|until| rules::is_due(one.attendance, until, recorded.get(&one.event).copied(), cutoff))
    });
    let due: Vec<RegistrationId> = due.map(|one| one.id).collect();
    let mut counts = ErasureCounts::default();
    for id in &due {
        erase_one(conn, context, ErasureCause::Retention.as_str(), *id, &mut counts)?;
    }
    if counts.registrations > 0 {
        counts.kept_answers = forget_answers(conn, workspace.id, &due, None)?;
        let new = NewErasure { cause: ErasureCause::Retention, actor: None, address_digest: None, counts };
        store::record(conn, context, workspace.id, &new)?;
    }
    match page.last() {
        Some(last) if page.len() == PAGE => Ok(Progress::Until(last.id)),
        _ => {
            promise_retention(conn, context, &workspace)?;
            Ok(Progress::Done)
        }
    }
}
