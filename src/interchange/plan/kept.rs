//! What is remembered of a source as a whole, so that it can be written again.

use std::collections::BTreeSet;

use super::super::columns::Column;
use super::super::formats::number_of;
use super::super::model::{ProgrammeDetails, RoomSource, SessionDetails, SessionSource};
use super::super::programme::{Head, Kept, Link, PersonIds, Programme, Slot};
use super::Scene;
use super::people::PeoplePlans;
use super::rooms::RoomPlans;
use crate::sessions::rules::Node;

/// What will be remembered, if it differs from what is.
pub(super) fn plan_details(scene: &Scene<'_>, rooms: &RoomPlans, people: &PeoplePlans) -> Option<ProgrammeDetails> {
    let (before, file) = (&scene.agenda.details, &scene.file.programme);
    let mut details = before.clone();
    let written = scene.agenda.programme(true);
    if file.head != Head::default() && !repeats(file, &written) {
        // The title is the event's own.
        details.head = Head { title: None, ..file.head.clone() };
        details.days.clone_from(&file.days);
    }
    for (room, source) in &rooms.sources {
        let known = details.rooms.get(&room.to_string()).cloned().unwrap_or_default();
        let mut extra = known.extra;
        extra.extend(source.extra.clone());
        let source = RoomSource {
            guid: source.guid.clone().or(known.guid),
            description: source.description.clone().or(known.description),
            extra,
        };
        details.rooms.insert(room.to_string(), source);
    }
    for (speaker, ids) in &people.ids {
        let known = details.persons.get(&speaker.to_string()).cloned().unwrap_or_default();
        let ids = PersonIds {
            guid: ids.guid.clone().or(known.guid),
            id: ids.id.clone().or(known.id),
            code: ids.code.clone().or(known.code),
        };
        details.persons.insert(speaker.to_string(), ids);
    }
    (details != *before).then_some(details)
}

/// Whether a file says of the whole what we would write ourselves, with or without what is for staff alone.
fn repeats(file: &Programme, written: &Programme) -> bool {
    let mut public = written.head.clone();
    public.extra.clear();
    public.tracks.iter_mut().for_each(|track| track.extra.clear());
    file.days == written.days && (file.head == written.head || file.head == public)
}

/// What will be remembered of the source of a session. What only repeats what we say ourselves is left out.
pub(super) fn plan_source(
    slot: &Slot,
    node: Option<&Node>,
    stored: Option<&SessionSource>,
    speaks_of: &BTreeSet<Column>,
) -> SessionDetails {
    let before = stored.map(|source| source.details.0.clone()).unwrap_or_default();
    let mut texts = slot.kept.texts.clone();
    for column in Column::KEPT.into_iter().filter(|column| !speaks_of.contains(column)) {
        match before.kept.texts.get(&column) {
            Some(text) => texts.insert(column, text.clone()),
            None => texts.remove(&column),
        };
    }
    let mut guid = slot.guid.clone().or_else(|| before.guid.clone());
    if let Some(node) = node {
        let own = node.session.id.to_string();
        guid = guid.filter(|guid| *guid != own);
        for (column, word) in [
            (Column::Id, number_of(node.session.id.0).to_string()),
            (Column::Type, node.session.fields.kind.as_str().to_owned()),
        ] {
            if !before.kept.texts.contains_key(&column) && texts.get(&column) == Some(&word) {
                texts.remove(&column);
            }
        }
    }
    let list = |column: Column, said: &[Link], known: &[Link]| {
        if speaks_of.contains(&column) { completed(said, known) } else { known.to_vec() }
    };
    let links = list(Column::Links, &slot.kept.links, &before.kept.links);
    let attachments = list(Column::Attachments, &slot.kept.attachments, &before.kept.attachments);
    let mut extra = before.kept.extra.clone();
    extra.extend(slot.kept.extra.clone());
    SessionDetails { guid, kept: Kept { texts, links, attachments, extra } }
}

/// A link that a table names again keeps what a table cannot say.
fn completed(said: &[Link], known: &[Link]) -> Vec<Link> {
    let complete = |link: &Link| {
        let same = |other: &&Link| (&other.href, &other.title) == (&link.href, &link.title);
        let is_bare = link.kind.is_none() && link.service.is_none();
        known.iter().find(same).filter(|_| is_bare).unwrap_or(link).clone()
    };
    said.iter().map(complete).collect()
}
