//! Queries on invitations: they stand in the rows of the appearances that they are about.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::super::details::{AnswerInput, InvitationInput};
use super::super::model::{AppearanceId, AppearanceStatus};
use super::super::rules::AgendaRow;
use crate::db::schema::{appearances, sessions};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::{EventId, SessionId};

/// Says that somebody is invited, by a link of the next version: earlier ones are worth nothing any more.
pub(in super::super) fn set_invited(
    conn: &mut Conn,
    id: AppearanceId,
    input: &InvitationInput,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(appearances::table.find(id))
        .set((
            appearances::status.eq(AppearanceStatus::Invited),
            appearances::invitation_version.eq(appearances::invitation_version + 1),
            appearances::invitation_message.eq(input.message.as_deref()),
            appearances::respond_by.eq(input.respond_by.map(At)),
            appearances::invited_at.eq(Some(At(now))),
            appearances::answered_at.eq(None::<At>),
            appearances::answer_note.eq(None::<String>),
            appearances::revision.eq(appearances::revision + 1),
            appearances::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says what somebody answered. What the answer does not speak of stays.
pub(in super::super) fn set_answered(
    conn: &mut Conn,
    id: AppearanceId,
    input: &AnswerInput,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let row = appearances::table.find(id);
    diesel::update(row)
        .set((
            appearances::status.eq(input.answer.status()),
            appearances::answered_at.eq(Some(At(now))),
            appearances::revision.eq(appearances::revision + 1),
            appearances::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    if let Some(consent) = input.recording_consent {
        diesel::update(row).set(appearances::recording_consent.eq(Some(i32::from(consent)))).execute(conn)?;
    }
    if let Some(note) = &input.note {
        diesel::update(row).set(appearances::answer_note.eq(Some(note))).execute(conn)?;
    }
    Ok(())
}

/// Takes an invitation back where another person takes the part.
pub(in super::super) fn forget_invitation(conn: &mut Conn, id: AppearanceId) -> DbResult<()> {
    let invited = appearances::table.find(id).filter(appearances::invitation_version.gt(0));
    diesel::update(invited)
        .set((
            appearances::invitation_version.eq(appearances::invitation_version + 1),
            appearances::invitation_message.eq(None::<String>),
            appearances::respond_by.eq(None::<At>),
            appearances::invited_at.eq(None::<At>),
            appearances::answered_at.eq(None::<At>),
            appearances::answer_note.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a session is called.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionName {
    /// Its id.
    pub id: SessionId,
    /// What stands before the title.
    pub label: Option<String>,
    /// The title.
    pub title: String,
}

/// What a session of an event is called.
pub(in super::super) fn get_session_name(conn: &mut Conn, id: SessionId) -> DbResult<SessionName> {
    Ok(sessions::table.find(id).select(SessionName::as_select()).first(conn)?)
}

type Row = (SessionId, Option<SessionId>, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<At>, Option<At>);

/// The times of all sessions of an event.
pub(in super::super) fn agenda_rows(conn: &mut Conn, event: EventId) -> DbResult<Vec<AgendaRow>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::event_id.eq(event))
        .select((
            sessions::id,
            sessions::parent_id,
            sessions::local_start,
            sessions::local_end,
            sessions::starts_at,
            sessions::ends_at,
        ))
        .load(conn)?;
    let row = |(id, parent_id, local_start, local_end, starts_at, ends_at): Row| {
        let (starts_at, ends_at) = (starts_at.map(|at| at.0), ends_at.map(|at| at.0));
        AgendaRow { id, parent_id, local_start, local_end, starts_at, ends_at }
    };
    Ok(rows.into_iter().map(row).collect())
}
