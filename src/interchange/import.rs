//! Checking a file: what it would do to the agenda of an event. Nothing of the event is changed.

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::Agenda;
use super::error::InterchangeError;
use super::finding::{Findings, ImportFinding};
use super::formats::{self, Interpreted, RawProgramme, interpret};
use super::model::{Import, ImportCounts, ImportFormat, ImportMode, ImportState};
use super::plan::{Lookups, Plan, keys_of, names_of, plan};
use super::store::{self, NewImport};
use crate::db::{Conn, DbResult};
use crate::events::EventId;
use crate::events::store::lock_event;
use crate::http::WorkspaceId;
use crate::speakers;
use crate::time::Context;

/// How many checked files of an event are kept until they are applied.
const KEPT: i64 = 5;
/// How long they are kept: they hold names and texts of people who are part of nothing yet.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// How many are forgotten in one transaction.
const PAGE: i64 = 500;

/// A file that was read, as far as that was possible.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// What kind of file it is.
    pub format: ImportFormat,
    /// The file itself.
    pub bytes: Vec<u8>,
    raw: Option<RawProgramme>,
    findings: Findings,
}

impl ReadFile {
    /// What was read; none where the file is not of its format.
    pub(super) fn raw(&self) -> Option<&RawProgramme> {
        self.raw.as_ref()
    }

    /// What was found in it.
    pub(super) fn into_findings(self) -> Vec<ImportFinding> {
        self.findings.into_list()
    }
}

/// Reads a file. It takes no database, and may take a while.
pub fn read_file(bytes: Vec<u8>, format: ImportFormat) -> ReadFile {
    let mut findings = Findings::default();
    let raw = formats::read(&bytes, format, &mut findings);
    ReadFile { format, bytes, raw, findings }
}

/// Checks a file against the event, and stores it with what was found. The event is locked, so that the check is of one
/// moment, and stays as it is.
///
/// # Errors
/// There is no such event, or the database failed.
pub fn check_import(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    event: EventId,
    file: &ReadFile,
) -> Result<Import, InterchangeError> {
    let event = lock_event(conn, workspace, event)?;
    let (id, event_revision) = (event.id, event.revision);
    let agenda = Agenda::read(conn, event)?;
    let mut findings = file.findings.clone();
    let (mut counts, mut total) = (ImportCounts::default(), 0);
    if let Some(raw) = &file.raw {
        let (plan, interpreted) = plan_file(conn, context, &agenda, raw, ImportMode::Merge, &mut findings)?;
        counts = plan.counts;
        total = i32::try_from(interpreted.programme.slots.len()).unwrap_or(i32::MAX);
    }
    let state = if findings.has_error() { ImportState::Refused } else { ImportState::Checked };
    let new = NewImport {
        workspace,
        event: id,
        actor: actor.to_owned(),
        format: file.format,
        state,
        body: (state == ImportState::Checked).then(|| file.bytes.clone()),
        counts,
        findings: findings.into_list(),
        event_revision,
        total,
    };
    let import = store::insert_import(conn, context, &new)?;
    store::expire_imports(conn, id, KEPT, context.now)?;
    Ok(import)
}

/// Forgets checked files that nobody has applied for a week; returns how many.
///
/// # Errors
/// The database failed.
pub fn forget_files(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
    store::expire_before(conn, now - KEPT_FOR, PAGE, now)
}

/// Plans what a file that was read does to an agenda.
pub(super) fn plan_file(
    conn: &mut Conn,
    context: &Context,
    agenda: &Agenda,
    raw: &RawProgramme,
    mode: ImportMode,
    findings: &mut Findings,
) -> DbResult<(Plan, Interpreted)> {
    let interpreted = interpret(raw, agenda.zone(), findings);
    let lookups = look_up(conn, agenda, &interpreted)?;
    let new_id = || context.uuid();
    Ok((plan(agenda, &interpreted, &lookups, mode, &new_id, findings), interpreted))
}

fn look_up(conn: &mut Conn, agenda: &Agenda, file: &Interpreted) -> DbResult<Lookups> {
    let workspace = agenda.event.workspace_id;
    let keys = keys_of(agenda.event.id, &file.programme);
    let (names, ids) = names_of(&file.programme);
    Ok(Lookups {
        by_key: store::speakers_by_keys(conn, workspace, &keys)?,
        speakers: speakers::store::find_many_speakers(conn, workspace, &names, &ids)?,
    })
}
