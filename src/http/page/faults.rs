//! What is wrong with a form, for the page that shows it again.

use serde::Serialize;

use super::super::problem::{Code, FieldError, Problem};

/// One fault: the name of the field and the code of the table, for which the templates have words; and how long a text may be that
/// is too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Fault {
    field: String,
    code: &'static str,
    most: Option<usize>,
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
        // A text that has changed meanwhile is read and agreed to on the form, like whatever does not fit.
        let is_of_fields = problem.code().status() == Code::Invalid.status() || problem.code() == Code::ConsentOutdated;
        if errors.is_empty() || !is_of_fields {
            return Err(problem);
        }
        let mut faults = Vec::new();
        for error in errors {
            let fault = Fault { field: field(&error.pointer), code: error.code, most: error.max_length };
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        Ok(Self(faults))
    }

    /// The same in the order of the form, which begins with the fields `first` and ends with the fields `last`.
    #[must_use]
    pub fn in_order(mut self, first: &[&str], last: &[&str]) -> Self {
        let place = |field: &str, among: &[&str]| among.iter().position(|one| *one == field);
        self.0.sort_by_key(|fault| {
            let from_end = place(&fault.field, last).map_or(0, |at| at + 1);
            (from_end, place(&fault.field, first).unwrap_or(first.len()))
        });
        self
    }

    /// Whether one is of this field.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|fault| fault.field == field)
    }

    /// The same where a fault of what `field_of` knows is one of another field.
    #[must_use]
    pub fn renamed(self, field_of: impl Fn(&str) -> Option<String>) -> Self {
        let mut faults: Vec<Fault> = Vec::new();
        for fault in self.0 {
            let fault = Fault { field: field_of(&fault.field).unwrap_or(fault.field), ..fault };
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        Self(faults)
    }

    /// The same where nothing was entered in `field`: whatever else is wrong with it, it has to be filled in.
    #[must_use]
    pub fn missing(mut self, field: &str) -> Self {
        for fault in self.0.iter_mut().filter(|fault| fault.field == field) {
            fault.code = Code::FieldRequired.name();
        }
        self
    }
}

/// The name of the field that a pointer leads to. What stands in a list is a fault of the field that sends the list.
fn field(pointer: &str) -> String {
    let path = pointer.trim_start_matches('/');
    match path.rsplit_once('/') {
        // An answer may have a number as its key.
        Some((list, index))
            if index.bytes().all(|byte| byte.is_ascii_digit()) && list.contains('/') && !list.ends_with("/answers") =>
        {
            list.to_owned()
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_field_and_other_problems_stay() {
        let faults = Faults::of(Problem::field("/note", Code::TextInvalid, "x")).unwrap();
        assert_eq!(
            serde_json::json!(faults),
            serde_json::json!([{ "field": "note", "code": "text_invalid", "most": null }])
        );
        let several =
            ["/answers/days/1", "/answers/days/2", "/answers/2"].map(|at| FieldError::new(at, Code::FieldType, "x"));
        let several = several.into_iter().chain([FieldError::too_long("/name", 200)]).collect();
        let shown = serde_json::json!(Faults::of(Problem::invalid(several)).unwrap());
        let fault = |field: &str| serde_json::json!({ "field": field, "code": "field_type", "most": null });
        let long = serde_json::json!({ "field": "name", "code": "text_invalid", "most": 200 });
        assert_eq!(shown, serde_json::json!([fault("answers/days"), fault("answers/2"), long]));
        assert_eq!(field("/events/01a2/answers/2025"), "events/01a2/answers/2025");
        let mixed = ["/name", "/consent", "/answers/b", "/email", "/answers/a"];
        let mixed = mixed.map(|at| FieldError::new(at, Code::FieldRequired, "x"));
        let sorted = Faults::of(Problem::invalid(mixed.into())).unwrap().in_order(&["email", "name"], &["consent"]);
        let sorted: Vec<&str> = sorted.0.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(sorted, ["email", "name", "answers/b", "answers/a", "consent"]);
        let outdated = Faults::of(Problem::field("/consent_version", Code::ConsentOutdated, "x")).unwrap();
        assert!(outdated.has("consent_version") && !outdated.has("consent"));
        let blank = Problem::field("/email", Code::EmailInvalid, "x");
        let missing = serde_json::json!([{ "field": "email", "code": "field_required", "most": null }]);
        assert_eq!(serde_json::json!(Faults::of(blank).unwrap().missing("email").missing("name")), missing);
        let two = ["/a/1/x", "/a/2/x"].map(|at| FieldError::new(at, Code::TextInvalid, "x"));
        let one = Faults::of(Problem::invalid(two.into())).unwrap();
        let one = one.renamed(|field| field.strip_prefix("a/").map(|_| "x".to_owned()));
        let expected = serde_json::json!([{ "field": "x", "code": "text_invalid", "most": null }]);
        assert_eq!(serde_json::json!(one), expected);
        for code in [Code::LinkRevoked, Code::NotFound, Code::NotPossibleNow] {
            assert_eq!(Faults::of(Problem::new(code)).unwrap_err().code(), code);
        }
        let late = Problem::field("/status", Code::NotPossibleNow, "x");
        assert_eq!(Faults::of(late).unwrap_err().code(), Code::NotPossibleNow);
    }
}
