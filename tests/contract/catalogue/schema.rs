//! What `src/db/schema/` says about the tables.

use std::collections::BTreeMap;

/// A table as the source declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredTable {
    /// The columns of its key, in order.
    pub key: Vec<String>,
    /// Type and nullability of each column.
    pub columns: BTreeMap<String, (String, bool)>,
}

/// Reads every `table!` block, and the list of tables that may appear in one query.
pub fn read(source: &str) -> (BTreeMap<String, DeclaredTable>, Vec<String>) {
    let mut tables = BTreeMap::new();
    for block in source.split("diesel::table! {").skip(1) {
        let lines: Vec<&str> = block.lines().map(str::trim).take_while(|line| *line != "diesel::table! {").collect();
        let head = lines.iter().find(|line| line.ends_with('{')).expect("a table begins with its name");
        let (name, rest) = head.split_once(" (").expect("a name, then the key");
        let key = rest.split_once(')').expect("the key ends").0.split(", ").map(str::to_owned).collect();
        let columns = lines.iter().filter_map(|line| {
            let (column, kind) = line.strip_suffix(',')?.split_once(" -> ")?;
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            Some((column.to_owned(), (inner.unwrap_or(kind).to_owned(), inner.is_some())))
        });
        tables.insert(name.to_owned(), DeclaredTable { key, columns: columns.collect() });
    }
    let together = source.split("allow_tables_to_appear_in_same_query!(").nth(1).unwrap_or_default();
    let together = together.split(')').next().unwrap_or_default();
    let names = together.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (tables, names)
}

/// PostgreSQL's name of a type of the source.
pub fn postgres_type(kind: &str) -> &'static str {
    match kind {
        "Uid" => "uuid",
        "Instant" => "timestamptz",
        "Timestamp" => "timestamp",
        "Text" => "text",
        "BigInt" => "bigint",
        "Integer" => "integer",
        "Binary" => "bytea",
        "Bool" => "boolean",
        "Double" => "double precision",
        other => panic!("the schema uses the type {other}, which this test does not know"),
    }
}
