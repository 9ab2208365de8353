//! An XML file as it is written: elements, texts and attributes that XML 1.0 can say, indented.

use std::io::Result;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

/// A file with what was written so far. Each format adds its own elements.
pub struct XmlFile(Writer<Vec<u8>>);

impl XmlFile {
    /// A file that says what it is, with nothing in it.
    ///
    /// # Errors
    /// It cannot be written: a fault of ours, as with every method here.
    pub fn begin() -> Result<Self> {
        let mut file = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        file.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(file)
    }

    /// The whole text.
    ///
    /// # Errors
    /// It is not UTF-8: a fault of ours.
    pub fn finish(self) -> Result<String> {
        String::from_utf8(self.0.into_inner()).map_err(std::io::Error::other)
    }

    /// Begins an element.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))
    }

    /// Ends an element.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn close(&mut self, name: &str) -> Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing in it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        self.0.write_event(Event::Empty(start(name, attributes)))
    }

    /// An element with a text in it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn text(&mut self, name: &str, text: &str) -> Result<()> {
        self.text_with(name, &[], text)
    }

    /// An element with attributes and a text in it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<()> {
        if text.is_empty() {
            return self.empty(name, attributes);
        }
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(&legal(text))))?;
        self.close(name)
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, legal(value).as_str()));
    }
    start
}

/// What XML 1.0 can say: every character but the control characters and two that are none.
fn legal(text: &str) -> String {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().filter(is_legal).collect()
}
