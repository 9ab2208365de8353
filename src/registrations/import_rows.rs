//! Reading a table of people, as a pure function: what each line says, and what is wrong with it.
//!
//! The columns are those that the table of registrations is written with, in any order. A question's column is called
//! `answers.` and its key, or by the key alone where no other column is called so.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::consent::Consent;
use super::details::{RegistrationDetails, answer_faults};
use super::form::{Form, Question, QuestionType};
use super::model::{Attendance, NewRegistration, RegistrationState};
use crate::http::{Code, FieldError};
use crate::interchange::{Severity, Table, TableRow};
use crate::organisations::country_code;
use crate::time::Zone;

/// How many people a table has at most.
pub const MOST_ROWS: usize = 5_000;
/// How many findings are listed.
const MOST_FINDINGS: usize = 500;

/// Something that was found in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowFinding {
    /// What: a code of the table at `/api/v1/problems`, or `malformed`, `encoding_invalid`, `too_large`, `column_repeated`,
    /// `column_unknown`, `address_known`, `address_repeated`, `state_left_out`, `more_findings`.
    #[schema(example = "email_invalid")]
    pub code: &'static str,
    /// How much it matters: with an error nobody is registered.
    pub severity: Severity,
    /// The line of the file, from 1.
    #[schema(example = 4)]
    pub line: Option<u64>,
    /// The column.
    #[schema(example = "email")]
    pub column: Option<String>,
    /// What it is.
    #[schema(example = "An e-mail address has exactly one @, like name@example.org.")]
    pub detail: String,
}

/// Collects what is found.
#[derive(Debug, Clone, Default)]
pub struct RowFindings {
    all: Vec<RowFinding>,
    left_out: usize,
    has_error: bool,
}

impl RowFindings {
    /// Adds a finding; errors are never crowded out by what is only good to know.
    pub fn add(
        &mut self,
        (severity, code): (Severity, &'static str),
        line: Option<u64>,
        column: Option<&str>,
        detail: impl Into<String>,
    ) {
        let is_error = severity == Severity::Error;
        self.has_error |= is_error;
        if self.all.len() >= if is_error { 2 * MOST_FINDINGS } else { MOST_FINDINGS } {
            self.left_out += 1;
            return;
        }
        self.all.push(RowFinding { code, severity, line, column: column.map(str::to_owned), detail: detail.into() });
    }

    /// Whether there is an error.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// All of them, errors first, each kind in the order of the file.
    pub fn into_list(mut self) -> Vec<RowFinding> {
        if self.left_out > 0 {
            let detail = format!("{} more findings are not listed.", self.left_out);
            let (severity, code) = (Severity::Info, "more_findings");
            self.all.push(RowFinding { code, severity, line: None, column: None, detail });
        }
        self.all.sort_by_key(|finding| (finding.severity, finding.line));
        self.all
    }
}

/// A person of a table.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The line on which they stand.
    pub line: u64,
    /// The person.
    pub person: NewRegistration,
    /// What they consented to, as far as the table says.
    pub consent: Consent,
    /// Whether they are to have a seat. Otherwise they may also wait.
    pub needs_seat: bool,
    /// What the staff noted.
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Field(&'static str),
    Answer(String),
    Other,
}

/// Columns that are read.
const FIELDS: [&str; 10] = [
    "name",
    "email",
    "organisation",
    "language",
    "timezone",
    "attendance",
    "state",
    "note",
    "consent_version",
    "consented_at",
];
/// Columns that a table of registrations has besides: they follow from what happens here.
const FOLLOWS: [&str; 7] =
    ["id", "registered_at", "confirmed_at", "checked_in_at", "joined_at", "ended_at", "queue_position"];

/// The people of a table, for an event with this form.
pub fn read_rows(table: &Table, form: &Form, now: DateTime<Utc>, findings: &mut RowFindings) -> Vec<PersonRow> {
    let questions = form.questions.0.as_slice();
    let columns = columns(table, questions, findings);
    for needed in ["name", "email"] {
        if !columns.contains(&Column::Field(needed)) {
            let detail = format!("There is no column `{needed}`.");
            findings.add((Severity::Error, "field_required"), Some(1), Some(needed), detail);
        }
    }
    if table.rows.len() > MOST_ROWS {
        let detail = format!("At most {MOST_ROWS} people; the table has {}.", table.rows.len());
        findings.add((Severity::Error, "too_large"), None, None, detail);
    }
    if findings.has_error() {
        return Vec::new();
    }
    table.rows.iter().filter_map(|row| read_row(row, &columns, (form, now), findings)).collect()
}

fn columns(table: &Table, questions: &[Question], findings: &mut RowFindings) -> Vec<Column> {
    let mut columns = Vec::with_capacity(table.head.len());
    for written in &table.head {
        let column = column(written.trim(), questions);
        if column == Column::Other && !is_passed_over(written.trim()) {
            let detail = "This is neither a column of the table nor a question of the form: it is left out.";
            findings.add((Severity::Warning, "column_unknown"), Some(1), Some(written.trim()), detail);
        }
        if column != Column::Other && columns.contains(&column) {
            let detail = "This column stands there twice.";
            findings.add((Severity::Error, "column_repeated"), Some(1), Some(written.trim()), detail);
        }
        columns.push(column);
    }
    columns
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

fn is_passed_over(name: &str) -> bool {
    name.is_empty() || FOLLOWS.contains(&plain(name).as_str())
}

fn column(name: &str, questions: &[Question]) -> Column {
    let plain = plain(name);
    if let Some(field) = FIELDS.iter().find(|field| **field == plain) {
        return Column::Field(field);
    }
    let key =
        if FOLLOWS.contains(&plain.as_str()) { None } else { Some(name.strip_prefix("answers.").unwrap_or(name)) };
    let question = key.and_then(|key| questions.iter().find(|question| question.key == key));
    question.map_or(Column::Other, |question| Column::Answer(question.key.clone()))
}

fn read_row(
    row: &TableRow,
    columns: &[Column],
    (form, now): (&Form, DateTime<Utc>),
    findings: &mut RowFindings,
) -> Option<PersonRow> {
    let questions = form.questions.0.as_slice();
    let (mut fields, mut answers) = (HashMap::new(), Map::new());
    for (column, cell) in columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.trim().is_empty()) {
        match column {
            Column::Field(name) => drop(fields.insert(*name, cell.as_str())),
            Column::Answer(key) => {
                let question = questions.iter().find(|question| question.key == *key)?;
                answers.insert(key.clone(), answer(question, cell));
            }
            Column::Other => {}
        }
    }
    let text = |name: &str| fields.get(name).map(|cell| cell.trim().to_owned());
    let details = RegistrationDetails {
        name: text("name").unwrap_or_default(),
        email: text("email").unwrap_or_default(),
        organisation: text("organisation"),
        timezone: text("timezone"),
        language: text("language"),
        answers,
        note: fields.get("note").map(|cell| (*cell).to_owned()),
    };
    let mut faults = answer_faults(questions, &details.answers, &Map::new());
    let email = details.check().map_err(|errors| faults.extend(errors)).ok();
    let attendance = match text("attendance").as_deref() {
        None => Some(Attendance::Live),
        Some(word) => word.parse().ok(),
    };
    let state = text("state").map(|word| word.parse::<RegistrationState>().ok());
    let version = text("consent_version").map(|cell| cell.parse::<i32>().map_err(drop)).transpose();
    let at = text("consented_at").map(|cell| cell.parse::<DateTime<Utc>>().map_err(drop)).transpose();
    let consent = Consent { version: version.unwrap_or_default(), at: at.unwrap_or_default() };
    faults.extend(consent.faults(form.consent_version, now));
    for (pointer, code, is_unread) in [
        ("/consent_version", Code::NumberInvalid, version.is_err()),
        ("/consented_at", Code::InstantInvalid, at.is_err()),
    ] {
        if is_unread {
            faults.push(FieldError::new(pointer, code, format!("{}.", code.title())));
        }
    }
    for fault in &faults {
        add_fault(findings, row.line, fault);
    }
    for (column, is_unknown) in [("attendance", attendance.is_none()), ("state", state == Some(None))] {
        if is_unknown {
            findings.add((Severity::Error, "field_type"), Some(row.line), Some(column), "This word is not known here.");
        }
    }
    let (email, attendance) = (email.filter(|_| faults.is_empty())?, attendance?);
    let needs_seat = match state {
        None => false,
        Some(state) => needs_seat(state?, row.line, findings)?,
    };
    let RegistrationDetails { name, organisation, timezone, language, answers, note, .. } = details;
    let timezone = timezone.and_then(|name| Zone::parse(&name).ok());
    let person =
        NewRegistration { name, email, organisation, timezone, language, answers, attendance, consent_version: None };
    Some(PersonRow { line: row.line, person, consent, needs_seat, note })
}

/// Whether a row of this state is to have a seat; none if it is nobody who takes part.
fn needs_seat(state: RegistrationState, line: u64, findings: &mut RowFindings) -> Option<bool> {
    match state {
        RegistrationState::Confirmed | RegistrationState::Attended | RegistrationState::NoShow => Some(true),
        RegistrationState::Waitlisted | RegistrationState::Offered => Some(false),
        RegistrationState::PendingVerification
        | RegistrationState::PendingApproval
        | RegistrationState::Cancelled
        | RegistrationState::Rejected
        | RegistrationState::Expired => {
            let detail = format!("Who is {state} is left out.");
            findings.add((Severity::Info, "state_left_out"), Some(line), Some("state"), detail);
            None
        }
    }
}

/// What a cell answers. What it cannot be stays a text, which does not fit the question.
fn answer(question: &Question, cell: &str) -> Value {
    match question.kind {
        QuestionType::MultiChoice => cell.split(';').map(str::trim).filter(|part| !part.is_empty()).collect(),
        QuestionType::Boolean => match cell.trim().to_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::from(cell),
        },
        QuestionType::Country => Value::from(country_code(cell.trim()).unwrap_or(cell)),
        _ => Value::from(cell),
    }
}

fn add_fault(findings: &mut RowFindings, line: u64, fault: &FieldError) {
    let column = match fault.pointer.strip_prefix("/answers/") {
        Some(key) => {
            let key = key.split('/').next().unwrap_or_default();
            format!("answers.{}", key.replace("~1", "/").replace("~0", "~"))
        }
        None => fault.pointer.trim_start_matches('/').to_owned(),
    };
    findings.add((Severity::Error, fault.code), Some(line), Some(&column), fault.detail.clone());
}

#[cfg(test)]
#[path = "import_rows_tests.rs"]
mod tests;
