//! The page in every language, with all that a context can hold and with as little as it can.

use serde_json::{Value, json};

use super::*;
use crate::time::Language;

const HOSTILE: &str = "<script>alert('x')</script> & \"y\"";
const SAFE: &str = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;";

fn minimal() -> Value {
    json!({
        "person": { "name": HOSTILE },
        "event": {
            "title": HOSTILE, "super_title": null, "when": "WHEN", "reader_when": null, "place": null, "is_cancelled": false,
        },
        "session": null, "role": "ROLE", "affiliation": null, "job_title": null, "workspace": { "name": HOSTILE },
        "message": null, "respond_by": null, "answered_at": null, "status": "invited", "has_accepted": false,
        "has_declined": false, "recording_consent": null, "is_taken_back": false, "can_answer": true, "faults": [],
        "entered": { "answer": null, "recording_consent": null, "note": null },
    })
}

fn full() -> Value {
    let mut context = minimal();
    context["event"]["super_title"] = json!(HOSTILE);
    context["event"]["reader_when"] = json!("READER-WHEN");
    context["event"]["place"] = json!(HOSTILE);
    let times = json!({ "when": "SESSION-WHEN", "reader_when": "SESSION-READER" });
    context["session"] = json!({ "label": HOSTILE, "title": HOSTILE, "time": times });
    context["message"] = json!(format!("{HOSTILE}\nsecond line"));
    context["respond_by"] = json!({ "when": "BY", "reader_when": "BY-READER" });
    context["answered_at"] = json!({ "when": "AT", "reader_when": "AT-READER" });
    context["status"] = json!("confirmed");
    context["has_accepted"] = json!(true);
    context["faults"] = json!([{ "field": "note", "code": "text_invalid", "most": 5000 }]);
    context["entered"] = json!({ "answer": "accept", "recording_consent": false, "note": HOSTILE });
    context
}

fn render(language: Language, context: &Value) -> String {
    let mut pages = Pages::new().unwrap();
    add_pages(&mut pages).unwrap();
    pages.render("speakers/invitation.html", language, context).unwrap()
}

#[test]
fn every_page_is_complete_and_safe() {
    for language in Language::ALL {
        for context in [minimal(), full()] {
            let html = render(language, &context);
            for unsafe_or_left in ["<script", "{{", "{%", "none", "null", "undefined"] {
                let page = html.split("</style>").nth(1).unwrap();
                assert!(!page.contains(unsafe_or_left), "{unsafe_or_left}: {language}\n{html}");
            }
            assert!(html.contains(SAFE) && html.contains("WHEN") && html.contains("ROLE"), "{html}");
            assert_eq!(html.matches("<h1>").count(), 1);
            // Every field has a label, and every label a field.
            for id in ["answer", "answer-decline", "recording_consent", "recording-no", "note"] {
                assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}: {html}");
                assert_eq!(html.matches(&format!(" for=\"{id}\"")).count(), 1, "{id}: {html}");
            }
        }
    }
}

#[test]
fn what_was_entered_stands_in_the_form() {
    let html = render(Language::En, &full());
    assert!(html.contains("value=\"accept\" required checked>"), "{html}");
    assert!(html.contains("value=\"false\" checked>") && !html.contains("value=\"true\" checked>"), "{html}");
    assert!(html.contains(&format!("note-fault\" aria-invalid=\"true\">\n{SAFE}</textarea>")), "{html}");
    assert!(html.contains("<a href=\"#note\">A note to the organisers – This text"), "{html}");
    assert!(!render(Language::En, &minimal()).contains("checked"));
}

#[test]
fn a_page_says_where_it_stands_and_has_a_form_only_while_it_is_open() {
    for (change, said, has_form) in [
        (json!({}), "You have not answered yet.", true),
        (json!({ "status": "confirmed", "has_accepted": true }), "You said that you will take part.", true),
        (json!({ "status": "declined", "has_declined": true }), "You said that you will not take part.", true),
        (json!({ "can_answer": false }), "Answers are not taken any more.", false),
        (json!({ "can_answer": false, "status": "withdrawn" }), "This part in the event was taken back.", false),
    ] {
        let mut context = minimal();
        for (name, value) in change.as_object().unwrap() {
            context[name] = value.clone();
        }
        let html = render(Language::En, &context);
        assert!(html.contains(said), "{said}: {html}");
        assert_eq!(html.contains("<form method=\"post\">"), has_form, "{said}");
    }
    let mut cancelled = minimal();
    (cancelled["event"]["is_cancelled"], cancelled["can_answer"]) = (json!(true), json!(false));
    assert!(render(Language::En, &cancelled).contains("The event was cancelled."));
}
