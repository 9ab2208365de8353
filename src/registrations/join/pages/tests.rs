//! The page in every language and for every way, with all that a context can hold and with as little as it can.

use serde_json::{Value, json};

use super::super::rules::Way;
use super::*;
use crate::time::Language;

const HOSTILE: &str = "<script>alert('x')</script> & \"y\"";
const SAFE: &str = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;";
const MEETING: &str = "https://meet.example/j?a=1&b=\"2\"";

fn context(way: Way, is_full: bool) -> Value {
    let some = |text: &str| if is_full { json!(text) } else { Value::Null };
    json!({
        "way": way.as_str(),
        "state": "waitlisted",
        "event": {
            "title": HOSTILE, "super_title": some(HOSTILE), "when": "WHEN", "reader_when": some("READER-WHEN"),
            "place": some(HOSTILE),
        },
        "workspace": { "name": HOSTILE },
        "opens": { "until": "OPENS", "reader_until": some("READER-OPENS") },
        "meeting": (way == Way::Open).then(|| json!({ "url": MEETING, "passcode": some(HOSTILE) })),
        "recordings": if is_full { json!([{ "title": HOSTILE, "url": MEETING }]) } else { json!([]) },
    })
}

fn render(language: Language, context: &Value) -> String {
    let mut pages = Pages::new().unwrap();
    add_pages(&mut pages).unwrap();
    let html = pages.render("join/join.html", language, context).unwrap();
    html.split("</style>").nth(1).unwrap().to_owned()
}

#[test]
fn every_page_is_complete_and_safe() {
    let mut titles = std::collections::BTreeSet::new();
    for language in Language::ALL {
        for way in Way::ALL {
            for is_full in [false, true] {
                let html = render(language, &context(*way, is_full));
                for unsafe_or_left in ["<script", "{{", "{%", "none", "null", "undefined", "<strong></strong>"] {
                    assert!(!html.contains(unsafe_or_left), "{unsafe_or_left}: {language} {way}\n{html}");
                }
                assert!(html.contains(SAFE) && html.contains("WHEN"), "{html}");
                assert_eq!(html.contains("READER-WHEN"), is_full);
                assert_eq!(html.contains("OPENS"), *way == Way::NotYet, "{language} {way}");
                let (_, title) = html.split_once("<h1>").unwrap();
                titles.insert(title.split_once("</h1>").unwrap().0.to_owned());
                // The one link there is leads into the meeting, or to a recording.
                let leads = html.matches("href=\"https://meet.example/j?a=1&amp;b=&quot;2&quot;\"").count();
                let expected = *way == Way::Open || (is_full && matches!(way, Way::Recording | Way::Over));
                assert_eq!(leads, usize::from(expected), "{language} {way}");
            }
        }
    }
    assert_eq!(titles.len(), Way::ALL.len() * 4);
}

#[test]
fn who_waits_is_told_for_what() {
    for language in Language::ALL {
        let mut said = std::collections::BTreeSet::new();
        for state in ["pending_verification", "pending_approval", "waitlisted", "offered"] {
            let mut context = context(Way::Waiting, false);
            context["state"] = json!(state);
            let html = render(language, &context);
            let (_, rest) = html.split_once("<strong>").unwrap();
            said.insert(rest.split_once("</strong>").unwrap().0.to_owned());
        }
        assert_eq!(said.len(), 4, "{said:?}");
    }
}
