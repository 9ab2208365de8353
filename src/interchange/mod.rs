//! Programmes in other systems' formats: files are imported into the agenda of an event, and the agenda is written as files.
//!
//! Everything goes through one neutral model, [`programme::Programme`]: made of our agenda ([`Agenda`]) to be written, or of a
//! file (`formats`) to be imported. What a file says and our sessions have no column for is kept in tables of this room
//! (`session_sources`, `programme_sources`), so that an import loses nothing and is written again as it came.
//!
//! | programme | ours | `schedule.xml` | `schedule.json` | table |
//! |---|---|---|---|---|
//! | `head.title` | title of the event | `conference/title` | `conference.title` | |
//! | `head.acronym` | kept, or made of the title | `acronym` | `acronym` | |
//! | `head.start`, `end` | days of the event's `when` | `start`, `end` | `start`, `end` | |
//! | `zone` | zone of the event's `when` | `time_zone_name` | `time_zone_name` | offset of `start` |
//! | `head.base_url`, `url`, `logo`, … | kept | the same | the same | |
//! | `days` | kept, or made of the sessions | `day@date,start,end` | `days[].date,day_start,day_end` | |
//! | `rooms` | rooms; ids and texts kept | `room@name,guid` | `rooms[]` | `room` |
//! | `slot.guid` | kept, or the session's id | `event@guid` | `guid` | `guid` |
//! | `id` | kept, or made of the session's id | `event@id` | `id` | `id` |
//! | `title` | title | `title` | `title` | `title` |
//! | `kind` | kind; its word kept | `type` | `type` | `type` |
//! | `starts_at` | start | `date`, `start` | `date`, `start` | `start` |
//! | `seconds` | end | `duration` | `duration` | `duration`, or `end` |
//! | `room`, `track` | room, track | the same | the same | the same |
//! | `language` | language; a word that is no tag kept | `language` | `language` | `language` |
//! | `abstract` | abstract | `abstract` | `abstract` | `abstract` |
//! | `subtitle`, `description`, `slug`, `url`, `logo`, `feedback_url`, … | kept | the same | the same | the same |
//! | `licence`, `optout` | kept | `recording/license`, `optout` | `recording_license`, `do_not_record` | the same |
//! | `persons` | appearances of speakers; ids kept | `person@guid,id` | `persons[]` | `persons`, `person_guids`, … |
//! | `links`, `attachments` | kept | `link@href,type` | `links[]` | one a line: address, title |
//! | `label`, `questions`, `parent` | label, questions, containing session | | | `label`, `guiding_questions`, `parent` |
//! | `extra` | kept, for staff alone | further elements | further members | further columns |
//!
//! An **import** is `checked` or `refused` when its file is sent; then nothing of the event has changed. Applying it makes it
//! `applying`, and the worker `applied` or `failed`: everything in one transaction, or nothing. A file is forgotten once it
//! was applied, and `expired` when newer ones were checked, or when nobody has applied it for a week.
//!
//! Invariants:
//! - a file is applied to the revision of the event that it was checked against, or not at all;
//! - what a file does not speak of stays as it is: a schedule knows nothing of labels, questions and rounds;
//! - nobody is confirmed by a file, and whom a name alone could mean twice is never guessed;
//! - an export holds nothing private: no mail address, no join link that is not public, nobody who declined or withdrew;
//! - the same agenda gives the same bytes, and importing what was exported changes nothing.

mod agenda;
pub mod api;
mod apply;
mod columns;
mod error;
mod export;
mod finding;
mod formats;
mod import;
mod jobs;
mod model;
mod pages;
mod plan;
pub mod programme;
mod store;
mod structured;
mod structured_dates;

pub use agenda::Agenda;
pub use apply::{APPLY, apply_import, fail_import, request_apply};
pub use columns::Column;
pub use error::InterchangeError;
pub use export::{Audience, ExportFormat, export};
pub use finding::{Findings, ImportFinding, ImportFindingCode, Severity};
pub use formats::{Table, TableRow, XmlFile, read_table, safe_cell};
pub use import::{ReadFile, check_import, forget_files, read_file};
pub use jobs::ImportJobs;
pub use model::{ChangeCounts, Import, ImportCounts, ImportFormat, ImportId, ImportMode, ImportResult, ImportState};
pub use pages::{EntryView, PageView, to_html, to_text};
pub use structured::{embeddable, event_data, series_data};
