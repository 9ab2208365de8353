//! Conditions as the two databases write them, in one form.

/// The words of a condition: lower case, without casts, quotes around names, brackets and commas, with PostgreSQL's `= ANY (ARRAY[…])` as the
/// `in (…)` that was written. Grouping is lost; it is the same text on both sides that is compared.
pub fn normalise(text: &str) -> String {
    let text = text.trim();
    let text = if text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("check ")) { &text[6..] } else { text };
    let words = words_of(text).join(" ").replace("= any array", "in").replace("<> all array", "not in");
    words.replace("!=", "<>")
}

fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            ':' if rest.starts_with("::") => cast_length(rest),
            c if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            '<' | '>' | '=' | '!' => rest.find(|c: char| !"<>=!".contains(c)).unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        if first == '\'' {
            words.push(word.to_owned());
        } else if !word.starts_with("::") && !"()[],\"".contains(first) && !first.is_whitespace() {
            words.push(word.to_lowercase());
        }
        rest = after;
    }
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// How long `::text` or `::text[]` is.
fn cast_length(text: &str) -> usize {
    let name = 2 + text[2..].find(|c: char| !is_word(c)).unwrap_or(text.len() - 2);
    if text[name..].starts_with("[]") { name + 2 } else { name }
}

/// The conditions of the `check (…)` clauses in a `create table` statement.
pub fn checks_in(statement: &str) -> Vec<String> {
    let lower = statement.to_lowercase();
    let mut checks = Vec::new();
    for (start, _) in lower.match_indices("check") {
        let rest = statement[start + 5..].trim_start();
        let mut depth = 0;
        let mut is_quoted = false;
        for (at, c) in rest.char_indices() {
            match c {
                '\'' => is_quoted = !is_quoted,
                '(' if !is_quoted => depth += 1,
                ')' if !is_quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                if at > 0 {
                    checks.push(rest[1..at].to_owned());
                }
                break;
            }
        }
    }
    checks
}

#[test]
fn both_spellings_become_one() {
    let written = "state not in ('cancelled', 'Rejected, or not') and capacity >= 0";
    let stored = "CHECK (((state <> ALL (ARRAY['cancelled'::text, 'Rejected, or not'::text])) AND (capacity >= 0)))";
    assert_eq!(normalise(written), "state not in 'cancelled' 'Rejected, or not' and capacity >= 0");
    assert_eq!(normalise(stored), normalise(written));
    assert_eq!(normalise("(state = 'queued'::text)"), "state = 'queued'");
    assert_eq!(normalise("(\"position\" > 0)"), "position > 0");
    assert_ne!(normalise("a in ('x')"), normalise("a in ('y')"));
}

#[test]
fn checks_are_found_where_they_stand() {
    let statement = "create table t (a text check (a in ('x', ')')), b integer CHECK (b > (1 + 1)), checked_at text)";
    assert_eq!(checks_in(statement), ["a in ('x', ')')", "b > (1 + 1)"]);
}
