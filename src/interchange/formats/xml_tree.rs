//! XML as a tree of elements, each with its line. No document type declaration, no entity but the five that XML itself
//! defines, and no depth or number of elements that a schedule cannot have.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::finding::ImportFindingCode as Found;

/// How deep elements may be nested.
const DEEPEST: usize = 24;
/// How many elements there may be.
const MOST: usize = 400_000;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, without a prefix.
    pub name: String,
    /// Its line, from 1.
    pub line: u64,
    /// Its attributes, in their order.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Self>,
    /// The text in it, outside of these.
    pub text: String,
}

impl Element {
    /// An attribute that says something.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements of this name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Why a text is no such tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlFault {
    /// What it is.
    pub code: Found,
    /// The line, from 1.
    pub line: u64,
    /// What it is, for people.
    pub detail: String,
}

/// Reads a document.
///
/// # Errors
/// The first fault.
pub fn parse(text: &str) -> Result<Element, XmlFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = Tree { text, at: 0, line: 1, open: Vec::new(), root: None, count: 0 };
    let mut reader = Reader::from_str(text);
    loop {
        let start = reader.buffer_position();
        let event = reader.read_event();
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                tree.move_to(reader.error_position());
                return Err(tree.fault(Found::Malformed, error.to_string()));
            }
        };
        tree.move_to(start);
        if matches!(event, Event::Eof) {
            return tree.finish();
        }
        tree.take(event)?;
    }
}

struct Tree<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
}

impl Tree<'_> {
    /// Counts the lines up to a place behind the last one.
    fn move_to(&mut self, place: u64) {
        let place = usize::try_from(place).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.at = self.at.max(place);
    }

    fn fault(&self, code: Found, detail: impl Into<String>) -> XmlFault {
        XmlFault { code, line: self.line, detail: detail.into() }
    }

    fn take(&mut self, event: Event<'_>) -> Result<(), XmlFault> {
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start)?;
                self.close();
                Ok(())
            }
            Event::End(_) => {
                self.close();
                Ok(())
            }
            Event::Text(text) => self.add_text(&text.xml10_content()),
            Event::CData(text) => self.add_text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.add_reference(&reference),
            Event::DocType(_) => Err(self.fault(Found::DoctypeRefused, "The file has a document type declaration.")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), XmlFault> {
        self.count += 1;
        if self.open.len() >= DEEPEST || self.count > MOST {
            let detail = format!("Elements are nested deeper than {DEEPEST}, or there are more than {MOST}.");
            return Err(self.fault(Found::TooLarge, detail));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.fault(Found::Malformed, "Something stands behind the end of the document."));
        }
        let mut element =
            Element { name: start.local_name().as_ref().to_owned(), line: self.line, ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.fault(Found::Malformed, error.to_string()))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.fault(Found::EntityUnknown, error.to_string()))?;
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn add_text(&mut self, text: &str) -> Result<(), XmlFault> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.fault(Found::Malformed, "A text stands outside of the document.")),
        }
        Ok(())
    }

    fn add_reference(&mut self, reference: &BytesRef<'_>) -> Result<(), XmlFault> {
        let name: &str = reference;
        let number = reference.resolve_char_ref().map_err(|error| self.fault(Found::Malformed, error.to_string()))?;
        if let Some(letter) = number {
            return self.add_text(letter.encode_utf8(&mut [0; 4]));
        }
        let text = match name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => {
                let name: String = name.chars().take(40).collect();
                return Err(self.fault(Found::EntityUnknown, format!("The entity &{name}; is not known.")));
            }
        };
        self.add_text(text)
    }

    fn finish(mut self) -> Result<Element, XmlFault> {
        if let Some(open) = self.open.pop() {
            return Err(self.fault(Found::Malformed, format!("The element “{}” has no end.", open.name)));
        }
        let fault = self.fault(Found::Malformed, "There is no element.");
        self.root.ok_or(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (Found, u64) {
        let fault = parse(text).unwrap_err();
        (fault.code, fault.line)
    }

    #[test]
    fn a_document_becomes_a_tree_with_lines() {
        let text = "\u{feff}<?xml version='1.0'?>\n<a x='1 &amp; 2'>\r\n  <b/>t&lt;&#x1F389;<![CDATA[<c>]]>\n<n:d>é</n:d></a>\n";
        let root = parse(text).unwrap();
        assert_eq!((root.name.as_str(), root.line, root.attribute("x")), ("a", 2, Some("1 & 2")));
        assert_eq!(root.text.trim(), "t<🎉<c>");
        let children: Vec<_> = root.children.iter().map(|child| (child.name.as_str(), child.line)).collect();
        assert_eq!(children, [("b", 3), ("d", 4)]);
        assert_eq!(root.children[1].text, "é");
    }

    #[test]
    fn bombs_and_broken_files_are_refused() {
        let bomb = "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;'>]>\n<a>&y;</a>";
        assert_eq!(fault(bomb), (Found::DoctypeRefused, 2));
        assert_eq!(fault("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>").0, Found::DoctypeRefused);
        assert_eq!(fault("<a>\n&nbsp;</a>"), (Found::EntityUnknown, 2));
        assert_eq!(fault("<a x='&evil;'/>").0, Found::EntityUnknown);
        assert_eq!(fault(&"<a>".repeat(10_000)).0, Found::TooLarge);
        assert_eq!(fault(&format!("<r>{}</r>", "<a/>".repeat(MOST))).0, Found::TooLarge);
        for broken in
            ["", "x", "<a", "<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a>&#0;</a>", "<a x='1' x='2'/>", "{}", "<a/>x"]
        {
            assert_eq!(fault(broken).0, Found::Malformed, "{broken}");
        }
        assert_eq!(fault("<a>\n\n<b>\n</a>").1, 4);
    }
}
