//! Markdown that was read, as plain text: what a person would type in a mail.

use pulldown_cmark::{Event, Tag, TagEnd};

/// Quotes and lists inside each other that are told apart by their indent.
const DEEPEST: usize = 10;

/// Writes events as plain text, without an end of line at its end.
pub fn write(events: &[Event<'_>]) -> String {
    let mut writer = Writer::default();
    for event in events {
        writer.event(event);
    }
    writer.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What each line begins with, from the outer to the inner.
    prefixes: Vec<String>,
    /// The next number of each open list; none where it has none.
    lists: Vec<Option<u64>>,
    /// Whether the line was just begun by the mark of an item.
    is_fresh: bool,
    /// Whether the text before ended a line, as in code.
    has_ended_line: bool,
    /// Of each open link, where it leads and where its words begin.
    links: Vec<(String, usize)>,
}

impl Writer {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.text(text),
            Event::SoftBreak | Event::HardBreak => self.new_line(),
            Event::Rule => {
                self.separate();
                self.out.push_str("* * *");
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) => self.separate(),
            Tag::BlockQuote(_) => {
                self.separate();
                self.out.push_str("> ");
                self.is_fresh = true;
                self.indent("> ".to_owned());
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.separate();
                    self.is_fresh = true;
                }
                self.lists.push(*first);
            }
            Tag::Item => {
                self.has_ended_line = false;
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}. ");
                        *number = number.saturating_add(1);
                        mark
                    }
                    _ => "- ".to_owned(),
                };
                if !std::mem::take(&mut self.is_fresh) {
                    self.new_line();
                }
                self.out.push_str(&mark);
                self.is_fresh = true;
                self.indent(" ".repeat(mark.len()));
            }
            Tag::Link { dest_url, .. } => self.links.push((dest_url.to_string(), self.out.len())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => drop(self.prefixes.pop()),
            TagEnd::Item => {
                self.prefixes.pop();
                self.is_fresh = false;
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Link => {
                let Some((url, start)) = self.links.pop() else { return };
                let address = url.strip_prefix("mailto:").unwrap_or(&url);
                if self.out.get(start..) != Some(address) {
                    self.out.extend([" <", address, ">"]);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.is_fresh = false;
        if std::mem::replace(&mut self.has_ended_line, text.ends_with('\n')) {
            self.new_line();
        }
        for (index, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            if index > 0 {
                self.new_line();
            }
            self.out.push_str(line);
        }
    }

    /// Begins a block: an empty line before it, unless it is the first of the text or of an item.
    fn separate(&mut self) {
        self.has_ended_line = false;
        if std::mem::take(&mut self.is_fresh) || self.out.is_empty() {
            return;
        }
        self.new_line();
        self.new_line();
    }

    /// Lines below begin with this, unless they are too deep to be read: a line is not to grow with a depth that one line made.
    fn indent(&mut self, prefix: String) {
        let is_deep = self.prefixes.len() >= DEEPEST;
        self.prefixes.push(if is_deep { String::new() } else { prefix });
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefixes.concat());
    }
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
