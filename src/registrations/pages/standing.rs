//! What the page of a registration shows: the event, where the registration stands, and what can be done.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::super::form::{Question, QuestionType};
use super::super::group_view::GroupView;
use super::super::model::{Registration, RegistrationState};
use super::super::view::MailView;
use super::super::{OwnLinks, rules};
use crate::events::EventStatus;
use crate::time::Language;

/// What the templates of these pages are given at `now`: what mails say of the registration, and besides the whole title, the
/// answers, and which of the forms have an effect.
pub fn standing_context(
    view: &MailView,
    questions: &[Question],
    links: &OwnLinks,
    language: Language,
    now: DateTime<Utc>,
) -> Map<String, Value> {
    let registration = &view.registration;
    let event = &view.parts.event;
    let mut context = view.context(language, None);
    // Mails cut a title for their subject, and give a passcode that a page need not show.
    if let Some(shown) = context.get_mut("event") {
        shown["title"] = json!(event.details.0.title);
        shown["is_cancelled"] = json!(event.status == EventStatus::Cancelled);
    }
    let Value::Object(mut context) = context else { return Map::new() };
    context.insert("links".to_owned(), json!(links));
    context.insert("organisation".to_owned(), json!(registration.organisation));
    context.insert("answers".to_owned(), Value::Array(answers(questions, registration)));
    context.insert("can".to_owned(), can(registration, now));
    context
}

/// What the page of several registrations is given at `now`: of each what its own page says of the event and where it stands, and
/// whether an address waits that can still be confirmed. `page` is the address of the page of one.
pub fn group_context(
    group: &GroupView,
    page: impl Fn(&MailView) -> String,
    language: Language,
    now: DateTime<Utc>,
) -> Map<String, Value> {
    let is_asked = |view: &&MailView| {
        let Registration { state, verify_by, .. } = &view.registration;
        rules::is_verifiable(*state, verify_by.map(|at| at.0), now)
    };
    let asked = group.views.iter().find(is_asked);
    let verify = asked.and_then(|view| view.context(language, None).get("verify").cloned());
    let entries = group.views.iter().map(|view| {
        let mut entry = view.context(language, None);
        if let Some(Value::Object(shown)) = entry.get_mut("event") {
            shown.insert("title".to_owned(), json!(view.parts.event.details.0.title));
            shown.insert("is_cancelled".to_owned(), json!(view.parts.event.status == EventStatus::Cancelled));
        }
        if let Value::Object(members) = &mut entry {
            members.insert("page".to_owned(), json!(page(view)));
        }
        entry
    });
    let entries: Vec<Value> = entries.collect();
    let workspace = group.views.first().map(|view| view.workspace.name.clone());
    Map::from_iter([
        ("series".to_owned(), json!({ "title": group.series.details.0.title })),
        ("workspace".to_owned(), json!({ "name": workspace })),
        ("can".to_owned(), json!({ "verify": asked.is_some() })),
        ("verify".to_owned(), json!(verify)),
        ("entries".to_owned(), Value::Array(entries)),
    ])
}

/// Which of the forms have an effect.
fn can(registration: &Registration, now: DateTime<Utc>) -> Value {
    let Registration { state, verify_by, offer_expires_at, .. } = registration;
    let is_offered = rules::is_offer_live(*state, offer_expires_at.map(|at| at.0), now);
    let is_open = matches!(
        state,
        RegistrationState::Confirmed
            | RegistrationState::Waitlisted
            | RegistrationState::PendingApproval
            | RegistrationState::PendingVerification
    );
    json!({
        "verify": rules::is_verifiable(*state, verify_by.map(|at| at.0), now),
        "accept": is_offered,
        "decline": is_offered,
        "cancel": is_open,
        "edit": !state.is_over(),
    })
}

/// What was answered, in the order of the form: the question, and the answer as a text or as yes or no.
fn answers(questions: &[Question], registration: &Registration) -> Vec<Value> {
    let given = &registration.answers.0;
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
            Value::String(text) => (Some(text.clone()), None),
            _ => return None,
        };
        let is_blank = text.as_ref().is_some_and(|text| text.trim().is_empty());
        (!is_blank).then(|| json!({ "label": question.label, "text": text, "is_yes": is_yes }))
    });
    shown.collect()
}
