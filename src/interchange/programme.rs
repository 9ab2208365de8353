//! The neutral model: what every format is read into, and written from. It knows neither files nor our rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::columns::Column;
use crate::sessions::SessionKind;
use crate::speakers::AppearanceRole;
use crate::time::Zone;

/// A programme.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Programme {
    /// What is said of it as a whole.
    pub head: Head,
    /// The zone of all local times; none where nothing has a time.
    pub zone: Option<Zone>,
    /// Its days, in order.
    pub days: Vec<Day>,
    /// Its rooms, in order.
    pub rooms: Vec<RoomInfo>,
    /// Its sessions: what contains others comes before them.
    pub slots: Vec<Slot>,
    /// What the source speaks of. What it says nothing about stays as it is.
    pub speaks_of: BTreeSet<Column>,
}

/// What is said of a programme as a whole. All of it is kept, beside the event, and written again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A short name for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acronym: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDate>,
    /// The grid that times lie on, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeslot_seconds: Option<i64>,
    /// What relative addresses begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The page of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its colours.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub colors: Map<String, Value>,
    /// Its tracks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// What else stood there, shown to staff alone.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// One of several parallel programmes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// Its name.
    pub name: String,
    /// Its short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// What else stood there, shown to staff alone.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A day of a programme. It need not begin at midnight: what starts after midnight may belong to the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its date.
    pub date: NaiveDate,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends, excluded.
    pub ends_at: DateTime<Utc>,
}

impl Day {
    /// Whether something that starts at `at` belongs to it.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoomInfo {
    /// Its name.
    pub name: String,
    /// Its id in the system that it comes from.
    pub guid: Option<String>,
    /// How many people it takes.
    pub capacity: Option<i32>,
    /// What it is like.
    pub description: Option<String>,
    /// What else stood there, shown to staff alone.
    pub extra: Map<String, Value>,
}

/// A session.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Its id in the system that it comes from.
    pub guid: Option<String>,
    /// The id of the session that contains it.
    pub parent: Option<String>,
    /// What stands before the title.
    pub label: Option<String>,
    /// The title.
    pub title: String,
    /// What kind of session it is.
    pub kind: SessionKind,
    /// What it is about: Markdown.
    pub abstract_text: Option<String>,
    /// The questions that guide it.
    pub questions: Vec<String>,
    /// When it starts.
    pub starts_at: Option<DateTime<Utc>>,
    /// How long it takes, in seconds.
    pub seconds: Option<i64>,
    /// The name of its room.
    pub room: Option<String>,
    /// The name of its track.
    pub track: Option<String>,
    /// The language spoken: a BCP 47 tag.
    pub language: Option<String>,
    /// Who appears.
    pub persons: Vec<Person>,
    /// What our sessions have no column for.
    pub kept: Kept,
    /// Whether it contains others.
    pub holds_others: bool,
}

impl Slot {
    /// A session of which nothing is known but its title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            guid: None,
            parent: None,
            label: None,
            title: title.into(),
            kind: SessionKind::Talk,
            abstract_text: None,
            questions: Vec::new(),
            starts_at: None,
            seconds: None,
            room: None,
            track: None,
            language: None,
            persons: Vec::new(),
            kept: Kept::default(),
            holds_others: false,
        }
    }

    /// What is kept of it under this name.
    pub fn text(&self, column: Column) -> Option<&str> {
        self.kept.texts.get(&column).map(String::as_str)
    }

    /// What other systems know it by: its id, or else its number.
    pub fn key(&self) -> Option<String> {
        let number = || self.text(Column::Id).map(|id| format!("id:{id}"));
        self.guid.clone().or_else(number)
    }
}

/// What a source said of a session that our sessions have no column for. It is kept beside the session and written again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// By the name of the field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<Column, String>,
    /// Pages about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Files about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Link>,
    /// What else stood there, shown to staff alone: nobody knows what it is.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A page or a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Link {
    /// Where it is.
    pub href: String,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// Somebody who appears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Their name, without a mark that they are not certain.
    pub name: String,
    /// What other systems know them by.
    pub ids: PersonIds,
    /// Whether they are to be confirmed.
    pub is_tbc: bool,
    /// Their part, where the source says it.
    pub role: Option<AppearanceRole>,
    /// Who they are.
    pub biography: Option<String>,
    /// Where their photograph is.
    pub avatar: Option<String>,
    /// What they are and where they belong, for people: written, and never read.
    pub about: Option<String>,
}

impl Person {
    /// The name as it is written: with the mark, where they are to be confirmed.
    pub fn written_name(&self) -> String {
        if self.is_tbc { format!("{} (tbc)", self.name) } else { self.name.clone() }
    }
}

/// What other systems know a person by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonIds {
    /// The same in every system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The number in one system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The code in one system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl PersonIds {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
