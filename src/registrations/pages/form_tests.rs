//! What goes into the form, and what comes out of it.

use super::*;
use crate::registrations::pages::tests::registration;

fn questions() -> Vec<Question> {
    let options = json!([{ "value": "a", "label": "A" }, { "value": "b", "label": "B" }]);
    let questions = json!([
        { "key": "why", "label": "Why?", "type": "long_text", "required": true },
        { "key": "one", "label": "One", "type": "choice", "options": options },
        { "key": "many", "label": "Many", "type": "multi_choice", "options": options },
        { "key": "is", "label": "Is it?", "type": "boolean" },
        { "key": "second", "label": "Second", "type": "email" },
        { "key": "home", "label": "Home", "type": "country" },
    ]);
    serde_json::from_value(questions).unwrap()
}

fn map(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("an object") };
    map
}

/// What is stored after the form was sent with these answers over those.
fn after(stored: Value, sent: Value) -> Value {
    let row = registration(map(stored));
    let entered = EnteredDetails { answers: map(sent), ..EnteredDetails::of(&row, &[]) };
    Value::Object(entered.own(&row, &questions()).answers)
}

#[test]
fn what_comes_back_as_it_was_shown_changes_nothing() {
    for stored in [
        json!({ "why": "a\r\n\tb", "one": "a", "many": ["b", "a"], "is": false, "second": "x@example.org" }),
        json!({ "why": "", "many": [], "is": null }),
        json!({ "why": ["was", "a", "list"], "one": "gone", "many": "a", "is": "true", "old": { "x": 1 }, "home": "Utrecht" }),
        json!({ "home": "NL" }),
        json!({}),
    ] {
        let row = registration(map(stored));
        let shown = EnteredDetails::of(&row, &questions());
        // A browser ends lines in its own way, and sends no field that is empty.
        let sent = shown.answers.iter().filter_map(|(key, answer)| match answer {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some((key.clone(), json!(text.replace("\r\n", "\n")))),
            Value::Array(chosen) if chosen.is_empty() => None,
            other => Some((key.clone(), other.clone())),
        });
        let sent = EnteredDetails { answers: sent.collect(), ..shown.clone() };
        assert_eq!(sent.own(&row, &questions()), OwnDetails::of(&row));
    }
}

#[test]
fn texts_become_what_the_question_asks_for() {
    let sent = json!({ "why": "b", "one": "b", "many": "a", "is": "true", "second": "y@example.org" });
    let expected = json!({ "why": "b", "one": "b", "many": ["a"], "is": true, "second": "y@example.org" });
    assert_eq!(after(json!({}), sent), expected);
    assert_eq!(after(json!({ "is": true, "many": ["b"] }), json!({ "is": "false" })), json!({ "is": false }));
    assert_eq!(after(json!({ "many": ["a"] }), json!({ "many": ["a", "b"] })), json!({ "many": ["a", "b"] }));
    // What no browser sends is left for the check of the answers.
    let odd = json!({ "is": "perhaps", "one": ["a", "b"], "unknown": "x" });
    assert_eq!(after(json!({}), odd.clone()), odd);
}

#[test]
fn an_empty_field_takes_an_answer_back_if_it_had_shown_it() {
    let stored = json!({ "why": "x", "one": "a", "many": ["a"], "is": true, "second": "x@example.org", "old": 1 });
    assert_eq!(after(stored, json!({})), json!({ "old": 1 }));
    assert_eq!(after(json!({ "one": "gone" }), json!({})), json!({ "one": "gone" }));
}

#[test]
fn a_field_is_named_after_what_it_fills() {
    let row = registration(map(json!({ "one": "b", "many": ["a"], "is": false })));
    let entered = EnteredDetails { language: Some("pt-BR".to_owned()), ..EnteredDetails::of(&row, &questions()) };
    let context = form_context(&entered, &questions(), Language::De);
    let fields: Vec<&Value> = context["questions"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["answers/why", "answers/one", "answers/many", "answers/is", "answers/second", "answers/home"]);
    let chosen = |index: usize| {
        let options = context["questions"][index]["options"].as_array().unwrap().iter();
        options.map(|option| option["is_chosen"] == true).collect::<Vec<_>>()
    };
    assert_eq!((chosen(1), chosen(2)), (vec![false, true], vec![true, false]));
    let is = &context["questions"][3];
    assert_eq!((&is["is_yes"], &is["is_no"]), (&json!(false), &json!(true)));
    assert_eq!(context["mail_languages"].as_array().unwrap().last(), Some(&json!(["pt-BR", "pt-BR"])));
    let countries = context["countries"].as_array().unwrap();
    assert!(countries.contains(&json!(["AT", "Österreich"])) && countries.len() == 250, "{countries:?}");
    assert!(context["zones"].as_array().unwrap().contains(&json!("Europe/Berlin")));
}
