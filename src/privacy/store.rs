//! Queries on what is personal, in whatever room's table it stands: nobody else has to know it all.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::model::{Candidate, Erasure, ErasureId, NewErasure};
use crate::db::schema::{erasures, events, imports, materials, outbox_messages, registrations, speakers};
use crate::db::types::{AnyId, At, Instant, Json, Uid};
use crate::db::{Conn, DbResult, MultiBackend};
use crate::events::{EventId, EventStatus};
use crate::http::WorkspaceId;
use crate::materials::{MaterialKind, MaterialVisibility};
use crate::outbox::{MessageId, MessageState};
use crate::registrations::RegistrationId;
use crate::registrations::mailings::messages::RECORDING;
use crate::speakers::{Speaker, SpeakerId};
use crate::time::Context;

/// What becomes of the rows that belong to a registration, one line a table. Its own row and its messages are erased apart.
/// Whoever adds a table about registrations adds it here, and to `columns`.
pub(super) const ABOUT_A_REGISTRATION: &[&str] =
    &["UPDATE registration_changes SET reason = NULL, fields = '[]' WHERE registration_id = $1"];

/// What becomes of the rows that belong to a speaker, beside their own.
const ABOUT_A_SPEAKER: &[&str] = &[
    "UPDATE appearances SET invitation_message = NULL, answer_note = NULL, revision = revision + 1 WHERE speaker_id = $1",
];

/// Erases what belongs to a registration. Returns how many messages that were.
pub(super) fn erase_around(conn: &mut Conn, id: RegistrationId, now: DateTime<Utc>) -> DbResult<usize> {
    for statement in ABOUT_A_REGISTRATION {
        diesel::sql_query(*statement).bind::<Uid, _>(id).execute(conn)?;
    }
    let messages = diesel::sql_query(
        "UPDATE outbox_messages SET payload = '{}', last_error = NULL, recipient_digest = NULL, bounce_diagnostic = NULL \
         WHERE registration_id = $1",
    );
    let count = messages.bind::<Uid, _>(id).execute(conn)?;
    let waiting = outbox_messages::table
        .filter(outbox_messages::registration_id.eq(Some(AnyId(id.0))))
        .filter(outbox_messages::state.eq_any([MessageState::Queued, MessageState::Failed]));
    diesel::update(waiting)
        .set((
            outbox_messages::state.eq(MessageState::Skipped),
            outbox_messages::lease_id.eq(None::<AnyId>),
            outbox_messages::leased_until.eq(None::<At>),
            outbox_messages::finished_at.eq(Some(At(now))),
        ))
        .execute(conn)?;
    Ok(count)
}

/// Erases what is private around a speaker.
pub(super) fn erase_around_speaker(conn: &mut Conn, id: SpeakerId) -> DbResult<()> {
    for statement in ABOUT_A_SPEAKER {
        diesel::sql_query(*statement).bind::<Uid, _>(id).execute(conn)?;
    }
    Ok(())
}

/// Forgets to whom mails went, of those that went to an address. Returns how many.
pub(super) fn forget_recipient(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<usize> {
    let theirs = outbox_messages::table
        .filter(outbox_messages::workspace_id.eq(workspace))
        .filter(outbox_messages::recipient_digest.eq(Some(digest.to_vec())));
    let forgotten = diesel::update(theirs).set((
        outbox_messages::last_error.eq(None::<String>),
        outbox_messages::recipient_digest.eq(None::<Vec<u8>>),
        outbox_messages::bounce_diagnostic.eq(None::<String>),
    ));
    Ok(forgotten.execute(conn)?)
}

/// Forgets at most `limit` messages that ended before `before` about what was over then, or about nothing; and before `longest`,
/// whatever they are about. What was given up is kept while its event is there. That somebody was told of a recording is kept in any
/// case: it is what keeps them from being told twice, however late the recording is changed.
pub(super) fn forget_messages(
    conn: &mut Conn,
    before: DateTime<Utc>,
    longest: DateTime<Utc>,
    limit: i64,
) -> DbResult<usize> {
    // SQLite numbers parameters in the order in which they first appear, whatever they are called.
    let forgotten = diesel::sql_query(
        "DELETE FROM outbox_messages WHERE id IN (\
           SELECT message.id FROM outbox_messages AS message LEFT JOIN events ON events.id = message.event_id \
           WHERE message.finished_at < $1 AND message.kind <> $2 AND (\
             (message.state <> 'failed' AND (events.id IS NULL OR message.finished_at < $3 \
               OR (events.until_at < $1 AND events.status <> 'postponed'))) \
             OR (message.state = 'failed' AND events.id IS NULL AND message.finished_at < $3)) \
           ORDER BY message.finished_at LIMIT $4)",
    );
    let forgotten = forgotten
        .bind::<Instant, _>(At(before))
        .bind::<Text, _>(RECORDING)
        .bind::<Instant, _>(At(longest))
        .bind::<BigInt, _>(limit);
    Ok(forgotten.execute(conn)?)
}

/// A mail that went to somebody, or was to.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox_messages)]
pub(super) struct SentMail {
    pub id: MessageId,
    pub kind: String,
    pub state: MessageState,
    pub created_at: At,
    pub finished_at: Option<At>,
    pub last_error: Option<String>,
    pub bounce_kind: Option<String>,
    pub bounce_diagnostic: Option<String>,
}

/// The mails that went to an address, oldest first.
pub(super) fn mails_to(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<Vec<SentMail>> {
    let theirs = outbox_messages::table
        .filter(outbox_messages::workspace_id.eq(workspace))
        .filter(outbox_messages::recipient_digest.eq(Some(digest.to_vec())))
        .order(outbox_messages::id);
    Ok(theirs.select(SentMail::as_select()).load(conn)?)
}

/// The speakers of a workspace who get their mail at an address, in lower case.
pub(super) fn speakers_at(conn: &mut Conn, workspace: WorkspaceId, email_key: &str) -> DbResult<Vec<Speaker>> {
    let theirs = speakers::table
        .filter(speakers::workspace_id.eq(workspace))
        .filter(sql::<Bool>("lower(speakers.email) = ").bind::<Text, _>(email_key.to_owned()))
        .order(speakers::id);
    Ok(theirs.select(Speaker::as_select()).load(conn)?)
}

/// Forgets the files of a workspace's imports that were checked and in which an address stands, in lower case. Returns how many.
pub(super) fn forget_files(
    conn: &mut Conn,
    workspace: WorkspaceId,
    email_key: &str,
    now: DateTime<Utc>,
) -> DbResult<usize> {
    let kept = imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::state.eq("checked"));
    let ids: Vec<AnyId> = kept.select(imports::id).load(conn)?;
    let mut count = 0;
    for id in ids {
        let body: Option<Vec<u8>> = imports::table.find(id).select(imports::body).first(conn)?;
        let body = body.unwrap_or_default().to_ascii_lowercase();
        if !body.windows(email_key.len().max(1)).any(|window| window == email_key.as_bytes()) {
            continue;
        }
        count += diesel::update(imports::table.find(id))
            .set((
                imports::state.eq("expired"),
                imports::body.eq(None::<Vec<u8>>),
                imports::findings.eq("[]"),
                imports::revision.eq(imports::revision + 1),
                imports::updated_at.eq(At(now)),
            ))
            .execute(conn)?;
    }
    Ok(count)
}

/// Registrations of a workspace with something personal in them, behind `after`, whose event was over at `cutoff`. What has no
/// date, and what was postponed, is not over.
pub(super) fn candidates(
    conn: &mut Conn,
    workspace: WorkspaceId,
    cutoff: DateTime<Utc>,
    after: Option<RegistrationId>,
    limit: i64,
) -> DbResult<Vec<Candidate>> {
    let mut rows = registrations::table
        .inner_join(events::table.on(events::id.eq(registrations::event_id)))
        .filter(registrations::workspace_id.eq(workspace))
        .filter(registrations::email.ne(""))
        .filter(events::until_at.le(Some(At(cutoff))))
        .filter(events::status.ne(EventStatus::Postponed))
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        rows = rows.filter(registrations::id.gt(after));
    }
    let page = rows.order(registrations::id).limit(limit);
    Ok(page.select((registrations::id, registrations::attendance, events::id, events::until_at)).load(conn)?)
}

/// The event of a recording, from when on it is to be seen, and when it was published and added.
type Recording = (Option<EventId>, Option<At>, Option<At>, At);

/// From when on the last recording of each of these events could be seen by who registered.
pub(super) fn recorded_at(conn: &mut Conn, events: &[EventId]) -> DbResult<HashMap<EventId, DateTime<Utc>>> {
    let wanted: Vec<Option<EventId>> = events.iter().copied().map(Some).collect();
    let rows: Vec<Recording> = materials::table
        .filter(materials::event_id.eq_any(wanted))
        .filter(materials::kind.eq(MaterialKind::Recording))
        .filter(materials::visibility.ne(MaterialVisibility::Staff))
        .select((materials::event_id, materials::available_from, materials::published_at, materials::created_at))
        .load(conn)?;
    let mut latest: HashMap<EventId, DateTime<Utc>> = HashMap::new();
    for (event, from, published, created) in rows {
        let Some(event) = event else { continue };
        let at = from.or(published).unwrap_or(created).0;
        let known = latest.entry(event).or_insert(at);
        *known = at.max(*known);
    }
    Ok(latest)
}

/// Records what was erased.
pub(super) fn record(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    new: &NewErasure,
) -> DbResult<ErasureId> {
    let id = ErasureId(context.uuid());
    diesel::insert_into(erasures::table)
        .values((
            erasures::id.eq(id),
            erasures::workspace_id.eq(workspace),
            erasures::cause.eq(new.cause),
            erasures::actor.eq(new.actor.as_deref()),
            erasures::address_digest.eq(new.address_digest.clone()),
            erasures::counts.eq(Json(new.counts)),
            erasures::created_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// A workspace's erasures, newest first, behind `after`.
pub(super) fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    after: Option<ErasureId>,
    limit: i64,
) -> DbResult<Vec<Erasure>> {
    let mut rows = erasures::table.filter(erasures::workspace_id.eq(workspace)).into_boxed::<MultiBackend>();
    if let Some(after) = after {
        rows = rows.filter(erasures::id.lt(after));
    }
    Ok(rows.order(erasures::id.desc()).limit(limit).select(Erasure::as_select()).load(conn)?)
}
