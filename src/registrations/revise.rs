//! What a person changes in their own registration, on its page or through the API.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::cancel::check_unsettled;
use super::details::RegistrationDetails;
use super::error::RegistrationError;
use super::form::{Question, check_answers};
use super::model::Registration;
use super::{change_registration, form};
use crate::db::Conn;
use crate::http::FieldError;
use crate::time::Context;

/// What a person may change in their own registration. The address is theirs by the link that was sent to it, and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDetails {
    /// Their name.
    #[schema(example = "Ulrika Lindqvist")]
    pub name: String,
    /// The organisation they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "City of Lund")]
    pub organisation: Option<String>,
    /// Their IANA zone: mails give times in it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Stockholm")]
    pub timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; the workspace's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub language: Option<String>,
    /// Their answers, by the key of the question.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    pub answers: Map<String, Value>,
}

impl OwnDetails {
    /// What stands in a registration.
    pub fn of(row: &Registration) -> Self {
        Self {
            name: row.name.clone(),
            organisation: row.organisation.clone(),
            timezone: row.timezone.clone(),
            language: Some(row.language.clone()),
            answers: row.answers.0.clone(),
        }
    }

    /// The whole of the registration with these in it.
    fn within(self, row: &Registration) -> RegistrationDetails {
        let Self { name, organisation, timezone, language, answers } = self;
        let stored = RegistrationDetails::of(row);
        RegistrationDetails { name, organisation, timezone, language, answers, ..stored }
    }
}

/// Who did it, in the history of a registration: its own person.
fn actor(row: &Registration) -> String {
    format!("registrant:{}", row.id)
}

/// Gives a registration, which the caller has locked, what its person says of themself. What changes nothing leaves it as it is.
///
/// # Errors
/// It has come to its end, the event is over, or a field or an answer does not fit.
pub fn revise_registration(
    conn: &mut Conn,
    context: &Context,
    locked: &Registration,
    own: OwnDetails,
) -> Result<Registration, RegistrationError> {
    if locked.state.is_over() {
        return Err(RegistrationError::NotNow(locked.state));
    }
    check_unsettled(conn, locked, context.now)?;
    let details = own.within(locked);
    let mut faults = details.check().err().unwrap_or_default();
    let form = form::store::get(conn, locked.event_id)?;
    faults.extend(revision_faults(&form.questions.0, &details.answers, &locked.answers.0));
    if !faults.is_empty() {
        return Err(RegistrationError::Invalid(faults));
    }
    change_registration(conn, context, &actor(locked), locked, details)
}

/// The faults of answers that a person changes. What they leave as it was is not looked at again: the question may be gone, or may
/// not have been there yet. What they change has to fit, and an answer that has to be given cannot be taken back.
fn revision_faults(
    questions: &[Question],
    answers: &Map<String, Value>,
    before: &Map<String, Value>,
) -> Vec<FieldError> {
    let is_changed = |key: &str| answers.get(key) != before.get(key);
    let asked: Vec<Question> = questions.iter().filter(|question| is_changed(&question.key)).cloned().collect();
    let changed = answers.iter().filter(|(key, _)| is_changed(key));
    check_answers(&asked, &changed.map(|(key, answer)| (key.clone(), answer.clone())).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(before: &Value, after: &Value) -> Vec<String> {
        let questions = json!([
            { "key": "meal", "label": "Meal?", "type": "text", "required": true },
            { "key": "size", "label": "Size?", "type": "choice", "options": [{ "value": "s", "label": "S" }] },
        ]);
        let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
        let map = |value: &Value| value.as_object().unwrap().clone();
        let faults = revision_faults(&questions, &map(after), &map(before));
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    }

    #[test]
    fn what_stays_is_kept_and_what_changes_has_to_fit() {
        let before = json!({ "meal": "fish", "size": "xl", "gone": 1 });
        assert_eq!(faults(&before, &before), Vec::<String>::new());
        let fits = json!({ "meal": "none", "size": "s", "gone": 1 });
        assert_eq!(faults(&before, &fits), Vec::<String>::new());
        assert_eq!(faults(&before, &json!({ "meal": "fish" })), Vec::<String>::new(), "what is optional may go");
        let wrong = json!({ "meal": " ", "size": "m", "gone": 2, "new": "x" });
        let expected = [
            "/answers/gone field_unknown",
            "/answers/new field_unknown",
            "/answers/meal field_required",
            "/answers/size field_type",
        ];
        assert_eq!(faults(&before, &wrong), expected);
        assert_eq!(faults(&before, &json!({ "size": "s" })), ["/answers/meal field_required"], "it has to be answered");
    }

    #[test]
    fn nobody_has_to_answer_what_was_not_asked_when_they_registered() {
        assert_eq!(faults(&json!({}), &json!({ "size": "s" })), Vec::<String>::new());
        assert_eq!(faults(&json!({}), &json!({ "meal": "" })), ["/answers/meal field_required"]);
    }
}
