//! No value can add a line, a property or a parameter, whatever it holds; and every line is folded as RFC 5545 3.1 says.

use proptest::prelude::*;

use super::tests::{calendar, entry, full_entry};
use super::*;
use crate::calendars::clean::{MAX_TEXT_BYTES, clean_line, clean_text};

/// A content line as a strict reader sees it.
#[derive(Debug, PartialEq)]
struct Line {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

/// Reads a finished text by RFC 5545 3.1, and refuses what the grammar does.
fn read(text: &str) -> Vec<Line> {
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "a bare CR");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "a bare LF");
    let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    for line in &lines {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(|each| each.is_control() && each != '\t'), "{line:?}");
        assert!(!line.is_empty(), "an empty line");
    }
    text.replace("\r\n ", "").split_terminator("\r\n").map(read_line).collect()
}

fn read_line(line: &str) -> Line {
    let mut is_quoted = false;
    let mut parts = vec![String::new()];
    let mut rest = line.chars();
    for character in rest.by_ref() {
        match character {
            '"' => is_quoted = !is_quoted,
            ':' if !is_quoted => break,
            ';' if !is_quoted => parts.push(String::new()),
            other => parts.last_mut().unwrap().push(other),
        }
    }
    assert!(!is_quoted, "{line}");
    let mut parts = parts.into_iter();
    let name = parts.next().unwrap();
    assert!(!name.is_empty() && name.chars().all(|each| each.is_ascii_uppercase() || each == '-'), "{line}");
    let parameters =
        parts.map(|part| part.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())).unwrap());
    Line { name, parameters: parameters.collect(), value: rest.collect() }
}

/// Reverses the escapes of TEXT, and refuses a text that has others or lacks one.
fn unescape(value: &str) -> String {
    let mut text = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(match characters.next() {
                Some('n') => '\n',
                Some(escaped @ ('\\' | ',' | ';')) => escaped,
                other => panic!("escape {other:?} in {value:?}"),
            }),
            ',' | ';' => panic!("{character} not escaped in {value:?}"),
            other => text.push(other),
        }
    }
    text
}

fn value_of(lines: &[Line], name: &str) -> String {
    let values: Vec<&Line> = lines.iter().filter(|line| line.name == name).collect();
    assert_eq!(values.len(), 1, "{name}");
    values[0].value.clone()
}

/// A mail with the text in every place that takes one.
fn calendar_with(text: &str) -> Calendar {
    let mut hostile = Entry {
        uid: text.to_owned(),
        summary: text.to_owned(),
        description: Some(text.to_owned()),
        location: Some(text.to_owned()),
        categories: vec![text.to_owned(), text.to_owned()],
        ..full_entry()
    };
    hostile.conference.as_mut().unwrap().label = Some(text.to_owned());
    hostile.organizer.as_mut().unwrap().name = text.to_owned();
    hostile.attendee.as_mut().unwrap().name = text.to_owned();
    Calendar {
        name: text.to_owned(),
        description: Some(text.to_owned()),
        ..calendar(Some(Method::Request), vec![hostile])
    }
}

/// The same names and parameter names in the same order as with a harmless text, and the values that were meant.
fn assert_contained(text: &str) {
    let shape = |lines: &[Line]| -> Vec<(String, Vec<String>)> {
        let keys = |line: &Line| line.parameters.iter().map(|(key, _)| key.clone()).collect();
        lines.iter().map(|line| (line.name.clone(), keys(line))).collect()
    };
    let lines = read(&render(&calendar_with(text)));
    assert_eq!(shape(&lines), shape(&read(&render(&calendar_with("harmless")))), "{text:?}");

    let line = clean_line(text);
    for name in ["NAME", "SUMMARY", "LOCATION", "UID"] {
        assert_eq!(unescape(&value_of(&lines, name)), line, "{name}");
    }
    let feed = Calendar { method: None, is_collection: true, ..calendar_with(text) };
    assert_eq!(unescape(&value_of(&read(&render(&feed)), "X-WR-CALNAME")), line);
    assert_eq!(unescape(&value_of(&lines, "X-WR-CALDESC")), clean_text(text));
    let descriptions: Vec<String> =
        lines.iter().filter(|line| line.name == "DESCRIPTION").map(|line| unescape(&line.value)).collect();
    assert_eq!(descriptions, [clean_text(text), clean_text(text)]);
    assert_eq!(value_of(&lines, "ATTENDEE"), "mailto:ase+1@example.org");
    assert_eq!(value_of(&lines, "ORGANIZER"), "mailto:team@example.org");
    let organizer = lines.iter().find(|line| line.name == "ORGANIZER").unwrap();
    let name = line.replace('"', "'").replace('\\', "/").replace('^', "");
    assert_eq!(organizer.parameters, [("CN".to_owned(), name.trim().to_owned())]);
}

const HOSTILE: [&str; 22] = [
    "x\r\nX-INJECTED:1",
    "x\nATTENDEE:mailto:evil@example.org",
    "x\rX-INJECTED:1",
    "x\u{2028}X-INJECTED:1\u{2029}X-INJECTED:1",
    "x\u{85}X-INJECTED:1\u{b}\u{c}X-INJECTED:1",
    "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "\"A\":mailto:evil@example.org\r\nX-INJECTED:1\"",
    "Bob \"The Boss\" Smith, Jr; Dept: x",
    "a;CN=b;SENT-BY=\"mailto:evil@example.org\"",
    "a:b",
    "\"",
    "\"\"",
    "back\\slash \\n \\, \\; end\\",
    "nul\0bel\u{7}esc\u{1b}[31m del\u{7f}",
    "caret ^n ^' ^^",
    "tab\tin\tbetween",
    "\r\n folded\r\n\tline",
    "\u{feff}bom",
    "👩‍🚀 老虎 æøå \u{202e}עברית",
    "=",
];

#[test]
fn no_hostile_text_leaves_its_place() {
    for text in HOSTILE {
        assert_contained(text);
    }
}

#[test]
fn long_texts_are_kept_whole_up_to_the_limit() {
    assert_contained(&"x".repeat(10_000));
    for unit in ["å", "老", "👍", "word ", ",;\\", "\"", "\r\n.", "é\u{301}"] {
        assert_contained(&format!("a{}", unit.repeat(1000)));
    }
    let text = render(&calendar(None, vec![Entry { summary: "x".repeat(2 * MAX_TEXT_BYTES), ..entry() }]));
    assert_eq!(value_of(&read(&text), "SUMMARY").len(), MAX_TEXT_BYTES);
}

#[test]
fn hostile_addresses_and_links_are_left_out() {
    for text in HOSTILE {
        let mut hostile = full_entry();
        hostile.url = Some(text.to_owned());
        hostile.image = Some(format!("https://example.org/{text}\r\n"));
        hostile.conference = Some(Conference { uri: text.to_owned(), label: None });
        hostile.language = Some(text.to_owned());
        hostile.organizer.as_mut().unwrap().email = format!("{text}@example.org\r\nX-INJECTED:1");
        hostile.attendee.as_mut().unwrap().email = text.to_owned();
        let feed = Calendar { url: Some(text.to_owned()), ..calendar(Some(Method::Request), vec![hostile]) };
        let lines = read(&render(&feed));
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        for name in ["URL", "CONFERENCE", "ORGANIZER", "ATTENDEE", "X-INJECTED", "ACTION"] {
            assert!(!names.contains(&name), "{name} from {text:?}");
        }
        assert!(lines.iter().all(|line| line.parameters.iter().all(|(key, _)| key != "LANGUAGE")));
        let images: Vec<&Line> = lines.iter().filter(|line| line.name == "IMAGE").collect();
        assert!(images.iter().all(|line| line.value.chars().all(|each| each.is_ascii_graphic())), "{images:?}");
    }
}

#[test]
fn lines_are_folded_at_75_octets_between_characters() {
    for character in ["x", "å", "老", "👍", "x ", "  "] {
        for length in 1..260 {
            let summary = format!("a{}z", character.repeat(length));
            let text = render(&calendar(None, vec![Entry { summary: summary.clone(), ..entry() }]));
            assert_eq!(value_of(&read(&text), "SUMMARY"), summary);
        }
    }
}

proptest! {
    #[test]
    fn no_text_leaves_its_place(text in "[\\PC\r\n\t\0\u{7}\u{2028}\u{2029}\u{85}\",;:\\\\^=%]{0,200}") {
        assert_contained(&format!("x{text}"));
    }
}
