//! What a reader found in a file: texts, each with its place. `interpret` makes sense of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::columns::Column;
use super::super::finding::Place;
use super::super::programme::{Link, PersonIds, Track};

/// A programme as it stands in a file.
#[derive(Debug, Clone, Default)]
pub struct RawProgramme {
    /// What is said of it as a whole, by name.
    pub head: BTreeMap<&'static str, Text>,
    /// Its colours.
    pub colors: Map<String, Value>,
    /// Its tracks.
    pub tracks: Vec<Track>,
    /// What else stood there.
    pub extra: Map<String, Value>,
    /// Its days.
    pub days: Vec<RawDay>,
    /// Its rooms.
    pub rooms: Vec<RawRoom>,
    /// Whether the file lists its rooms apart from the sessions in them.
    pub lists_rooms: bool,
    /// Its sessions.
    pub slots: Vec<RawSlot>,
    /// What the file speaks of.
    pub speaks_of: BTreeSet<Column>,
}

/// A text and its place.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A day.
#[derive(Debug, Clone, Default)]
pub struct RawDay {
    /// Where it stands.
    pub place: Place,
    /// Its date.
    pub date: String,
    /// When it begins.
    pub start: String,
    /// When it ends.
    pub end: String,
}

/// A room.
#[derive(Debug, Clone, Default)]
pub struct RawRoom {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its id.
    pub guid: Option<String>,
    /// How many people it takes.
    pub capacity: Option<i64>,
    /// What it is like.
    pub description: Option<String>,
    /// What else stood there.
    pub extra: Map<String, Value>,
}

/// A session.
#[derive(Debug, Clone, Default)]
pub struct RawSlot {
    /// Where it stands.
    pub place: Place,
    /// Under which day, from 0.
    pub day: Option<usize>,
    /// Under which room.
    pub under_room: Option<String>,
    /// Its texts.
    pub texts: BTreeMap<Column, String>,
    /// Who appears.
    pub persons: Vec<RawPerson>,
    /// Pages about it.
    pub links: Vec<Link>,
    /// Files about it.
    pub attachments: Vec<Link>,
    /// What else stood there.
    pub extra: Map<String, Value>,
}

impl RawSlot {
    /// A text that says something.
    pub fn text(&self, column: Column) -> Option<&str> {
        self.texts.get(&column).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Where a field of it stands.
    pub fn place_of(&self, column: Column) -> Place {
        self.place.member(column.member())
    }
}

/// Somebody who appears.
#[derive(Debug, Clone, Default)]
pub struct RawPerson {
    /// Their name.
    pub name: String,
    /// What they are known by.
    pub ids: PersonIds,
    /// Their part.
    pub role: Option<String>,
    /// Who they are.
    pub biography: Option<String>,
    /// Where their photograph is.
    pub avatar: Option<String>,
}
