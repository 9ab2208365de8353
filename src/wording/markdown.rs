//! A text in Markdown, with marks for values, as the parts of a mail. What comes out is made of the elements of Markdown alone:
//! HTML is shown as it was typed, links lead to http, https and mailto, and images, which would be fetched, leave their words.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use super::check::Fault;
use super::marks::{ACTIONS, DETAILS, Piece, pieces, unmark};
use super::plain;
use crate::mail::WordedPart;

type Events = Vec<Event<'static>>;

/// The parts of a text.
///
/// # Errors
/// A block of ours does not stand alone.
pub fn parts(source: &str) -> Result<Vec<WordedPart>, Fault> {
    let events: Vec<Event<'_>> = TextMergeStream::new(Parser::new_ext(source, Options::empty())).collect();
    let mut parts = Vec::new();
    let mut run = Events::new();
    let mut links = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(event) = events.get(at) {
        // Only what stands at the top is a block or a button; inside a list it is text.
        let is_top = depth == 0;
        match events.get(at..).unwrap_or_default() {
            [Event::Start(Tag::Paragraph), Event::Text(text), Event::End(TagEnd::Paragraph), ..]
                if is_top && block(text).is_some() =>
            {
                finish(&mut parts, &mut run);
                parts.extend(block(text));
                at += 3;
                continue;
            }
            [
                Event::Start(Tag::Paragraph),
                Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. }),
                Event::Text(label),
                Event::End(TagEnd::Link),
                Event::End(TagEnd::Paragraph),
                ..,
            ] if is_top && is_address(&unmark(dest_url)) => {
                finish(&mut parts, &mut run);
                parts.push(WordedPart::Button { url: unmark(dest_url), label: one_line(&unmark(label)) });
                at += 5;
                continue;
            }
            _ => {}
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        resolve(event, &mut links, &mut run)?;
        at += 1;
    }
    finish(&mut parts, &mut run);
    Ok(parts)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn block(text: &str) -> Option<WordedPart> {
    let mut characters = text.trim().chars();
    match (characters.next(), characters.next()) {
        (Some(DETAILS), None) => Some(WordedPart::Details),
        (Some(ACTIONS), None) => Some(WordedPart::Actions),
        _ => None,
    }
}

fn finish(parts: &mut Vec<WordedPart>, run: &mut Events) {
    let events = std::mem::take(run);
    if events.is_empty() {
        return;
    }
    let text = plain::write(&events);
    let mut markup = String::new();
    html::push_html(&mut markup, events.into_iter());
    parts.push(WordedPart::Text { html: markup.trim_end().to_owned(), text });
}

/// Puts the values into an event, and leaves out what must not be in a mail. `links` says of each open link whether it is kept.
fn resolve(event: &Event<'_>, links: &mut Vec<bool>, run: &mut Events) -> Result<(), Fault> {
    match event {
        Event::Text(text) => {
            if text.contains([DETAILS, ACTIONS]) {
                return Err(Fault::new(
                    None,
                    "details and actions stand alone, with an empty line before and after: not within a paragraph or a list.",
                ));
            }
            for piece in pieces(text) {
                push(piece, !links.is_empty(), run);
            }
        }
        Event::Code(text) => run.push(Event::Code(owned(&unmark(text)))),
        Event::Html(text) | Event::InlineHtml(text) => run.push(Event::Text(owned(&unmark(text)))),
        Event::Start(Tag::HtmlBlock) => run.push(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => run.push(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { dest_url, .. }) => {
            let url = unmark(dest_url);
            links.push(is_address(&url));
            if is_address(&url) {
                run.push(Event::Start(link(&url)));
            }
        }
        Event::End(TagEnd::Link) => {
            if links.pop().unwrap_or(false) {
                run.push(Event::End(TagEnd::Link));
            }
        }
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
        // The heading of the mail is the first; those of the text stand below it.
        Event::Start(Tag::Heading { level, .. }) => {
            let level = lower(*level);
            run.push(Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }));
        }
        Event::End(TagEnd::Heading(level)) => run.push(Event::End(TagEnd::Heading(lower(*level)))),
        other => run.push(other.clone().into_static()),
    }
    Ok(())
}

fn push(piece: Piece, is_in_link: bool, run: &mut Events) {
    match piece {
        Piece::Source(text) => run.push(Event::Text(owned(&text))),
        Piece::Link(url) if !is_in_link && is_address(&url) => {
            run.push(Event::Start(link(&url)));
            run.push(Event::Text(owned(&url)));
            run.push(Event::End(TagEnd::Link));
        }
        Piece::Value(text) | Piece::Link(text) => {
            for (index, line) in text.lines().enumerate() {
                if index > 0 {
                    run.push(Event::HardBreak);
                }
                run.push(Event::Text(owned(line)));
            }
        }
    }
}

fn link(url: &str) -> Tag<'static> {
    Tag::Link { link_type: LinkType::Inline, dest_url: owned(url), title: owned(""), id: owned("") }
}

fn owned(text: &str) -> CowStr<'static> {
    CowStr::from(text.to_owned())
}

fn is_address(url: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
        && !url.chars().any(|c| c.is_control() || c.is_whitespace())
}

const fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
