//! Registrations as a table for a spreadsheet: one row each, one column for each question.

mod csv;

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::model::Registration;
use crate::db::types::At;

/// The columns before the questions.
pub(super) const COLUMNS: [&str; 17] = [
    "id",
    "state",
    "name",
    "email",
    "organisation",
    "language",
    "timezone",
    "attendance",
    "registered_at",
    "consent_version",
    "consented_at",
    "confirmed_at",
    "checked_in_at",
    "joined_at",
    "ended_at",
    "queue_position",
    "note",
];

/// The columns of a table.
#[derive(Debug, Clone)]
pub struct Table {
    questions: Vec<String>,
}

impl Table {
    /// With a column for each question that one of these answers, in the order in which they are found.
    pub fn new(answers: &[Map<String, Value>]) -> Self {
        let mut seen = HashSet::new();
        let keys = answers.iter().flat_map(Map::keys).filter(|key| seen.insert(key.as_str()));
        Self { questions: keys.cloned().collect() }
    }

    /// The line with the names of the columns. A question that is called like a column is told apart from it.
    pub fn head(&self) -> String {
        let questions = self
            .questions
            .iter()
            .map(|key| if COLUMNS.contains(&key.as_str()) { format!("answers.{key}") } else { key.clone() });
        csv::record(COLUMNS.iter().map(|name| (*name).to_owned()).chain(questions))
    }

    /// The line of a registration whose person joined then.
    pub fn row(&self, row: &Registration, joined_at: Option<At>) -> String {
        let fixed = [
            row.id.to_string(),
            row.state.to_string(),
            row.name.clone(),
            row.email.clone(),
            row.organisation.clone().unwrap_or_default(),
            row.language.clone(),
            row.timezone.clone().unwrap_or_default(),
            row.attendance.to_string(),
            instant(row.created_at.0),
            row.consent_version.map(|version| version.to_string()).unwrap_or_default(),
            // It is read again as it was.
            row.consented_at.map(|at| at.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)).unwrap_or_default(),
            optional(row.confirmed_at),
            optional(row.checked_in_at),
            optional(joined_at),
            optional(row.ended_at),
            row.queue_position.map(|place| place.to_string()).unwrap_or_default(),
            row.note.clone().unwrap_or_default(),
        ];
        let answers = self.questions.iter().map(|key| row.answers.0.get(key).map(text).unwrap_or_default());
        csv::record(fixed.into_iter().chain(answers))
    }
}

fn optional(at: Option<At>) -> String {
    at.map(|at| instant(at.0)).unwrap_or_default()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An answer as people read it: several choices are set apart by semicolons.
fn text(answer: &Value) -> String {
    match answer {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(several) => several.iter().map(text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::interchange::{Findings, read_table};

    #[test]
    fn each_question_is_a_column_once() {
        let answers = [json!({ "diet": "none", "name": "x" }), json!({ "size": 3, "diet": "vegan" })];
        let answers: Vec<Map<String, Value>> = answers.iter().map(|one| one.as_object().unwrap().clone()).collect();
        let head = Table::new(&answers).head();
        assert!(head.starts_with("id,state,name,email,"), "{head}");
        assert!(head.ends_with(",note,diet,answers.name,size\r\n"), "{head}");
    }

    #[test]
    fn answers_are_readable() {
        assert_eq!(text(&json!(["a", "b"])), "a; b");
        assert_eq!(text(&json!(true)), "true");
        assert_eq!(text(&json!(2)), "2");
        assert_eq!(text(&Value::Null), "");
    }

    /// Any text, and those that mean something to a spreadsheet or to a reader of tables.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "['=+@\\-\t\r\n\",; a]{0,6}", Just("\u{feff}'=1".to_owned())]
    }

    proptest! {
        #[test]
        fn every_text_is_read_as_it_was_written(cells in proptest::collection::vec(any_text(), 1..5)) {
            let head = csv::record((0..=cells.len()).map(|number| format!("c{number}")));
            // A line in which nothing stands is none.
            let row = csv::record(std::iter::once("id".to_owned()).chain(cells.iter().cloned()));
            let mut findings = Findings::default();
            let read = read_table(format!("{head}{row}").as_bytes(), &mut findings).unwrap();
            prop_assert!(findings.into_list().is_empty());
            prop_assert_eq!(read.rows.len(), 1);
            prop_assert_eq!(&read.rows[0].cells[1..], cells);
        }
    }
}
