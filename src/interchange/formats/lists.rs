//! Several texts in one cell of a table. What parts them, and a backslash, stand behind a backslash inside a text.

/// Parts a cell.
pub fn split(cell: &str, separator: char) -> Vec<String> {
    parts(cell, separator).into_iter().filter(|part| !part.is_empty()).collect()
}

/// Parts a cell, and keeps the places of empty texts.
pub fn parts(cell: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for letter in cell.chars() {
        if !is_escaped && letter == '\\' {
            is_escaped = true;
            continue;
        }
        if !is_escaped && letter == separator {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            // A backslash before anything else is an ordinary one.
            if is_escaped && letter != separator && letter != '\\' {
                part.push('\\');
            }
            part.push(letter);
        }
        is_escaped = false;
    }
    if let Some(part) = parts.last_mut().filter(|_| is_escaped) {
        part.push('\\');
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// Joins texts into a cell.
pub fn join<'a>(texts: impl IntoIterator<Item = &'a str>, separator: &str) -> String {
    let sign = separator.trim_end_matches(' ');
    let escaped = texts.into_iter().map(|text| text.replace('\\', "\\\\").replace(sign, &format!("\\{sign}")));
    escaped.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_parted_again() {
        for texts in [vec!["a", "b"], vec!["a; b", "c\\", "\\;"], vec!["x"], vec!["C:\\temp", "é🎉"]] {
            let cell = join(texts.iter().copied(), "; ");
            assert_eq!(split(&cell, ';'), texts, "{cell}");
        }
        assert_eq!(parts("1;;3", ';'), ["1", "", "3"]);
        assert_eq!(split("", ';'), Vec::<String>::new());
        assert_eq!(join(["a\nb", "c"], "\n"), "a\\\nb\nc");
        assert_eq!(split("a\\\nb\nc", '\n'), ["a\nb", "c"]);
    }
}
