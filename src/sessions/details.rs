//! What sessions and rooms are described by: the documents that clients write.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Room, RoomId, SessionKind};
use crate::define_text_enum;
use crate::events::{EventId, SeriesId, SessionId};
use crate::http::{Checks, FieldError, LINE};
use crate::speakers::AppearanceInput;
use crate::time::{Disambiguation, WhenInput};

/// A session to write, with everything that it contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionInput {
    /// The session that is meant, where it exists already. Without it a new one is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SessionId>,
    /// The session to append it to; only where a single session is added. In a tree the place says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<SessionId>,
    /// What kind of session it is.
    pub kind: SessionKind,
    /// What stands before the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "First round of discussion")]
    pub label: Option<String>,
    /// The title. Two sessions may have the same.
    #[schema(example = "Presentation of the campaign")]
    pub title: String,
    /// What it is about: Markdown.
    #[serde(rename = "abstract", default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "How a city joins, and what it promises.")]
    pub abstract_text: Option<String>,
    /// The questions that guide it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guiding_questions: Vec<String>,
    /// What the clocks show at the start, in the event's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T11:30")]
    pub local_start: Option<String>,
    /// What the clocks show at the end, in the event's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T11:45")]
    pub local_end: Option<String>,
    /// How long it takes, instead of an end, or where no time is known: an ISO 8601 duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT15M")]
    pub duration: Option<String>,
    /// Which reading of a local time is meant that the clocks skip or show twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disambiguation: Option<Disambiguation>,
    /// Where it takes place: a room of this event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<RoomId>,
    /// Which of several parallel programmes it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Track A")]
    pub track: Option<String>,
    /// The language spoken: a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub language: Option<String>,
    /// Who appears in it, in order. Absent: it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearances: Option<Vec<AppearanceInput>>,
    /// What it contains, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub sessions: Vec<Self>,
}

/// A whole agenda.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaInput {
    /// The sessions, in order. One that exists and is not named here is removed.
    pub sessions: Vec<SessionInput>,
}

/// What becomes of the agenda when its event gets another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgendaMove {
    /// The sessions move as far as the start does, on the clocks of the place.
    #[default]
    Shift,
    /// The sessions keep their local times.
    Keep,
}

/// An agenda to check, as it might be written, and a time for its event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleProposal {
    /// The sessions, in order, as for writing the agenda. Absent: those that the event has.
    #[serde(default)]
    pub sessions: Option<Vec<SessionInput>>,
    /// When the event would be. Absent: as it is.
    #[serde(default)]
    pub when: Option<WhenInput>,
    /// What would become of the sessions that the event has, if it were at that time.
    #[serde(default)]
    #[schema(example = "shift")]
    pub agenda: AgendaMove,
}

/// What one session is described by, without what it contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionDetails {
    /// The session that contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<SessionId>,
    /// Its place among its siblings, from 1. A number beyond the last puts it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub position: Option<i32>,
    /// What kind of session it is.
    pub kind: SessionKind,
    /// What stands before the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "First round of discussion")]
    pub label: Option<String>,
    /// The title.
    #[schema(example = "Presentation of the campaign")]
    pub title: String,
    /// What it is about: Markdown.
    #[serde(rename = "abstract", default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "How a city joins, and what it promises.")]
    pub abstract_text: Option<String>,
    /// The questions that guide it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guiding_questions: Vec<String>,
    /// What the clocks show at the start, in the event's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T11:30:00")]
    pub local_start: Option<String>,
    /// What the clocks show at the end, in the event's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022-02-23T11:45:00")]
    pub local_end: Option<String>,
    /// How long it takes, instead of an end (set `local_end` to null), or where no time is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT15M")]
    pub duration: Option<String>,
    /// Which reading of a local time is meant that the clocks skip or show twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disambiguation: Option<Disambiguation>,
    /// Where it takes place: a room of this event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<RoomId>,
    /// Which of several parallel programmes it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Track A")]
    pub track: Option<String>,
    /// The language spoken: a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub language: Option<String>,
}

impl SessionInput {
    /// The session alone, without what it contains.
    pub fn details(&self) -> SessionDetails {
        SessionDetails {
            parent_id: self.parent_id,
            position: None,
            kind: self.kind,
            label: self.label.clone(),
            title: self.title.clone(),
            abstract_text: self.abstract_text.clone(),
            guiding_questions: self.guiding_questions.clone(),
            local_start: self.local_start.clone(),
            local_end: self.local_end.clone(),
            duration: self.duration.clone(),
            disambiguation: self.disambiguation,
            room_id: self.room_id,
            track: self.track.clone(),
            language: self.language.clone(),
        }
    }
}

define_text_enum! {
    /// A part of an event that a copy may take over.
    ClonedPart {
        /// Its sessions and rooms.
        Agenda => "agenda",
        /// Who appears, at the event as a whole and, with the agenda, in its sessions.
        Appearances => "appearances",
        /// The organisations with a part in it.
        Organisations => "organisations",
        /// What it asks of people who register, and what they consent to.
        Form => "form",
    }
}

/// What is to be different in a copy of an event. What is absent is as it is in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneInput {
    /// Another title.
    #[serde(default)]
    #[schema(example = "Monitoring, one year on")]
    pub title: Option<String>,
    /// Another time. `{}` for none.
    #[serde(default)]
    pub when: Option<WhenInput>,
    /// Another series.
    #[serde(default)]
    pub series_id: Option<SeriesId>,
    /// Which of its series it is; not the source's, which is taken.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10000, example = 6)]
    pub series_position: Option<i32>,
    /// What it takes over beside what the source is described by; everything if absent.
    #[serde(default)]
    pub include: Option<Vec<ClonedPart>>,
}

/// Whose agenda is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaCopyInput {
    /// The event whose agenda is taken over.
    pub event_id: EventId,
    /// Whether the present agenda is removed. Otherwise there must be none.
    #[serde(default)]
    #[schema(example = false)]
    pub replace: bool,
    /// Whether those who appear in its sessions come along, each to be confirmed.
    #[serde(default = "yes")]
    #[schema(default = true, example = true)]
    pub appearances: bool,
}

fn yes() -> bool {
    true
}

/// What a room is described by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomDetails {
    /// Its name, unique in the event.
    #[schema(example = "Main hall")]
    pub name: String,
    /// How many people it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000, example = 120)]
    pub capacity: Option<i32>,
    /// Its place in lists, from 1. Without it, it comes last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub position: Option<i32>,
}

impl RoomDetails {
    /// Checks every field.
    ///
    /// # Errors
    /// Every fault, with its pointer.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut checks = Checks::new();
        checks.line("/name", &self.name, LINE);
        checks.range("/capacity", self.capacity, 1..=1_000_000);
        checks.range("/position", self.position, 1..=10_000);
        let errors = checks.into_errors();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl From<&Room> for RoomDetails {
    fn from(room: &Room) -> Self {
        Self { name: room.name.clone(), capacity: room.capacity, position: Some(room.position) }
    }
}
