//! What becomes of each session of the file: ours, with what the file speaks of.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::model::SessionDetails as Source;
use super::super::programme::{Person, Slot};
use super::Scene;
use super::kept::plan_source;
use super::matching::flatten;
use super::people::{People, plain};
use super::rooms::RoomPlans;
use crate::events::SessionId;
use crate::sessions::rules::{Node, details_of};
use crate::sessions::{SessionDetails, SessionInput, SessionKind};
use crate::speakers::store::AppearanceWith;
use crate::speakers::{AppearanceInput, AppearanceRole, AppearanceStatus};
use crate::time::{Disambiguation, IsoDuration, Zone};

/// How many people may appear in a session.
const MOST_PERSONS: usize = 100;

/// What becomes of a session of the file.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The document, without what it contains.
    pub input: SessionInput,
    /// What is remembered of its source.
    pub source: Source,
    pub is_new: bool,
    pub is_changed: bool,
    pub place: Place,
}

/// One for each session of the file.
pub(super) fn plan_contents(
    scene: &Scene<'_>,
    rooms: &RoomPlans,
    people: &mut People<'_>,
    findings: &mut Findings,
) -> Vec<Content> {
    let mut nodes = Vec::new();
    flatten(&scene.agenda.nodes, &mut nodes);
    let node_of = |id: SessionId| nodes.iter().find(|node| node.session.id == id).copied();
    let mut contents = Vec::with_capacity(scene.file.programme.slots.len());
    for ((slot, place), matched) in scene.file.programme.slots.iter().zip(&scene.file.places).zip(&scene.matched) {
        let node = matched.and_then(node_of);
        let parent = node.and_then(|node| node.session.parent_id).and_then(node_of);
        let one = Slotted { scene, slot, node, parent };
        let details = one.details(rooms);
        let appearances = one.appearances(people);
        if appearances.as_ref().is_some_and(|all| all.len() > MOST_PERSONS) {
            let detail = format!("More than {MOST_PERSONS} people appear in “{}”.", slot.title);
            findings.error(Found::TooLarge, place, detail, "Part the session.");
        }
        let speaks_of = &scene.file.programme.speaks_of;
        let stored = node.and_then(|node| scene.agenda.sources.get(&node.session.id));
        let source = plan_source(slot, node, stored, speaks_of);
        let is_changed = one.is_changed(&details, appearances.as_deref(), &source);
        let place = place.clone();
        let input = input_of(*matched, details, appearances);
        contents.push(Content { input, source, is_new: node.is_none(), is_changed, place });
    }
    contents
}

/// The document of a session, without what it contains.
pub(super) fn input_of(
    id: Option<SessionId>,
    details: SessionDetails,
    appearances: Option<Vec<AppearanceInput>>,
) -> SessionInput {
    SessionInput {
        id,
        parent_id: None,
        kind: details.kind,
        label: details.label,
        title: details.title,
        abstract_text: details.abstract_text,
        guiding_questions: details.guiding_questions,
        local_start: details.local_start,
        local_end: details.local_end,
        duration: details.duration,
        disambiguation: details.disambiguation,
        room_id: details.room_id,
        track: details.track,
        language: details.language,
        appearances,
        sessions: Vec::new(),
    }
}

/// A session of the file beside ours.
struct Slotted<'a> {
    scene: &'a Scene<'a>,
    slot: &'a Slot,
    node: Option<&'a Node>,
    parent: Option<&'a Node>,
}

impl Slotted<'_> {
    fn speaks_of(&self, column: Column) -> bool {
        self.scene.file.programme.speaks_of.contains(&column)
    }

    fn base(&self) -> SessionDetails {
        let zone = self.scene.agenda.zone();
        let fresh = || SessionDetails {
            parent_id: None,
            position: None,
            kind: SessionKind::Talk,
            label: None,
            title: String::new(),
            abstract_text: None,
            guiding_questions: Vec::new(),
            local_start: None,
            local_end: None,
            duration: None,
            disambiguation: None,
            room_id: None,
            track: None,
            language: None,
        };
        self.node.map_or_else(fresh, |node| SessionDetails {
            parent_id: None,
            position: None,
            ..details_of(&node.session, zone)
        })
    }

    fn details(&self, rooms: &RoomPlans) -> SessionDetails {
        let (slot, mut details) = (self.slot, self.base());
        details.title.clone_from(&slot.title);
        if slot.text(Column::Type).is_some() {
            details.kind = slot.kind;
        }
        if self.speaks_of(Column::Label) {
            details.label.clone_from(&slot.label);
        }
        if self.speaks_of(Column::Abstract) {
            details.abstract_text.clone_from(&slot.abstract_text);
        }
        if self.speaks_of(Column::Questions) {
            details.guiding_questions.clone_from(&slot.questions);
        }
        if self.speaks_of(Column::Start) || self.speaks_of(Column::Date) {
            self.set_times(&mut details);
        }
        if self.speaks_of(Column::Room) {
            let room = slot.room.as_ref().and_then(|name| rooms.by_name.get(name).copied());
            let inherited = self.parent.and_then(|parent| parent.session.fields.room_id);
            let stays = details.room_id.is_none() && room.is_some() && room == inherited;
            details.room_id = if stays { None } else { room };
        }
        if self.speaks_of(Column::Track) {
            let inherited = self.parent.and_then(|parent| parent.session.fields.track.clone());
            let stays = details.track.is_none() && slot.track.is_some() && slot.track == inherited;
            details.track = if stays { None } else { slot.track.clone() };
        }
        if self.speaks_of(Column::Language) {
            details.language.clone_from(&slot.language);
        }
        details
    }

    /// The times of the file, in our words where they are the same.
    fn set_times(&self, details: &mut SessionDetails) {
        let slot = self.slot;
        let is_derived = self.node.is_some_and(|node| node.times.is_derived);
        let own = self.node.map(|node| {
            let duration = node.times.duration.map(|duration| duration.as_delta().num_seconds());
            (node.times.starts_at, duration)
        });
        let is_same = own == Some((slot.starts_at, slot.seconds));
        // A round takes its times from what it contains, and no file says them.
        if is_same || (is_derived && slot.starts_at.is_none()) {
            return;
        }
        let zone = self.scene.agenda.zone();
        details.local_end = None;
        details.duration = slot
            .seconds
            .and_then(|seconds| IsoDuration::new(TimeDelta::seconds(seconds)))
            .map(|duration| duration.to_string());
        (details.local_start, details.disambiguation) = match slot.starts_at.zip(zone) {
            Some((at, zone)) => local_of(at, zone),
            None => (None, None),
        };
    }

    /// Who appears: those of the file as they are here, and those whom nobody is shown.
    fn appearances(&self, people: &mut People<'_>) -> Option<Vec<AppearanceInput>> {
        if !self.speaks_of(Column::Persons) {
            return None;
        }
        let id = self.node.map(|node| node.session.id);
        let ours = || id.and_then(|id| self.scene.agenda.appearances.get(&Some(id))).into_iter().flatten();
        let mut inputs: Vec<AppearanceInput> = Vec::new();
        for person in &self.slot.persons {
            let found = if let Some(one) = same_body(ours(), person) {
                vec![one.appearance.input_in_list()]
            } else {
                let Some(speaker) = people.speaker(person) else { continue };
                let theirs = ours().filter(|one| one.appearance.speaker_id == Some(speaker));
                let mut theirs: Vec<AppearanceInput> = theirs.map(|one| one.appearance.input_in_list()).collect();
                if theirs.is_empty() {
                    theirs.push(AppearanceInput::of_speaker(speaker, AppearanceRole::Speaker));
                }
                theirs
            };
            let known: Vec<_> = inputs.iter().filter_map(|input| input.id).collect();
            let fresh = found.into_iter().filter(|one| one.id.is_none_or(|id| !known.contains(&id)));
            let is_twice = |one: &AppearanceInput| {
                one.id.is_none() && inputs.iter().any(|input| input.speaker_id == one.speaker_id)
            };
            let fresh: Vec<AppearanceInput> = fresh.filter(|one| !is_twice(one)).collect();
            inputs.extend(fresh.into_iter().enumerate().map(|(index, one)| updated(one, person, index == 0)));
        }
        // Who declined or withdrew stands in no file.
        let hidden = ours().filter(|one| !one.appearance.status.stands()).map(|one| one.appearance.input_in_list());
        let hidden: Vec<AppearanceInput> =
            hidden.filter(|one| !inputs.iter().any(|input| input.id == one.id)).collect();
        inputs.extend(hidden);
        Some(inputs)
    }

    fn is_changed(&self, details: &SessionDetails, appearances: Option<&[AppearanceInput]>, source: &Source) -> bool {
        let Some(node) = self.node else { return true };
        let id = node.session.id;
        let ours = self.scene.agenda.appearances.get(&Some(id)).map(Vec::as_slice).unwrap_or_default();
        let before: Vec<AppearanceInput> = ours.iter().map(|one| one.appearance.input_in_list()).collect();
        let stored = self.scene.agenda.sources.get(&id).map(|source| source.details.0.clone()).unwrap_or_default();
        *details != self.base() || appearances.is_some_and(|all| all != before) || *source != stored
    }
}

/// What the clocks of a zone show, and which pass of an hour that they show twice.
fn local_of(at: DateTime<Utc>, zone: Zone) -> (Option<String>, Option<Disambiguation>) {
    let local = zone.to_local(at);
    let side = zone.is_ambiguous(local).then(|| {
        let is_first = zone.resolve(local, Some(Disambiguation::Earlier)).is_ok_and(|first| first == at);
        if is_first { Disambiguation::Earlier } else { Disambiguation::Later }
    });
    (Some(format!("{local:?}")), side)
}

/// An organisation or a label of ours that the file names like a person.
fn same_body<'a>(mut ours: impl Iterator<Item = &'a AppearanceWith>, person: &Person) -> Option<&'a AppearanceWith> {
    let name = plain(&person.name);
    ours.find(|one| {
        one.appearance.speaker_id.is_none() && one.appearance.status.stands() && plain(one.display_name()) == name
    })
}

/// An appearance as the file has it. Nobody is confirmed by a file: another system may know nothing of `(tbc)`.
fn updated(mut input: AppearanceInput, person: &Person, is_first: bool) -> AppearanceInput {
    if person.is_tbc && input.status == AppearanceStatus::Confirmed {
        input.status = AppearanceStatus::Tbc;
    }
    if let Some(role) = person.role.filter(|_| is_first) {
        input.role = role;
    }
    input
}
