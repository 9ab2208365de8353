//! That it is known of every column whose it is.

use std::collections::BTreeSet;

use plenary::privacy::columns::{COLUMNS, Whose};

use super::catalogue::{Catalogue, schema};
use crate::support::{Backend, Database};

both!(every_column_of_text_is_classified);

type Names = BTreeSet<(String, String)>;

fn classified() -> Names {
    COLUMNS
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(|(column, _)| ((*table).to_owned(), (*column).to_owned())))
        .collect()
}

/// The columns of the source that are ids or times, which SQLite keeps as bytes and text.
fn ids_and_times() -> Names {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let (declared, _) = schema::read(&files.collect::<Vec<_>>().join("\n"));
    let columns = declared.into_iter().flat_map(|(table, declared)| {
        declared.columns.into_iter().map(move |(column, (kind, _))| (table.clone(), column, kind))
    });
    let other = columns.filter(|(_, _, kind)| ["Uid", "Instant", "Timestamp"].contains(&kind.as_str()));
    other.map(|(table, column, _)| (table, column)).collect()
}

async fn every_column_of_text_is_classified(database: Database) {
    let kinds: &[&str] = match database.backend() {
        Backend::Postgres => &["text", "bytea"],
        Backend::Sqlite => &["text", "blob"],
    };
    let stored = Catalogue::read(&mut database.connect());
    let texts: Names = stored
        .columns
        .iter()
        .filter(|(_, column)| kinds.contains(&column.kind.as_str()))
        .map(|(name, _)| name.clone())
        .collect();
    let texts: Names = texts.difference(&ids_and_times()).cloned().collect();
    assert!(texts.len() > 100, "{texts:?}");
    let classified = classified();
    let unknown: Vec<_> = texts.difference(&classified).collect();
    assert!(unknown.is_empty(), "say in src/privacy/columns.rs whose these are: {unknown:?}");
    let gone: Vec<_> = classified.difference(&texts).collect();
    assert!(gone.is_empty(), "these are classified, and not there: {gone:?}");
}

#[test]
fn each_is_classified_once() {
    let count: usize = COLUMNS.iter().map(|(_, columns)| columns.len()).sum();
    assert_eq!(classified().len(), count);
    let registrants = COLUMNS.iter().flat_map(|(_, columns)| *columns).filter(|(_, whose)| *whose == Whose::Registrant);
    assert!(registrants.count() >= 10);
}
