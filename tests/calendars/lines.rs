//! A strict reader of content lines (RFC 5545 3.1): it forgives nothing, and knows no type of value. What a value means is
//! asked of engines that are not ours; this one says what stands in the octets.

/// A property as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    /// Names and values, these without their quotes.
    pub parameters: Vec<(String, String)>,
    /// The value, with its escapes.
    pub value: String,
    /// The unfolded line.
    pub line: String,
}

impl Property {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value as a TEXT (RFC 5545 3.3.11).
    #[track_caller]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.value.chars();
        while let Some(character) = rest.next() {
            match character {
                '\\' => match rest.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(escaped @ ('\\' | ',' | ';')) => text.push(escaped),
                    other => panic!("\\{other:?} in {}", self.line),
                },
                ',' | ';' => panic!("a bare {character} in {}", self.line),
                other => text.push(other),
            }
        }
        text
    }
}

/// A component with what is in it, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    pub name: String,
    pub properties: Vec<Property>,
    pub components: Vec<Component>,
}

impl Component {
    /// The values of all properties of a name.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.all(name).map(|property| property.value.as_str()).collect()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// The only property of a name.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Property {
        let all: Vec<&Property> = self.all(name).collect();
        let [one] = all.as_slice() else { panic!("one {name} in {}, not {all:?}", self.name) };
        one
    }

    /// The components of a name.
    pub fn inner(&self, name: &str) -> Vec<&Self> {
        self.components.iter().filter(|component| component.name == name).collect()
    }

    /// The names of its properties, in order.
    pub fn names(&self) -> Vec<&str> {
        self.properties.iter().map(|property| property.name.as_str()).collect()
    }

    /// This and everything in it.
    pub fn walk(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.components.iter().flat_map(Self::walk)).collect()
    }

    /// The entry with this UID.
    #[track_caller]
    pub fn event(&self, uid: &str) -> &Self {
        let found = self.inner("VEVENT").into_iter().find(|event| event.one("UID").value == uid);
        found.unwrap_or_else(|| panic!("no entry {uid}"))
    }
}

/// The lines as they are folded: each ends with CRLF, is UTF-8 by itself, and has at most 75 octets (RFC 5545 3.1).
#[track_caller]
pub fn folded_lines(octets: &[u8]) -> Vec<&str> {
    let text = octets.strip_suffix(b"\r\n").expect("the last line ends with CRLF");
    let lines = text.split(|octet| *octet == b'\n').map(|line| {
        let line = std::str::from_utf8(line).unwrap_or_else(|error| panic!("a character is split: {line:?} {error}"));
        let line = line.strip_suffix('\r').unwrap_or(line);
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(|each: char| each.is_control() && each != '\t'), "a control character in {line:?}");
        assert!(!line.is_empty(), "an empty line");
        line
    });
    let lines: Vec<&str> = lines.collect();
    let ends = octets.windows(2).filter(|pair| *pair == b"\r\n").count();
    assert_eq!((ends, lines.len()), (octets.split(|octet| *octet == b'\n').count() - 1, ends), "a bare LF");
    lines
}

/// Reads one object to its end.
#[track_caller]
pub fn read(ics: &str) -> Component {
    let mut lines: Vec<String> = Vec::new();
    for folded in folded_lines(ics.as_bytes()) {
        match (folded.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(line)) => line.push_str(rest),
            (Some(_), None) => panic!("the first line goes on"),
            (None, _) => lines.push(folded.to_owned()),
        }
    }
    let mut open: Vec<Component> = Vec::new();
    let mut done = None;
    for line in lines {
        assert_eq!(done, None, "{line} stands after the end");
        let property = read_property(line);
        match property.name.as_str() {
            "BEGIN" => open.push(Component { name: property.value, ..Component::default() }),
            "END" => {
                let component = open.pop().expect("END after BEGIN");
                assert_eq!(component.name, property.value);
                match open.last_mut() {
                    Some(outer) => outer.components.push(component),
                    None => done = Some(component),
                }
            }
            _ => open.last_mut().unwrap_or_else(|| panic!("{property:?} is in nothing")).properties.push(property),
        }
    }
    done.expect("END of everything")
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|each| each.is_ascii_uppercase() || each.is_ascii_digit() || each == '-')
}

#[track_caller]
fn read_property(line: String) -> Property {
    let end = line.find([';', ':']).unwrap_or_else(|| panic!("no value in {line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut parameters: Vec<(String, String)> = Vec::new();
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, behind) = parameter.split_once('=').unwrap_or_else(|| panic!("a parameter of {line}"));
        assert!(is_name(key) && parameters.iter().all(|(own, _)| own != key), "{line}");
        let (value, behind) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or_else(|| panic!("an open quote in {line}")),
            None => behind.split_at(behind.find([';', ':']).unwrap_or_else(|| panic!("no value in {line}"))),
        };
        assert!(!value.contains('"') && behind.starts_with([';', ':']), "{line}");
        parameters.push((key.to_owned(), value.to_owned()));
        rest = behind;
    }
    let value = rest.strip_prefix(':').unwrap_or_else(|| panic!("no value in {line}")).to_owned();
    Property { name: name.to_owned(), parameters, value, line }
}
