//! Markdown as HTML that does nothing: no element but those that Markdown itself makes, no address but http and https, no
//! image, which would be fetched. HTML in a text is shown as the text that it would show.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::super::formats::is_absolute;

/// The longest text that is rendered, in bytes; the API accepts less.
const LONGEST: usize = 512 * 1024;

fn parser(markdown: &str) -> Parser<'_> {
    let end = (0..=LONGEST.min(markdown.len())).rev().find(|end| markdown.is_char_boundary(*end)).unwrap_or(0);
    let text = markdown.get(..end).unwrap_or_default();
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// The HTML of a text.
pub fn to_html(markdown: &str) -> String {
    let mut cleaner = Cleaner::default();
    let events: Vec<Event<'_>> = parser(markdown).flat_map(|event| cleaner.clean(event)).collect();
    let mut out = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut out, events.into_iter());
    out
}

/// The text without its markup, in one line, of at most so many characters.
pub fn to_text(markdown: &str, most: usize) -> String {
    let mut cleaner = Cleaner::default();
    let mut text = String::new();
    for event in parser(markdown).flat_map(|event| cleaner.clean(event)) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::Rule | Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[derive(Default)]
struct Cleaner {
    /// For each link that is open, whether it is kept.
    links: Vec<bool>,
    /// Inside of what no reader sees, such as a script.
    is_hidden: bool,
    /// In a block of HTML: whether a text was shown, and whether a line ended after it.
    shown_text: bool,
    ended_line: bool,
}

impl Cleaner {
    fn clean<'a>(&mut self, event: Event<'a>) -> Vec<Event<'a>> {
        match event {
            Event::Html(source) => self.shown(&source),
            Event::InlineHtml(tag) if is_break(&tag) => vec![Event::HardBreak],
            Event::Start(Tag::HtmlBlock) => {
                (self.shown_text, self.ended_line) = (false, false);
                vec![Event::Start(Tag::Paragraph)]
            }
            Event::End(TagEnd::HtmlBlock) => {
                self.is_hidden = false;
                vec![Event::End(TagEnd::Paragraph)]
            }
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                let is_kept = is_absolute(dest_url);
                self.links.push(is_kept);
                if is_kept { vec![event] } else { Vec::new() }
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop().unwrap_or(false) {
                    vec![event]
                } else {
                    Vec::new()
                }
            }
            // What describes an image is the text in it; of other HTML a tag alone comes, and its text as Markdown.
            Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Vec::new(),
            Event::Start(Tag::Heading { level, .. }) => {
                let tag = Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() };
                vec![Event::Start(tag)]
            }
            Event::End(TagEnd::Heading(level)) => vec![Event::End(TagEnd::Heading(lower(level)))],
            other => vec![other],
        }
    }

    /// The text that a line of HTML shows.
    fn shown<'a>(&mut self, source: &str) -> Vec<Event<'a>> {
        let text = self.visible(source);
        let mut events = Vec::new();
        for (index, line) in text.split('\n').enumerate() {
            self.ended_line |= index > 0 && self.shown_text;
            if line.trim().is_empty() {
                continue;
            }
            if self.ended_line {
                events.push(Event::HardBreak);
            }
            let space = if self.shown_text && !self.ended_line { " " } else { "" };
            (self.shown_text, self.ended_line) = (true, false);
            events.push(Event::Text(CowStr::from(format!("{space}{}", line.trim()))));
        }
        events
    }

    fn visible(&mut self, source: &str) -> String {
        let mut text = String::new();
        let mut rest = source;
        while let Some(start) = rest.find('<') {
            let (before, tag) = rest.split_at(start);
            self.add(&mut text, before);
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let (tag, after) = tag.split_at(end);
            let name: String =
                tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
            match (name.to_ascii_lowercase().as_str(), tag.starts_with("</")) {
                ("script" | "style" | "template" | "iframe" | "object" | "noscript", is_end) => {
                    self.is_hidden = !is_end;
                }
                ("br", _) | ("p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", true) => {
                    text.push('\n');
                }
                _ => {}
            }
            rest = after;
        }
        self.add(&mut text, rest);
        text
    }

    fn add(&self, text: &mut String, part: &str) {
        if !self.is_hidden {
            let plain =
                part.replace(['\n', '\r'], " ").replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">");
            text.push_str(&plain.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"));
        }
    }
}

fn is_break(tag: &str) -> bool {
    tag.to_ascii_lowercase().trim_start_matches('<').starts_with("br")
}

/// Headings of a text stand below those of the page.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}
