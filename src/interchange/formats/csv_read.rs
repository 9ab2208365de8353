//! Reads our table: one line a session, the columns of [`Column`], in any order. What stands in other columns is kept.

use csv::{ReaderBuilder, StringRecord};
use serde_json::json;

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Link, PersonIds};
use super::raw::{RawPerson, RawProgramme, RawSlot};
use super::{cells, lists};

/// Reads a file; none where it is no such table.
pub fn read(text: &str, findings: &mut Findings) -> Option<RawProgramme> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = open_quote(text, separator(text)) {
        let hint = "Close the quotes; a quote inside of a text is written twice.";
        findings.error(Found::Malformed, &Place::line(line), "A text in double quotes has no end.", hint);
        return None;
    }
    let mut reader = ReaderBuilder::new().delimiter(separator(text)).flexible(true).from_reader(text.as_bytes());
    let Ok(head) = reader.headers().cloned() else {
        findings.error(Found::Malformed, &Place::line(1), "The first line cannot be read.", "Send a table in UTF-8.");
        return None;
    };
    let columns: Vec<Head> = head.iter().map(Head::read).collect();
    if !columns.contains(&Head::Known(Column::Title)) {
        let hint = "The first line names the columns; one of them has to be `title`.";
        findings.error(Found::Malformed, &Place::line(1), "There is no column `title`.", hint);
        return None;
    }
    let known = columns.iter().filter_map(|column| if let Head::Known(column) = column { Some(*column) } else { None });
    let mut raw = RawProgramme { speaks_of: known.collect(), ..RawProgramme::default() };
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
                if record.iter().any(|cell| !cell.trim().is_empty()) {
                    raw.slots.push(read_record(&record, &columns, Place::line(line), findings));
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                findings.error(Found::Malformed, &Place::line(line), format!("{error}."), "Mend the line.");
            }
        }
    }
    Some(raw)
}

/// The line of a quote that is never closed: everything behind it would be one text.
fn open_quote(text: &str, separator: u8) -> Option<u64> {
    let (mut line, mut opened, mut starts_cell, mut was_quote) = (1_u64, None, true, false);
    for byte in text.bytes() {
        let is_end = opened.is_some() && byte == b'"';
        match (opened, byte) {
            (None, b'"') if starts_cell => opened = Some(line),
            // The second of two quotes stands for one.
            (None, b'"') if was_quote => opened = Some(line),
            (Some(_), b'"') => opened = None,
            _ => {}
        }
        was_quote = is_end;
        starts_cell = byte == separator || matches!(byte, b'\n' | b'\r');
        line += u64::from(byte == b'\n');
    }
    opened
}

/// Counts lines, going forward. The reader's own count is one behind where lines end with a carriage return as well.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.text.get(self.at) {
            if self.at >= start && !matches!(letter, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(*letter == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// What parts the columns: whichever of the three stands most often in the first line, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.bytes().take_while(|byte| *byte != b'\n') {
        is_quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!is_quoted && byte == *separator);
        }
    }
    // The first of equals counts.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(separator, _)| *separator)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Head {
    Known(Column),
    Other(String),
}

impl Head {
    fn read(name: &str) -> Self {
        let plain = name.trim().to_lowercase().replace([' ', '-'], "_");
        Column::of_csv(&plain).map_or_else(|| Self::Other(name.trim().to_owned()), Self::Known)
    }
}

fn read_record(record: &StringRecord, columns: &[Head], place: Place, findings: &mut Findings) -> RawSlot {
    if record.len() > columns.len() {
        let detail = format!("The line has {} cells, and the table {} columns.", record.len(), columns.len());
        findings.error(Found::Malformed, &place, detail, "Put texts with a separator into double quotes.");
    }
    let mut slot = RawSlot { place, ..RawSlot::default() };
    for (head, cell) in columns.iter().zip(record) {
        let text = cells::plain(cell);
        match head {
            Head::Known(column) => drop(slot.texts.insert(*column, text)),
            Head::Other(name) if !name.is_empty() && !text.trim().is_empty() => {
                slot.extra.insert(name.clone(), json!(text));
            }
            Head::Other(_) => {}
        }
    }
    let links = |column: Column| -> Vec<Link> {
        let cell = slot.texts.get(&column).map(String::as_str).unwrap_or_default();
        cell.lines().filter_map(read_link).collect()
    };
    (slot.links, slot.attachments) = (links(Column::Links), links(Column::Attachments));
    slot.persons = read_persons(&slot, findings);
    slot
}

fn read_link(line: &str) -> Option<Link> {
    let line = line.trim();
    let (href, title) = line.split_once(' ').map_or((line, None), |(href, title)| (href, Some(title.trim())));
    let title = title.filter(|title| !title.is_empty()).map(str::to_owned);
    (!href.is_empty()).then(|| Link { href: href.to_owned(), title, ..Link::default() })
}

/// Names, with what stands at the same place of the other columns about persons.
fn read_persons(slot: &RawSlot, findings: &mut Findings) -> Vec<RawPerson> {
    let list = |column: Column| {
        let cell = slot.texts.get(&column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        cell.map(|cell| lists::parts(cell, ';')).unwrap_or_default()
    };
    let names = list(Column::Persons);
    let others = [Column::PersonGuids, Column::PersonIds, Column::PersonRoles].map(list);
    if others.iter().any(|other| other.len() > names.len()) {
        let detail = "There are more ids or parts than persons.";
        findings.error(Found::Malformed, &slot.place, detail, "Write one for each person, or leave the cell empty.");
    }
    let [guids, numbers, roles] = others;
    let at = |list: &[String], index: usize| list.get(index).filter(|text| !text.is_empty()).cloned();
    let persons = names.into_iter().enumerate().filter(|(_, name)| !name.is_empty()).map(|(index, name)| RawPerson {
        name,
        ids: PersonIds { guid: at(&guids, index), id: at(&numbers, index), code: None },
        role: at(&roles, index),
        ..RawPerson::default()
    });
    persons.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (RawProgramme, Vec<(Found, Option<u64>)>) {
        let mut findings = Findings::default();
        let raw = read(text, &mut findings).unwrap_or_default();
        (raw, findings.into_list().into_iter().map(|one| (one.code, one.line)).collect())
    }

    #[test]
    fn three_separators_a_mark_and_quotes_are_read() {
        for text in [
            "\u{feff}title,track,Start\r\n\"A, b\nc\",\"T \"\"1\"\"\",2022-02-23T11:30\r\n",
            "title;track;Start\n\"A, b\nc\";\"T \"\"1\"\"\";2022-02-23T11:30",
            "title\ttrack\tStart\n\"A, b\nc\"\t\"T \"\"1\"\"\"\t2022-02-23T11:30\n\n",
        ] {
            let (raw, findings) = read_all(text);
            assert_eq!(findings, [], "{text}");
            assert_eq!(raw.slots.len(), 1, "{text}");
            let slot = &raw.slots[0];
            assert_eq!(slot.texts[&Column::Title], "A, b\nc");
            assert_eq!(slot.texts[&Column::Track], "T \"1\"");
            assert_eq!(slot.texts[&Column::Start], "2022-02-23T11:30");
            assert_eq!(slot.place.line, Some(2));
        }
    }

    #[test]
    fn persons_stand_beside_their_ids() {
        let text = "title,persons,person_ids,person_roles,Shirt size\nA,Ada; Bob (tbc),7;,;moderator,XL\n";
        let (raw, findings) = read_all(text);
        assert_eq!(findings, []);
        let persons: Vec<_> = raw.slots[0]
            .persons
            .iter()
            .map(|one| (one.name.as_str(), one.ids.id.as_deref(), one.role.as_deref()))
            .collect();
        assert_eq!(persons, [("Ada", Some("7"), None), ("Bob (tbc)", None, Some("moderator"))]);
        assert_eq!(raw.slots[0].extra["Shirt size"], "XL");
    }

    #[test]
    fn what_is_no_table_is_found_with_its_line() {
        assert_eq!(read_all("name,start\nA,B\n").1, [(Found::Malformed, Some(1))]);
        assert_eq!(read_all("title,track\nA,B\nA,B,C\n").1, [(Found::Malformed, Some(3))]);
        assert_eq!(read_all("title,persons,person_ids\nA,Ada,1;2\n").1, [(Found::Malformed, Some(2))]);
        assert_eq!(read_all("").1, [(Found::Malformed, Some(1))]);
        assert_eq!(read_all("title,track\nA,\"x\"\"y\"\nB,\"open\nC,D\n").1, [(Found::Malformed, Some(3))]);
        assert_eq!(read_all("title,track\n5\" \"\"disk,\"a\"\"\"\n\"\"\"b\",\"\"\n").1, []);
    }
}
