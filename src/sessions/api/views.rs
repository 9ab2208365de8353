//! Agendas, sessions and rooms as clients see them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::MovedSession;
use super::super::model::{Room, RoomId, SessionKind};
use super::super::rules::{self, Node, Times};
use super::super::store;
use crate::db::{Conn, DbResult};
use crate::events::{Event, EventId, SessionId};
use crate::speakers::AppearanceResponse;
use crate::speakers::store::appearances_of_event;
use crate::time::{IsoDuration, Zone};

/// A room in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoomSummary {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    #[schema(example = "Main hall")]
    pub name: String,
}

/// A session's times in the zone of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionReaderTimes {
    /// The reader's zone.
    pub timezone: Zone,
    /// What the reader's clocks show at the start.
    #[schema(value_type = String, example = "2022-02-23T05:30:00")]
    pub local_start: NaiveDateTime,
    /// What the reader's clocks show at the end, if it is known.
    #[schema(value_type = Option<String>, example = "2022-02-23T05:45:00")]
    pub local_end: Option<NaiveDateTime>,
}

impl SessionReaderTimes {
    fn new(times: &Times, zone: Zone) -> Option<Self> {
        let local_start = zone.to_local(times.starts_at?);
        Some(Self { timezone: zone, local_start, local_end: times.ends_at.map(|at| zone.to_local(at)) })
    }
}

/// A session with everything that it contains. Local times are in the event's zone; where a session contains others with
/// times, they run from the first start to the last end of these.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionResponse {
    /// Its id.
    pub id: SessionId,
    /// The session that contains it.
    pub parent_id: Option<SessionId>,
    /// Its place among its siblings, from 1.
    #[schema(example = 1)]
    pub position: i32,
    /// What kind of session it is.
    pub kind: SessionKind,
    /// What stands before the title.
    #[schema(example = "First round of discussion")]
    pub label: Option<String>,
    /// The title.
    #[schema(example = "Presentation of the campaign")]
    pub title: String,
    /// What it is about: Markdown.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    /// The questions that guide it, in order.
    pub guiding_questions: Vec<String>,
    /// What the clocks show at the start.
    #[schema(value_type = Option<String>, example = "2022-02-23T11:30:00")]
    pub local_start: Option<NaiveDateTime>,
    /// What the clocks show at the end.
    #[schema(value_type = Option<String>, example = "2022-02-23T11:45:00")]
    pub local_end: Option<NaiveDateTime>,
    /// The instant of the start.
    #[schema(example = "2022-02-23T10:30:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// The instant of the end, excluded.
    #[schema(example = "2022-02-23T10:45:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// From start to end, or how long it takes where only that is known.
    pub duration: Option<IsoDuration>,
    /// Whether the times follow from what it contains.
    pub is_derived: bool,
    /// The same in the reader's zone: only if one was asked for with `tz`, and of a session with a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<SessionReaderTimes>,
    /// Where it takes place.
    pub room: Option<RoomSummary>,
    /// Which of several parallel programmes it belongs to.
    #[schema(example = "Track A")]
    pub track: Option<String>,
    /// The language spoken.
    #[schema(example = "en")]
    pub language: Option<String>,
    /// Who appears in it, in order.
    pub appearances: Vec<AppearanceResponse>,
    /// What it contains, in order.
    #[schema(no_recursion)]
    pub sessions: Vec<Self>,
    /// Rises with each change of the session itself.
    #[schema(example = 3)]
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An agenda.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgendaResponse {
    /// The event.
    pub event_id: EventId,
    /// The zone of all local times; null while the event has none.
    pub timezone: Option<Zone>,
    /// Who appears at the event as a whole, in order.
    pub appearances: Vec<AppearanceResponse>,
    /// The parallel programmes that sessions name, in the order of their first session.
    #[schema(example = json!(["Track A", "Track B"]))]
    pub tracks: Vec<String>,
    /// The sessions, in order.
    pub sessions: Vec<SessionResponse>,
    /// The event's revision: rises with each change of the event or its agenda.
    #[schema(example = 3)]
    pub revision: i64,
}

/// One session, as an answer of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneSessionResponse {
    /// The event whose agenda it stands in.
    pub event_id: EventId,
    /// The zone of all local times; null while the event has none.
    pub timezone: Option<Zone>,
    /// The session.
    #[serde(flatten)]
    pub session: SessionResponse,
}

/// A session that was moved because another one was.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedSessionResponse {
    /// Its id.
    pub id: SessionId,
    /// The title.
    #[schema(example = "Open questions")]
    pub title: String,
    /// What the clocks showed at the start before.
    #[schema(value_type = Option<String>, example = "2022-02-23T11:45:00")]
    pub previous_local_start: Option<NaiveDateTime>,
    /// What the clocks showed at the end before.
    #[schema(value_type = Option<String>, example = "2022-02-23T11:55:00")]
    pub previous_local_end: Option<NaiveDateTime>,
    /// What the clocks show at the start.
    #[schema(value_type = Option<String>, example = "2022-02-23T11:50:00")]
    pub local_start: Option<NaiveDateTime>,
    /// What the clocks show at the end.
    #[schema(value_type = Option<String>, example = "2022-02-23T12:00:00")]
    pub local_end: Option<NaiveDateTime>,
    /// The instant of the start.
    #[schema(example = "2022-02-23T10:50:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// The instant of the end, excluded.
    #[schema(example = "2022-02-23T11:00:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Its revision now.
    #[schema(example = 4)]
    pub revision: i64,
}

impl From<MovedSession> for MovedSessionResponse {
    fn from(MovedSession { before, after }: MovedSession) -> Self {
        Self {
            id: after.id,
            title: after.fields.title,
            previous_local_start: before.fields.local_start,
            previous_local_end: before.fields.local_end,
            local_start: after.fields.local_start,
            local_end: after.fields.local_end,
            starts_at: after.fields.starts_at.map(|at| at.0),
            ends_at: after.fields.ends_at.map(|at| at.0),
            revision: after.revision,
        }
    }
}

/// A session that was changed, and what moved with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedSessionResponse {
    /// The session.
    #[serde(flatten)]
    pub session: OneSessionResponse,
    /// What moved with it, in the order of the agenda: only if `shift` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Vec<MovedSessionResponse>>,
}

/// Everything that an agenda's answer is made of.
pub struct AgendaParts {
    event: EventId,
    revision: i64,
    timezone: Option<Zone>,
    reader: Option<Zone>,
    agenda: Vec<Node>,
    rooms: HashMap<RoomId, Room>,
    appearances: HashMap<Option<SessionId>, Vec<AppearanceResponse>>,
}

impl AgendaParts {
    /// Reads them in three queries.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(conn: &mut Conn, event: &Event, is_staff: bool, reader: Option<Zone>) -> DbResult<Self> {
        let mut appearances: HashMap<Option<SessionId>, Vec<AppearanceResponse>> = HashMap::new();
        for with in appearances_of_event(conn, event.id)? {
            let session = with.appearance.session_id;
            appearances.entry(session).or_default().extend(AppearanceResponse::new(with, is_staff));
        }
        Ok(Self {
            event: event.id,
            revision: event.revision,
            timezone: event.when()?.zone(),
            reader,
            agenda: rules::build_tree(store::sessions_of_event(conn, event.id)?),
            rooms: store::rooms_of_event(conn, event.id)?.into_iter().map(|room| (room.id, room)).collect(),
            appearances,
        })
    }

    /// The answer for the whole agenda.
    pub fn into_agenda(mut self) -> AgendaResponse {
        let agenda = std::mem::take(&mut self.agenda);
        AgendaResponse {
            event_id: self.event,
            timezone: self.timezone,
            appearances: self.appearances.remove(&None).unwrap_or_default(),
            tracks: rules::tracks(&agenda),
            sessions: agenda.iter().map(|node| self.session(node)).collect(),
            revision: self.revision,
        }
    }

    /// The answer for one session, if it is there.
    pub fn into_session(mut self, id: SessionId) -> Option<OneSessionResponse> {
        let agenda = std::mem::take(&mut self.agenda);
        let session = self.session(rules::find_node(&agenda, id)?);
        Some(OneSessionResponse { event_id: self.event, timezone: self.timezone, session })
    }

    fn session(&mut self, node: &Node) -> SessionResponse {
        let (session, fields, times) = (&node.session, &node.session.fields, &node.times);
        let room = fields.room_id.and_then(|id| self.rooms.get(&id));
        SessionResponse {
            id: session.id,
            parent_id: session.parent_id,
            position: session.position,
            kind: fields.kind,
            label: fields.label.clone(),
            title: fields.title.clone(),
            abstract_text: fields.abstract_text.clone(),
            guiding_questions: fields.guiding_questions.0.clone(),
            local_start: times.local_start,
            local_end: times.local_end,
            starts_at: times.starts_at,
            ends_at: times.ends_at,
            duration: times.duration,
            is_derived: times.is_derived,
            reader: self.reader.and_then(|zone| SessionReaderTimes::new(times, zone)),
            room: room.map(|room| RoomSummary { id: room.id, name: room.name.clone() }),
            track: fields.track.clone(),
            language: fields.language.clone(),
            appearances: self.appearances.remove(&Some(session.id)).unwrap_or_default(),
            sessions: node.sessions.iter().map(|node| self.session(node)).collect(),
            revision: session.revision,
            created_at: session.created_at.0,
            updated_at: session.updated_at.0,
        }
    }
}
