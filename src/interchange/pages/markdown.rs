//! The programme as Markdown. Abstracts are Markdown already and stand as they are; everything else is escaped.

use std::fmt::Write as _;

use super::view::{EntryView, PageView};

/// The file.
pub fn write_markdown(view: &PageView) -> String {
    let mut out = String::new();
    if let Some(line) = &view.super_title {
        paragraph(&mut out, &escape(line));
    }
    paragraph(&mut out, &format!("# {}", escape(&view.title)));
    if let Some(line) = &view.subtitle {
        paragraph(&mut out, &escape(line));
    }
    if let Some(notice) = view.notice {
        paragraph(&mut out, &format!("**{notice}**"));
    }
    let words = view.words;
    let mut facts = vec![escape(&view.when)];
    facts.extend(view.place.as_deref().map(escape));
    let series = view.series.as_ref().map(|series| format!("{} {}", words.series, escape(series)));
    facts.extend(series);
    facts.extend(listed(words.organised_by, &view.organisers));
    facts.extend(listed(words.with, &view.persons));
    facts.extend(view.zone.as_ref().map(|zone| format!("{} {}", words.all_times, escape(zone))));
    paragraph(&mut out, &facts.iter().map(|fact| format!("- {fact}")).collect::<Vec<_>>().join("\n"));
    if let Some(text) = &view.abstract_markdown {
        paragraph(&mut out, text.trim());
    }
    for (heading, entries) in &view.days {
        paragraph(&mut out, &format!("## {}", escape(heading)));
        for entry in entries {
            write_entry(&mut out, entry, 3, view);
        }
    }
    if !view.untimed.is_empty() {
        if !view.days.is_empty() {
            paragraph(&mut out, &format!("## {}", words.untimed));
        }
        for entry in &view.untimed {
            write_entry(&mut out, entry, 3, view);
        }
    }
    out
}

fn write_entry(out: &mut String, entry: &EntryView, level: usize, view: &PageView) {
    let label = entry.label.as_ref().map(|label| format!("{}: ", escape(label))).unwrap_or_default();
    let time = if entry.time.is_empty() { String::new() } else { format!("{} ", entry.time) };
    paragraph(out, &format!("{} {time}{label}{}", "#".repeat(level.min(6)), escape(&entry.title)));
    if let Some(line) = &entry.subtitle {
        paragraph(out, &format!("*{}*", escape(line)));
    }
    if !entry.facts.is_empty() {
        let facts: Vec<String> = entry.facts.iter().map(|fact| escape(fact)).collect();
        paragraph(out, &facts.join(" · "));
    }
    if !entry.persons.is_empty() {
        let persons: Vec<String> = entry.persons.iter().map(|person| format!("- {}", escape(person))).collect();
        paragraph(out, &persons.join("\n"));
    }
    for text in &entry.texts_markdown {
        paragraph(out, text.trim());
    }
    if !entry.questions_markdown.is_empty() {
        let questions: Vec<String> = entry
            .questions_markdown
            .iter()
            .map(|question| format!("- {}", question.trim().replace('\n', "\n  ")))
            .collect();
        paragraph(out, &questions.join("\n"));
    }
    for (word, links) in [(view.words.links, &entry.links), (view.words.attachments, &entry.attachments)] {
        if !links.is_empty() {
            let links: Vec<String> = links.iter().map(|(name, href)| format!("[{}](<{href}>)", escape(name))).collect();
            paragraph(out, &format!("{word} {}", links.join(", ")));
        }
    }
    for entry in &entry.entries {
        write_entry(out, entry, level + 1, view);
    }
}

fn listed(word: &str, names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| escape(name)).collect();
    (!names.is_empty()).then(|| format!("{word} {}", names.join("; ")))
}

fn paragraph(out: &mut String, text: &str) {
    if !text.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        let _infallible = writeln!(out, "{text}");
    }
}

/// A text of one line in which no sign means anything.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]<>#|~&!".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}
