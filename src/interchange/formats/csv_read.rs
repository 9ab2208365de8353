//! Reads our table: one line a session, the columns of [`Column`], in any order. What stands in other columns is kept.

use serde_json::json;

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Link, PersonIds};
use super::lists;
use super::raw::{RawPerson, RawProgramme, RawSlot};
use super::table::{self, TableRow};

/// Reads a file; none where it is no such table.
pub fn read(text: &str, findings: &mut Findings) -> Option<RawProgramme> {
    let table = table::read(text, findings)?;
    let columns: Vec<Head> = table.head.iter().map(|name| Head::read(name)).collect();
    if !columns.contains(&Head::Known(Column::Title)) {
        let hint = "The first line names the columns; one of them has to be `title`.";
        findings.error(Found::Malformed, &Place::line(1), "There is no column `title`.", hint);
        return None;
    }
    let known = columns.iter().filter_map(|column| if let Head::Known(column) = column { Some(*column) } else { None });
    let mut raw = RawProgramme { speaks_of: known.collect(), ..RawProgramme::default() };
    raw.slots.extend(table.rows.iter().map(|row| read_record(row, &columns, findings)));
    Some(raw)
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

fn read_record(row: &TableRow, columns: &[Head], findings: &mut Findings) -> RawSlot {
    let mut slot = RawSlot { place: Place::line(row.line), ..RawSlot::default() };
    for (head, cell) in columns.iter().zip(&row.cells) {
        match head {
            Head::Known(column) => drop(slot.texts.insert(*column, cell.clone())),
            Head::Other(name) if !name.is_empty() && !cell.trim().is_empty() => {
                slot.extra.insert(name.clone(), json!(cell));
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
