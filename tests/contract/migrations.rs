//! That the migrations of both databases make the same tables, can be undone, and that `src/db/schema/` tells the truth.

use std::collections::{BTreeMap, BTreeSet};

use plenary::db::Conn;
use plenary::db::migrate;

use super::catalogue::{Catalogue, Column, postgres, schema, sqlite};
use crate::support::db::{migration_names, migrations_folder};
use crate::support::{Backend, Database};

both!(down_undoes_up, the_schema_tells_the_truth, nothing_is_pending_after_a_run);

async fn down_undoes_up(backend: Backend) {
    let database = Database::empty(backend);
    let url = database.db_url();
    let applied = migrate::run(&url).unwrap();
    assert_eq!(applied.len(), migration_names(backend).len());
    let before = Catalogue::read(&mut database.connect());
    assert_ne!(before.tables(), BTreeSet::new());
    assert_eq!(migrate::run(&url).unwrap(), Vec::<String>::new(), "a second run has nothing to do");

    migrate::revert_all(&url).unwrap();
    let remains = match &mut database.connect() {
        Conn::Postgres(conn) => postgres::remains(conn),
        Conn::Sqlite(conn) => sqlite::remains(conn),
    };
    assert_eq!(remains, Vec::<String>::new(), "down.sql leaves something behind");

    assert_eq!(migrate::run(&url).unwrap(), applied);
    assert_eq!(Catalogue::read(&mut database.connect()), before);
}

async fn nothing_is_pending_after_a_run(database: Database) {
    assert_eq!(migrate::pending(&mut database.connect()).unwrap(), Vec::<String>::new());
    migrate::revert_all(&database.db_url()).unwrap();
    let versions: Vec<String> =
        migration_names(database.backend()).iter().map(|name| name.split('_').next().unwrap().to_owned()).collect();
    assert_eq!(migrate::pending(&mut database.connect()).unwrap(), versions);
}

async fn the_schema_tells_the_truth(database: Database) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let (declared, together) = schema::read(&files.collect::<Vec<_>>().join("\n"));
    assert_eq!(
        together.iter().collect::<BTreeSet<_>>(),
        declared.keys().collect(),
        "allow_tables_to_appear_in_same_query"
    );
    let stored = Catalogue::read(&mut database.connect());
    let equivalents = equivalents();
    let mut expected = BTreeMap::new();
    let mut keys = Vec::new();
    for (table, declaration) in declared {
        for (column, (kind, is_nullable)) in declaration.columns {
            let kind = schema::postgres_type(&kind);
            let kind = match database.backend() {
                Backend::Postgres => kind,
                Backend::Sqlite => equivalents.get(kind).map_or(kind, String::as_str),
            };
            expected.insert((table.clone(), column), (kind.to_owned(), is_nullable));
        }
        keys.push((table, declaration.key));
    }
    let columns: BTreeMap<_, _> =
        stored.columns.iter().map(|(name, column)| (name.clone(), (column.kind.clone(), column.is_nullable))).collect();
    assert_same("the schema", &lines(&expected), "the database", &lines(&columns));
    assert_eq!(keys, stored.lists("primary key"));
}

#[test]
fn both_databases_have_the_same_tables() {
    let sqlite = Catalogue::read(&mut Database::migrated(Backend::Sqlite).connect());
    let postgres = Catalogue::read(&mut Database::migrated(Backend::Postgres).connect());
    let equivalents = equivalents();
    let in_terms_of_sqlite: BTreeMap<_, _> = postgres
        .columns
        .iter()
        .map(|(name, column)| {
            let kind = equivalents.get(&column.kind).unwrap_or(&column.kind).clone();
            (name.clone(), Column { kind, is_bytewise: true, ..column.clone() })
        })
        .collect();
    let of_sqlite = &lines(&sqlite.columns) | &sqlite.rules;
    assert_same("SQLite", &of_sqlite, "PostgreSQL", &(&lines(&in_terms_of_sqlite) | &postgres.rules));
}

/// A list that goes on behind a key (`…, name, id`) is sorted by both databases, and has to be sorted alike.
#[test]
fn what_lists_are_sorted_by_sorts_bytewise() {
    let postgres = Catalogue::read(&mut Database::migrated(Backend::Postgres).connect());
    let mut wrong = Vec::new();
    for (table, columns) in postgres.lists("index") {
        let Some(("id", sorted_by)) = columns.split_last().map(|(last, rest)| (last.as_str(), rest)) else { continue };
        for column in sorted_by {
            let column = column.trim_end_matches(" desc");
            if !postgres.columns[&(table.clone(), column.to_owned())].is_bytewise {
                wrong.push(format!("{table}.{column}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "these need `collate \"C\"`");
}

#[test]
fn every_migration_has_both_sides_and_both_ways() {
    let names = migration_names(Backend::Sqlite);
    assert_eq!(names, migration_names(Backend::Postgres));
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name} is not number {}", index + 1);
        for side in [Backend::Sqlite, Backend::Postgres] {
            for way in ["up.sql", "down.sql"] {
                let file = migrations_folder(side).join(name).join(way);
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                assert!(!text.trim().is_empty(), "{} is missing or empty", file.display());
            }
        }
    }
}

/// SQLite's type for a type of PostgreSQL, as `migrations/README.md` pairs them; those with one name are not listed.
fn equivalents() -> BTreeMap<String, String> {
    let readme = include_str!("../../migrations/README.md");
    let (_, rest) = readme.split_once("- Types on both sides: ").expect("the list of types");
    let list = rest.split_once(". ").expect("the list ends").0;
    let pairs: BTreeMap<String, String> = list
        .split(", ")
        .map(|pair| {
            let (postgres, sqlite) = pair.trim().split_once('/').expect("a pair");
            (postgres.trim_matches('`').to_owned(), sqlite.trim_matches('`').to_owned())
        })
        .collect();
    assert_eq!(pairs["uuid"], "blob");
    pairs
}

fn lines<K: std::fmt::Debug, V: std::fmt::Debug>(map: &BTreeMap<K, V>) -> BTreeSet<String> {
    map.iter().map(|(name, value)| format!("{name:?} {value:?}")).collect()
}

#[track_caller]
fn assert_same(one: &str, of_one: &BTreeSet<String>, other: &str, of_other: &BTreeSet<String>) {
    let only_one = of_one.difference(of_other).map(|line| format!("only {one}: {line}"));
    let only_other = of_other.difference(of_one).map(|line| format!("only {other}: {line}"));
    let differences: Vec<String> = only_one.chain(only_other).collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
