//! A table as it stands in a file (RFC 4180): its cells, and the line of each record. What the columns mean is the reader's
//! business.

use csv::ReaderBuilder;

use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::cells;

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The names of its columns, as they were written.
    pub head: Vec<String>,
    /// Its records, without blank ones.
    pub rows: Vec<TableRow>,
}

/// A record of a table.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells: no more than there are columns, perhaps fewer.
    pub cells: Vec<String>,
}

/// Reads a table, separated by commas, semicolons or tabs; none where it is none. Marks against formulas are taken away.
pub fn read(text: &str, findings: &mut Findings) -> Option<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = open_quote(text, separator(text)) {
        let hint = "Close the quotes; a quote inside of a text is written twice.";
        findings.error(Found::Malformed, &Place::line(line), "A text in double quotes has no end.", hint);
        return None;
    }
    let mut reader = ReaderBuilder::new().delimiter(separator(text)).flexible(true).from_reader(text.as_bytes());
    let Ok(head) = reader.headers().cloned() else {
        findings.error(Found::Malformed, &Place::line(1), "The first line cannot be read.", "Send a table in UTF-8.");
        return None;
    };
    let mut table = Table { head: head.iter().map(str::to_owned).collect(), rows: Vec::new() };
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
                if record.iter().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                if record.len() > head.len() {
                    let detail = format!("The line has {} cells, and the table {} columns.", record.len(), head.len());
                    let hint = "Put texts with a separator into double quotes.";
                    findings.error(Found::Malformed, &Place::line(line), detail, hint);
                }
                let cells = record.iter().take(head.len()).map(cells::plain).collect();
                table.rows.push(TableRow { line, cells });
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                findings.error(Found::Malformed, &Place::line(line), format!("{error}."), "Mend the line.");
            }
        }
    }
    Some(table)
}

/// The line of a quote that is never closed: everything behind it would be one text.
fn open_quote(text: &str, separator: u8) -> Option<u64> {
    let (mut line, mut opened, mut starts_cell, mut was_quote) = (1_u64, None, true, false);
    for byte in text.bytes() {
        let is_end = opened.is_some() && byte == b'"';
        match (opened, byte) {
            (None, b'"') if starts_cell => opened = Some(line),
            // The second of two quotes stands for one.
            (None, b'"') if was_quote => opened = Some(line),
            (Some(_), b'"') => opened = None,
            _ => {}
        }
        was_quote = is_end;
        starts_cell = byte == separator || matches!(byte, b'\n' | b'\r');
        line += u64::from(byte == b'\n');
    }
    opened
}

/// Counts lines, going forward. The reader's own count is one behind where lines end with a carriage return as well.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.text.get(self.at) {
            if self.at >= start && !matches!(letter, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(*letter == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// What parts the columns: whichever of the three stands most often in the first line, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.bytes().take_while(|byte| *byte != b'\n') {
        is_quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!is_quoted && byte == *separator);
        }
    }
    // The first of equals counts.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(separator, _)| *separator)
}
