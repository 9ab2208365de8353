//! The layout in every language: complete, escaped, and with the policy that fits its style sheet.

use serde_json::json;

use super::*;
use crate::http::Code;

fn pages() -> Pages {
    let mut pages = Pages::new().unwrap();
    pages
        .add(
            "test.html",
            "{% extends \"page.html\" %}\n{% import \"words.\" ~ language ~ \".html\" as words %}\n{% from \"parts.html\" import \
             facts, fault, summary %}\n{% block title %}{{ name }}{% endblock %}\n{% block lead %}{{ summary(faults, {\"note\": \"Note\"}, \
             words) }}{% endblock %}\n{% block content %}{{ facts([[\"Who\", name]]) }}{{ fault(faults, \"note\", words) }}{% endblock \
             %}",
        )
        .unwrap();
    pages
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn the_policy_allows_the_style_sheet_that_stands_in_the_page_and_nothing_else() {
    let pages = pages();
    let html = pages.render("test.html", Language::En, &json!({ "name": "x", "faults": [] })).unwrap();
    let digest = STANDARD.encode(Sha256::digest(between(&html, "<style>", "</style>")));
    assert_eq!(
        pages.policy(),
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    );
    for forbidden in ["<script", "style=", "onclick", "<img", "http:", "url("] {
        assert!(!html.contains(forbidden), "{forbidden}: {html}");
    }
}

#[test]
fn a_page_is_in_one_language_and_leads_to_the_others() {
    for language in Language::ALL {
        let html = pages().render("test.html", language, &json!({ "name": "x", "faults": [] })).unwrap();
        assert!(html.starts_with("<!doctype html>"), "{html}");
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{html}");
        for other in Language::ALL {
            assert_eq!(html.contains(&format!("<a href=\"?lang={other}\"")), other != language, "{html}");
        }
        assert_eq!(html.matches("<h1>").count(), 1);
        assert!(!html.contains("class=\"faults\""));
    }
}

#[test]
fn what_is_put_in_is_escaped() {
    let hostile = "<script>alert(1)</script>\" onfocus='x' & {{ 7 * 7 }}";
    let html = pages().render("test.html", Language::De, &json!({ "name": hostile, "faults": [] })).unwrap();
    let safe = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=&#39;x&#39; &amp; {{ 7 * 7 }}";
    assert_eq!(html.matches(safe).count(), 3, "{html}");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn faults_are_listed_and_stand_at_their_fields() {
    let faults = json!([
        { "field": "note", "code": "text_invalid", "most": 77 }, { "field": "other", "code": "reference_unknown", "most": null },
    ]);
    for language in Language::ALL {
        let html = pages().render("test.html", language, &json!({ "name": "x", "faults": faults })).unwrap();
        assert!(html.contains("role=\"alert\"") && html.contains("<a href=\"#note\">Note – "), "{html}");
        // A code without words of its own has those of any fault.
        assert!(html.contains("<a href=\"#other\">"), "{html}");
        assert_eq!(html.matches("77").count(), 2, "{html}");
        assert_eq!(html.matches("class=\"fault\" id=\"note-fault\"").count(), 1, "{html}");
    }
}

#[test]
fn every_problem_has_a_page_in_every_language() {
    for language in Language::ALL {
        for code in Code::ALL {
            let html = pages().render("problem.html", language, &json!({ "code": code.name() })).unwrap();
            assert!(html.contains(&format!("<code>{}</code>", code.name())), "{html}");
            assert!(between(&html, "<h1>", "</h1>").len() > 8, "{html}");
        }
        let title = |code: &str| {
            let html = pages().render("problem.html", language, &json!({ "code": code })).unwrap();
            between(&html, "<title>", "</title>").to_owned()
        };
        assert_ne!(title("link_revoked"), title("internal"));
        assert_ne!(title("event_cancelled"), title("not_found"));
    }
}

#[test]
fn what_a_context_lacks_is_no_empty_place() {
    assert!(pages().render("test.html", Language::En, &json!({ "name": "x" })).is_err());
    assert!(pages().render("nothing.html", Language::En, &json!({})).is_err());
}
