//! The formats, each in a file of its own.
//!
//! A file is read in two steps. A reader (`xml_read`, `json_read`, `csv_read`) finds texts and their places ([`raw`]) and
//! knows nothing of times; `interpret` and `slots` make a [`Programme`](super::programme::Programme) of them, with the zone
//! of the event at hand. Both collect findings instead of giving up at the first.

mod addresses;
mod cells;
mod csv_read;
mod csv_write;
mod interpret;
mod json_read;
mod json_write;
mod lists;
mod raw;
mod schedule;
mod slot_times;
mod slots;
mod table;
mod times;
mod words;
mod xml_file;
mod xml_read;
mod xml_tree;
mod xml_write;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod round_trip_tests;

pub use addresses::is_absolute;
pub use cells::safe as safe_cell;
pub use interpret::{Interpreted, interpret};
pub use raw::RawProgramme;
pub use schedule::{Published, number_of};
pub use table::{Table, TableRow};
pub use times::{DAY_CHANGE, date_of, day_of, write_instant};
pub use words::{kind_of, language_of};
pub use xml_file::XmlFile;

use super::finding::{Findings, ImportFindingCode as Found, Place};
use super::model::ImportFormat;

/// Reads a file; none where it is not of the format at all, or holds nothing.
pub fn read(bytes: &[u8], format: ImportFormat, findings: &mut Findings) -> Option<RawProgramme> {
    let text = text_of(bytes, findings)?;
    let raw = match format {
        ImportFormat::FrabXml => xml_read::read(text, findings),
        ImportFormat::FrabJson => json_read::read(text, findings),
        ImportFormat::Csv => csv_read::read(text, findings),
    }?;
    if raw.slots.is_empty() && !findings.has_error() {
        let hint = "To empty an agenda, write an empty one.";
        findings.error(Found::FieldRequired, &Place::default(), "There is no session in the file.", hint);
    }
    Some(raw)
}

/// Reads a table whose columns mean something to the caller; none where it is no table.
pub fn read_table(bytes: &[u8], findings: &mut Findings) -> Option<Table> {
    table::read(text_of(bytes, findings)?, findings)
}

fn text_of<'a>(bytes: &'a [u8], findings: &mut Findings) -> Option<&'a str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            let place = Place::line(line);
            findings.error(Found::EncodingInvalid, &place, "The file is not in UTF-8.", "Save it in UTF-8.");
            None
        }
    }
}

/// Writes `schedule.xml`.
///
/// # Errors
/// It cannot be written: a fault of ours.
pub fn write_xml(published: &Published<'_>) -> Result<String, WriteError> {
    Ok(xml_write::write(published)?)
}

/// Writes `schedule.json`.
pub fn write_json(published: &Published<'_>) -> String {
    json_write::write(published)
}

/// Writes the table.
///
/// # Errors
/// It cannot be written: a fault of ours.
pub fn write_csv(published: &Published<'_>) -> Result<String, WriteError> {
    Ok(csv_write::write(published.programme)?)
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Of XML.
    #[error("the XML could not be written: {0}")]
    Xml(#[from] std::io::Error),
    /// Of a table.
    #[error("the table could not be written: {0}")]
    Csv(#[from] csv::Error),
}
