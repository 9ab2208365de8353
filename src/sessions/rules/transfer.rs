//! Taking an agenda over to another event, as what a client would send to write it there.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::super::details::SessionInput;
use super::super::model::{RoomId, Session, SessionFields};
use super::along::{Move, move_all};
use super::plan::details_of;
use super::tree::{Node, build_tree};
use crate::events::SessionId;
use crate::http::FieldError;
use crate::speakers::AppearanceInput;
use crate::time::IsoDuration;

/// The longest duration that a session may state, in seconds: a leap year.
const MAX_SECONDS: i64 = 366 * 86_400;

/// How an agenda changes on its way.
#[derive(Debug, Default)]
pub struct Transfer {
    /// How times move. None if they stay behind, because one of the events has no time: what is known of their length goes
    /// along.
    pub shift: Option<Move>,
    /// The rooms there, by those here.
    pub rooms: HashMap<RoomId, RoomId>,
    /// Who is to appear in each session.
    pub appearances: HashMap<SessionId, Vec<AppearanceInput>>,
}

impl Transfer {
    /// The sessions as they are to be written, each as a new one.
    ///
    /// # Errors
    /// Some cannot stand where they would come to: a fault for each, which points to nothing.
    pub fn sessions(&self, sessions: Vec<Session>) -> Result<Vec<SessionInput>, Vec<FieldError>> {
        let moved = match &self.shift {
            Some(shift) => move_all(sessions.iter(), shift, "")?.into_iter().collect(),
            None => HashMap::new(),
        };
        Ok(self.level(&build_tree(sessions), &moved))
    }

    fn level(&self, nodes: &[Node], moved: &HashMap<SessionId, SessionFields>) -> Vec<SessionInput> {
        nodes.iter().map(|node| self.session(node, moved)).collect()
    }

    fn session(&self, node: &Node, moved: &HashMap<SessionId, SessionFields>) -> SessionInput {
        let (id, mut there) = (node.session.id, node.session.clone());
        if let Some(fields) = moved.get(&id) {
            there.fields.clone_from(fields);
        }
        let known = details_of(&there, self.shift.map(|shift| shift.to));
        let is_timed = self.shift.is_some() && known.local_start.is_some();
        SessionInput {
            id: None,
            parent_id: None,
            kind: known.kind,
            label: known.label,
            title: known.title,
            abstract_text: known.abstract_text,
            guiding_questions: known.guiding_questions,
            local_start: known.local_start.filter(|_| is_timed),
            local_end: known.local_end.filter(|_| is_timed),
            duration: if is_timed { known.duration } else { length(&there.fields) },
            disambiguation: known.disambiguation.filter(|_| is_timed),
            room_id: there.fields.room_id.and_then(|room| self.rooms.get(&room).copied()),
            track: known.track,
            language: known.language,
            appearances: self.appearances.get(&id).cloned(),
            sessions: self.level(&node.sessions, moved),
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
