//! Where each session stands in the agenda that an import proposes.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::model::ImportMode;
use super::content::{Content, input_of};
use super::matching::flatten;
use super::{PlanNode, Scene};
use crate::events::SessionId;
use crate::sessions::rules::{MAX_DEPTH, Node, details_of};

/// A session of the agenda that is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// One of the file, by its index.
    File(usize),
    /// One that only the agenda has.
    Ours(SessionId),
}

/// The proposed agenda, and how many sessions are not in the file.
pub(super) fn build(
    scene: &Scene<'_>,
    contents: Vec<Content>,
    mode: ImportMode,
    findings: &mut Findings,
) -> (Vec<PlanNode>, usize) {
    let mut nodes = Vec::new();
    flatten(&scene.agenda.nodes, &mut nodes);
    let file: HashMap<SessionId, usize> =
        scene.matched.iter().enumerate().filter_map(|(index, id)| id.map(|id| (id, index))).collect();
    let needed = containers(&nodes, &file, scene);
    let lost = nodes.iter().filter(|node| !file.contains_key(&node.session.id) && !needed.contains(&node.session.id));
    let removed = lost.count();
    let mut builder = Builder { scene, nodes, file, contents, inside: HashMap::new() };
    builder.place(mode, &needed);
    if builder.is_too_deep() {
        let detail = format!("Sessions contain each other more than {MAX_DEPTH} levels deep.");
        findings.error(Found::AgendaInvalid, &Place::default(), detail, "Put some of them on a higher level.");
        return (Vec::new(), removed);
    }
    (builder.nodes_in(None, mode), removed)
}

/// What contains a session of the file, where the file cannot say so itself.
fn containers(nodes: &[&Node], file: &HashMap<SessionId, usize>, scene: &Scene<'_>) -> HashSet<SessionId> {
    let mut needed = HashSet::new();
    if scene.file.programme.speaks_of.contains(&Column::Parent) {
        return needed;
    }
    let parents: HashMap<SessionId, SessionId> =
        nodes.iter().filter_map(|node| Some((node.session.id, node.session.parent_id?))).collect();
    for id in file.keys() {
        let mut next = parents.get(id);
        while let Some(parent) = next.filter(|parent| needed.insert(**parent)) {
            next = parents.get(parent);
        }
    }
    needed.retain(|id| !file.contains_key(id));
    needed
}

struct Builder<'a> {
    scene: &'a Scene<'a>,
    nodes: Vec<&'a Node>,
    file: HashMap<SessionId, usize>,
    contents: Vec<Content>,
    inside: HashMap<Option<Key>, Vec<Key>>,
}

impl Builder<'_> {
    fn key_of(&self, id: SessionId) -> Key {
        self.file.get(&id).map_or(Key::Ours(id), |index| Key::File(*index))
    }

    /// Puts everybody below their parent: those that the agenda has in its order, then the new ones.
    fn place(&mut self, mode: ImportMode, needed: &HashSet<SessionId>) {
        let slots = &self.scene.file.programme.slots;
        let by_guid: HashMap<&str, usize> =
            slots.iter().enumerate().filter_map(|(index, slot)| Some((slot.guid.as_deref()?, index))).collect();
        let says_parents = self.scene.file.programme.speaks_of.contains(&Column::Parent);
        let said = |index: usize| -> Option<Key> {
            let parent = slots.get(index)?.parent.as_deref()?;
            by_guid.get(parent).copied().map(Key::File)
        };
        for node in self.nodes.clone() {
            let key = self.key_of(node.session.id);
            let stays = match key {
                Key::File(_) => true,
                Key::Ours(id) => mode == ImportMode::Merge || needed.contains(&id),
            };
            if stays {
                let ours = || node.session.parent_id.map(|parent| self.key_of(parent));
                let parent = match key {
                    Key::File(index) if says_parents => said(index),
                    _ => ours(),
                };
                self.inside.entry(parent).or_default().push(key);
            }
        }
        for (index, matched) in self.scene.matched.iter().enumerate() {
            if matched.is_none() {
                self.inside.entry(said(index)).or_default().push(Key::File(index));
            }
        }
    }

    fn is_too_deep(&self) -> bool {
        let mut level: Vec<Option<Key>> = vec![None];
        for _ in 0..=MAX_DEPTH {
            level = level.iter().filter_map(|key| self.inside.get(key)).flatten().copied().map(Some).collect();
        }
        !level.is_empty()
    }

    fn nodes_in(&self, parent: Option<Key>, mode: ImportMode) -> Vec<PlanNode> {
        let mut keys = self.inside.get(&parent).cloned().unwrap_or_default();
        let has_new =
            keys.iter().any(|key| matches!(key, Key::File(index) if self.scene.matched.get(*index) == Some(&None)));
        match mode {
            ImportMode::Replace => keys.sort_by_key(|key| self.first_in_file(*key)),
            ImportMode::Merge if has_new => self.sort_by_time(&mut keys),
            ImportMode::Merge => {}
        }
        keys.into_iter().filter_map(|key| self.node(key, mode)).collect()
    }

    fn node(&self, key: Key, mode: ImportMode) -> Option<PlanNode> {
        let nodes = self.nodes_in(Some(key), mode);
        match key {
            Key::File(index) => {
                let content = self.contents.get(index)?.clone();
                Some(PlanNode { input: content.input, source: Some(content.source), place: content.place, nodes })
            }
            Key::Ours(id) => {
                let node = self.nodes.iter().find(|node| node.session.id == id)?;
                let details = details_of(&node.session, self.scene.agenda.zone());
                let input = input_of(Some(id), details, None);
                Some(PlanNode { input, source: None, place: Place::default(), nodes })
            }
        }
    }

    /// The place in the file of a session or of what it contains.
    fn first_in_file(&self, key: Key) -> usize {
        match key {
            Key::File(index) => index,
            Key::Ours(_) => {
                let inside = self.inside.get(&Some(key)).into_iter().flatten();
                inside.map(|key| self.first_in_file(*key)).min().unwrap_or(usize::MAX)
            }
        }
    }

    /// New sessions go between the others by their start; what has none stays behind what it stood behind.
    fn sort_by_time(&self, keys: &mut Vec<Key>) {
        let mut last = None;
        let mut timed: Vec<(Option<DateTime<Utc>>, Key)> = Vec::with_capacity(keys.len());
        for key in keys.iter() {
            last = self.start(*key).or(last);
            timed.push((last, *key));
        }
        timed.sort_by_key(|(start, _)| *start);
        *keys = timed.into_iter().map(|(_, key)| key).collect();
    }

    fn start(&self, key: Key) -> Option<DateTime<Utc>> {
        let own = match key {
            Key::File(index) => self.scene.file.programme.slots.get(index).and_then(|slot| slot.starts_at),
            Key::Ours(id) => self.nodes.iter().find(|node| node.session.id == id).and_then(|node| node.times.starts_at),
        };
        own.or_else(|| self.inside.get(&Some(key)).into_iter().flatten().filter_map(|key| self.start(*key)).min())
    }
}
