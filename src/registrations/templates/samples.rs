//! Invented cases of the mails of this room.

use serde_json::{Value, json};

use crate::time::{Language, When, WhenInput};
use crate::wording::{Sample, sample_event, sample_instant};

/// A case of a mail.
pub(in crate::registrations) fn sample(name: &'static str, context: Value) -> Sample {
    Sample { name, context }
}

/// The one case of a mail.
pub(in crate::registrations) fn one(name: &'static str, context: Value) -> Vec<Sample> {
    vec![sample(name, context)]
}

/// Puts another value into a context.
pub(in crate::registrations) fn set(context: &mut Value, name: &str, value: Value) {
    if let Some(member) = context.get_mut(name) {
        *member = value;
    }
}

/// A word of the samples.
pub(in crate::registrations) fn word(language: Language, of: &str) -> &'static str {
    match (of, language) {
        ("sample reason", Language::En) => "A reason that the staff have given.",
        ("sample reason", Language::De) => "Ein Grund, den das Team genannt hat.",
        ("sample reason", Language::Fr) => "Un motif que l’équipe a donné.",
        ("sample reason", Language::Nl) => "Een reden die het team heeft gegeven.",
        ("question", Language::En) => "What would you like to eat?",
        ("question", Language::De) => "Was möchten Sie essen?",
        ("question", Language::Fr) => "Que souhaitez-vous manger ?",
        ("question", Language::Nl) => "Wat wilt u eten?",
        ("answer", Language::En) => "Something vegan",
        ("answer", Language::De) => "Etwas Veganes",
        ("answer", Language::Fr) => "Un plat végane",
        ("answer", Language::Nl) => "Iets veganistisch",
        ("other question", Language::En) => "Are you coming for the first time?",
        ("other question", Language::De) => "Sind Sie zum ersten Mal dabei?",
        ("other question", Language::Fr) => "Venez-vous pour la première fois ?",
        ("other question", Language::Nl) => "Komt u voor het eerst?",
        ("series", Language::En) => "Sample series: the city on foot",
        ("series", Language::De) => "Beispielreihe: zu Fuß durch die Stadt",
        ("series", Language::Fr) => "Série d’exemple : la ville à pied",
        ("series", Language::Nl) => "Voorbeeldreeks: te voet door de stad",
        (_, Language::En) => "Sam Sample",
        (_, Language::De) => "Erika Beispiel",
        (_, Language::Fr) => "Camille Exemple",
        (_, Language::Nl) => "Jan Voorbeeld",
    }
}

/// A registration in a state, with what belongs to that state.
pub(in crate::registrations) fn case(language: Language, state: &str) -> Value {
    let until = |applies: bool| applies.then(|| json!({ "until": sample_instant(language), "reader_until": null }));
    json!({
        "person": { "name": word(language, "name") },
        "event": sample_event(language),
        "workspace": { "name": "Sample & Co" },
        "links": {
            "manage": "https://plenary.example/registrations/sample", "join": null, "feed": null, "passcode": null,
        },
        "state": state,
        "had_seat": matches!(state, "confirmed" | "attended" | "no_show" | "cancelled"),
        "queue": null,
        "offer": until(state == "offered"),
        "verify": until(state == "pending_verification"),
        "decision": { "reason": null },
        "change": null,
        "notice": null,
        "calendar": false,
    })
}

/// A registration with a seat, and a link to join.
pub(in crate::registrations) fn seated(language: Language) -> Value {
    let mut context = case(language, "confirmed");
    set(
        &mut context,
        "links",
        json!({
            "manage": "https://plenary.example/registrations/sample",
            "join": "https://meet.example/join/sample",
            "feed": "https://plenary.example/calendars/personal/sample.ics",
            "passcode": "sample-passcode",
        }),
    );
    context
}

/// A registration for an event that something became of.
pub(in crate::registrations) fn changed(language: Language, what: &str) -> Value {
    let takes_place = matches!(what, "rescheduled" | "reinstated" | "place_changed");
    let mut context = if takes_place { seated(language) } else { case(language, "confirmed") };
    set(&mut context, "calendar", json!(takes_place));
    let when = context.pointer("/event/when").cloned();
    let reader_when = context.pointer("/event/reader_when").cloned();
    let (new, old) = match what {
        "postponed" => (None, when),
        "rescheduled" => (when, sample_instant(language).map(Value::from)),
        _ => (when, None),
    };
    let change = json!({
        "what": what,
        "fixed": null,
        "reason": word(language, "sample reason"),
        "when": new,
        "reader_when": reader_when.filter(|_| new.is_some()),
        "old_when": old,
        "reader_old_when": null,
    });
    set(&mut context, "change", change);
    context
}

/// A registration for an event of whose time more has become known.
pub(in crate::registrations) fn fixed(language: Language, what: &str) -> Value {
    let announced = WhenInput::edtf(if what == "time" { "2030-05-14" } else { "2030-05" }).parse().ok();
    let mut context = changed(language, "rescheduled");
    if let Some(change) = context.get_mut("change") {
        set(change, "fixed", json!(what));
        set(change, "old_when", json!(announced.map(|when: When| when.display(language))));
    }
    context
}

/// What a member of the staff is told.
pub(in crate::registrations) fn notice(language: Language, what: &str) -> Value {
    let mut context = case(language, "confirmed");
    set(&mut context, "links", json!({ "manage": null, "join": null, "feed": null, "passcode": null }));
    let notice = json!({
        "what": what, "person": word(language, "name"), "email": "sample@example.org", "organisation": "Sample & Co",
        "answers": [
            { "label": word(language, "question"), "text": word(language, "answer"), "is_yes": null },
            { "label": word(language, "other question"), "text": null, "is_yes": true },
        ],
        "taken": 12, "capacity": 30, "waiting": 0, "url": "https://plenary.example/desk/sample",
        "member_name": word(language, "name"),
    });
    set(&mut context, "state", json!(what));
    set(&mut context, "notice", notice);
    context
}

/// Two registrations for events of a series, of which the second may wait for the address.
pub(in crate::registrations) fn series(language: Language, asks: bool) -> Value {
    let second = case(language, if asks { "pending_verification" } else { "waitlisted" });
    let until = second.get("verify").cloned();
    json!({
        "person": { "name": word(language, "name") },
        "series": { "title": word(language, "series") },
        "workspace": { "name": "Sample & Co" },
        "links": {
            "group": "https://plenary.example/registrations/groups/sample",
            "feed": (!asks).then_some("https://plenary.example/calendars/personal/sample.ics"),
        },
        "asks": asks,
        "verify": until,
        "entries": [seated(language), second],
    })
}
