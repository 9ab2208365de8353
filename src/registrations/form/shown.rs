//! Answers as people read them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::model::{Question, QuestionType};
use crate::organisations::country_name;
use crate::time::Language;

/// What somebody answered to a question: a text, or yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAnswer {
    /// The question.
    pub label: String,
    /// The answer, unless it is yes or no; what was chosen by its labels.
    pub text: Option<String>,
    /// The answer, if it is yes or no.
    pub is_yes: Option<bool>,
}

/// What was answered, in the order of the form. What is blank is left out, and so is what the form does not ask any more.
pub fn shown_answers(questions: &[Question], given: &Map<String, Value>, language: Language) -> Vec<ShownAnswer> {
    let shown = questions.iter().filter_map(|question| {
        let answer = given.get(&question.key)?;
        let label_of = |value: &Value| {
            let value = value.as_str()?;
            let option = question.options.iter().find(|option| option.value == value);
            Some(option.map_or(value, |option| option.label.as_str()).to_owned())
        };
        let (text, is_yes) = match answer {
            Value::Bool(is_yes) => (None, Some(*is_yes)),
            Value::Array(chosen) => (Some(chosen.iter().filter_map(label_of).collect::<Vec<_>>().join(", ")), None),
            Value::String(_) if question.kind == QuestionType::Choice => (label_of(answer), None),
            Value::String(code) if question.kind == QuestionType::Country => {
                (Some(country_name(code, language).unwrap_or(code).to_owned()), None)
            }
            Value::String(text) => (Some(text.clone()), None),
            _ => return None,
        };
        let is_blank = text.as_ref().is_some_and(|text| text.trim().is_empty());
        (!is_blank).then(|| ShownAnswer { label: question.label.clone(), text, is_yes })
    });
    shown.collect()
}
