//! What a database says about its tables, in one form for both, so that two can be compared.

pub mod expression;
pub mod postgres;
pub mod schema;
pub mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use plenary::db::Conn;

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The type, by the name that its database uses.
    pub kind: String,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// What it is if nothing is said, normalised.
    pub default: Option<String>,
    /// Whether it sorts byte by byte. SQLite's always do.
    pub is_bytewise: bool,
}

/// Everything about the tables of a database, and of no other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Columns, by table and name.
    pub columns: BTreeMap<(String, String), Column>,
    /// Keys, constraints and indexes, one sentence each.
    pub rules: BTreeSet<String>,
}

/// Indexes as a list of columns, for rules about orders.
pub type IndexColumns = Vec<(String, Vec<String>)>;

impl Catalogue {
    /// Reads a database.
    pub fn read(conn: &mut Conn) -> Self {
        match conn {
            Conn::Postgres(conn) => postgres::read(conn),
            Conn::Sqlite(conn) => sqlite::read(conn),
        }
    }

    /// The names of the tables.
    pub fn tables(&self) -> BTreeSet<&str> {
        self.columns.keys().map(|(table, _)| table.as_str()).collect()
    }

    /// The columns of the rules that begin with `kind`, by table.
    pub fn lists(&self, kind: &str) -> IndexColumns {
        self.rules
            .iter()
            .filter_map(|rule| {
                let (table, rest) = rule.split_once(": ")?;
                let columns = rest.strip_prefix(kind)?.split_once('(')?.1.split_once(')')?.0;
                Some((table.to_owned(), columns.split(", ").map(str::to_owned).collect()))
            })
            .collect()
    }

    pub(super) fn primary_key(&mut self, table: &str, columns: &[String]) {
        self.rules.insert(format!("{table}: primary key ({})", columns.join(", ")));
    }

    pub(super) fn unique(&mut self, table: &str, columns: &[String]) {
        self.rules.insert(format!("{table}: unique ({})", columns.join(", ")));
    }

    pub(super) fn foreign_key(&mut self, table: &str, columns: &[String], target: &str, on: (&str, &str)) {
        let (on_update, on_delete) = (on.0.to_lowercase(), on.1.to_lowercase());
        self.rules.insert(format!(
            "{table}: foreign key ({}) to {target}, on update {on_update}, on delete {on_delete}",
            columns.join(", ")
        ));
    }

    pub(super) fn check(&mut self, table: &str, text: &str) {
        self.rules.insert(format!("{table}: check {}", expression::normalise(text)));
    }

    pub(super) fn index(&mut self, table: &str, name: &str, is_unique: bool, columns: &[String], only: Option<&str>) {
        let unique = if is_unique { "unique " } else { "" };
        let only = only.map(|only| format!(" where {}", expression::normalise(only))).unwrap_or_default();
        self.rules.insert(format!("{table}: {unique}index {name} ({}){only}", columns.join(", ")));
    }
}
