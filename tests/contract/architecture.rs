//! That the source keeps the rules which `src/lib.rs` states.

use std::collections::BTreeMap;

use super::source::{SourceFile, crate_names, read_all, root};

/// Lines of a file, tests included.
const LONGEST: usize = 500;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 8] = ["common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"];
/// Where Diesel is spoken.
const DIESEL: [&str; 5] = ["db/", "outbox/", "store.rs", "store/", "model.rs"];
/// Where HTTP is spoken.
const ACTIX: [&str; 7] = ["api.rs", "api/", "http/", "routes.rs", "app.rs", "main.rs", "commands/"];

/// The rooms with their place in the order, as the import rule in `src/lib.rs` gives it. Rooms of one place do not use
/// each other.
fn order() -> BTreeMap<String, usize> {
    let lib = std::fs::read_to_string(root().join("lib.rs")).unwrap();
    let words: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let words = words.join(" ");
    let rule = words.split('`').find(|part| part.contains('→')).expect("lib.rs states the import rule");
    let places = rule.split('→').enumerate();
    let mut order: BTreeMap<String, usize> =
        places.flat_map(|(place, rooms)| rooms.split(',').map(move |room| (room.trim().to_owned(), place))).collect();
    // What `main.rs` declares is a part of it: it belongs to the binary, whose root is `main.rs`.
    let main = std::fs::read_to_string(root().join("main.rs")).unwrap();
    for part in main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')) {
        order.insert(part.to_owned(), order["main"]);
    }
    order
}

/// Macros stand at the root of the crate, whatever room they are declared in.
fn macros(files: &[SourceFile]) -> BTreeMap<String, String> {
    let mut macros = BTreeMap::new();
    for file in files {
        for (_, rest) in file.code.split("#[macro_export]").skip(1).filter_map(|part| part.split_once("macro_rules!")) {
            let name: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            macros.insert(name, file.room().to_owned());
        }
    }
    macros
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn the_right_uses_the_left() {
    let files = read_all();
    let (order, macros) = (order(), macros(&files));
    assert!(order["config"] < order["db"] && order["db"] < order["app"], "{order:?}");
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path != "lib.rs") {
        let Some(own) = order.get(file.room()) else {
            found.push(format!("{} is in no room of the import rule", file.path));
            continue;
        };
        for (line, name) in crate_names(&file.code) {
            let used = macros.get(&name).unwrap_or(&name);
            if used == file.room() {
                continue;
            }
            match order.get(used) {
                Some(place) if place < own => {}
                Some(_) => found.push(format!("{}:{line} uses {used}, which stands to its right", file.path)),
                None => found.push(format!("{}:{line} uses {used}, which the import rule lacks", file.path)),
            }
        }
    }
    assert_none("against the import rule of src/lib.rs", &found);
}

#[test]
fn every_room_of_the_rule_is_there() {
    let files = read_all();
    let missing: Vec<String> =
        order().into_keys().filter(|room| !files.iter().any(|file| file.room() == room)).collect();
    assert_none("named in the import rule, but not there", &missing);
}

/// `super::super::…` up to the root would be a way round the import rule.
#[test]
fn no_path_climbs_out_of_its_room() {
    let mut found = Vec::new();
    for file in read_all().iter().filter(|file| !file.is_test()) {
        let parts = file.path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
        let code = file.code.split("mod tests {").next().unwrap_or_default();
        let climb = "super::".repeat(parts);
        found.extend(code.lines().filter(|line| line.contains(&climb)).map(|line| format!("{}: {line}", file.path)));
    }
    assert_none("write `crate::` instead", &found);
}

#[test]
fn diesel_stays_in_the_stores() {
    let mut found = Vec::new();
    for file in read_all() {
        let is_store = file.is_in(&DIESEL) || file.name().ends_with("_store.rs");
        if !is_store {
            found.extend(file.places(|line| line.contains("diesel") || line.contains("db::schema")));
        }
    }
    assert_none("queries belong into store.rs, their rows into model.rs", &found);
}

#[test]
fn one_file_asks_which_database_it_is() {
    let mut found = Vec::new();
    for file in read_all().iter().filter(|file| !file.is_in(&["db/"])) {
        found.extend(file.places(|line| line.contains("Conn::Postgres") || line.contains("Conn::Sqlite")));
    }
    assert_none("statements for one database belong into db/dialect.rs", &found);
}

#[test]
fn actix_stays_at_the_edge() {
    let mut found = Vec::new();
    for file in read_all().iter().filter(|file| !file.is_in(&ACTIX)) {
        found.extend(file.places(|line| line.contains("actix")));
    }
    assert_none("HTTP belongs into api.rs and http/", &found);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let files = read_all();
    let mut found = Vec::new();
    for file in &files {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            found.push(format!("{} has {lines} lines, more than {LONGEST}", file.path));
        }
        if !file.text.starts_with("//!") && !file.is_test() {
            found.push(format!("{} does not begin with `//!`", file.path));
        }
        // A folder may also hold nothing but the tests of the file that it is named after.
        if let Some((folder, _)) = file.path.rsplit_once('/')
            && !file.is_test()
            && !files.iter().any(|other| other.path == format!("{folder}/mod.rs"))
        {
            found.push(format!("{folder}/ has no mod.rs"));
        }
    }
    found.dedup();
    assert_none("these files need work", &found);
}

#[test]
fn names_say_something() {
    let files = read_all();
    let parts =
        files.iter().flat_map(|file| file.path.trim_end_matches(".rs").split('/').map(move |part| (part, file)));
    let found: Vec<String> =
        parts.filter(|(part, _)| EMPTY_NAMES.contains(part)).map(|(_, file)| file.path.clone()).collect();
    assert_none("name these after what they hold", &found);
}

#[test]
fn nothing_is_left_for_later() {
    let mut found = Vec::new();
    for file in read_all() {
        let notes =
            file.text.lines().filter(|line| line.contains("TODO") || line.contains("FIXME") || line.contains("XXX"));
        found.extend(notes.map(|line| format!("{}: {}", file.path, line.trim())));
        found.extend(file.places(|line| line.contains("todo!") || line.contains("unimplemented!")));
    }
    assert_none("finish these", &found);
}
