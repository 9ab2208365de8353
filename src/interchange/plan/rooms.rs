//! Rooms: found by the id that their source knows them by or by their name, or made.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::super::agenda::Agenda;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::model::{ChangeCounts, RoomSource};
use super::super::programme::{Programme, RoomInfo};
use crate::sessions::{Room, RoomDetails, RoomId};

/// How many rooms an event may have.
const MOST: usize = 200;

/// What becomes of the rooms.
pub(super) struct RoomPlans {
    pub new: Vec<(RoomId, RoomDetails)>,
    pub changed: Vec<(RoomId, RoomDetails)>,
    pub counts: ChangeCounts,
    /// The room that each name in the file means.
    pub by_name: HashMap<String, RoomId>,
    /// What the file says of each room.
    pub sources: BTreeMap<RoomId, RoomSource>,
}

pub(super) fn plan_rooms(
    agenda: &Agenda,
    programme: &Programme,
    new_id: &dyn Fn() -> Uuid,
    findings: &mut Findings,
) -> RoomPlans {
    let mut plans = RoomPlans {
        new: Vec::new(),
        changed: Vec::new(),
        counts: ChangeCounts::default(),
        by_name: HashMap::new(),
        sources: BTreeMap::new(),
    };
    let names: HashSet<&str> = programme.rooms.iter().map(|room| room.name.as_str()).collect();
    let mut taken = HashSet::new();
    let known = agenda.rooms.iter().filter(|room| !names.contains(room.name.as_str())).count();
    if known + programme.rooms.len() > MOST {
        let detail = format!("With the rooms of the file, the event would have more than {MOST}.");
        findings.error(Found::TooLarge, &Place::default(), detail, "Use fewer rooms.");
    }
    for info in &programme.rooms {
        let found = find(agenda, info).filter(|room| taken.insert(room.id));
        let id = match found {
            Some(room) => plans.keep(room, info, agenda, &names),
            None => plans.add(info, RoomId(new_id()), findings),
        };
        plans.by_name.insert(info.name.clone(), id);
        let source =
            RoomSource { guid: info.guid.clone(), description: info.description.clone(), extra: info.extra.clone() };
        if !source.is_empty() {
            plans.sources.insert(id, source);
        }
    }
    plans
}

fn find<'a>(agenda: &'a Agenda, info: &RoomInfo) -> Option<&'a Room> {
    let by_guid = info.guid.as_ref().and_then(|guid| {
        let known = |room: &&Room| {
            agenda.details.rooms.get(&room.id.to_string()).is_some_and(|source| source.guid.as_ref() == Some(guid))
        };
        agenda.rooms.iter().find(known)
    });
    by_guid.or_else(|| agenda.rooms.iter().find(|room| room.name == info.name))
}

impl RoomPlans {
    /// A room that is there. It takes another name or size from the file, but no name that another room has.
    fn keep(&mut self, room: &Room, info: &RoomInfo, agenda: &Agenda, names: &HashSet<&str>) -> RoomId {
        let is_free = !agenda.rooms.iter().any(|other| other.name == info.name) && !names.contains(room.name.as_str());
        let name = if is_free { info.name.clone() } else { room.name.clone() };
        let capacity = info.capacity.or(room.capacity);
        if (&name, capacity) == (&room.name, room.capacity) {
            self.counts.unchanged += 1;
        } else {
            self.counts.changed += 1;
            self.changed.push((room.id, RoomDetails { name, capacity, position: Some(room.position) }));
        }
        room.id
    }

    fn add(&mut self, info: &RoomInfo, id: RoomId, findings: &mut Findings) -> RoomId {
        let capacity = info.capacity.filter(|number| (1..=1_000_000).contains(number));
        let details = RoomDetails { name: info.name.clone(), capacity, position: None };
        for fault in details.check().err().unwrap_or_default() {
            let name: String = info.name.chars().take(60).collect();
            let detail = format!("The room “{name}” cannot be made: {}", fault.detail);
            findings.error(Found::TextInvalid, &Place::default(), detail, "Mend its name in the file.");
        }
        self.counts.new += 1;
        self.new.push((id, details));
        id
    }
}
