//! Which questions a form may ask.

use std::collections::BTreeSet;

use super::model::Question;
use crate::http::{Checks, Code, FieldError, LINE};

/// How many questions a form has at most.
const MOST_QUESTIONS: usize = 50;
/// How many options a question has at most.
const MOST_OPTIONS: usize = 250;
/// How long a value of an option is at most.
const VALUE: usize = 100;
/// How long an answer of several lines is at most.
pub(super) const LONG_ANSWER: i32 = 5_000;

/// Every fault of a list of questions.
pub(super) fn check_questions(questions: &[Question]) -> Vec<FieldError> {
    let mut checks = Checks::new();
    checks.count("", questions.len(), MOST_QUESTIONS);
    let mut keys = BTreeSet::new();
    for (index, question) in questions.iter().enumerate() {
        let pointer = format!("/{index}");
        if !keys.insert(&question.key) {
            checks.fault(format!("{pointer}/key"), Code::Invalid, "Another question has this key.");
        }
        check_question(&mut checks, &pointer, question);
    }
    checks.into_errors()
}

/// The text that people consent to is given and says something, or is not given.
pub(super) fn check_consent_text(checks: &mut Checks, text: Option<&str>) {
    if text.is_some_and(|text| text.trim().is_empty()) {
        checks.fault("/text", Code::TextInvalid, "This text must not be empty; null takes it away.");
    }
    checks.optional_text("/text", text);
}

fn check_question(checks: &mut Checks, pointer: &str, question: &Question) {
    checks.slug(&format!("{pointer}/key"), &question.key);
    checks.line(&format!("{pointer}/label"), &question.label, LINE);
    checks.optional_text(&format!("{pointer}/help"), question.help.as_deref());
    let length = format!("{pointer}/max_length");
    if question.max_length.is_some() && !question.kind.has_length() {
        checks.fault(length, Code::FieldUnknown, "Only a text has a length.");
    } else {
        checks.range(&length, question.max_length, 1..=LONG_ANSWER);
    }
    check_options(checks, &format!("{pointer}/options"), question);
}

fn check_options(checks: &mut Checks, pointer: &str, question: &Question) {
    match (question.kind.has_options(), question.options.is_empty()) {
        (true, true) => checks.fault(pointer, Code::FieldRequired, "There has to be something to choose from."),
        (false, false) => checks.fault(pointer, Code::FieldUnknown, "Only a choice has options."),
        _ => {}
    }
    checks.count(pointer, question.options.len(), MOST_OPTIONS);
    let mut values = BTreeSet::new();
    for (index, option) in question.options.iter().enumerate() {
        let value = format!("{pointer}/{index}/value");
        checks.line(&value, &option.value, VALUE);
        checks.line(&format!("{pointer}/{index}/label"), &option.label, LINE);
        if !values.insert(&option.value) {
            checks.fault(value, Code::Invalid, "Another option has this value.");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(questions: Value) -> Vec<(String, &'static str)> {
        let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
        check_questions(&questions).into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    fn at(pointer: &str, code: &'static str) -> (String, &'static str) {
        (pointer.to_owned(), code)
    }

    #[test]
    fn a_form_that_fits_is_taken() {
        assert_eq!(faults(json!([])), []);
        let whole = json!([
            { "key": "why", "label": "Why?", "help": "In a\nfew lines", "type": "long_text", "required": true, "max_length": 5000 },
            { "key": "meal", "label": "Meal", "type": "choice", "options": [{ "value": "a b", "label": "A" }] },
            { "key": "news", "label": "News?", "type": "boolean" },
        ]);
        assert_eq!(faults(whole), []);
    }

    #[test]
    fn every_fault_has_its_pointer() {
        let wrong = json!([
            { "key": "Why", "label": "a\r\nb", "type": "text", "max_length": 0 },
            { "key": "a", "label": " ", "type": "choice", "max_length": 5 },
            { "key": "a", "label": "A", "type": "boolean", "options": [{ "value": "x", "label": "X" }] },
            { "key": "b", "label": "B", "help": "\u{7}", "type": "multi_choice", "options": [
                { "value": "x", "label": "X" }, { "value": "x", "label": "" }, { "value": "a\nb", "label": "Z" },
            ] },
        ]);
        assert_eq!(
            faults(wrong),
            [
                at("/0/key", "slug_invalid"),
                at("/0/label", "text_invalid"),
                at("/0/max_length", "number_invalid"),
                at("/1/label", "text_invalid"),
                at("/1/max_length", "field_unknown"),
                at("/1/options", "field_required"),
                at("/2/key", "invalid"),
                at("/2/options", "field_unknown"),
                at("/3/help", "text_invalid"),
                at("/3/options/1/label", "text_invalid"),
                at("/3/options/1/value", "invalid"),
                at("/3/options/2/value", "text_invalid"),
            ]
        );
    }

    #[test]
    fn fifty_questions_are_enough() {
        let many = |count: usize| {
            let one = |index| json!({ "key": format!("q{index}"), "label": "Q", "type": "text" });
            faults(Value::Array((0..count).map(one).collect()))
        };
        assert_eq!(many(50), []);
        assert_eq!(many(51), [at("", "number_invalid")]);
    }
}
