//! Cells of a table that no spreadsheet takes for a formula, and back.
//!
//! A cell that begins with one of `= + - @`, a tab or a line break (OWASP, CSV injection) gets an apostrophe in front, and so does one that
//! begins with an apostrophe, so that taking one away always gives what was meant.

const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The cell for a text.
pub fn safe(text: &str) -> String {
    if text.starts_with(FORMULA) || text.starts_with('\'') { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell.
pub fn plain(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with('\'') => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_each_comes_back() {
        for text in
            ["=1+1", "+49", "-x", "@SUM(A1)", "\t=x", "\r", "\n=x", "'=x", "''", "'quoted'", "plain", "", "é", "a=b"]
        {
            let cell = safe(text);
            assert!(!cell.starts_with(FORMULA), "{text}");
            assert_eq!(plain(&cell), text);
        }
        assert_eq!(plain("'tis"), "'tis", "written by others");
    }
}
