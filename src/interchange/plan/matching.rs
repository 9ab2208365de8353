//! Which session of a file is which of ours: by the id that its source knows it by, by our own id, or by title and start.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::agenda::Agenda;
use super::super::programme::{Programme, Slot};
use crate::db::search;
use crate::events::SessionId;
use crate::sessions::rules::Node;

/// For each session of the file, ours. None of ours is meant twice.
pub(super) fn match_slots(agenda: &Agenda, programme: &Programme) -> Vec<Option<SessionId>> {
    let mut all = Vec::new();
    flatten(&agenda.nodes, &mut all);
    let ids: HashSet<SessionId> = all.iter().map(|node| node.session.id).collect();
    let sources = agenda.sources.values();
    let by_key: HashMap<&str, SessionId> =
        sources.filter_map(|source| Some((source.source_key.as_deref()?, source.session_id))).collect();
    let mut taken: HashSet<SessionId> = HashSet::new();
    let own_id = |guid: &str| Uuid::parse_str(guid).ok().map(SessionId).filter(|id| ids.contains(id));
    let mut matched: Vec<Option<SessionId>> = Vec::with_capacity(programme.slots.len());
    for slot in &programme.slots {
        let known = slot.key().and_then(|key| by_key.get(key.as_str()).copied());
        let found = known.or_else(|| slot.guid.as_deref().and_then(own_id));
        matched.push(found.filter(|id| taken.insert(*id)));
    }
    // Only sessions that no source has named yet are known by their looks.
    let mut by_looks: HashMap<(String, Option<DateTime<Utc>>), Vec<SessionId>> = HashMap::new();
    for node in all.iter().rev().filter(|node| !taken.contains(&node.session.id)) {
        if agenda.sources.get(&node.session.id).is_none_or(|source| source.source_key.is_none()) {
            let starts_at = node.times.starts_at.filter(|_| !node.times.is_derived);
            let looks = (search::normalise(&node.session.fields.title), starts_at);
            by_looks.entry(looks).or_default().push(node.session.id);
        }
    }
    for (slot, found) in programme.slots.iter().zip(&mut matched) {
        if found.is_none() {
            *found = by_looks.get_mut(&looks_of(slot)).and_then(Vec::pop);
        }
    }
    matched
}

fn looks_of(slot: &Slot) -> (String, Option<DateTime<Utc>>) {
    (search::normalise(&slot.title), slot.starts_at)
}

/// Every session of a tree, what contains others before them.
pub(in super::super) fn flatten<'a>(nodes: &'a [Node], all: &mut Vec<&'a Node>) {
    for node in nodes {
        all.push(node);
        flatten(&node.sessions, all);
    }
}
