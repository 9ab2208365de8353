//! Registering many people by the staff, from a table.

use std::collections::HashSet;

use serde_json::json;

use super::error::RegistrationError;
use super::import_rows::{PersonRow, RowFinding, RowFindings, read_rows};
use super::model::Attendance;
use super::waiting::promise_end_of_waiting;
use super::{form, list_store, messages, personal_feed, rules, staff_store, store};
use crate::accounts;
use crate::db::{Conn, DbError, DbResult, TransactionError, in_savepoint};
use crate::events::store::{self as events, Change};
use crate::events::{Event, EventStatus, Visibility};
use crate::interchange::{Findings, Severity, Table, read_table};
use crate::time::Context;

/// How a table is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportOptions {
    /// Whether anybody is registered. Otherwise it is only said what would be.
    pub apply: bool,
    /// Whether the people are sent what they have.
    pub notify: bool,
    /// Whether a full event is given more seats.
    pub override_capacity: bool,
}

/// A table as it was read.
#[derive(Debug, Clone, Default)]
pub struct PeopleTable {
    table: Option<Table>,
    findings: RowFindings,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    /// Whether people were registered.
    pub is_applied: bool,
    /// How many lines name somebody.
    pub rows: usize,
    /// How many get a seat, or need none.
    pub confirmed: usize,
    /// How many wait.
    pub waitlisted: usize,
    /// How many are registered already, and are left as they are.
    pub known: usize,
    /// How many seats more the event gets.
    pub added_seats: i32,
    /// What was found.
    pub findings: Vec<RowFinding>,
}

/// Reads a file. What is wrong with it is said by the import.
pub fn read_people(bytes: &[u8]) -> PeopleTable {
    let mut found = Findings::default();
    let table = read_table(bytes, &mut found);
    let mut findings = RowFindings::default();
    for one in found.into_list() {
        findings.add((one.severity, one.code.as_str()), one.line, None, one.detail);
    }
    PeopleTable { table, findings }
}

/// What a dry run ends with, so that it leaves nothing behind.
enum Undone {
    Report(Box<(ImportReport, RowFindings)>),
    Db(DbError),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl TransactionError for Undone {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Report(_) => None,
            Self::Db(error) => Some(error),
        }
    }
}

/// Registers the people of a table for an event, which the caller has locked, in the order of its lines and as
/// [`enter_registration`](super::enter_registration) does: all of them, or nobody if there is an error. A dry run does the same
/// and undoes it, so that it says what would happen. Whose address is registered is left as they are.
///
/// # Errors
/// The event does not take place.
pub fn import_registrations(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    file: &PeopleTable,
    options: ImportOptions,
) -> Result<ImportReport, RegistrationError> {
    let is_off = matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed);
    if is_off || event.visibility == Visibility::Draft {
        return Err(RegistrationError::NotAtThisTime("The event does not take place, or is not published."));
    }
    let phase = event.phase(context.now)?;
    events::lock_seats(conn, event.id)?;
    let form = form::store::get(conn, event.id)?;
    let mut findings = file.findings.clone();
    let people = file.table.as_ref().map(|table| read_rows(table, &form, context.now, &mut findings));
    let people = people.unwrap_or_default();
    let done = in_savepoint(conn, |conn| {
        let is_over = !rules::may_yet_take_place(event.status, phase);
        let import = Import { context, actor, event, options, is_over };
        let report = import.run(conn, &people, &mut findings)?;
        if findings.has_error() || !options.apply {
            return Err(Undone::Report(Box::new((report, findings))));
        }
        Ok((ImportReport { is_applied: true, ..report }, findings))
    });
    let (report, findings) = match done {
        Ok(done) => done,
        Err(Undone::Report(undone)) => *undone,
        Err(Undone::Db(error)) => return Err(error.into()),
    };
    Ok(ImportReport { findings: findings.into_list(), ..report })
}

struct Import<'a> {
    context: &'a Context,
    actor: &'a str,
    event: &'a Event,
    options: ImportOptions,
    is_over: bool,
}

impl Import<'_> {
    fn run(&self, conn: &mut Conn, people: &[PersonRow], findings: &mut RowFindings) -> DbResult<ImportReport> {
        let mut report = ImportReport { rows: people.len(), ..ImportReport::default() };
        let known: HashSet<String> = list_store::active_keys(conn, self.event.id)?.into_iter().collect();
        let language = accounts::store::get_workspace(conn, self.event.workspace_id)?.language;
        let mut seen = HashSet::new();
        for row in people {
            let (line, key) = (Some(row.line), row.person.email.key());
            if known.contains(&key) {
                report.known += 1;
                let detail = "This address is registered already, and left as it is.";
                findings.add((Severity::Info, "address_known"), line, Some("email"), detail);
            } else if !seen.insert(key) {
                let detail = "This address stands in the table before; only its first line counts.";
                findings.add((Severity::Warning, "address_repeated"), line, Some("email"), detail);
            } else if !self.enter(conn, row, &language, &mut report)? {
                findings.add((Severity::Error, "event_full"), line, None, "No seat is free for this person.");
            }
        }
        self.note_seats(conn, report.added_seats)?;
        if report.waitlisted > 0 {
            promise_end_of_waiting(conn, self.context, self.event)?;
        }
        Ok(report)
    }

    /// Registers one person. Returns whether there is a place for them.
    fn enter(&self, conn: &mut Conn, row: &PersonRow, home: &str, report: &mut ImportReport) -> DbResult<bool> {
        let event = self.event;
        let language = row.person.language.as_deref().unwrap_or(home);
        let needs_no_seat = row.person.attendance == Attendance::Recording;
        let queue = if needs_no_seat || events::take_seat(conn, event.id)? {
            None
        } else if self.options.override_capacity {
            events::add_taken_seat(conn, event.id)?;
            report.added_seats += 1;
            None
        } else if row.needs_seat || !event.registration().wait_list || self.is_over {
            return Ok(false);
        } else {
            // The seats are locked, and none is free: there is a queue.
            Some(events::join_queue(conn, event.id)?.ok_or(DbError::Crossed)?)
        };
        let id = store::insert(conn, self.context, event, &row.person, language, (row.consent, None))?;
        personal_feed::store::ensure(conn, self.context, event.workspace_id, &row.person.email.key())?;
        let kind = match queue {
            None => messages::CONFIRMED,
            Some(position) => {
                store::set_waitlisted(conn, id, position)?;
                messages::WAITLISTED
            }
        };
        if let Some(note) = &row.note {
            staff_store::set_note(conn, id, note)?;
        }
        staff_store::record(conn, self.context, id, (self.actor, "imported"), None, Vec::new())?;
        if self.options.notify {
            let registration = store::find(conn, id)?.ok_or(DbError::NotFound)?;
            messages::promise(conn, self.context, kind, &registration)?;
        }
        if queue.is_none() {
            report.confirmed += 1;
        } else {
            report.waitlisted += 1;
        }
        Ok(true)
    }

    /// Notes in the history of the event that it has more seats.
    fn note_seats(&self, conn: &mut Conn, added: i32) -> DbResult<()> {
        if added == 0 {
            return Ok(());
        }
        let mut event = self.event.clone();
        let before = Some(json!({ "capacity": event.capacity() }));
        event.details.0.capacity = events::find_seats(conn, event.id)?.capacity;
        let after = Some(json!({ "capacity": event.details.0.capacity }));
        events::update_unshown(conn, &event, self.context.now)?;
        let change = Change { actor: self.actor, action: "changed", reason: None, before, after };
        events::record_change(conn, self.context, event.id, &change)
    }
}
