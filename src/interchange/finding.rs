//! What can be found in a file, and where.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::define_text_enum;
pub use crate::sessions::rules::Severity;

/// How many findings are kept of one file.
const MOST: usize = 500;

define_text_enum! {
    /// What was found in a file.
    ImportFindingCode {
        /// The file is not of its format.
        Malformed => "malformed",
        /// The file is not in UTF-8.
        EncodingInvalid => "encoding_invalid",
        /// A document type declaration, which is not read: it may name other files and grow without end.
        DoctypeRefused => "doctype_refused",
        /// A named entity that XML itself does not define.
        EntityUnknown => "entity_unknown",
        /// Something is nested too deep, or there is too much of it.
        TooLarge => "too_large",
        /// A field is missing.
        FieldRequired => "field_required",
        /// A text does not fit: too long, or with control characters.
        TextInvalid => "text_invalid",
        /// A time cannot be read, or the clocks skip it.
        TimeInvalid => "time_invalid",
        /// The clocks show a time twice; its first pass is taken.
        TimeAmbiguous => "time_ambiguous",
        /// Two statements of one time differ; the one with an offset is taken.
        TimeMismatch => "time_mismatch",
        /// A duration cannot be read.
        DurationInvalid => "duration_invalid",
        /// Neither an end nor a duration is known.
        EndUnknown => "end_unknown",
        /// The event has no time zone, so that nothing can have a time.
        TimezoneRequired => "timezone_required",
        /// The file names a time zone that is not known.
        TimezoneUnknown => "timezone_unknown",
        /// The file and the event have different time zones; the instants are kept.
        TimezoneDiffers => "timezone_differs",
        /// The file is about an event with another title or other dates; the event stays as it is.
        EventDiffers => "event_differs",
        /// A session stands under a day to which its time does not belong.
        DayMismatch => "day_mismatch",
        /// A session stands under one room and names another.
        RoomMismatch => "room_mismatch",
        /// A session takes place in a room that the file's list of rooms lacks.
        RoomUnknown => "room_unknown",
        /// Two sessions or two rooms have one id.
        GuidRepeated => "guid_repeated",
        /// The session that contains another is not in the file, or contains itself.
        ParentUnknown => "parent_unknown",
        /// A language that is no BCP 47 tag; it is kept as it is.
        LanguageUnknown => "language_unknown",
        /// An address that nobody should follow, or a private one; it is left out.
        AddressRefused => "address_refused",
        /// Several speakers have this name; a new one is made.
        PersonAmbiguous => "person_ambiguous",
        /// One person has several names in the file, or another one here.
        PersonRenamed => "person_renamed",
        /// A field that is not known here and is left out.
        NotKept => "not_kept",
        /// A session would lie outside its event.
        OutsideEvent => "outside_event",
        /// Two sessions would take place at the same time in one room.
        Overlap => "overlap",
        /// Somebody would be at two places at once.
        DoubleBooked => "double_booked",
        /// The proposed agenda does not fit.
        AgendaInvalid => "agenda_invalid",
        /// The event was changed after the file was checked.
        AgendaChanged => "agenda_changed",
        /// There is more than is listed.
        MoreFindings => "more_findings",
    }
}

/// Where something stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The line, from 1, where the format has lines.
    pub line: Option<u64>,
    /// The JSON pointer, where the format is JSON.
    pub pointer: Option<String>,
}

impl Place {
    /// A line.
    pub fn line(line: u64) -> Self {
        Self { line: Some(line), pointer: None }
    }

    /// A JSON pointer.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { line: None, pointer: Some(pointer.into()) }
    }

    /// A member of what stands at a pointer; the line itself.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        Self { line: self.line, pointer: self.pointer.as_ref().map(|pointer| format!("{pointer}/{name}")) }
    }
}

/// Something that was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFinding {
    /// What was found.
    pub code: ImportFindingCode,
    /// How much it matters: with an error nothing is imported.
    pub severity: Severity,
    /// Where: the line of the file, from 1. Of XML and tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 42)]
    pub line: Option<u64>,
    /// Where: the JSON pointer (RFC 6901). Of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/schedule/conference/days/0/rooms/Saal 1/0/duration")]
    pub pointer: Option<String>,
    /// What it is.
    #[schema(example = "“half an hour” is no duration.")]
    pub detail: String,
    /// What to do about it.
    #[schema(example = "Write it as 00:30 or PT30M.")]
    pub hint: String,
}

/// Collects the findings of one file.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    all: Vec<ImportFinding>,
    left_out: usize,
    has_error: bool,
    said: HashSet<(ImportFindingCode, String)>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(
        &mut self,
        (severity, code): (Severity, ImportFindingCode),
        place: &Place,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.has_error |= severity == Severity::Error;
        // An error is never crowded out by what is only good to know.
        if self.all.len() >= MOST && (severity != Severity::Error || self.all.len() >= 2 * MOST) {
            self.left_out += 1;
            return;
        }
        let (line, pointer) = (place.line, place.pointer.clone());
        let finding = ImportFinding { code, severity, line, pointer, detail: detail.into(), hint: hint.into() };
        self.all.push(finding);
    }

    /// Adds an error.
    pub fn error(&mut self, code: ImportFindingCode, place: &Place, detail: impl Into<String>, hint: &str) {
        self.add((Severity::Error, code), place, detail, hint);
    }

    /// Adds a warning.
    pub fn warn(&mut self, code: ImportFindingCode, place: &Place, detail: impl Into<String>, hint: &str) {
        self.add((Severity::Warning, code), place, detail, hint);
    }

    /// Adds what is good to know.
    pub fn info(&mut self, code: ImportFindingCode, place: &Place, detail: impl Into<String>, hint: &str) {
        self.add((Severity::Info, code), place, detail, hint);
    }

    /// Whether this was not said of `subject` before.
    pub fn is_first(&mut self, code: ImportFindingCode, subject: &str) -> bool {
        self.said.insert((code, subject.to_owned()))
    }

    /// Whether there is an error.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// All of them, errors first, each kind in the order of the file.
    pub fn into_list(mut self) -> Vec<ImportFinding> {
        if self.left_out > 0 {
            let detail = format!("{} more findings are not listed.", self.left_out);
            let hint = "Mend the listed ones and import the file again.";
            self.all.push(ImportFinding {
                code: ImportFindingCode::MoreFindings,
                severity: Severity::Info,
                line: None,
                pointer: None,
                detail,
                hint: hint.to_owned(),
            });
        }
        self.all.sort_by_key(|finding| finding.severity);
        self.all
    }
}
