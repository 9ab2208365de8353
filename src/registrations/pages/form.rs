//! The form in which a person changes what they said of themself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::super::form::{Question, QuestionType};
use super::super::model::Registration;
use super::super::revise::OwnDetails;
use crate::organisations::{countries, country_code};
use crate::time::{Language, Zone};

/// What stands in the form. Every value is a text, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnteredDetails {
    /// Their name; has to be given.
    #[serde(default)]
    #[schema(example = "Ulrika Lindqvist")]
    pub name: Option<String>,
    /// The organisation they come from.
    #[serde(default)]
    #[schema(example = "City of Lund")]
    pub organisation: Option<String>,
    /// Their IANA zone.
    #[serde(default)]
    #[schema(example = "Europe/Stockholm")]
    pub timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; the workspace's if absent.
    #[serde(default)]
    #[schema(example = "en")]
    pub language: Option<String>,
    /// Their answers: `answers/meal` is that to the question `meal`. Several options are sent as several fields of one name, yes
    /// and no as `true` and `false`.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    pub answers: Map<String, Value>,
}

impl EnteredDetails {
    /// What stands in it before anything is entered.
    pub fn of(row: &Registration, questions: &[Question]) -> Self {
        let own = OwnDetails::of(row);
        let shown = questions.iter().filter_map(|question| {
            let stored = own.answers.get(&question.key).filter(|answer| is_showable(question, answer))?;
            let text = |value: &Value| value.as_bool().map_or(value.clone(), |is_yes| json!(is_yes.to_string()));
            Some((question.key.clone(), text(stored)))
        });
        let answers = shown.collect();
        let OwnDetails { name, organisation, timezone, language, .. } = own;
        Self { name: Some(name), organisation, timezone, language, answers }
    }

    /// The answers of a newcomer, as the questions want them. What is no question of the form is refused with the rest.
    pub fn answers(&self, questions: &[Question]) -> Map<String, Value> {
        let is_asked = |key: &str| questions.iter().any(|question| question.key == key);
        let unknown = self.answers.iter().filter(|(key, _)| !is_asked(key));
        let mut answers: Map<String, Value> = unknown.map(|(key, sent)| (key.clone(), sent.clone())).collect();
        for question in questions {
            if let Some(answer) = answer_of(question, None, self.answers.get(&question.key)) {
                answers.insert(question.key.clone(), answer);
            }
        }
        answers
    }

    /// What a registration is to say then. Answers that the form does not show stay as they are, and so does what comes back from
    /// it as it was shown.
    pub fn own(&self, row: &Registration, questions: &[Question]) -> OwnDetails {
        let stored = &row.answers.0;
        let is_asked = |key: &str| questions.iter().any(|question| question.key == key);
        let mut answers: Map<String, Value> = stored
            .iter()
            .filter(|(key, _)| !is_asked(key))
            .map(|(key, answer)| (key.clone(), answer.clone()))
            .collect();
        // What is no question of the form is refused with the rest, not passed over.
        answers.extend(
            self.answers.iter().filter(|(key, _)| !is_asked(key)).map(|(key, sent)| (key.clone(), sent.clone())),
        );
        for question in questions {
            let (before, sent) = (stored.get(&question.key), self.answers.get(&question.key));
            if let Some(answer) = answer_of(question, before, sent) {
                answers.insert(question.key.clone(), answer);
            }
        }
        OwnDetails {
            name: self.name.clone().unwrap_or_default(),
            organisation: self.organisation.clone(),
            timezone: self.timezone.clone(),
            language: self.language.clone(),
            answers,
        }
    }
}

/// Whether the field of a question can show this answer. It may be one to what the question was before.
fn is_showable(question: &Question, answer: &Value) -> bool {
    let is_option = |value: &Value| question.options.iter().any(|option| json!(option.value) == *value);
    match (question.kind, answer) {
        (QuestionType::Boolean, Value::Bool(_)) => true,
        (QuestionType::MultiChoice, Value::Array(chosen)) => chosen.iter().all(is_option),
        (QuestionType::Choice, answer) => is_option(answer),
        (QuestionType::Country, answer) => answer.as_str().and_then(country_code).is_some(),
        (QuestionType::Boolean | QuestionType::MultiChoice, _) => false,
        (_, answer) => answer.is_string(),
    }
}

/// The answer that a field of the form stands for.
fn answer_of(question: &Question, before: Option<&Value>, sent: Option<&Value>) -> Option<Value> {
    let Some(sent) = sent else {
        // A field that could show nothing was left as it is; one that showed nothing still does.
        let is_blank = |answer: &Value| match answer {
            Value::String(text) => text.trim().is_empty(),
            Value::Array(chosen) => chosen.is_empty(),
            answer => answer.is_null(),
        };
        return before.filter(|answer| is_blank(answer) || !is_showable(question, answer)).cloned();
    };
    let answer = match (question.kind, sent.as_str()) {
        (QuestionType::Boolean, Some("true")) => json!(true),
        (QuestionType::Boolean, Some("false")) => json!(false),
        (QuestionType::MultiChoice, Some(one)) => json!([one]),
        _ => sent.clone(),
    };
    // Browsers and we end a line in different ways.
    let before = before.filter(|before| match (before.as_str(), answer.as_str()) {
        (Some(before), Some(answer)) => before.replace("\r\n", "\n") == answer,
        _ => false,
    });
    Some(before.cloned().unwrap_or(answer))
}

/// What the template of the form is given besides the event: what is `entered`, the questions with what is answered, and what can be
/// chosen, by its name in `language`.
pub fn form_context(entered: &EnteredDetails, questions: &[Question], language: Language) -> Map<String, Value> {
    let fields = questions
        .iter()
        .map(|question| field(&format!("answers/{}", question.key), question, entered.answers.get(&question.key)));
    context_of(entered, &fields.collect::<Vec<_>>(), language)
}

/// The same with these fields in place of those of the questions.
pub fn context_of(entered: &EnteredDetails, questions: &[Value], language: Language) -> Map<String, Value> {
    let labels: Map<String, Value> = questions
        .iter()
        .filter_map(|question| Some((question["field"].as_str()?.to_owned(), question["label"].clone())))
        .collect();
    let own_names = [
        (Language::En, "English"),
        (Language::De, "Deutsch"),
        (Language::Fr, "Français"),
        (Language::Nl, "Nederlands"),
    ];
    let mut mail_languages: Vec<(String, String)> =
        own_names.iter().map(|(language, name)| (language.code().to_owned(), (*name).to_owned())).collect();
    if let Some(tag) = entered.language.as_ref().filter(|tag| !mail_languages.iter().any(|(code, _)| code == *tag)) {
        mail_languages.push((tag.clone(), tag.clone()));
    }
    let zones: Vec<&str> = Zone::all().map(Zone::name).collect();
    let fields = json!({
        "entered": { "name": entered.name, "organisation": entered.organisation, "timezone": entered.timezone, "language": entered.language },
        "questions": questions,
        "labels": labels,
        "mail_languages": mail_languages,
        "zones": zones,
        "countries": countries(language),
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The field called `name` in which a question is answered.
pub fn field(name: &str, question: &Question, answer: Option<&Value>) -> Value {
    let is_chosen = |value: &str| match answer {
        Some(Value::String(one)) => one == value,
        Some(Value::Array(all)) => all.iter().any(|one| one == value),
        _ => false,
    };
    let options: Vec<Value> = question
        .options
        .iter()
        .map(|option| json!({ "value": option.value, "label": option.label, "is_chosen": is_chosen(&option.value) }))
        .collect();
    let text = answer.and_then(Value::as_str);
    let text =
        if question.kind == QuestionType::Country { text.map(|code| country_code(code).unwrap_or(code)) } else { text };
    json!({
        "field": name,
        "label": question.label,
        "help": question.help,
        "kind": question.kind,
        "is_required": question.required,
        "max_length": question.max_length,
        "options": options,
        "text": text,
        "is_yes": is_chosen("true"),
        "is_no": is_chosen("false"),
    })
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
