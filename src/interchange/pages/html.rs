//! The programme as a page to read and to print: no script, nothing that is fetched, and a policy that keeps it so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use sha2::{Digest, Sha256};

use super::rich::to_html;
use super::view::{EntryView, PageView};

const STYLE: &str = include_str!("templates/programme.css");
const PAGE: &str = include_str!("templates/programme.html");

/// What a browser is told that the page may do: show itself, in its own style.
pub fn content_security_policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let nothing = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
    format!("default-src 'none'; style-src 'sha256-{hash}'; {nothing}")
}

/// The page. `structured_data` is JSON in which no sign can end its element.
///
/// # Errors
/// The template does not fit: a fault of ours.
pub fn write_html(view: &PageView, structured_data: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("programme.html", PAGE)?;
    let days: Vec<Value> = view
        .days
        .iter()
        .map(|(heading, entries)| context! { heading => heading, entries => entries.iter().map(entry).collect::<Vec<_>>() })
        .collect();
    let words = view.words;
    environment.get_template("programme.html")?.render(context! {
        lang => view.language.code(),
        style => Value::from_safe_string(STYLE.to_owned()),
        structured_data => Value::from_safe_string(structured_data.to_owned()),
        super_title => view.super_title.clone(),
        title => view.title.clone(),
        subtitle => view.subtitle.clone(),
        notice => view.notice,
        when => view.when.clone(),
        place => view.place.clone(),
        zone => view.zone.clone(),
        series => view.series.clone(),
        organisers => view.organisers.join(", "),
        persons => view.persons.clone(),
        about => view.abstract_markdown.as_deref().map(rich),
        days => days,
        untimed => view.untimed.iter().map(entry).collect::<Vec<_>>(),
        words => context! {
            all_times => words.all_times,
            untimed => words.untimed,
            organised_by => words.organised_by,
            series => words.series,
            with => words.with,
            links => words.links,
            attachments => words.attachments,
        },
    })
}

fn rich(markdown: &str) -> Value {
    Value::from_safe_string(to_html(markdown))
}

fn entry(view: &EntryView) -> Value {
    context! {
        time => view.time.clone(),
        label => view.label.clone(),
        title => view.title.clone(),
        subtitle => view.subtitle.clone(),
        facts => view.facts.join(" · "),
        persons => view.persons.clone(),
        texts => view.texts_markdown.iter().map(|text| rich(text)).collect::<Vec<_>>(),
        questions => view.questions_markdown.iter().map(|text| rich(text)).collect::<Vec<_>>(),
        links => view.links.clone(),
        attachments => view.attachments.clone(),
        entries => view.entries.iter().map(entry).collect::<Vec<_>>(),
    }
}
