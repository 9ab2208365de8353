//! Promising a mail to everybody whom a change of their event concerns.

use chrono::Duration;

use super::model::RegistrationId;
use super::{messages, rules, store};
use crate::db::types::AnyId;
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{EventId, EventNotice};
use crate::time::Context;

/// How many people are promised their mail in one transaction: others who write wait for no more than that.
const PAGE: i64 = 500;
/// Who registers after a change knows of it. So much later a request may say that it came while it was really under way
/// before, or in a process whose clock is ahead.
pub(super) const UNDER_WAY: Duration = Duration::minutes(1);

/// Promises the mails about a change to the next page of people behind `after`. Returns the last of them; none when all are
/// through, or nobody is to be told. Promising twice is harmless.
///
/// # Errors
/// The database failed.
pub fn announce_change(
    conn: &mut Conn,
    context: &Context,
    event: EventId,
    change: AnyId,
    after: Option<RegistrationId>,
) -> DbResult<Option<RegistrationId>> {
    let Some(change) = events::find_change(conn, event, change)? else { return Ok(None) };
    let Some(notice) = change.notice else { return Ok(None) };
    let made_until = match notice {
        // Nobody can register any more, so everybody did before.
        EventNotice::Cancelled | EventNotice::Postponed => None,
        _ => Some(change.created_at.0 + UNDER_WAY),
    };
    let Some(phase) = events::find_event(conn, event)?.map(|event| event.phase(context.now)).transpose()? else {
        return Ok(None);
    };
    let states = rules::concerned(notice, phase);
    let page = store::list_in_states(conn, event, &states, made_until, after, PAGE)?;
    for registration in &page {
        messages::promise_change(conn, context, change.id.0, registration)?;
    }
    Ok(page.last().map(|registration| registration.id))
}
