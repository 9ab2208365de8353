//! What each mail of this room is for, what its texts may use, and invented cases of it.

use serde_json::{Value, json};

use crate::time::Language;
use crate::wording::{MailDescription, Sample, Variable, sample_event, sample_instant};

macro_rules! variables {
    ($($name:literal $meaning:literal)*) => {
        &[
            Variable { name: "person.name", meaning: "The name of the person who registered." },
            Variable { name: "event.title", meaning: "The title of the event." },
            Variable { name: "event.super_title", meaning: "What stands above the title, if anything." },
            Variable { name: "event.when", meaning: "When the event is, as well as it is known, with its zone." },
            Variable { name: "event.reader_when", meaning: "The same in the person's zone, if they have another." },
            Variable { name: "event.place", meaning: "The venue, the platform, or both, if known." },
            Variable { name: "event.url", meaning: "The address of the event." },
            Variable { name: "event.ics_url", meaning: "The address of the event's calendar file." },
            Variable { name: "workspace.name", meaning: "The name of the workspace." },
            $(Variable { name: $name, meaning: $meaning }),*
        ]
    };
}

macro_rules! for_a_person {
    ($($name:literal $meaning:literal)*) => {
        variables!(
            "links.manage" "Where the person sees, confirms, accepts or cancels the registration. It is theirs alone."
            "state" "Where the registration stands: confirmed, recording, waitlisted, offered, pending_verification and so on."
            $($name $meaning)*
        )
    };
}

macro_rules! with_join_link {
    ($($name:literal $meaning:literal)*) => {
        for_a_person!(
            "links.join" "Where to join online, for who has a seat."
            "links.passcode" "The passcode for that."
            $($name $meaning)*
        )
    };
}

const WHAT: &[&str] = &["event.title", "details"];
const WHEN: &[&str] = &["event.when", "details"];
const WHERE: &[&str] = &["event.place", "details"];
const MANAGE: &[&str] = &["links.manage", "actions"];
const JOIN: &[&str] = &["links.join", "actions"];
const PASSCODE: &[&str] = &["links.passcode", "actions"];

/// The mails of this room, in the order in which a person may get them.
pub const MAILS: &[MailDescription] = &[
    MailDescription {
        name: "registrations/verify",
        purpose: "To who registers where addresses are confirmed: please confirm.",
        variables: for_a_person!(
            "verify.until" "Until when to confirm, with the zone."
            "verify.reader_until" "The same in the person's zone, if they have another."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, MANAGE, &["verify.until", "actions"]],
        samples: |language| one("unconfirmed", case(language, "pending_verification")),
    },
    MailDescription {
        name: "registrations/pending",
        purpose: "To who registers where the staff decide on each registration: it is being looked at.",
        variables: for_a_person!(),
        has_actions: true,
        required: &[WHAT, WHEN, MANAGE],
        samples: |language| one("undecided", case(language, "pending_approval")),
    },
    MailDescription {
        name: "registrations/rejected",
        purpose: "To whom the staff did not accept.",
        variables: for_a_person!("decision.reason" "Why, if the staff have said so."),
        has_actions: true,
        required: &[WHAT, &["decision.reason"]],
        samples: |language| {
            let mut with_reason = case(language, "rejected");
            set(&mut with_reason, "decision", json!({ "reason": word(language, "sample reason") }));
            vec![sample("with_reason", with_reason), sample("without_reason", case(language, "rejected"))]
        },
    },
    MailDescription {
        name: "registrations/confirmed",
        purpose: "To who has a seat, with the entry for their calendar; and to who registered for the recording alone.",
        variables: with_join_link!(
            "calendar" "Whether the entry for the calendar is attached: not while the day is open."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, WHERE, MANAGE, JOIN, PASSCODE],
        samples: |language| {
            let mut seat = seated(language);
            set(&mut seat, "calendar", json!(true));
            vec![
                sample("seat", seat),
                sample("day_open", seated(language)),
                sample("recording", case(language, "recording")),
            ]
        },
    },
    MailDescription {
        name: "registrations/waitlisted",
        purpose: "To who registers for a full event: a place on the waiting list.",
        variables: for_a_person!("queue.ahead" "How many are ahead on the waiting list."),
        has_actions: true,
        required: &[WHAT, WHEN, MANAGE],
        samples: |language| {
            let mut waiting = case(language, "waitlisted");
            set(&mut waiting, "queue", json!({ "ahead": 2 }));
            let mut next = case(language, "waitlisted");
            set(&mut next, "queue", json!({ "ahead": 0 }));
            vec![sample("waiting", waiting), sample("next", next), sample("unknown", case(language, "waitlisted"))]
        },
    },
    MailDescription {
        name: "registrations/offered",
        purpose: "To the first on the waiting list when a seat comes free: theirs if they accept in time.",
        variables: for_a_person!(
            "offer.until" "Until when to accept, with the zone."
            "offer.reader_until" "The same in the person's zone, if they have another."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, WHERE, MANAGE, &["offer.until", "actions"]],
        samples: |language| one("offer", case(language, "offered")),
    },
    MailDescription {
        name: "registrations/expired",
        purpose: "To who did not accept an offered seat in time.",
        variables: for_a_person!(),
        has_actions: true,
        required: &[WHAT],
        samples: |language| one("expired", case(language, "expired")),
    },
    MailDescription {
        name: "registrations/cancelled",
        purpose: "To whose registration was cancelled, by themselves or by the staff.",
        variables: for_a_person!(),
        has_actions: true,
        required: &[WHAT, WHEN],
        samples: |language| one("cancelled", case(language, "cancelled")),
    },
    MailDescription {
        name: "registrations/repeated",
        purpose: "To an address that is entered again: it is registered already, and nothing has changed.",
        variables: with_join_link!(
            "queue.ahead" "How many are ahead on the waiting list."
            "offer.until" "Until when to accept an offered seat."
            "offer.reader_until" "The same in the person's zone, if they have another."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, MANAGE, &["offer.until", "actions"]],
        samples: |language| {
            let mut waiting = case(language, "waitlisted");
            set(&mut waiting, "queue", json!({ "ahead": 2 }));
            vec![
                sample("seat", seated(language)),
                sample("waiting", waiting),
                sample("offer", case(language, "offered")),
                sample("unconfirmed", case(language, "pending_verification")),
            ]
        },
    },
    MailDescription {
        name: "registrations/changed",
        purpose: "To everybody who is registered when the event is rescheduled, postponed, cancelled, reinstated or moved.",
        variables: with_join_link!(
            "change.what" "What happened: rescheduled, postponed, cancelled, reinstated or place_changed."
            "change.reason" "Why, if the staff have said so."
            "change.when" "When the event is now, or was to be; null while that is open."
            "change.reader_when" "The same in the person's zone, if they have another."
            "change.old_when" "When it was to be before."
            "change.reader_old_when" "The same in the person's zone, if they have another."
            "calendar" "Whether the new entry for the calendar is attached."
        ),
        has_actions: true,
        required: &[&["details"], MANAGE, &["change.reason"], JOIN],
        samples: |language| {
            ["rescheduled", "postponed", "cancelled", "reinstated", "place_changed"]
                .map(|what| sample(what, changed(language, what)))
                .to_vec()
        },
    },
    MailDescription {
        name: "registrations/notice",
        purpose: "To each member of the staff who wants to be told of registrations.",
        variables: variables!(
            "notice.what" "What happened: confirmed, waitlisted, pending_approval or cancelled."
            "notice.person" "Who registered."
            "notice.organisation" "Their organisation, if they named one."
            "notice.taken" "How many seats are taken."
            "notice.capacity" "How many there are; null without a limit."
            "notice.waiting" "How many wait."
            "notice.member_name" "The name of the member who is told."
        ),
        has_actions: false,
        required: &[WHAT, &["notice.person", "details"]],
        samples: |language| {
            ["confirmed", "waitlisted", "pending_approval", "cancelled"]
                .map(|what| sample(what, notice(language, what)))
                .to_vec()
        },
    },
];

fn sample(name: &'static str, context: Value) -> Sample {
    Sample { name, context }
}

fn one(name: &'static str, context: Value) -> Vec<Sample> {
    vec![sample(name, context)]
}

fn set(context: &mut Value, name: &str, value: Value) {
    if let Some(member) = context.get_mut(name) {
        *member = value;
    }
}

/// A word of the samples.
fn word(language: Language, of: &str) -> &'static str {
    match (of, language) {
        ("sample reason", Language::En) => "A reason that the staff have given.",
        ("sample reason", Language::De) => "Ein Grund, den das Team genannt hat.",
        ("sample reason", Language::Fr) => "Un motif que l’équipe a donné.",
        ("sample reason", Language::Nl) => "Een reden die het team heeft gegeven.",
        (_, Language::En) => "Sam Sample",
        (_, Language::De) => "Erika Beispiel",
        (_, Language::Fr) => "Camille Exemple",
        (_, Language::Nl) => "Jan Voorbeeld",
    }
}

/// A registration in a state, with what belongs to that state.
fn case(language: Language, state: &str) -> Value {
    let until = |applies: bool| applies.then(|| json!({ "until": sample_instant(language), "reader_until": null }));
    json!({
        "person": { "name": word(language, "name") },
        "event": sample_event(language),
        "workspace": { "name": "Sample & Co" },
        "links": {
            "manage": "https://plenary.example/api/v1/registrations/manage/sample", "join": null, "passcode": null,
        },
        "state": state,
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
fn seated(language: Language) -> Value {
    let mut context = case(language, "confirmed");
    set(
        &mut context,
        "links",
        json!({
            "manage": "https://plenary.example/api/v1/registrations/manage/sample",
            "join": "https://meet.example/join/sample",
            "passcode": "sample-passcode",
        }),
    );
    context
}

fn changed(language: Language, what: &str) -> Value {
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
        "reason": word(language, "sample reason"),
        "when": new,
        "reader_when": reader_when.filter(|_| new.is_some()),
        "old_when": old,
        "reader_old_when": null,
    });
    set(&mut context, "change", change);
    context
}

fn notice(language: Language, what: &str) -> Value {
    let mut context = case(language, "confirmed");
    set(&mut context, "links", json!({ "manage": null, "join": null, "passcode": null }));
    let notice = json!({
        "what": what, "person": word(language, "name"), "organisation": "Sample & Co", "taken": 12, "capacity": 30,
        "waiting": 0, "member_name": word(language, "name"),
    });
    set(&mut context, "notice", notice);
    context
}
