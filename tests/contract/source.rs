//! Rust source as the rules of the house read it: without comments and texts, and by the room it belongs to.

use std::path::{Path, PathBuf};

/// One file of `src/`.
pub struct SourceFile {
    /// Its path below `src/`, with `/` between the parts.
    pub path: String,
    /// What stands in it.
    pub text: String,
    /// The same with every comment and every text literal blanked, line by line.
    pub code: String,
}

impl SourceFile {
    /// The room: the folder below `src/`, or the file's own name there.
    pub fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is one of the folders or files named, `db/` or `outbox/store.rs` for example.
    pub fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            let place = place.trim_end_matches('/');
            self.path == place
                || self.path.starts_with(&format!("{place}/"))
                || self.path.split('/').any(|part| part == place)
        })
    }

    /// Whether it holds nothing but tests.
    pub fn is_test(&self) -> bool {
        self.name().ends_with("tests.rs")
    }

    /// `path:line` of each place where `is_found` finds something in a line of code.
    pub fn places(&self, is_found: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.code.lines().enumerate().filter(|(_, line)| is_found(line));
        lines.map(|(number, line)| format!("{}:{}: {}", self.path, number + 1, line.trim())).collect()
    }
}

/// Every file of `src/`, in order.
pub fn read_all() -> Vec<SourceFile> {
    let root = root();
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let files = paths.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let relative = path.strip_prefix(&root).unwrap();
        let parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
        SourceFile { path: parts.join("/"), code: blank(&text), text }
    });
    files.collect()
}

/// `src/`.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Puts blanks where comments and the insides of text and character literals stand; line ends stay.
pub fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = code.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => text_literal(rest, 1),
            'b' if !after_word && rest.starts_with("b\"") => text_literal(rest, 2),
            'r' | 'b' if !after_word => raw_literal(rest),
            '\'' => character_literal(rest),
            _ => 0,
        };
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn text_literal(text: &str, opening: usize) -> usize {
    let mut is_escaped = false;
    for (at, c) in text[opening..].char_indices() {
        match c {
            '"' if !is_escaped => return opening + at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"`; 0 if this is none.
fn raw_literal(text: &str) -> usize {
    let prefix = if text.starts_with("br") { 2 } else { 1 };
    if !text[..prefix].ends_with('r') {
        return 0;
    }
    let hashes = text[prefix..].chars().take_while(|c| *c == '#').count();
    let opening = prefix + hashes + 1;
    if text.get(prefix + hashes..opening) != Some("\"") {
        return 0;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    text[opening..].find(&closing).map_or(text.len(), |at| opening + at + closing.len())
}

/// The length of `'x'` or `'\n'`; 0 for a lifetime.
fn character_literal(text: &str) -> usize {
    let mut inside = text[1..].chars();
    match inside.next() {
        Some('\\') => {
            let escaped = inside.next().map_or(0, char::len_utf8);
            text[2 + escaped..].find('\'').map_or(0, |at| 2 + escaped + at + 1)
        }
        Some(c) if inside.next() == Some('\'') => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// The first names behind `crate::` in code: of `crate::db::{Conn, Db}` it is `db`, of `crate::{db, time::Clock}` they are
/// `db` and `time`. With the line they stand on.
pub fn crate_names(code: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(heads_of_group(group).into_iter().map(|name| (line, name)));
        } else {
            names.push((line, first_word(rest)));
        }
    }
    names.retain(|(_, name)| !name.is_empty());
    names
}

fn heads_of_group(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(first_word(group[start..at].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(first_word(group[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    heads
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn comments_and_texts_are_blank() {
    let text = "use a; // crate::b\nlet x = \"crate::c \\\" //\"; /* crate::d /* */ */ let y = r#\"crate::e\"#;\n\
                let z: &'static str = b'\\''; 'a' 'ä' '\"' crate::f";
    let code = blank(text);
    assert_eq!(code.lines().count(), 3);
    assert_eq!(crate_names(&code), [(3, "f".to_owned())]);
    assert!(code.contains("&'static str = b"));
    assert!(code.contains("let y ="));
}

#[test]
fn names_behind_crate_are_found() {
    let code = "use crate::db::{Conn, types::At};\nuse crate::{\n    define_id, http::{auth::Scope, Json},\n    time,\n};\nx(crate::mail::y, $crate::db)";
    let names: Vec<(usize, String)> = crate_names(code);
    let names: Vec<(usize, &str)> = names.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(names, [(1, "db"), (2, "define_id"), (2, "http"), (2, "time"), (6, "mail"), (6, "db")]);
}
