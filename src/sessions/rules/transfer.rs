//! Taking an agenda over to another event, as what a client would send to write it there.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};

use super::super::details::SessionInput;
use super::super::model::{RoomId, SessionFields};
use super::plan::details_of;
use super::tree::Node;
use crate::events::SessionId;
use crate::speakers::AppearanceInput;
use crate::time::{Disambiguation, IsoDuration, When, Zone};

/// The longest duration that a session may state, in seconds: a leap year.
const MAX_SECONDS: i64 = 366 * 86_400;

/// How an agenda changes on its way.
#[derive(Debug, Default)]
pub struct Transfer {
    /// How far civil times move. None if they stay behind, because one of the events has no time: what is known of their
    /// length goes along.
    pub shift: Option<TimeDelta>,
    /// The zone that the times stand in.
    pub zone: Option<Zone>,
    /// Which reading of a time is meant that the clocks skip or show twice where it comes to stand.
    pub disambiguation: Option<Disambiguation>,
    /// The rooms there, by those here.
    pub rooms: HashMap<RoomId, RoomId>,
    /// Who is to appear in each session.
    pub appearances: HashMap<SessionId, Vec<AppearanceInput>>,
}

/// How far a civil time moves from an event to another: by the difference of their starts on the clocks of each.
pub fn shift_between(source: &When, target: &When) -> Option<TimeDelta> {
    Some(target.local_start()?.signed_duration_since(source.local_start()?))
}

impl Transfer {
    /// The sessions as they are to be written, each as a new one.
    pub fn sessions(&self, tree: &[Node]) -> Vec<SessionInput> {
        tree.iter().map(|node| self.session(node)).collect()
    }

    fn session(&self, node: &Node) -> SessionInput {
        let (id, fields) = (node.session.id, &node.session.fields);
        let known = details_of(&node.session, self.zone);
        let moved =
            |local: Option<NaiveDateTime>| local?.checked_add_signed(self.shift?).map(|local| format!("{local:?}"));
        let local_start = moved(fields.local_start);
        let is_timed = local_start.is_some();
        let local_end = moved(fields.local_end).filter(|_| is_timed && known.local_end.is_some());
        SessionInput {
            id: None,
            parent_id: None,
            kind: known.kind,
            label: known.label,
            title: known.title,
            abstract_text: known.abstract_text,
            guiding_questions: known.guiding_questions,
            local_start,
            local_end,
            duration: if is_timed { known.duration } else { length(fields) },
            disambiguation: self.disambiguation.or(known.disambiguation).filter(|_| is_timed),
            room_id: fields.room_id.and_then(|room| self.rooms.get(&room).copied()),
            track: known.track,
            language: known.language,
            appearances: self.appearances.get(&id).cloned(),
            sessions: self.sessions(&node.sessions),
        }
    }
}

/// How long a session takes, in whole seconds.
fn length(fields: &SessionFields) -> Option<String> {
    let elapsed = fields.starts_at.zip(fields.ends_at).map(|(start, end)| end.0 - start.0);
    let on_clocks = fields.local_start.zip(fields.local_end).map(|(start, end)| end - start);
    let stated = fields.duration_seconds.map(|seconds| TimeDelta::seconds(seconds.into()));
    let seconds = elapsed.or(on_clocks).or(stated)?.num_seconds();
    let is_length = (1..=MAX_SECONDS).contains(&seconds);
    IsoDuration::new(TimeDelta::seconds(seconds)).filter(|_| is_length).map(|length| length.to_string())
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
