//! What is wrong with a form, for the page that shows it again.

use serde::Serialize;

use super::super::problem::{Code, FieldError, Problem};

/// One fault: the name of the field and the code of the table, for which the templates have words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Fault {
    field: String,
    code: &'static str,
}

/// The faults of a form; none when it is shown for the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// What `problem` says of the fields.
    ///
    /// # Errors
    /// The problem itself, if it is not one of the fields: it has a page of its own.
    pub fn of(problem: Problem) -> Result<Self, Problem> {
        let errors: Vec<FieldError> = problem.body().errors;
        if errors.is_empty() || problem.code().status() != Code::Invalid.status() {
            return Err(problem);
        }
        let field = |pointer: &str| pointer.trim_start_matches('/').to_owned();
        Ok(Self(errors.iter().map(|error| Fault { field: field(&error.pointer), code: error.code }).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_field_and_other_problems_stay() {
        let faults = Faults::of(Problem::field("/note", Code::TextInvalid, "x")).unwrap();
        assert_eq!(serde_json::json!(faults), serde_json::json!([{ "field": "note", "code": "text_invalid" }]));
        for code in [Code::LinkRevoked, Code::NotFound, Code::NotPossibleNow] {
            assert_eq!(Faults::of(Problem::new(code)).unwrap_err().code(), code);
        }
        let late = Problem::field("/status", Code::NotPossibleNow, "x");
        assert_eq!(Faults::of(late).unwrap_err().code(), Code::NotPossibleNow);
    }
}
