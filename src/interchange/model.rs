//! Ids, states and rows of imports, and of what is kept about where things came from.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::finding::ImportFinding;
use super::programme::{Day, Head, Kept, PersonIds};
use crate::db::schema::{imports, session_sources};
use crate::db::types::{At, Json};
use crate::events::{EventId, SessionId};
use crate::http::WorkspaceId;
use crate::sessions::RoomId;
use crate::speakers::SpeakerId;
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies an import.
    ImportId
}

define_text_enum! {
    /// What kind of file it is.
    ImportFormat {
        /// `schedule.xml`, as frab, pentabarf and pretalx write it.
        FrabXml => "frab_xml",
        /// `schedule.json`, as frab and pretalx write it.
        FrabJson => "frab_json",
        /// A table, one line a session.
        Csv => "csv",
    }
}

define_text_enum! {
    /// Where an import stands.
    ImportState {
        /// The file was checked and can be applied. Nothing was changed yet.
        Checked => "checked",
        /// The file cannot be applied; see the findings.
        Refused => "refused",
        /// It waits for the worker, or is being worked on.
        Applying => "applying",
        /// The agenda is as the file says.
        Applied => "applied",
        /// It could not be applied, and nothing was changed; see the findings.
        Failed => "failed",
        /// Newer files were checked since, or nobody has applied it for a week, and it was forgotten.
        Expired => "expired",
    }
}

define_text_enum! {
    /// What becomes of sessions that the file does not name.
    ImportMode {
        /// They stay.
        Merge => "merge",
        /// They are removed.
        Replace => "replace",
    }
}

/// How many of one kind of thing an import touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ChangeCounts {
    /// Made anew.
    #[schema(example = 12)]
    pub new: usize,
    /// There, and changed.
    #[schema(example = 3)]
    pub changed: usize,
    /// There, and left as they are.
    #[schema(example = 40)]
    pub unchanged: usize,
    /// There, and not in the file: with `replace` they go.
    #[schema(example = 1)]
    pub removed: usize,
}

/// What an import touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    /// Sessions.
    pub sessions: ChangeCounts,
    /// Rooms. None is ever removed.
    pub rooms: ChangeCounts,
    /// Speakers. None is ever changed or removed.
    pub speakers: ChangeCounts,
}

/// What an import made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ImportResult {
    /// The new sessions, in the order of the agenda.
    pub sessions: Vec<SessionId>,
    /// The new rooms.
    pub rooms: Vec<RoomId>,
    /// The new speakers.
    pub speakers: Vec<SpeakerId>,
}

/// An import, without its file.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The workspace it belongs to.
    pub workspace_id: WorkspaceId,
    /// The event whose agenda it is about.
    pub event_id: EventId,
    /// Who sent the file.
    pub actor: String,
    /// What kind of file it is.
    pub format: ImportFormat,
    /// Where it stands.
    pub state: ImportState,
    /// How it was applied.
    pub mode: Option<ImportMode>,
    /// What it touches.
    pub counts: Json<ImportCounts>,
    /// What was found in it.
    pub findings: Json<Vec<ImportFinding>>,
    /// The revision of the event that it was checked against.
    pub event_revision: i64,
    /// How many sessions it has.
    pub total: i32,
    /// How many of them are done.
    pub done: i32,
    /// What it made.
    pub result: Option<Json<ImportResult>>,
    /// Rises with each change.
    pub revision: i64,
    /// When the file was sent.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// When it was applied, or had failed.
    pub finished_at: Option<At>,
}

/// Where a session came from.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = session_sources)]
pub struct SessionSource {
    /// The session.
    pub session_id: SessionId,
    /// Its event.
    pub event_id: EventId,
    /// What its source knows it by.
    pub source_key: Option<String>,
    /// What else its source said.
    pub details: Json<SessionDetails>,
}

/// What a source said of a session that our sessions have no column for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionDetails {
    /// Its id there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub kept: Kept,
}

/// What a source said of an event as a whole, its rooms and its people.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProgrammeDetails {
    /// Of the event.
    pub head: Head,
    /// Its days.
    pub days: Vec<Day>,
    /// Its rooms.
    pub rooms: BTreeMap<String, RoomSource>,
    /// What its people are known by.
    pub persons: BTreeMap<String, PersonIds>,
}

/// What a source said of a room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomSource {
    /// Its id there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// What it is like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What else stood there, shown to staff alone.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl RoomSource {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
