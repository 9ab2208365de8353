//! The layout, what is escaped, and which language is chosen.

use serde_json::json;

use super::{
    super::rendered::{Rendered, render_mail},
    *,
};

fn templates() -> Templates {
    let mut templates = Templates::new().unwrap();
    for (name, source) in [
        ("test/hello.en.subject.txt", "Hello {{ name }}\n"),
        (
            "test/hello.en.txt",
            "{% extends \"layout.txt\" %}\n{% block heading %}{{ subject }}{% endblock %}\n{% block body %}\n{% for line in \
             lines %}\n- {{ line }}\n{% endfor %}\n{{ url }}\n{% endblock %}\n{% block footer %}Bye & thanks{% endblock %}\n",
        ),
        (
            "test/hello.en.html",
            "{% extends \"layout.html\" %}\n{% from \"parts.html\" import button, facts, note %}\n{% block heading %}Hi {{ name \
             }}{% endblock %}\n{% block body %}\n{{ facts([[\"When\", name]]) }}\n{{ button(url, \"Open\") }}\n{% call note() \
             %}Mind {{ name }}{% endcall %}\n{% endblock %}\n{% block footer %}Bye{% endblock %}\n",
        ),
        ("test/hello.pt.subject.txt", "Olá {{ name }}"),
        ("test/hello.pt.txt", "{{ subject }} {{ language }}"),
        ("test/hello.pt.html", "{{ subject }} {{ language }} {{ direction }}"),
        ("test/hello.ar.subject.txt", "x"),
        ("test/hello.ar.txt", "x"),
        ("test/hello.ar.html", "{{ language }} {{ direction }}"),
    ] {
        templates.add(name, source).unwrap();
    }
    templates
}

fn render(language: &str, name: &str) -> Rendered {
    let context = json!({ "name": name, "lines": ["a & b", "c"], "url": "https://plenary.example/r?a=1&b=2" });
    render_mail(&templates(), "test/hello", language, &context).unwrap()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn text_is_not_escaped_and_reads_as_written() {
    let mail = render("en", "Ann <b> & \"Co\"");
    assert_eq!(mail.subject, "Hello Ann <b> & \"Co\"");
    assert_eq!(
        mail.text,
        "Hello Ann <b> & \"Co\"\n\n- a & b\n- c\nhttps://plenary.example/r?a=1&b=2\n\n-- \nBye & thanks\n"
    );
}

#[test]
fn html_is_escaped_in_text_and_attributes() {
    let mail = render("en", "<script>'&\"");
    let safe = "&lt;script&gt;&#39;&amp;&quot;";
    assert_eq!(between(&mail.html, "<title>", "</title>"), format!("Hello {safe}"));
    assert_eq!(between(&mail.html, "line-height: 1.25;\">", "</h1>"), format!("Hi {safe}"));
    assert_eq!(between(&mail.html, "<dd style=\"margin: 0;\">", "</dd>"), safe);
    assert_eq!(between(&mail.html, "href=\"", "\""), "https://plenary.example/r?a=1&amp;b=2");
    assert_eq!(between(&mail.html, "background: #eef3fc;\">", "</div>"), format!("Mind {safe}"));
    assert_eq!(mail.html.find("<script"), None);
}

#[test]
fn the_layout_is_one_accessible_document() {
    let html = render("en", "Ann").html;
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n"), "{html}");
    for once in ["<h1", "<main", "<footer", "<title>", "</html>"] {
        assert_eq!(html.matches(once).count(), 1, "{once}");
    }
    assert_eq!(html.matches("<table").count(), 0);
    assert_eq!(html.matches("<img").count(), 0);
    assert_eq!(html.matches("prefers-color-scheme: dark").count(), 1);
    // Without a preheader of its own a mail shows its subject there.
    assert_eq!(between(&html, "aria-hidden=\"true\">", "</div>"), "Hello Ann");
}

#[test]
fn the_language_falls_back_from_region_to_language_to_english() {
    for (asked, used) in [("en", "en"), ("pt", "pt"), ("pt-BR", "pt"), ("PT", "pt"), ("de-AT", "en"), ("", "en")] {
        assert_eq!(render(asked, "Ann").language, used, "{asked}");
    }
    let portuguese = render("pt-BR", "Ann");
    assert_eq!((portuguese.subject.as_str(), portuguese.text.as_str()), ("Olá Ann", "Olá Ann pt"));
    assert_eq!(portuguese.html, "Olá Ann pt ltr");
    assert_eq!(render("ar", "Ann").html, "ar rtl");
}

#[test]
fn a_subject_is_one_line() {
    assert_eq!(render("en", "Ann\r\nBcc: x").subject, "Hello Ann Bcc: x");
}

#[test]
fn what_is_missing_is_an_error_that_names_the_template_and_no_value() {
    let templates = templates();
    let missing = render_mail(&templates, "test/nothing", "en", &json!({})).unwrap_err();
    assert_eq!(missing.to_string(), "there is no mail template test/nothing");
    let incomplete = render_mail(&templates, "test/hello", "en", &json!({ "name": "secret" })).unwrap_err();
    let text = incomplete.to_string();
    assert!(text.starts_with("the mail template test/hello.en.txt cannot be rendered: "), "{text}");
    assert_eq!(text.find("secret"), None);
    let undefined = templates.render("test/hello.en.subject.txt", &json!({}));
    assert!(matches!(undefined, Err(TemplateError::Render { name, .. }) if name == "test/hello.en.subject.txt"));
}

#[test]
fn a_source_that_is_no_template_is_refused() {
    let mut templates = Templates::new().unwrap();
    let error = templates.add("broken.txt", "{% if %}").unwrap_err();
    assert!(matches!(error, TemplateError::Source { name, .. } if name == "broken.txt"));
    let shared = ["layout.html", "layout.txt", "parts.html", "wording.html", "wording.txt"];
    let mut expected: Vec<String> = shared.map(str::to_owned).to_vec();
    for language in ["de", "en", "fr", "nl"] {
        expected.extend(["html", "txt"].map(|ending| format!("event.{language}.{ending}")));
    }
    expected.sort_unstable();
    assert_eq!(templates.names(), expected);
}
