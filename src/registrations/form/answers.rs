//! Whether answers fit the questions of a form.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::model::{Question, QuestionType};
use super::rules::LONG_ANSWER;
use crate::http::{Checks, Code, FieldError, LINE};
use crate::mail::EmailAddress;
use crate::organisations::country_code;

/// Every fault of the answers to these questions, each at `/answers/<key>`. What is null, blank or an empty list counts as not
/// answered.
pub fn check_answers(questions: &[Question], answers: &Map<String, Value>) -> Vec<FieldError> {
    let mut checks = Checks::new();
    for key in answers.keys().filter(|key| !questions.iter().any(|question| question.key == **key)) {
        checks.fault(pointer(key), Code::FieldUnknown, "The form has no such question.");
    }
    for question in questions {
        let at = pointer(&question.key);
        match answers.get(&question.key).filter(|answer| !is_blank(answer, question.kind)) {
            Some(answer) => check_answer(&mut checks, &at, question, answer),
            None if question.required => checks.fault(at, Code::FieldRequired, "This question has to be answered."),
            None => {}
        }
    }
    checks.into_errors()
}

/// The answers as they are stored: a country is the code in capital letters, however it was written. Everything else stays as it came.
pub fn normal_answers(questions: &[Question], mut answers: Map<String, Value>) -> Map<String, Value> {
    for question in questions.iter().filter(|question| question.kind == QuestionType::Country) {
        if let Some(answer) = answers.get_mut(&question.key)
            && let Some(code) = answer.as_str().and_then(country_code)
        {
            *answer = Value::from(code);
        }
    }
    answers
}

fn pointer(key: &str) -> String {
    format!("/answers/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Whether nothing was answered. A list is an answer only where several things may be chosen, and a text is none to a
/// question of yes or no: what is of another type is refused, not passed over.
fn is_blank(answer: &Value, kind: QuestionType) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => {
            // A form sends an empty field as an empty text. Whatever else is stored has been checked.
            let is_white = |c: char| c == ' ' || (kind == QuestionType::LongText && matches!(c, '\n' | '\r' | '\t'));
            !matches!(kind, QuestionType::Boolean | QuestionType::MultiChoice)
                && text.len() <= LINE
                && text.chars().all(is_white)
        }
        Value::Array(values) => kind == QuestionType::MultiChoice && values.is_empty(),
        _ => false,
    }
}

fn check_answer(checks: &mut Checks, at: &str, question: &Question, answer: &Value) {
    match (question.kind, answer) {
        (QuestionType::Boolean, Value::Bool(_)) => {}
        (QuestionType::MultiChoice, Value::Array(values)) => check_chosen(checks, at, question, values),
        (QuestionType::Boolean | QuestionType::MultiChoice, _) | (_, Value::Array(_) | Value::Object(_)) => {
            wrong_type(checks, at, question.kind);
        }
        (kind, Value::String(text)) => check_text(checks, at, question, kind, text),
        (kind, _) => wrong_type(checks, at, kind),
    }
}

fn wrong_type(checks: &mut Checks, at: &str, kind: QuestionType) {
    let wanted = match kind {
        QuestionType::Boolean => "True or false.",
        QuestionType::MultiChoice => "A list of values of the options.",
        _ => "A text.",
    };
    checks.fault(at, Code::FieldType, wanted);
}

fn check_text(checks: &mut Checks, at: &str, question: &Question, kind: QuestionType, text: &str) {
    match kind {
        QuestionType::LongText => {
            let most = length(question.max_length.unwrap_or(LONG_ANSWER));
            if text.chars().count() > most {
                checks.add(FieldError::too_long(at, most));
            } else {
                checks.optional_text(at, Some(text));
            }
        }
        QuestionType::Choice => check_option(checks, at, question, text),
        QuestionType::Email => {
            if let Err(error) = EmailAddress::parse(text) {
                checks.fault(at, Code::EmailInvalid, error.to_string());
            }
        }
        QuestionType::Phone if !is_phone(text) => {
            checks.fault(at, Code::PhoneInvalid, "A telephone number such as +46 46 359 50 00.");
        }
        QuestionType::Country if country_code(text).is_none() => {
            checks.fault(at, Code::FieldType, "Two letters of ISO 3166-1, as in NO or NL.");
        }
        QuestionType::Text => checks.line(at, text, question.max_length.map_or(LINE, length)),
        QuestionType::Phone | QuestionType::Country | QuestionType::Boolean | QuestionType::MultiChoice => {}
    }
}

fn length(most: i32) -> usize {
    usize::try_from(most).unwrap_or_default()
}

fn check_chosen(checks: &mut Checks, at: &str, question: &Question, values: &[Value]) {
    let mut chosen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        let at = format!("{at}/{index}");
        match value.as_str() {
            Some(value) if !chosen.insert(value) => checks.fault(at, Code::FieldType, "This is chosen already."),
            Some(value) => check_option(checks, &at, question, value),
            None => wrong_type(checks, &at, QuestionType::Choice),
        }
        // One fault says enough of a list that goes on and on.
        if index > question.options.len() {
            return;
        }
    }
}

fn check_option(checks: &mut Checks, at: &str, question: &Question, value: &str) {
    if question.options.iter().any(|option| option.value == value) {
        return;
    }
    let candidates = question.options.iter().map(|option| option.value.clone()).collect();
    let fault = FieldError::new(at, Code::FieldType, "This is none of the options.");
    checks.add(FieldError { candidates, ..fault });
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let number = text.strip_prefix('+').unwrap_or(text);
    let is_plain = number.chars().all(|c| c.is_ascii_digit() || " -()./".contains(c));
    is_plain && (5..=20).contains(&digits) && number.len() <= 40
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(question: Value, answers: Value) -> Vec<(String, &'static str)> {
        let mut question = question;
        question["key"] = json!("q");
        question["label"] = json!("Q");
        let question: Question = serde_json::from_value(question).unwrap();
        let Value::Object(answers) = answers else { panic!("an object") };
        check_answers(&[question], &answers).into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[track_caller]
    fn fits(question: &Value, answers: &[Value]) {
        for answer in answers {
            assert_eq!(faults(question.clone(), json!({ "q": answer })), [], "{answer}");
        }
    }

    #[track_caller]
    fn fails(question: &Value, code: &'static str, answers: &[Value]) {
        for answer in answers {
            let found = faults(question.clone(), json!({ "q": answer }));
            assert_eq!(found, [("/answers/q".to_owned(), code)], "{answer}");
        }
    }

    #[test]
    fn texts() {
        let text = json!({ "type": "text", "max_length": 5 });
        fits(&text, &[json!("=cmd"), json!("ååååå"), json!(""), json!(" "), Value::Null]);
        fails(&text, "text_invalid", &[json!("a\r\nb"), json!("a\0"), json!("123456")]);
        fails(&text, "field_type", &[json!(1), json!(true), json!(["a"]), json!({})]);
        fits(&json!({ "type": "long_text" }), &[json!("a\r\n\tb"), json!("x".repeat(5000))]);
        fails(&json!({ "type": "long_text" }), "text_invalid", &[json!("a\u{7}"), json!("x".repeat(5001))]);
    }

    #[test]
    fn choices() {
        let options = json!([{ "value": "a", "label": "A" }, { "value": "b", "label": "B" }]);
        let one = json!({ "type": "choice", "options": options });
        fits(&one, &[json!("a"), json!("")]);
        fails(&one, "field_type", &[json!("A"), json!(["a"]), json!(0), json!("a\n")]);
        let several = json!({ "type": "multi_choice", "options": options });
        fits(&several, &[json!(["b", "a"]), json!(["a"]), json!([])]);
        fails(&several, "field_type", &[json!("a"), json!(""), json!({ "a": true })]);
        let found = faults(several, json!({ "q": ["a", "c", "a", 1] }));
        let at = |index: usize| (format!("/answers/q/{index}"), "field_type");
        assert_eq!(found, [at(1), at(2), at(3)]);
    }

    #[test]
    fn what_has_a_form_of_its_own() {
        fits(&json!({ "type": "boolean" }), &[json!(true), json!(false), Value::Null]);
        fails(&json!({ "type": "boolean" }), "field_type", &[json!("true"), json!(""), json!(1)]);
        fits(&json!({ "type": "email" }), &[json!("ada@example.org")]);
        fails(&json!({ "type": "email" }), "email_invalid", &[json!("ada"), json!("a@b.example\r\nBcc: c@d.example")]);
        fits(&json!({ "type": "phone" }), &[json!("+46 46 359 50 00"), json!("(030) 1234-56"), json!("112 00")]);
        fails(&json!({ "type": "phone" }), "phone_invalid", &[json!("1234"), json!("46+46359"), json!("tel:12345")]);
        fits(&json!({ "type": "country" }), &[json!("NL"), json!("nl")]);
        fails(&json!({ "type": "country" }), "field_type", &[json!("NLD"), json!("UK")]);
    }

    #[test]
    fn a_text_that_is_too_long_is_told_how_long_it_may_be() {
        let question = json!({ "key": "q", "label": "Q", "type": "long_text", "max_length": 5 });
        let question: Question = serde_json::from_value(question).unwrap();
        let faults = check_answers(&[question], json!({ "q": "123456" }).as_object().unwrap());
        assert_eq!(faults, [FieldError::too_long("/answers/q", 5)]);
    }

    #[test]
    fn a_country_is_kept_in_capital_letters() {
        let questions = json!([
            { "key": "home", "label": "H", "type": "country" },
            { "key": "text", "label": "T", "type": "text" },
        ]);
        let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
        let normal = |answers: Value| normal_answers(&questions, answers.as_object().unwrap().clone());
        let kept = normal(json!({ "home": "nl", "text": "nl", "other": "nl" }));
        assert_eq!(Value::Object(kept), json!({ "home": "NL", "text": "nl", "other": "nl" }));
        let odd = json!({ "home": ["nl"], "text": 1 });
        assert_eq!(Value::Object(normal(odd.clone())), odd);
    }

    #[test]
    fn what_is_required_and_what_is_unknown() {
        let required = |kind: &str| json!({ "type": kind, "required": true, "options": [] });
        for kind in ["text", "long_text", "choice", "email", "phone", "country"] {
            fails(&required(kind), "field_required", &[json!(""), json!(" "), Value::Null]);
        }
        fails(&required("multi_choice"), "field_required", &[json!([]), Value::Null]);
        fits(&required("boolean"), &[json!(false)]);
        let absent = faults(required("boolean"), json!({ "a/b~": 1 }));
        let expected = [("/answers/a~1b~0", "field_unknown"), ("/answers/q", "field_required")];
        assert_eq!(absent, expected.map(|(at, code)| (at.to_owned(), code)));
    }
}
