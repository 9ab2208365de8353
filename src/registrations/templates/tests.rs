//! Every mail in every language, with all that a context can hold and with as little as it can.

use serde_json::{Value, json};

use super::*;
use crate::mail::{Rendered, render_mail};

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "nl"];
/// The kinds; behind a slash what happened, where a kind has several texts.
const KINDS: [&str; 16] = [
    "confirmed",
    "afterwards",
    "waitlisted",
    "offered",
    "cancelled",
    "expired",
    "repeated",
    "notice",
    "verify",
    "pending",
    "rejected",
    "changed/rescheduled",
    "changed/postponed",
    "changed/cancelled",
    "changed/reinstated",
    "changed/place_changed",
];
const TITLE: &str = "<b>\"A\" & B</b>";
const SAFE_TITLE: &str = "&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;";
const WHEN: &str = "Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)";
const OLD_WHEN: &str = "Tuesday 1 February 2022, 10:00–11:30 (Europe/Paris, UTC+01:00)";
const READER_OLD_WHEN: &str = "Tuesday 1 February 2022, 11:00–12:30 (Europe/Helsinki, UTC+02:00)";
const READER_WHEN: &str = "Wednesday 23 February 2022, 12:30–14:00 (Europe/Helsinki, UTC+02:00)";
const EVENT: &str = "https://plenary.example/events/1";
const MANAGE: &str = "https://plenary.example/registrations/T";
const ICS: &str = "https://plenary.example/calendars/events/1.ics";
const FEED: &str = "https://plenary.example/calendars/personal/T.ics";
const DESK: &str = "https://desk.example/1?a=1&b=2";
const JOIN: &str = "https://meet.example/j?a=1&b=2";

fn templates() -> Templates {
    let mut templates = Templates::new().unwrap();
    add_templates(&mut templates).unwrap();
    templates
}

fn minimal(kind: &str) -> Value {
    let is_notice = kind == "notice";
    let change = kind.strip_prefix("changed/").map(|what| {
        // Postponed, and no new time known: the old one is all there is.
        let (when, old_when) = if what == "postponed" { (None, Some(WHEN)) } else { (Some(WHEN), None) };
        json!({
            "what": what, "fixed": null, "reason": null, "when": when, "reader_when": null, "old_when": old_when,
            "reader_old_when": null,
        })
    });
    json!({
        "person": { "name": "Ulrika <i>" },
        "event": {
            "title": TITLE, "super_title": null, "when": WHEN, "reader_when": null, "place": null, "url": EVENT,
            "ics_url": ICS,
        },
        "workspace": { "name": "Observatory & Co" },
        "links": { "manage": if is_notice { Value::Null } else { json!(MANAGE) }, "join": null, "passcode": null, "feed": null },
        "state": if kind == "repeated" { "confirmed" } else if change.is_some() { "waitlisted" } else { kind },
        "had_seat": false,
        "queue": null,
        "offer": null,
        "verify": null,
        "decision": { "reason": null },
        "change": change,
        "calendar": false,
        "notice": is_notice.then(|| json!({
            "what": "confirmed", "person": "Ulrika <i>", "email": "u@example.org", "organisation": null, "answers": [],
            "taken": 12, "capacity": null, "waiting": 0, "url": null, "member_name": "Ann <i>",
        })),
    })
}

fn full(kind: &str) -> Value {
    let mut context = minimal(kind);
    (context["calendar"], context["had_seat"]) = (json!(true), json!(true));
    context["event"]["super_title"] = json!("Above <i>");
    context["event"]["reader_when"] = json!(READER_WHEN);
    context["event"]["place"] = json!("Hall <i>");
    context["links"]["join"] = json!(JOIN);
    context["links"]["passcode"] = json!("<i>secret");
    context["links"]["feed"] = json!(FEED);
    context["queue"] = json!({ "ahead": 2 });
    context["offer"] = json!({ "until": "Monday <i> (Europe/Paris)", "reader_until": "Monday <i> (Europe/Helsinki)" });
    context["verify"] = context["offer"].clone();
    context["decision"] = json!({ "reason": "For members <i>" });
    if let Some(what) = kind.strip_prefix("changed/") {
        let (when, old_when) = if what == "cancelled" { (WHEN, None) } else { (WHEN, Some(OLD_WHEN)) };
        context["state"] = json!("confirmed");
        context["change"] = json!({
            "what": what, "fixed": null, "reason": "The speaker <i> is ill", "when": when, "reader_when": READER_WHEN,
            "old_when": old_when, "reader_old_when": old_when.map(|_| READER_OLD_WHEN),
        });
    }
    if kind == "notice" {
        context["notice"]["organisation"] = json!("City <i>");
        context["notice"]["capacity"] = json!(30);
        context["notice"]["url"] = json!(DESK);
        context["notice"]["answers"] = json!([
            { "label": "Meal <i>?", "text": "Soup <i>", "is_yes": null },
            { "label": "First time?", "text": null, "is_yes": true },
        ]);
    }
    context
}

fn render(kind: &str, language: &str, context: &Value) -> Rendered {
    let name = kind.split('/').next().unwrap();
    render_mail(&templates(), &format!("registrations/{name}"), language, context).unwrap()
}

fn text(kind: &str, change: impl Fn(&mut Value)) -> String {
    let mut context = minimal(kind);
    change(&mut context);
    render(kind, "en", &context).text
}

#[test]
fn no_mail_is_missing_in_any_language() {
    let mut expected: Vec<String> = ["layout.html", "layout.txt", "parts.html", "wording.html", "wording.txt"]
        .into_iter()
        .map(str::to_owned)
        .collect();
    for language in LANGUAGES {
        for base in ["event", "registrations/base"] {
            expected.extend(["html", "txt"].map(|ending| format!("{base}.{language}.{ending}")));
        }
        let mut kinds = KINDS.map(|kind| kind.split('/').next().unwrap()).to_vec();
        kinds.dedup();
        kinds.push("series");
        for kind in kinds {
            let endings = ["html", "subject.txt", "txt"];
            expected.extend(endings.map(|ending| format!("registrations/{kind}.{language}.{ending}")));
        }
    }
    expected.sort_unstable();
    assert_eq!(templates().names(), expected);
}

#[test]
fn every_mail_is_complete_and_safe() {
    for language in LANGUAGES {
        for kind in KINDS {
            for context in [minimal(kind), full(kind)] {
                let mail = render(kind, language, &context);
                let place = format!("{kind} {language}\n{}\n{}\n{}", mail.subject, mail.text, mail.html);
                assert_eq!(mail.language, language, "{place}");
                assert!(mail.subject.ends_with(TITLE) && mail.subject.len() > TITLE.len() + 4, "{place}");
                assert_eq!(mail.subject.lines().count(), 1, "{place}");
                let link = match kind {
                    "notice" => None,
                    "cancelled" | "expired" | "rejected" => Some(EVENT),
                    _ => Some(MANAGE),
                };
                for wanted in [TITLE, WHEN, "Observatory & Co"].into_iter().chain(link) {
                    assert!(mail.text.contains(wanted), "{wanted}: {place}");
                }
                let href = link.map(|link| format!("href=\"{link}\""));
                for wanted in [SAFE_TITLE, WHEN, "Observatory &amp; Co"].into_iter().chain(href.as_deref()) {
                    assert!(mail.html.contains(wanted), "{wanted}: {place}");
                }
                let page = mail.html.replace("display: none", "").replace("text-decoration: none", "");
                for unsafe_or_left in ["<b>", "<i>", "{{", "{%", "none", "null", "href=\"\""] {
                    assert!(!page.contains(unsafe_or_left), "{unsafe_or_left}: {place}");
                }
                for left in ["{{", "{%", "none", "null", "&amp;"] {
                    assert!(!mail.text.contains(left), "{left}: {place}");
                }
            }
        }
    }
}

#[test]
fn texts_are_tidy() {
    for language in LANGUAGES {
        for kind in KINDS {
            for context in [minimal(kind), full(kind)] {
                let text = render(kind, language, &context).text;
                assert!(!text.contains("\n\n\n"), "{kind} {language}\n{text}");
                assert!(text.ends_with(".\n"), "{kind} {language}\n{text}");
                for line in text.lines().filter(|line| *line != "-- ") {
                    assert_eq!(line, line.trim_end(), "{kind} {language}");
                    assert!(line.chars().count() <= 78, "{kind} {language}: {line}");
                }
            }
        }
    }
}

#[test]
fn a_confirmation_reads_as_a_whole() {
    assert_eq!(
        render("confirmed", "en", &full("confirmed")).text,
        "You are registered\n\nHello Ulrika <i>,\n\nYour seat is booked. We look forward to seeing you.\n\nEvent:\n  \
         Above <i>\n  <b>\"A\" & B</b>\nWhen:\n  Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)\nIn \
         your time zone:\n  Wednesday 23 February 2022, 12:30–14:00 (Europe/Helsinki, UTC+02:00)\nWhere:\n  Hall \
         <i>\n\nJoin the event here:\nhttps://meet.example/j?a=1&b=2\nPasscode: <i>secret\n\nThe entry for your \
         calendar is attached to this mail. You can also add the\nevent with this link:\nhttps://plenary.example/calendars/events/1.ics\n\nAll your events in one calendar that keeps itself up to \
         date:\nhttps://plenary.example/calendars/personal/T.ics\n\nIf you cannot come, please cancel, so that the organisers can plan.\n\nSee or cancel your registration:\nhttps://plenary.example/registrations/T\
         \n\n-- \nObservatory & Co\nYou get this mail because this address was used to register for\n“<b>\"A\" & \
         B</b>”.\n"
    );
}

#[test]
fn a_link_to_join_is_only_in_mails_that_are_for_it() {
    for kind in KINDS {
        let mail = render(kind, "en", &full(kind));
        let takes_place = ["changed/rescheduled", "changed/reinstated", "changed/place_changed"].contains(&kind);
        let is_for_it = ["confirmed", "repeated"].contains(&kind) || takes_place;
        // Where the meeting was, the recording is shown; nobody needs a passcode for that.
        let leads_there = is_for_it || kind == "afterwards";
        let has_entry = kind == "confirmed" || takes_place;
        let has_feed = ["confirmed", "afterwards"].contains(&kind);
        assert_eq!(mail.text.contains(JOIN), leads_there, "{kind}");
        assert_eq!(mail.html.contains("href=\"https://meet.example/j?a=1&amp;b=2\""), leads_there, "{kind}");
        assert_eq!(mail.text.contains("secret"), is_for_it, "{kind}");
        assert_eq!(mail.html.contains("secret"), is_for_it, "{kind}");
        assert_eq!(mail.text.contains(FEED), has_feed, "{kind}");
        assert_eq!(mail.html.contains(&format!("href=\"{FEED}\"")), has_feed, "{kind}");
        assert_eq!(mail.text.contains(ICS), has_entry, "{kind}");
        assert_eq!(mail.html.contains(ICS), has_entry, "{kind}");
    }
}

#[test]
fn an_entry_is_promised_where_it_is_attached_and_nowhere_else() {
    let (attached, open) = ("is attached to this mail", "The day of the event is not fixed yet.");
    for (calendar, said, other) in [(true, attached, open), (false, open, attached)] {
        let mut context = full("confirmed");
        context["calendar"] = json!(calendar);
        let mail = render("confirmed", "en", &context);
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(said) && !part.contains(other) && part.contains(ICS) == calendar, "{part}");
        }
        let mut context = full("changed/rescheduled");
        context["calendar"] = json!(calendar);
        let mail = render("changed/rescheduled", "en", &context);
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(attached) == calendar && part.contains(ICS) == calendar, "{part}");
        }
    }
}

#[test]
fn the_queue_is_counted_in_words() {
    let after = |ahead: u32| {
        let text = text("waitlisted", |context| context["queue"] = json!({ "ahead": ahead }));
        text.lines().nth(7).unwrap().to_owned()
    };
    assert_eq!(after(0), "You are next in line.");
    assert_eq!(after(1), "One person is ahead of you.");
    assert_eq!(after(14), "14 people are ahead of you.");
}

#[test]
fn an_offer_says_until_when_in_both_zones() {
    let text = render("offered", "en", &full("offered")).text;
    let until =
        "\nAccept by:\n  Monday <i> (Europe/Paris)\nIn your time zone:\n  Monday <i> (Europe/Helsinki)\n\nAfter";
    assert!(text.contains(until), "{text}");
}

#[test]
fn a_repeated_registration_says_where_it_stands() {
    let stands = |state: &str| {
        let text = text("repeated", |context| context["state"] = json!(state));
        text.lines().nth(7).unwrap().to_owned()
    };
    assert_eq!(stands("confirmed"), "You are registered.");
    assert_eq!(stands("waitlisted"), "You are on the waiting list.");
    assert_eq!(stands("offered"), "A seat is held for you. Please accept it in time.");
    assert_eq!(stands("pending_approval"), "The organisers have not yet decided on your registration.");
    assert_eq!(
        stands("pending_verification"),
        "You still have to confirm your address. Please use the link in our first"
    );
}

#[test]
fn who_registers_for_the_recording_is_promised_no_seat() {
    for language in LANGUAGES {
        let mut context = minimal("confirmed");
        context["calendar"] = json!(true);
        let seated = render("confirmed", language, &context);
        context["state"] = json!("recording");
        let mail = render("confirmed", language, &context);
        for (part, other) in [(mail.text, seated.text), (mail.html, seated.html)] {
            assert!(part.contains(MANAGE) && !part.contains(ICS) && other.contains(ICS), "{part}");
        }
    }
    let text = text("confirmed", |context| context["state"] = json!("recording"));
    let said =
        "Hello Ulrika <i>,\n\nYou are registered for the recording. You have no seat at the event itself.\n\nEvent:\n";
    assert!(text.contains(said), "{text}");
    assert!(text.contains(&format!("\n\nSee or cancel your registration:\n{MANAGE}\n\n-- \n")), "{text}");
}

#[test]
fn an_address_is_confirmed_in_time_and_a_refusal_has_its_reason() {
    let verify = render("verify", "en", &full("verify")).text;
    let until =
        "\nConfirm by:\n  Monday <i> (Europe/Paris)\nIn your time zone:\n  Monday <i> (Europe/Helsinki)\n\nConfirm";
    assert!(verify.contains(until), "{verify}");
    let refused = render("rejected", "en", &full("rejected")).text;
    assert!(refused.contains("\n\nReason:\n  For members <i>\n\nEvent:\n"), "{refused}");
    assert!(!render("rejected", "en", &minimal("rejected")).text.contains("Reason"));
}

#[test]
fn a_notice_says_what_happened_and_how_many_seats_are_taken() {
    for (what, subject, said, stands) in [
        ("confirmed", "New registration", "Somebody has registered.", "Has a seat"),
        ("waitlisted", "New on the waiting list", "Somebody has joined the waiting list.", "On the waiting list"),
        ("cancelled", "Registration cancelled", "A registration has been cancelled.", "Cancelled"),
        (
            "pending_approval",
            "Waiting for your decision",
            "Somebody has registered and waits for your decision.",
            "Waits for your decision",
        ),
    ] {
        let mut context = full("notice");
        context["notice"]["what"] = json!(what);
        context["state"] = json!(what);
        let mail = render("notice", "en", &context);
        assert_eq!(mail.subject, format!("{subject}: {TITLE}"));
        assert_eq!(
            mail.text,
            format!(
                "{subject}\n\nHello Ann <i>,\n\n{said}\n\nName:\n  Ulrika <i>\nE-mail:\n  u@example.org\nOrganisation:\n  \
                 City <i>\nRegistration:\n  {stands}\nMeal <i>?\n  Soup <i>\nFirst time?\n  yes\nEvent:\n  \
                 {TITLE}\nWhen:\n  {WHEN}\nSeats taken: 12 of 30\nOn the waiting list: 0\n\nSee the registrations of \
                 this event:\n{DESK}\n\n-- \nObservatory & Co\nYou \
                 get this mail because your account is set to be told of each\nregistration.\n"
            )
        );
        // The person's zone is not the member's.
        assert!(!mail.html.contains(READER_WHEN));
    }
    let open = render("notice", "en", &minimal("notice"));
    assert!(open.text.contains("\nSeats taken: 12 (no limit)\nOn the waiting list: 0\n"), "{}", open.text);
    assert!(open.html.contains(">12 (no limit)</dd>"), "{}", open.html);
    assert!(!open.text.contains("See the registrations") && !open.html.contains("<a "), "no dead link: {}", open.html);
}

#[test]
fn a_new_time_stands_before_the_old_one_in_both_zones() {
    let mail = render("changed/rescheduled", "en", &full("changed/rescheduled"));
    assert_eq!(mail.subject, format!("New time: {TITLE}"));
    assert_eq!(
        mail.text,
        format!(
            "The event has a new time\n\nHello Ulrika <i>,\n\nThe event that you registered for takes place at another \
             time.\n\nReason:\n  The speaker <i> is ill\n\nEvent:\n  Above <i>\n  {TITLE}\nNew time:\n  {WHEN}\nIn your \
             time zone:\n  {READER_WHEN}\nOld time:\n  {OLD_WHEN}\nIn your time zone:\n  {READER_OLD_WHEN}\nWhere:\n  Hall \
             <i>\n\nYour seat is kept for you.\n\nJoin the event here:\n{JOIN}\nPasscode: <i>secret\n\nThe new entry for \
             your calendar is attached to this mail. If the event is in\nyour calendar and does not change by itself, \
             please correct it there, or use\nthis link:\n{ICS}\n\nIf you cannot come, please cancel, so that the organisers can plan.\n\nSee or \
             cancel your registration:\n{MANAGE}\n\n-- \nObservatory & Co\nYou get this mail because this address was used \
             to register for\n“{TITLE}”.\n"
        )
    );
    for language in LANGUAGES {
        let mail = render("changed/rescheduled", language, &full("changed/rescheduled"));
        for part in [mail.text, mail.html] {
            let places: Vec<usize> =
                [WHEN, READER_WHEN, OLD_WHEN, READER_OLD_WHEN].iter().map(|time| part.find(time).unwrap()).collect();
            assert!(places.is_sorted(), "{language}: {part}");
        }
    }
}

#[test]
fn what_is_known_better_is_no_new_time() {
    for (fixed, subject, said) in [
        ("date", "The date is fixed", "The date of the event that you registered for is fixed now."),
        ("time", "The time is fixed", "The time of the event that you registered for is fixed now. The day stays"),
        (
            "narrower",
            "More is known of the date",
            "More is known now of the date of the event that you registered for.",
        ),
    ] {
        for language in LANGUAGES {
            let mut context = full("changed/rescheduled");
            let moved = render("changed/rescheduled", language, &context);
            context["change"]["fixed"] = json!(fixed);
            let mail = render("changed/rescheduled", language, &context);
            let place = format!("{fixed} {language}\n{}\n{}", mail.subject, mail.text);
            assert_ne!(mail.subject, moved.subject, "{place}");
            assert!(mail.subject.ends_with(TITLE), "{place}");
            // What was known before stands below what is known now, and neither is called new or old.
            let labels = |text: &str| -> Vec<String> {
                let lines: Vec<&str> = text.lines().collect();
                let above =
                    |when: &str| lines.windows(2).find(|two| two[1].trim() == when).map(|two| two[0].to_owned());
                [WHEN, OLD_WHEN].into_iter().filter_map(above).collect()
            };
            let (now, before) = (labels(&mail.text), labels(&moved.text));
            assert_eq!((now.len(), before.len()), (2, 2), "{place}");
            assert!(now.iter().all(|label| !before.contains(label)), "{place}");
            assert!(mail.text.lines().all(|line| line.chars().count() <= 78), "{place}");
        }
        let mut context = full("changed/rescheduled");
        context["change"]["fixed"] = json!(fixed);
        let mail = render("changed/rescheduled", "en", &context);
        assert_eq!(mail.subject, format!("{subject}: {TITLE}"));
        assert!(mail.text.contains(said), "{}", mail.text);
    }
}

#[test]
fn nobody_is_told_a_time_that_does_not_hold() {
    for language in LANGUAGES {
        // The event's own facts say the old time: none of them stands in the mail.
        let mut context = minimal("changed/postponed");
        context["event"]["when"] = json!("Never");
        let mail = render("changed/postponed", language, &context);
        assert_eq!(mail.text.matches(WHEN).count(), 1, "{}", mail.text);
        assert!(!mail.text.contains("Never"), "{}", mail.text);
        let vague = render("changed/postponed", language, &full("changed/postponed")).text;
        assert!(vague.contains(OLD_WHEN) && vague.contains(WHEN), "{vague}");
    }
}

#[test]
fn who_had_no_seat_is_not_told_that_one_was_given_back() {
    for (had_seat, said) in [(true, "Your seat is not held any more."), (false, "There is nothing you need to do.")] {
        let text = text("cancelled", |context| context["had_seat"] = json!(had_seat));
        assert!(text.contains(said), "{text}");
        assert_eq!((text.contains("seat"), text.contains("calendar")), (had_seat, had_seat), "{text}");
    }
}

#[test]
fn who_is_cancelled_by_the_staff_reads_why() {
    for (language, label) in [("en", "Reason:"), ("de", "Grund:"), ("fr", "Motif :"), ("nl", "Reden:")] {
        let mail = render("cancelled", language, &full("cancelled"));
        assert!(mail.text.contains(&format!("\n\n{label}\n  For members <i>\n\n")), "{}", mail.text);
        assert!(mail.html.contains(&format!("{label} For members &lt;i&gt;")), "{}", mail.html);
        let own = render("cancelled", language, &minimal("cancelled"));
        assert!(!own.text.contains(label) && !own.html.contains(label), "{}", own.text);
    }
}

#[test]
fn whose_offer_stands_is_told_until_when() {
    let held = |what: &str| {
        text(&format!("changed/{what}"), |context| {
            context["state"] = json!("offered");
            context["offer"] = json!({ "until": "Monday", "reader_until": "Tuesday" });
        })
    };
    let told = held("rescheduled");
    assert!(told.contains("Accept by:\n  Monday\nIn your time zone:\n  Tuesday\n"), "{told}");
    assert!(!held("cancelled").contains("Accept by"));
}

#[test]
fn who_has_no_seat_is_told_so_much_and_no_more() {
    for (state, said) in [
        ("waitlisted", "You keep your place on the waiting list."),
        ("offered", "The seat that is offered to you is still held."),
        ("pending_approval", "Your registration stays as it is."),
    ] {
        let text = text("changed/rescheduled", |context| context["state"] = json!(state));
        assert!(text.contains(said) && !text.contains(ICS) && text.contains(MANAGE), "{text}");
        let gone = self::text("changed/cancelled", |context| context["state"] = json!(state));
        assert!(!gone.contains(said) && !gone.contains("calendar"), "{gone}");
    }
}
