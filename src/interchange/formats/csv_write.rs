//! Writes our table: one line a session, with a mark of its encoding for spreadsheets.

use std::collections::BTreeSet;

use csv::{Terminator, WriterBuilder};

use super::super::columns::Column;
use super::super::programme::{Link, Person, Programme, Slot};
use super::words::one_line;
use super::{cells, lists, schedule, times};
use crate::speakers::AppearanceRole;
use crate::time::Zone;

/// The columns that are written: what follows from others is left out.
fn columns() -> impl Iterator<Item = Column> {
    Column::ALL.iter().copied().filter(|column| !matches!(column, Column::Date | Column::Code | Column::End))
}

/// The file.
///
/// # Errors
/// It cannot be written: a fault of ours.
pub fn write(programme: &Programme) -> Result<String, csv::Error> {
    let others: BTreeSet<String> = programme.slots.iter().flat_map(other_columns).map(str::to_owned).collect();
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let mut head: Vec<&str> = columns().map(Column::csv).collect();
    head.extend(others.iter().map(String::as_str));
    table.write_record(head.into_iter().map(cells::safe))?;
    for slot in &programme.slots {
        let known = columns().map(|column| cell(slot, column, schedule::zone(programme)));
        let other = others.iter().map(|name| slot.kept.extra.get(name).and_then(|value| value.as_str()).unwrap_or(""));
        let line = known.chain(other.map(str::to_owned));
        table.write_record(line.map(|text| cells::safe(&text)))?;
    }
    let bytes = table.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    let text = String::from_utf8(bytes).map_err(|error| csv::Error::from(std::io::Error::other(error)))?;
    Ok(format!("\u{feff}{text}"))
}

/// What else is known of a session, where a table can say it.
fn other_columns(slot: &Slot) -> impl Iterator<Item = &str> {
    let texts = slot.kept.extra.iter().filter(|(name, value)| value.is_string() && !name.trim().is_empty());
    texts.map(|(name, _)| name.as_str())
}

fn cell(slot: &Slot, column: Column, zone: Zone) -> String {
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    match column {
        Column::Guid => owned(slot.guid.as_deref()),
        Column::Parent => owned(slot.parent.as_deref()),
        Column::Label => owned(slot.label.as_deref()),
        Column::Title => slot.title.clone(),
        Column::Type => schedule::kind(slot).to_owned(),
        Column::Start => slot.starts_at.map(|at| times::write_instant(at, zone)).unwrap_or_default(),
        Column::Duration => slot.seconds.map(times::write_duration).unwrap_or_default(),
        Column::Room => owned(slot.room.as_deref()),
        Column::Track => owned(slot.track.as_deref()),
        Column::Language => schedule::language(slot).to_owned(),
        Column::Abstract => owned(slot.abstract_text.as_deref()),
        Column::Questions => lists::join(slot.questions.iter().map(String::as_str), "\n"),
        Column::Links => links(&slot.kept.links),
        Column::Attachments => links(&slot.kept.attachments),
        Column::Persons => {
            let names: Vec<String> = slot.persons.iter().map(Person::written_name).collect();
            lists::join(names.iter().map(String::as_str), "; ")
        }
        Column::PersonGuids => beside(&slot.persons, |person| person.ids.guid.as_deref()),
        Column::PersonIds => beside(&slot.persons, |person| person.ids.id.as_deref()),
        Column::PersonRoles => beside(&slot.persons, |person| person.role.map(AppearanceRole::as_str)),
        kept => owned(slot.text(kept)),
    }
}

/// One text for each person, if any of them has one.
fn beside<'a>(persons: &'a [Person], text: impl Fn(&'a Person) -> Option<&'a str>) -> String {
    if persons.iter().all(|person| text(person).is_none()) {
        return String::new();
    }
    lists::join(persons.iter().map(|person| text(person).unwrap_or_default()), "; ")
}

fn links(links: &[Link]) -> String {
    let line = |link: &Link| match &link.title {
        Some(title) => format!("{} {}", link.href, one_line(title)),
        None => link.href.clone(),
    };
    links.iter().map(line).collect::<Vec<_>>().join("\n")
}
