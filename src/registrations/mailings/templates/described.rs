//! What each mail of this room is for, what its texts may use, and invented cases of it. The way to unsubscribe stands in the
//! footer, which stays ours whatever a workspace writes.

use serde_json::{Value, json};

use super::super::super::templates::samples::{case, one, sample, seated, set, word};
use super::super::super::templates::variables::{
    JOIN, MANAGE, PASSCODE, WHAT, WHEN, WHERE, for_a_person, variables, with_join_link,
};
use crate::time::Language;
use crate::wording::{MailDescription, Variable, sample_event};

/// Mails that a workspace does not word, and why.
pub const NOT_WORDED: &[(&str, &str)] =
    &[("mailings/announcement", "The staff write its subject and its text anew each time.")];

macro_rules! with_what_is_left {
    ($($name:literal $meaning:literal)*) => {
        for_a_person!(
            "mailing.report" "The address of the event's page, if there is a report on it."
            "unsubscribe_url" "Where the person stops reminders and announcements. The footer has it too."
            $($name $meaning)*
        )
    };
}

/// What is to be seen is in the block of what can be done: a text has no loops.
const SEEN: &[&str] = &["actions"];

/// The mails of this room.
pub const MAILS: &[MailDescription] = &[
    MailDescription {
        name: "mailings/reminder",
        purpose: "To who has a seat or waits for one, at the times that the event or its series sets: a reminder.",
        variables: with_join_link!(
            "unsubscribe_url" "Where the person stops reminders and announcements. The footer has it too."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, WHERE, MANAGE, JOIN, PASSCODE],
        samples: |language| {
            let waiting = case(language, "waitlisted");
            vec![
                sample("seat", mailing(seated(language), "unknown", false)),
                sample("no_seat", mailing(waiting, "unknown", false)),
            ]
        },
    },
    MailDescription {
        name: "mailings/follow_up",
        purpose: "To who was registered, at the times after the event that it or its series sets: thanks, and what there is to see.",
        variables: with_what_is_left!("mailing.was_there" "Whether the person was there: yes, no or unknown."),
        has_actions: true,
        required: &[WHAT, MANAGE, SEEN],
        samples: |language| {
            ["yes", "no", "unknown"]
                .map(|was| sample(was, mailing(case(language, "confirmed"), was, was != "no")))
                .to_vec()
        },
    },
    MailDescription {
        name: "mailings/recording",
        purpose: "To who registered for the recording alone, when it is there.",
        variables: with_what_is_left!(),
        has_actions: true,
        required: &[WHAT, MANAGE, SEEN],
        samples: |language| one("recording", mailing(case(language, "recording"), "unknown", true)),
    },
    MailDescription {
        name: "mailings/digest",
        purpose: "To each member of the staff who wants it, once a day: what happened to the registrations of each event.",
        variables: &[
            Variable { name: "person.name", meaning: "The name of the member." },
            Variable { name: "workspace.name", meaning: "The name of the workspace." },
        ],
        has_actions: false,
        required: &[&["details"]],
        samples: |language| one("day", digest(language)),
    },
];

/// A mail that its person may do without, with or without something to see.
fn mailing(mut context: Value, was_there: &str, is_seen: bool) -> Value {
    let material =
        |name: &str| json!({ "title": format!("{name} 1"), "url": format!("https://plenary.example/{name}") });
    let some = |name: &str| if is_seen { vec![material(name)] } else { Vec::new() };
    let said = json!({
        "was_there": was_there,
        "report": is_seen.then_some("https://plenary.example/events/sample"),
        "recordings": some("recording"),
        "materials": some("slides"),
    });
    if let Value::Object(members) = &mut context {
        members.insert("mailing".to_owned(), said);
        members.insert("unsubscribe_url".to_owned(), json!("https://plenary.example/unsubscribe/sample"));
    }
    context
}

fn digest(language: Language) -> Value {
    let mut event = sample_event(language);
    if let Value::Object(members) = &mut event {
        for (name, count) in [("registered", 3), ("cancelled", 1), ("taken", 12), ("capacity", 30), ("waiting", 0)] {
            members.insert(name.to_owned(), json!(count));
        }
    }
    let mut unlimited = event.clone();
    set(&mut unlimited, "capacity", Value::Null);
    json!({
        "person": { "name": word(language, "name") },
        "workspace": { "name": "Sample & Co" },
        "events": [event, unlimited],
    })
}
