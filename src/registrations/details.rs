//! What the staff may write into a registration.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::form::{Question, check_answers};
use super::model::Registration;
use crate::http::{Checks, Code, FieldError, LINE};
use crate::mail::EmailAddress;
use crate::time::Zone;

/// What the staff may write into a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationDetails {
    /// The person's name.
    #[schema(example = "Ulrika Lindqvist")]
    pub name: String,
    /// Their address. With another one their links are replaced, and what they have is sent to it.
    #[schema(format = Email, example = "ulrika@example.org")]
    pub email: String,
    /// The organisation they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "City of Lund")]
    pub organisation: Option<String>,
    /// Their IANA zone.
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
    /// What the staff note; nobody else reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Needs a seat by the door")]
    pub note: Option<String>,
}

impl RegistrationDetails {
    /// What stands in a registration.
    pub fn of(row: &Registration) -> Self {
        Self {
            name: row.name.clone(),
            email: row.email.clone(),
            organisation: row.organisation.clone(),
            timezone: row.timezone.clone(),
            language: Some(row.language.clone()),
            answers: row.answers.0.clone(),
            note: row.note.clone(),
        }
    }

    /// Checks every field but the answers, which are checked against the form. Returns the address.
    ///
    /// # Errors
    /// Every fault, with its pointer.
    pub fn check(&self) -> Result<EmailAddress, Vec<FieldError>> {
        let mut checks = Checks::new();
        checks.line("/name", &self.name, 200);
        checks.optional_line("/organisation", self.organisation.as_deref(), LINE);
        checks.optional_text("/note", self.note.as_deref());
        if let Some(language) = &self.language {
            checks.language("/language", language);
        }
        checks.optional_zone("/timezone", self.timezone.as_deref());
        let email = EmailAddress::parse(&self.email);
        if let Err(error) = &email {
            checks.fault("/email", Code::EmailInvalid, error.to_string());
        }
        let errors = checks.into_errors();
        match email {
            Ok(email) if errors.is_empty() => Ok(email),
            _ => Err(errors),
        }
    }

    /// The same with the zone by its proper name.
    #[must_use]
    pub fn normal(mut self) -> Self {
        self.timezone = self.timezone.map(|name| Zone::parse(&name).map_or(name, |zone| zone.name().to_owned()));
        self
    }

    /// The names of the fields in which it differs from `other`, in the order of declaration.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let differs = [
            ("name", self.name != other.name),
            ("email", self.email != other.email),
            ("organisation", self.organisation != other.organisation),
            ("timezone", self.timezone != other.timezone),
            ("language", self.language != other.language),
            ("answers", self.answers != other.answers),
            ("note", self.note != other.note),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned()).collect()
    }
}

/// The faults of answers that the staff write. What stood there `before` is not looked at again, as the question may be gone;
/// and nobody has to answer what they were not asked.
pub fn answer_faults(
    questions: &[Question],
    answers: &Map<String, Value>,
    before: &Map<String, Value>,
) -> Vec<FieldError> {
    let new = answers.iter().filter(|(key, answer)| before.get(*key) != Some(*answer));
    let new: Map<String, Value> = new.map(|(key, answer)| (key.clone(), answer.clone())).collect();
    let asked: Vec<Question> = questions.iter().filter(|question| new.contains_key(&question.key)).cloned().collect();
    check_answers(&asked, &new)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(more: Value) -> RegistrationDetails {
        let mut all = json!({ "name": "Ada", "email": "ada@example.org" });
        let Value::Object(more) = more else { panic!("an object") };
        all.as_object_mut().unwrap().extend(more);
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn each_fault_is_pointed_at() {
        let wrong = details(json!({
            "name": " ", "email": "ada", "organisation": "a\nb", "timezone": "CET", "language": "English",
            "answers": { "a/b": 1 }, "note": "a\u{7}",
        }));
        let faults = wrong.check().unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = ["/name", "/organisation", "/note", "/language", "/timezone", "/email"];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn an_answer_that_was_there_stays_and_a_new_one_has_to_fit() {
        let before = details(json!({ "answers": { "a/b": "none" } }));
        let after = details(json!({ "answers": { "a/b": "vegan" } }));
        assert_eq!(after.differences(&before), ["answers"]);
        assert!(before.differences(&before.clone()).is_empty());
        assert_eq!(answer_faults(&[], &before.answers, &before.answers), []);
        let faults = answer_faults(&[], &after.answers, &before.answers);
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/answers/a~1b"]);
    }
}
