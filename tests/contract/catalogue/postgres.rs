//! What PostgreSQL says about its tables.

use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::{Catalogue, Column, expression};

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_required: bool,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
    #[diesel(sql_type = Bool)]
    is_bytewise: bool,
}

#[derive(QueryableByName)]
struct ConstraintRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = Text)]
    target_columns: String,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Nullable<Text>)]
    only: Option<String>,
}

const COLUMNS: &str = "
    SELECT c.relname::text AS table_name, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind,
           a.attnotnull AS is_required, pg_get_expr(d.adbin, d.adrelid) AS default_value,
           coalesce(l.collname = 'C', true) AS is_bytewise
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'";

const CONSTRAINTS: &str = "
    SELECT c.relname::text AS table_name, k.contype::text AS kind, f.relname::text AS target,
           (SELECT coalesce(string_agg(a.attname::text, ', ' ORDER BY u.place), '')
            FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS columns,
           (SELECT coalesce(string_agg(a.attname::text, ', ' ORDER BY u.place), '')
            FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) AS target_columns,
           k.confupdtype::text AS on_update, k.confdeltype::text AS on_delete,
           pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_class f ON f.oid = k.confrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> '__diesel_schema_migrations'";

const INDEXES: &str = "
    SELECT t.relname::text AS table_name, c.relname::text AS name, i.indisunique AS is_unique,
           (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true)
                              || CASE WHEN i.indoption[n - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY n)
            FROM generate_series(1, i.indnkeyatts) n) AS columns,
           pg_get_expr(i.indpred, i.indrelid) AS only
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND t.relname <> '__diesel_schema_migrations'
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))";

pub(super) fn read(conn: &mut PgConnection) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for row in sql_query(COLUMNS).load::<ColumnRow>(conn).unwrap() {
        let column = Column {
            kind: short_name(&row.kind),
            is_nullable: !row.is_required,
            default: row.default_value.as_deref().map(expression::normalise),
            is_bytewise: row.is_bytewise,
        };
        catalogue.columns.insert((row.table_name, row.name), column);
    }
    for row in sql_query(CONSTRAINTS).load::<ConstraintRow>(conn).unwrap() {
        let columns: Vec<String> = row.columns.split(", ").map(str::to_owned).collect();
        match row.kind.as_str() {
            "p" => catalogue.primary_key(&row.table_name, &columns),
            "u" => catalogue.unique(&row.table_name, &columns),
            "c" => catalogue.check(&row.table_name, &row.definition),
            "f" => {
                let target = format!("{} ({})", row.target.unwrap_or_default(), row.target_columns);
                let on = (action(&row.on_update), action(&row.on_delete));
                catalogue.foreign_key(&row.table_name, &columns, &target, on);
            }
            other => panic!("{} has a constraint of the kind {other}", row.table_name),
        }
    }
    for row in sql_query(INDEXES).load::<IndexRow>(conn).unwrap() {
        // A name that is also a word of SQL comes in quotes.
        let columns: Vec<String> = row.columns.split(", ").map(|column| column.replace('"', "")).collect();
        catalogue.index(&row.table_name, &row.name, row.is_unique, &columns, row.only.as_deref());
    }
    catalogue
}

/// What stands in the database besides the migrations' own table: tables, indexes, sequences, views, types, functions.
pub fn remains(conn: &mut PgConnection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let query = "
        SELECT name FROM (
            SELECT relname::text AS name, relnamespace AS space FROM pg_class
            UNION SELECT typname::text, typnamespace FROM pg_type
            UNION SELECT proname::text, pronamespace FROM pg_proc) all_of_it
        WHERE space = 'public'::regnamespace AND name NOT LIKE '%\\_\\_diesel\\_schema\\_migrations%' ORDER BY name";
    sql_query(query).load::<Row>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

fn short_name(kind: &str) -> String {
    match kind {
        "timestamp with time zone" => "timestamptz".to_owned(),
        "timestamp without time zone" => "timestamp".to_owned(),
        other => other.to_owned(),
    }
}

fn action(letter: &str) -> &'static str {
    match letter {
        "a" => "no action",
        "r" => "restrict",
        "c" => "cascade",
        "n" => "set null",
        "d" => "set default",
        other => panic!("an unknown action {other}"),
    }
}
