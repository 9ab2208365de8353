//! Writing CSV (RFC 4180) that a spreadsheet opens without doing what is in it.

use crate::interchange::safe_cell;

/// One record with its line end.
pub(super) fn record(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.map(|text| cell(&text)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell, in quotes where it needs them. What would be taken for a formula is given an apostrophe, which makes it a text.
fn cell(text: &str) -> String {
    let text = safe_cell(text);
    let has_edge = text.starts_with(' ') || text.ends_with(' ');
    if has_edge || text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
            (" x", "\" x\""),
            ("Zoë 🎉", "Zoë 🎉"),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn a_formula_becomes_a_text() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+49 221", "'+49 221"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("a=1", "a=1"),
            // What begins with the mark is marked as well, or it would come back without.
            ("'=1", "''=1"),
            ("'tis", "''tis"),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn a_record_ends_its_line() {
        assert_eq!(record(["a".to_owned(), "b,c".to_owned()].into_iter()), "a,\"b,c\"\r\n");
    }
}
