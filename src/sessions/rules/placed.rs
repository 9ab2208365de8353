//! Sessions in their place: what contains them, and which room and track they are in.
//!
//! A **slot** is a session that stands for time of its own. One that contains sessions with times is no slot, for its time
//! is theirs; what stands inside a session with a time of its own is none either.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::super::model::RoomId;
use super::tree::Node;
use crate::events::SessionId;

/// When a new day of a programme begins, in hours: a dance until one in the morning belongs to the evening before.
const NEW_DAY: i64 = 4;

/// The day of the programme that a local time is on.
pub(super) fn programme_day(local: NaiveDateTime) -> NaiveDate {
    local.checked_sub_signed(TimeDelta::hours(NEW_DAY)).unwrap_or(local).date()
}

/// A session in its place.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    pub node: &'a Node,
    /// Where it stands in the agenda.
    pub pointer: String,
    /// What contains it, from the top.
    pub within: Vec<SessionId>,
    /// Its room, or that of what contains it.
    pub room: Option<RoomId>,
    /// Its track, or that of what contains it.
    pub track: Option<&'a str>,
    pub is_slot: bool,
}

impl Placed<'_> {
    pub fn id(&self) -> SessionId {
        self.node.session.id
    }

    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.node.times.starts_at
    }

    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.node.times.ends_at
    }

    pub fn title(&self) -> &str {
        &self.node.session.fields.title
    }

    /// Whether both may take place at the same time: in two rooms, or where the rooms do not say it, on two tracks.
    pub fn is_beside(&self, other: &Self) -> bool {
        match (self.room, other.room) {
            (Some(one), Some(other)) => one != other,
            _ => self.track != other.track,
        }
    }
}

/// Every session in the order of the agenda.
pub(super) fn place_all(agenda: &[Node]) -> Vec<Placed<'_>> {
    let mut all = Vec::new();
    for (index, node) in agenda.iter().enumerate() {
        place(&mut all, node, &format!("/sessions/{index}"), &Surrounding::default());
    }
    all
}

/// What a session has from those that contain it.
#[derive(Default)]
struct Surrounding<'a> {
    within: Vec<SessionId>,
    room: Option<RoomId>,
    track: Option<&'a str>,
    has_time: bool,
}

fn place<'a>(all: &mut Vec<Placed<'a>>, node: &'a Node, pointer: &str, around: &Surrounding<'a>) {
    // What stands in a round takes place where the round does, unless it says otherwise.
    let fields = &node.session.fields;
    let (room, track) = (fields.room_id.or(around.room), fields.track.as_deref().or(around.track));
    let has_own_time = !node.times.is_derived && (node.times.local_start.is_some() || node.times.duration.is_some());
    let is_slot = !around.has_time && (node.sessions.is_empty() || has_own_time);
    let inside = Surrounding {
        within: [around.within.as_slice(), &[node.session.id]].concat(),
        room,
        track,
        has_time: around.has_time || has_own_time,
    };
    all.push(Placed { node, pointer: pointer.to_owned(), within: around.within.clone(), room, track, is_slot });
    for (index, child) in node.sessions.iter().enumerate() {
        place(all, child, &format!("{pointer}/sessions/{index}"), &inside);
    }
}
