//! What each mail of this room is for, what its texts may use, and invented cases of it.

use serde_json::{Value, json};

use crate::speakers::AppearanceRole;
use crate::speakers::words;
use crate::time::Language;
use crate::wording::{MailDescription, Sample, Variable, sample_event, sample_instant};

macro_rules! variables {
    ($($name:literal $meaning:literal)*) => {
        &[
            Variable { name: "person.name", meaning: "The name of the speaker." },
            Variable { name: "event.title", meaning: "The title of the event." },
            Variable { name: "event.super_title", meaning: "What stands above the title, if anything." },
            Variable { name: "event.when", meaning: "When the event is, as well as it is known, with its zone." },
            Variable { name: "event.reader_when", meaning: "The same in the speaker's zone, if they have another." },
            Variable { name: "event.place", meaning: "The venue, the platform, or both, if known." },
            Variable { name: "session.label", meaning: "The label of the session, if the part is in one and it has a label." },
            Variable { name: "session.title", meaning: "The title of the session, if the part is in one." },
            Variable { name: "session.time.when", meaning: "When the session is, as far as that is known." },
            Variable { name: "session.time.reader_when", meaning: "The same in the speaker's zone, if they have another." },
            Variable { name: "role", meaning: "The part, in words: Speaker, Moderator and so on." },
            Variable { name: "affiliation", meaning: "What they speak for, if known." },
            Variable { name: "job_title", meaning: "What they are there, if known." },
            Variable { name: "workspace.name", meaning: "The name of the workspace." },
            $(Variable { name: $name, meaning: $meaning }),*
        ]
    };
}

/// The mails of this room.
pub const MAILS: &[MailDescription] = &[
    MailDescription {
        name: "speakers/invitation",
        purpose: "To a speaker whom the staff invite to take part.",
        variables: variables!(
            "message" "What the staff have written to the speaker, if anything."
            "respond_by.when" "Until when to answer, if a time was set."
            "respond_by.reader_when" "The same in the speaker's zone, if they have another."
            "link" "Where the speaker answers. It is theirs alone."
        ),
        has_actions: true,
        required: &[&["details"], &["message"], &["link", "actions"]],
        samples: |language| {
            let (mut in_session, mut bare) = (case(language, false), case(language, false));
            set(&mut in_session, "session", session());
            set(&mut bare, "message", Value::Null);
            set(&mut bare, "respond_by", Value::Null);
            vec![
                Sample { name: "session", context: in_session },
                Sample { name: "event", context: case(language, false) },
                Sample { name: "bare", context: bare },
            ]
        },
    },
    MailDescription {
        name: "speakers/answered",
        purpose: "To each member of the staff who wants to be told, when a speaker has answered.",
        variables: variables!(
            "has_accepted" "Whether they take part."
            "recording_consent" "Whether they agree to be recorded; null if they have not said."
            "note" "What they have written, if anything."
            "member.name" "The name of the member who is told."
        ),
        has_actions: false,
        required: &[&["event.title", "details"], &["person.name", "details"]],
        samples: |language| {
            let (mut accepted, declined) = (case(language, true), case(language, false));
            set(&mut accepted, "session", session());
            vec![Sample { name: "accepted", context: accepted }, Sample { name: "declined", context: declined }]
        },
    },
];

fn set(context: &mut Value, name: &str, value: Value) {
    if let Some(member) = context.get_mut(name) {
        *member = value;
    }
}

fn session() -> Value {
    json!({ "label": "1", "title": "Sample session", "time": { "when": "16:30–17:00", "reader_when": null } })
}

fn case(language: Language, has_accepted: bool) -> Value {
    let (name, message) = match language {
        Language::En => ("Sam Sample", "We would be glad to have you."),
        Language::De => ("Erika Beispiel", "Wir würden uns sehr freuen."),
        Language::Fr => ("Camille Exemple", "Nous serions ravis de vous accueillir."),
        Language::Nl => ("Jan Voorbeeld", "We zouden het erg fijn vinden."),
    };
    let mut event = sample_event(language);
    if let Value::Object(members) = &mut event {
        members.shift_remove("url");
        members.shift_remove("ics_url");
        members.insert("is_cancelled".to_owned(), json!(false));
    }
    json!({
        "person": { "name": name },
        "event": event,
        "session": null,
        "role": words::role(language, AppearanceRole::Moderator),
        "affiliation": null,
        "job_title": null,
        "workspace": { "name": "Sample & Co" },
        "message": message,
        "respond_by": { "when": sample_instant(language), "reader_when": null },
        "answered_at": null,
        "status": if has_accepted { "confirmed" } else { "declined" },
        "has_accepted": has_accepted,
        "has_declined": !has_accepted,
        "recording_consent": has_accepted,
        "is_taken_back": false,
        "link": "https://plenary.example/invitations/sample",
        "note": null,
        "member": { "name": name },
    })
}
