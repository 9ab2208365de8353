//! What the page of a registration shows: the event, where the registration stands, and what can be done.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::super::OwnLinks;
use super::super::form::{Question, shown_answers};
use super::super::group_view::GroupView;
use super::super::possible::{OwnAction, possible_actions};
use super::super::view::MailView;
use crate::db::DbResult;
use crate::events::EventStatus;
use crate::time::Language;

/// What the templates of these pages are given: what mails say of the registration, and besides the whole title, the answers, and
/// which forms there are: those that have an effect.
pub fn standing_context(
    view: &MailView,
    questions: &[Question],
    links: &OwnLinks,
    language: Language,
    possible: &[OwnAction],
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
    context.insert("answers".to_owned(), json!(shown_answers(questions, &registration.answers.0, language)));
    context.insert("can".to_owned(), can(possible));
    context
}

/// What the page of several registrations is given at `now`: of each what its own page says of the event and where it stands, and
/// whether an address waits that can still be confirmed. `page` is the address of the page of one.
///
/// # Errors
/// The `when` of an event cannot be read: a hand in the database.
pub fn group_context(
    group: &GroupView,
    page: impl Fn(&MailView) -> String,
    language: Language,
    now: DateTime<Utc>,
) -> DbResult<Map<String, Value>> {
    let mut asked = None;
    for view in &group.views {
        let can = possible_actions(&view.registration, &view.parts.event, now)?;
        asked = asked.or(can.contains(&OwnAction::Verify).then_some(view));
    }
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
    Ok(Map::from_iter([
        ("series".to_owned(), json!({ "title": group.series.details.0.title })),
        ("workspace".to_owned(), json!({ "name": workspace })),
        ("can".to_owned(), json!({ "verify": asked.is_some() })),
        ("verify".to_owned(), json!(verify)),
        ("entries".to_owned(), Value::Array(entries)),
    ]))
}

/// Which forms there are.
fn can(possible: &[OwnAction]) -> Value {
    let is_possible = |action: OwnAction| possible.contains(&action);
    json!({
        "verify": is_possible(OwnAction::Verify),
        "accept": is_possible(OwnAction::AcceptOffer),
        "decline": is_possible(OwnAction::DeclineOffer),
        "cancel": is_possible(OwnAction::Cancel),
        "edit": is_possible(OwnAction::Edit),
    })
}
