//! From rows to a tree, with the times that follow from what a session contains.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::super::model::{Session, SessionFields};
use crate::db::types::At;
use crate::events::SessionId;
use crate::time::{IsoDuration, Precision, UNDATED_SORTS_AT, When, WhenRecord, Zone};

/// When a session is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Civil start, in the event's zone.
    pub local_start: Option<NaiveDateTime>,
    /// Civil end, in the event's zone.
    pub local_end: Option<NaiveDateTime>,
    /// The instant of the start.
    pub starts_at: Option<DateTime<Utc>>,
    /// The instant of the end, excluded.
    pub ends_at: Option<DateTime<Utc>>,
    /// From start to end; or how long it takes, where only that is known.
    pub duration: Option<IsoDuration>,
    /// Whether all this follows from what the session contains.
    pub is_derived: bool,
}

impl Times {
    /// What a session says itself.
    fn of(fields: &SessionFields) -> Self {
        let (starts_at, ends_at) = (fields.starts_at.map(|at| at.0), fields.ends_at.map(|at| at.0));
        let between = starts_at.zip(ends_at).map(|(start, end)| end - start);
        let stated = fields.duration_seconds.map(|seconds| TimeDelta::seconds(seconds.into()));
        Self {
            local_start: fields.local_start,
            local_end: fields.local_end,
            starts_at,
            ends_at,
            duration: between.or(stated).and_then(IsoDuration::new),
            is_derived: false,
        }
    }

    /// From the first start to the last end of the sessions inside; or, where none has a time, the sum of how long each
    /// takes. None if they say neither.
    fn around(sessions: &[Node]) -> Option<Self> {
        let times = || sessions.iter().map(|node| node.times);
        let Some(first) = times().filter(|one| one.starts_at.is_some()).min_by_key(|one| one.starts_at) else {
            let sum = times().try_fold(TimeDelta::zero(), |sum, one| Some(sum + one.duration?.as_delta()))?;
            let duration = IsoDuration::new(sum).filter(|sum| !sum.is_zero())?;
            return Some(Self { duration: Some(duration), is_derived: true, ..Self::default() });
        };
        let last = times().filter(|one| one.ends_at.is_some()).max_by_key(|one| one.ends_at).unwrap_or_default();
        // One that starts when the others are over, and whose end is not known, leaves the end of the whole open.
        let is_open =
            times().any(|one| one.starts_at.is_some() && one.ends_at.is_none() && one.starts_at >= last.ends_at);
        let last = if is_open { Self::default() } else { last };
        let between = first.starts_at.zip(last.ends_at).map(|(start, end)| end - start);
        Some(Self {
            local_start: first.local_start,
            local_end: last.local_end,
            starts_at: first.starts_at,
            ends_at: last.ends_at,
            duration: between.and_then(IsoDuration::new),
            is_derived: true,
        })
    }
}

/// A session with everything that it contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The session itself.
    pub session: Session,
    /// When it is.
    pub times: Times,
    /// What it contains, in order.
    pub sessions: Vec<Self>,
}

/// Makes the tree of one event's sessions, siblings by their position.
pub fn build_tree(sessions: Vec<Session>) -> Vec<Node> {
    let mut inside: HashMap<Option<SessionId>, Vec<Session>> = HashMap::new();
    for session in sessions {
        inside.entry(session.parent_id).or_default().push(session);
    }
    take_children(None, &mut inside)
}

fn take_children(parent: Option<SessionId>, inside: &mut HashMap<Option<SessionId>, Vec<Session>>) -> Vec<Node> {
    let mut children = inside.remove(&parent).unwrap_or_default();
    children.sort_by_key(|session| (session.position, session.id));
    let nodes = children.into_iter().map(|session| {
        let sessions = take_children(Some(session.id), inside);
        let times = Times::around(&sessions).unwrap_or_else(|| Times::of(&session.fields));
        Node { session, times, sessions }
    });
    nodes.collect()
}

/// The session with this id, wherever it stands.
pub fn find_node(tree: &[Node], id: SessionId) -> Option<&Node> {
    tree.iter().find_map(|node| if node.session.id == id { Some(node) } else { find_node(&node.sessions, id) })
}

/// When each session of a tree is.
pub fn times_by_session(tree: &[Node]) -> HashMap<SessionId, Times> {
    let mut times = HashMap::new();
    let mut left: Vec<&Node> = tree.iter().collect();
    while let Some(node) = left.pop() {
        times.insert(node.session.id, node.times);
        left.extend(&node.sessions);
    }
    times
}

/// The tracks that sessions name, each once, in the order of the agenda.
pub fn tracks(tree: &[Node]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tracks = Vec::new();
    let mut left: Vec<&Node> = tree.iter().rev().collect();
    while let Some(node) = left.pop() {
        if let Some(track) = node.session.fields.track.as_ref().filter(|track| seen.insert(track.as_str())) {
            tracks.push(track.clone());
        }
        left.extend(node.sessions.iter().rev());
    }
    tracks
}

/// Derives a session's instants from its civil time and the zone that the event has now. What was stored says only which
/// side of an hour shown twice is meant. Without a zone there are no instants.
pub fn rederive(fields: &mut SessionFields, zone: Option<Zone>) {
    let stored = WhenRecord {
        precision: Precision::Datetime,
        edtf: None,
        local_start: fields.local_start,
        local_end: fields.local_end,
        timezone: zone.map(|zone| zone.name().to_owned()),
        timezone_label: None,
        // Written while the event had no zone, there is none: any instant will do where the civil time is shown once.
        starts_at: fields.starts_at.map(|at| at.0).or(fields.local_start.map(|local| local.and_utc())),
        ends_at: fields.ends_at.map(|at| at.0).or(fields.local_end.map(|local| local.and_utc())),
        sorts_at: UNDATED_SORTS_AT,
        until_at: None,
    };
    let Ok(when) = When::from_record(stored).map(|when| when.rederived()) else {
        (fields.starts_at, fields.ends_at) = (None, None);
        return;
    };
    (fields.local_start, fields.local_end) = (when.local_start(), when.local_end());
    (fields.starts_at, fields.ends_at) = (when.starts_at().map(At), when.ends_at().map(At));
}
