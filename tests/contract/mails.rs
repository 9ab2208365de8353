//! That every mail exists in every language with the same content, is described, and is one accessible document whose text says
//! what its HTML says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use plenary::mail::{Rendered, Templates, WordedPart, render_mail, render_worded};
use plenary::registrations::mailings::templates::NOT_WORDED;
use plenary::time::Language;
use plenary::wording::{Catalogue, MailDescription};
use plenary::{registrations, speakers};
use serde_json::Value;

fn templates() -> Templates {
    let mut templates = Templates::new().unwrap();
    speakers::templates::add_templates(&mut templates).unwrap();
    registrations::templates::add_templates(&mut templates).unwrap();
    registrations::mailings::templates::add_templates(&mut templates).unwrap();
    templates
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::new();
    catalogue.add(registrations::templates::MAILS);
    catalogue.add(registrations::mailings::templates::MAILS);
    catalogue.add(speakers::templates::MAILS);
    catalogue
}

/// Every mail in every language and every case, with the values that it was given.
fn every_mail() -> Vec<(String, Language, Value, Rendered)> {
    let (templates, catalogue) = (templates(), catalogue());
    let mut all = Vec::new();
    for mail in catalogue.mails() {
        for language in Language::ALL {
            for sample in (mail.samples)(language) {
                let rendered = render_mail(&templates, mail.name, language.code(), &sample.context).unwrap();
                all.push((format!("{} {language} {}", mail.name, sample.name), language, sample.context, rendered));
            }
        }
    }
    assert!(all.len() > 80, "{} mails", all.len());
    all
}

#[test]
fn every_mail_is_described_in_every_language() {
    let (templates, catalogue) = (templates(), catalogue());
    let described = catalogue.mails().iter().map(|mail| mail.name);
    let excepted: Vec<&str> = NOT_WORDED.iter().map(|(name, _)| *name).collect();
    assert!(excepted.iter().all(|name| catalogue.find(name).is_none()), "described and excepted: {excepted:?}");
    let described: BTreeSet<String> = described.chain(excepted).map(str::to_owned).collect();
    for language in Language::ALL {
        for ending in ["subject.txt", "txt", "html"] {
            let end = format!(".{language}.{ending}");
            let names = templates.names().into_iter().filter_map(|name| name.strip_suffix(&end));
            // What has no subject is a layout.
            let is_mail = |name: &&str| templates.contains(&format!("{name}.en.subject.txt"));
            let names: BTreeSet<String> = names.filter(is_mail).map(str::to_owned).collect();
            assert_eq!(names, described, "{end}: add what is missing to `described.rs` of its room");
        }
    }
}

/// The words of a template that stand for something of its context.
fn words(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for tag in source.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
        collect(tag, &mut found);
    }
    for tag in source.split("{%").skip(1).filter_map(|rest| rest.split("%}").next()) {
        collect(tag, &mut found);
    }
    found
}

fn collect(tag: &str, found: &mut BTreeSet<String>) {
    // What stands in quotes are words of the language.
    let code: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let names = code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    found.extend(names.filter(|name| name.contains('.')).map(str::to_owned));
}

#[test]
fn every_language_shows_the_same() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut compared = 0;
    for room in ["registrations", "registrations/mailings", "speakers", "mail"] {
        let folder = source.join(room).join("templates");
        for file in fs::read_dir(folder.join("en")).unwrap() {
            let name = file.unwrap().file_name();
            let english = words(&fs::read_to_string(folder.join("en").join(&name)).unwrap());
            for language in ["de", "fr", "nl"] {
                let other = words(&fs::read_to_string(folder.join(language).join(&name)).unwrap());
                assert_eq!(other, english, "{room} {language} {name:?}");
                compared += usize::from(!english.is_empty());
            }
        }
    }
    assert!(compared > 60, "{compared} files with variables");
}

#[test]
fn the_variables_of_a_description_are_those_of_its_cases() {
    for mail in catalogue().mails() {
        let mut held = BTreeSet::new();
        for sample in Language::ALL.into_iter().flat_map(mail.samples) {
            held.extend(sample.names());
        }
        let unknown: Vec<&str> =
            mail.variables.iter().map(|one| one.name).filter(|name| !held.contains(*name)).collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{}: in no case", mail.name);
        let known = |name: &str| mail.has_variable(name) || mail.has_group(name);
        let wrong: Vec<&&str> =
            mail.required.iter().flat_map(|names| names.iter()).filter(|name| !known(name)).collect();
        assert_eq!(wrong, Vec::<&&str>::new(), "{}: required, and not there", mail.name);
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(found, _)| found)
}

#[test]
fn every_mail_is_one_accessible_document() {
    for (place, language, _, mail) in every_mail() {
        let html = &mail.html;
        assert!(
            html.starts_with(&format!("<!doctype html>\n<html lang=\"{language}\" dir=\"ltr\">")),
            "{place}\n{html}"
        );
        for once in ["<title>", "<h1", "<main", "<footer", "</html>", "aria-hidden=\"true\">"] {
            assert_eq!(html.matches(once).count(), 1, "{once}: {place}\n{html}");
        }
        assert_eq!(readable(between(html, "<title>", "</title>")), mail.subject, "{place}");
        let preheader = between(html, "aria-hidden=\"true\">", "</div>");
        assert!(!preheader.trim().is_empty() && preheader != mail.subject, "{place}: {preheader}");
        for none in ["<table", "<img", "<script", "<form", "<svg", "src=", "url(", "@import", "href=\"\""] {
            assert!(!html.contains(none), "{none}: {place}\n{html}");
        }
        for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(
                link.starts_with("https://plenary.example/") || link.starts_with("https://meet.example/"),
                "{link}: {place}"
            );
        }
        for paragraph in ["<p></p>", "<p>\n</p>", "<dd style=\"margin: 0;\"></dd>", "<a></a>"] {
            assert!(!html.contains(paragraph), "{paragraph}: {place}\n{html}");
        }
    }
}

/// What HTML shows, in one line.
fn readable(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strings(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|value| strings(value, found)),
        Value::Array(all) => all.iter().for_each(|value| strings(value, found)),
        Value::String(text) if text.contains([' ', '/', ':']) => drop(found.insert(text.clone())),
        _ => {}
    }
}

#[test]
fn text_and_html_say_the_same() {
    for (place, _, context, mail) in every_mail() {
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let body = between(&mail.html, "<main", "</html>");
        let html = readable(&format!("<main{body}")) + " " + &body.replace("&amp;", "&");
        let mut values = BTreeSet::new();
        strings(&context, &mut values);
        let shown = values.iter().filter(|value| text.contains(value.as_str())).count();
        assert!(shown >= 3, "{place}: {values:?}\n{text}");
        for value in &values {
            assert_eq!(
                text.contains(value.as_str()),
                html.contains(value.as_str()),
                "{value}: {place}\n{text}\n{html}"
            );
        }
    }
}

/// The contrast of two colours (WCAG 2.2).
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The value of a property in the rule of a selector.
fn property(styles: &str, selector: &str, name: &str) -> String {
    let rule = styles.lines().map(str::trim).find(|line| {
        line.split('{').next().is_some_and(|selectors| selectors.split(',').any(|one| one.trim() == selector))
            && line.contains(&format!(" {name}:"))
    });
    let rule = rule.unwrap_or_else(|| panic!("{selector} has no {name}:\n{styles}"));
    let value = rule.split(&format!(" {name}: ")).nth(1).unwrap();
    value.split([';', ' ']).next().unwrap().to_owned()
}

#[test]
fn everything_can_be_read_in_light_and_dark() {
    let (_, _, _, mail) = every_mail().into_iter().next().unwrap();
    let styles = between(&mail.html, "<style>", "</style>");
    let (light, dark) = styles.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let card = |html: &str| {
        let style = between(html, "class=\"card\" style=\"", "\"");
        (between(style, "background: ", ";").to_owned(), between(style, " color: ", ";").to_owned())
    };
    let (light_card, light_text) = card(&mail.html);
    let dark_card = property(dark, ".card", "background");
    for (what, one, other) in [
        ("text", light_text.clone(), light_card.clone()),
        ("a link", property(light, "a", "color"), light_card.clone()),
        ("a link in a note", property(light, "a", "color"), property(light, ".note", "background")),
        ("a button", property(light, ".button", "color"), property(light, ".button", "background")),
        ("a label", property(light, ".facts dt", "color"), light_card),
        ("a label in a note", property(light, ".facts dt", "color"), property(light, ".note", "background")),
        ("a note", light_text, property(light, ".note", "background")),
        ("text in the dark", property(dark, ".card", "color"), dark_card.clone()),
        ("a link in the dark", property(dark, "a", "color"), dark_card.clone()),
        ("a button in the dark", property(dark, ".button", "color"), property(dark, ".button", "background")),
        ("a label in the dark", property(dark, ".facts dt", "color"), dark_card),
        ("a label in a note in the dark", property(dark, ".facts dt", "color"), property(dark, ".note", "background")),
        ("a link in a note in the dark", property(dark, "a", "color"), property(dark, ".note", "background")),
        ("the footer in the dark", property(dark, ".footer", "color"), property(dark, ".page", "background")),
    ] {
        let ratio = contrast(&one, &other);
        assert!(ratio >= 4.5, "{what}: {one} on {other} is {ratio:.2}");
    }
}

/// Every description is of use to who writes a text.
#[test]
fn descriptions_are_sentences() {
    let is_sentence = |text: &str| text.ends_with('.') && text.len() > 10;
    for MailDescription { name, purpose, variables, .. } in catalogue().mails() {
        assert!(is_sentence(purpose), "{name}: {purpose}");
        for one in *variables {
            assert!(is_sentence(one.meaning), "{name}: {one:?}");
        }
    }
}

/// Whatever a workspace writes, there is a way out of what people may do without.
#[test]
fn the_way_out_of_mailings_stays() {
    let (templates, catalogue) = (templates(), catalogue());
    let own = WordedPart::Text { html: "<p>OWN WORDS</p>".to_owned(), text: "OWN WORDS".to_owned() };
    let mut count = 0;
    for mail in catalogue.mails() {
        for language in Language::ALL {
            for sample in (mail.samples)(language) {
                let Some(url) = sample.context["unsubscribe_url"].as_str() else { continue };
                let parts = [own.clone()];
                let worded =
                    render_worded(&templates, mail.name, language.code(), &sample.context, "OWN", &parts).unwrap();
                let place = format!("{} {language}\n{}\n{}", mail.name, worded.text, worded.html);
                assert!(worded.text.contains("OWN WORDS\n\n-- \n") && worded.text.contains(url), "{place}");
                assert!(worded.html.contains(&format!("href=\"{url}\"")), "{place}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 24);
}
