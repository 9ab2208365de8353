//! What SQLite says about its tables.

use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::{Catalogue, Column, expression};

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_strict: bool,
    #[diesel(sql_type = Text)]
    statement: String,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_required: bool,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
    #[diesel(sql_type = Integer)]
    key_position: i32,
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = Nullable<Text>)]
    statement: Option<String>,
}

#[derive(QueryableByName)]
struct IndexColumnRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_descending: bool,
}

#[derive(QueryableByName)]
struct ForeignKeyRow {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    from_column: String,
    #[diesel(sql_type = Text)]
    to_column: String,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

pub(super) fn read(conn: &mut SqliteConnection) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let tables: Vec<TableRow> = sql_query(
        "SELECT l.name, l.strict AS is_strict, m.sql AS statement FROM pragma_table_list l \
         JOIN sqlite_master m ON m.name = l.name AND m.type = l.type \
         WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite_%' AND l.name <> '__diesel_schema_migrations'",
    )
    .load(conn)
    .unwrap();
    for table in tables {
        assert!(table.is_strict, "{} is not strict", table.name);
        read_columns(conn, &mut catalogue, &table.name);
        read_indexes(conn, &mut catalogue, &table.name);
        read_foreign_keys(conn, &mut catalogue, &table.name);
        for check in expression::checks_in(&table.statement) {
            catalogue.check(&table.name, &check);
        }
    }
    catalogue
}

/// What stands in the file besides the migrations' own table: tables, indexes, triggers, views.
pub fn remains(conn: &mut SqliteConnection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let query =
        sql_query("SELECT name FROM sqlite_master WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY name");
    query.load::<Row>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

fn read_columns(conn: &mut SqliteConnection, catalogue: &mut Catalogue, table: &str) {
    let rows: Vec<ColumnRow> = sql_query(
        "SELECT name, lower(type) AS kind, \"notnull\" AS is_required, dflt_value AS default_value, \
         pk AS key_position FROM pragma_table_info(?)",
    )
    .bind::<Text, _>(table)
    .load(conn)
    .unwrap();
    let mut key: Vec<(i32, String)> = Vec::new();
    for row in rows {
        if row.key_position > 0 {
            key.push((row.key_position, row.name.clone()));
        }
        let column = Column {
            kind: row.kind,
            // A strict table's key columns are never null, whatever the list says.
            is_nullable: !row.is_required && row.key_position == 0,
            default: row.default_value.as_deref().map(expression::normalise),
            is_bytewise: true,
        };
        catalogue.columns.insert((table.to_owned(), row.name), column);
    }
    key.sort();
    catalogue.primary_key(table, &key.into_iter().map(|(_, name)| name).collect::<Vec<_>>());
}

fn read_indexes(conn: &mut SqliteConnection, catalogue: &mut Catalogue, table: &str) {
    let rows: Vec<IndexRow> = sql_query(
        "SELECT l.name, l.\"unique\" AS is_unique, l.origin, m.sql AS statement \
         FROM pragma_index_list(?) l JOIN sqlite_master m ON m.name = l.name AND m.type = 'index'",
    )
    .bind::<Text, _>(table)
    .load(conn)
    .unwrap();
    for row in rows {
        let columns: Vec<IndexColumnRow> = sql_query(
            "SELECT coalesce(name, '(expression)') AS name, \"desc\" AS is_descending FROM pragma_index_xinfo(?) \
             WHERE key = 1 ORDER BY seqno",
        )
        .bind::<Text, _>(&row.name)
        .load(conn)
        .unwrap();
        let columns: Vec<String> = columns
            .into_iter()
            .map(|column| if column.is_descending { format!("{} desc", column.name) } else { column.name })
            .collect();
        match row.origin.as_str() {
            "pk" => {}
            "u" => catalogue.unique(table, &columns),
            _ => {
                let statement = row.statement.unwrap_or_default();
                let at = statement.to_lowercase().find(" where ");
                let only = at.map(|at| &statement[at + " where ".len()..]);
                catalogue.index(table, &row.name, row.is_unique, &columns, only);
            }
        }
    }
}

fn read_foreign_keys(conn: &mut SqliteConnection, catalogue: &mut Catalogue, table: &str) {
    let rows: Vec<ForeignKeyRow> = sql_query(
        "SELECT id, \"table\" AS target, \"from\" AS from_column, coalesce(\"to\", '(key)') AS to_column, on_update, \
         on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq",
    )
    .bind::<Text, _>(table)
    .load(conn)
    .unwrap();
    for key in rows.chunk_by(|one, next| one.id == next.id) {
        let from: Vec<String> = key.iter().map(|row| row.from_column.clone()).collect();
        let to: Vec<&str> = key.iter().map(|row| row.to_column.as_str()).collect();
        let target = format!("{} ({})", key[0].target, to.join(", "));
        catalogue.foreign_key(table, &from, &target, (&key[0].on_update, &key[0].on_delete));
    }
}
