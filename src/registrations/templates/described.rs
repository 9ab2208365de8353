//! What each mail of this room is for, and what its texts may use.

use serde_json::json;

use super::samples::{case, changed, fixed, notice, one, sample, seated, series, set, word};
use super::variables::{JOIN, MANAGE, PASSCODE, WHAT, WHEN, WHERE, for_a_person, variables, with_join_link};
use crate::wording::{MailDescription, Variable};

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
        name: "registrations/afterwards",
        purpose: "To who was registered for an event that is over, when their links are replaced, or sent to them again.",
        variables: for_a_person!(
            "links.join" "Where the recording is shown, once there is one, to who had a seat at an event that was joined online."
            "links.feed" "The calendar of all that the person has registered for."
        ),
        has_actions: true,
        required: &[WHAT, MANAGE],
        samples: |language| {
            let mut without_links = seated(language);
            let links = case(language, "confirmed").get("links").cloned();
            set(&mut without_links, "links", links.unwrap_or_default());
            vec![sample("online", seated(language)), sample("on_site", without_links)]
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
        variables: for_a_person!(
            "had_seat" "Whether they had a seat; otherwise they waited for one or for the recording."
            "decision.reason" "Why, if the staff have cancelled it and said so."
        ),
        has_actions: true,
        required: &[WHAT, WHEN, &["decision.reason"]],
        samples: |language| {
            let mut waiting = case(language, "cancelled");
            set(&mut waiting, "had_seat", json!(false));
            let mut with_reason = case(language, "cancelled");
            set(&mut with_reason, "decision", json!({ "reason": word(language, "sample reason") }));
            vec![
                sample("cancelled", case(language, "cancelled")),
                sample("with_reason", with_reason),
                sample("without_seat", waiting),
            ]
        },
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
            "change.fixed" "What has become known of a time that was announced less exactly and still holds: date, time or narrower."
            "change.reason" "Why, if the staff have said so."
            "change.when" "When the event is now, or was to be; null while that is open."
            "change.reader_when" "The same in the person's zone, if they have another."
            "change.old_when" "When it was to be before."
            "change.reader_old_when" "The same in the person's zone, if they have another."
            "calendar" "Whether the new entry for the calendar is attached."
            "offer.until" "Until when to accept an offered seat."
            "offer.reader_until" "The same in the person's zone, if they have another."
        ),
        has_actions: true,
        required: &[&["details"], MANAGE, &["change.reason"], JOIN],
        samples: |language| {
            let all = ["rescheduled", "postponed", "cancelled", "reinstated", "place_changed"];
            let mut samples = all.map(|what| sample(what, changed(language, what))).to_vec();
            samples.extend(["date", "time", "narrower"].map(|what| sample(what, fixed(language, what))));
            let mut offered = case(language, "offered");
            let moved = changed(language, "rescheduled").get("change").cloned();
            set(&mut offered, "change", moved.unwrap_or_default());
            samples.push(sample("offered", offered));
            samples
        },
    },
    MailDescription {
        name: "registrations/notice",
        purpose: "To each member of the staff who wants to be told of registrations.",
        variables: variables!(
            "notice.what" "What happened: confirmed, waitlisted, pending_approval or cancelled."
            "notice.person" "Who registered."
            "notice.email" "Their address."
            "notice.organisation" "Their organisation, if they named one."
            "notice.url" "Where the staff see the registrations, if the workspace has said where."
            "state" "Where the registration stands: confirmed, recording, waitlisted, pending_approval, cancelled and so on."
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
    MailDescription {
        name: "registrations/series",
        purpose: "To who registers for several events of a series at once: where each of them stands, and a link to confirm the address.",
        variables: &[
            Variable { name: "person.name", meaning: "The name of the person who registered." },
            Variable { name: "series.title", meaning: "The title of the series." },
            Variable { name: "workspace.name", meaning: "The name of the workspace." },
            Variable {
                name: "links.group",
                meaning: "Where the person sees all of them and confirms the address. It is theirs alone.",
            },
            Variable {
                name: "links.feed",
                meaning: "The calendar of all that the person has registered for, once the address is confirmed.",
            },
            Variable { name: "asks", meaning: "Whether the address has to be confirmed." },
            Variable { name: "verify.until", meaning: "Until when to confirm, with the zone." },
            Variable { name: "verify.reader_until", meaning: "The same in the person's zone, if they have another." },
        ],
        has_actions: true,
        // The events are in the block of facts alone: a text has no loops.
        required: &[&["details"], &["links.group", "actions"], &["verify.until", "actions"]],
        samples: |language| {
            vec![sample("registered", series(language, false)), sample("unconfirmed", series(language, true))]
        },
    },
];
