//! Who is who: a person of the file is a speaker whom a source knew by the same id before, or who has the same name on this
//! event, or else in this workspace; or somebody new. Whom a name alone could mean twice is never guessed.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::super::agenda::Agenda;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::formats::is_absolute;
use super::super::model::ChangeCounts;
use super::super::programme::{Person, PersonIds, Programme};
use super::Scene;
use crate::db::search;
use crate::events::EventId;
use crate::speakers::{Speaker, SpeakerDetails, SpeakerId, rules};

/// What the database knows of the people of a file.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    /// By what sources know them by; see [`keys_of`].
    pub by_key: HashMap<String, SpeakerId>,
    /// Those of the workspace with a name of the file, or whose id is one of the file.
    pub speakers: Vec<Speaker>,
}

/// What a person is known by. Numbers and codes mean something in one system alone, and so are tied to the event.
fn keys(event: EventId, ids: &PersonIds) -> Vec<String> {
    let guid = ids.guid.iter().map(|guid| format!("guid:{guid}"));
    let id = ids.id.iter().map(|id| format!("event:{event}:id:{id}"));
    let code = ids.code.iter().map(|code| format!("event:{event}:code:{code}"));
    guid.chain(id).chain(code).collect()
}

/// What the people of a file are known by.
pub fn keys_of(event: EventId, programme: &Programme) -> Vec<String> {
    let all = programme.slots.iter().flat_map(|slot| &slot.persons);
    let keys: HashSet<String> = all.flat_map(|person| keys(event, &person.ids)).collect();
    keys.into_iter().collect()
}

/// The names of a file's people in the form that speakers are sorted by, and the ids that may be ours.
pub fn names_of(programme: &Programme) -> (Vec<String>, Vec<SpeakerId>) {
    let all = || programme.slots.iter().flat_map(|slot| &slot.persons);
    let names: HashSet<String> =
        all().map(|person| search::normalise(&person.name)).filter(|name| !name.is_empty()).collect();
    let ids = all().filter_map(|person| Uuid::parse_str(person.ids.guid.as_deref()?).ok());
    let ids: HashSet<SpeakerId> = ids.map(SpeakerId).collect();
    (names.into_iter().collect(), ids.into_iter().collect())
}

/// A person of the file, however often they appear in it.
struct Entry {
    name: String,
    ids: PersonIds,
    biography: Option<String>,
    avatar: Option<String>,
    other_name: Option<String>,
    speaker: Option<(SpeakerId, bool)>,
}

/// The people of a file.
pub(super) struct People<'a> {
    agenda: &'a Agenda,
    lookups: &'a Lookups,
    new_id: &'a dyn Fn() -> Uuid,
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// The speakers on this event, and all of the workspace, by name.
    here: HashMap<String, Vec<SpeakerId>>,
    there: HashMap<String, Vec<SpeakerId>>,
    ambiguous: Vec<String>,
}

/// What becomes of them.
pub(super) struct PeoplePlans {
    pub new: Vec<(SpeakerId, SpeakerDetails)>,
    pub keys: Vec<(String, SpeakerId)>,
    pub ids: BTreeMap<SpeakerId, PersonIds>,
    pub counts: ChangeCounts,
}

impl<'a> People<'a> {
    pub(super) fn new(scene: &Scene<'a>, lookups: &'a Lookups, new_id: &'a dyn Fn() -> Uuid) -> Self {
        let mut people = Self {
            agenda: scene.agenda,
            lookups,
            new_id,
            entries: Vec::new(),
            by_key: HashMap::new(),
            by_name: HashMap::new(),
            here: named(scene.agenda.appearances.values().flatten().filter_map(|one| one.speaker.as_ref())),
            there: named(lookups.speakers.iter()),
            ambiguous: Vec::new(),
        };
        // Those with an id first, so that a bare name can find them.
        let all = || scene.file.programme.slots.iter().flat_map(|slot| &slot.persons);
        for person in all().filter(|person| !person.ids.is_empty()) {
            people.add(person);
        }
        for person in all().filter(|person| person.ids.is_empty()) {
            people.add(person);
        }
        people
    }

    fn add(&mut self, person: &Person) {
        let index = self.find(person).unwrap_or_else(|| {
            self.entries.push(Entry {
                name: person.name.clone(),
                ids: PersonIds::default(),
                biography: None,
                avatar: None,
                other_name: None,
                speaker: None,
            });
            self.entries.len() - 1
        });
        for key in keys(self.agenda.event.id, &person.ids) {
            self.by_key.entry(key).or_insert(index);
        }
        let named = self.by_name.entry(plain(&person.name)).or_default();
        if !named.contains(&index) {
            named.push(index);
        }
        let Some(entry) = self.entries.get_mut(index) else { return };
        if entry.name != person.name && entry.other_name.is_none() {
            entry.other_name = Some(person.name.clone());
        }
        for (own, said) in [
            (&mut entry.ids.guid, &person.ids.guid),
            (&mut entry.ids.id, &person.ids.id),
            (&mut entry.ids.code, &person.ids.code),
            (&mut entry.biography, &person.biography),
            (&mut entry.avatar, &person.avatar),
        ] {
            *own = own.take().or_else(|| said.clone());
        }
    }

    fn find(&self, person: &Person) -> Option<usize> {
        let keys = keys(self.agenda.event.id, &person.ids);
        if !keys.is_empty() {
            return keys.iter().find_map(|key| self.by_key.get(key)).copied();
        }
        match self.by_name.get(&plain(&person.name)).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            // Several with ids have this name: the bare one is somebody of its own, but only once.
            Some(several) => {
                several.iter().copied().find(|index| self.entries.get(*index).is_some_and(|one| one.ids.is_empty()))
            }
            None => None,
        }
    }

    /// The speaker whom a person is, or will be.
    pub(super) fn speaker(&mut self, person: &Person) -> Option<SpeakerId> {
        let index = self.find(person)?;
        if let Some((speaker, _)) = self.entries.get(index)?.speaker {
            return Some(speaker);
        }
        let found = self.look_up(index);
        let speaker = (found.unwrap_or_else(|| SpeakerId((self.new_id)())), found.is_none());
        self.entries.get_mut(index)?.speaker = Some(speaker);
        Some(speaker.0)
    }

    fn look_up(&mut self, index: usize) -> Option<SpeakerId> {
        let entry = self.entries.get(index)?;
        let known = keys(self.agenda.event.id, &entry.ids).iter().find_map(|key| self.lookups.by_key.get(key).copied());
        let own = || {
            let id = SpeakerId(Uuid::parse_str(entry.ids.guid.as_deref()?).ok()?);
            self.lookups.speakers.iter().any(|speaker| speaker.id == id).then_some(id)
        };
        if let Some(speaker) = known.or_else(own) {
            return Some(speaker);
        }
        let name = plain(&entry.name);
        // Two people of the file with one name: a name says nothing.
        if self.by_name.get(&name).is_some_and(|all| all.len() > 1) {
            self.ambiguous.push(entry.name.clone());
            return None;
        }
        let here = self.here.get(&name).map(Vec::as_slice).unwrap_or_default();
        let there = self.there.get(&name).map(Vec::as_slice).unwrap_or_default();
        match (here, there) {
            ([one], _) | ([], [one]) => Some(*one),
            ([], []) => None,
            _ => {
                self.ambiguous.push(entry.name.clone());
                None
            }
        }
    }

    pub(super) fn finish(self, findings: &mut Findings) -> PeoplePlans {
        let mut plans =
            PeoplePlans { new: Vec::new(), keys: Vec::new(), ids: BTreeMap::new(), counts: ChangeCounts::default() };
        for name in &self.ambiguous {
            let detail = format!("More than one person is called “{name}”.");
            let hint = "A new speaker is made; give the person an id in the file, or merge them by hand.";
            findings.warn(Found::PersonAmbiguous, &Place::default(), detail, hint);
        }
        for entry in self.entries {
            let Some((speaker, is_new)) = entry.speaker else { continue };
            if let Some(other) = &entry.other_name {
                let detail = format!("“{}” is also called “{other}”.", entry.name);
                findings.info(Found::PersonRenamed, &Place::default(), detail, "The first name is taken.");
            }
            let known = keys(self.agenda.event.id, &entry.ids).into_iter().map(|key| (key, speaker));
            plans.keys.extend(known.filter(|(key, _)| *key != format!("guid:{speaker}")));
            let is_own = entry.ids == PersonIds { guid: Some(speaker.to_string()), ..PersonIds::default() };
            if !entry.ids.is_empty() && !is_own {
                plans.ids.insert(speaker, entry.ids.clone());
            }
            if is_new {
                plans.counts.new += 1;
                plans.new.push((speaker, details_of(entry, findings)));
            } else {
                plans.counts.unchanged += 1;
            }
        }
        plans
    }
}

/// Speakers by name, each once.
fn named<'a>(speakers: impl Iterator<Item = &'a Speaker>) -> HashMap<String, Vec<SpeakerId>> {
    let mut seen = HashSet::new();
    let mut by_name: HashMap<String, Vec<SpeakerId>> = HashMap::new();
    for speaker in speakers.filter(|speaker| seen.insert(speaker.id)) {
        by_name.entry(plain(&speaker.name)).or_default().push(speaker.id);
    }
    by_name
}

/// Names are one if they differ in nothing but case and accents; those without letters, if they are equal.
pub(super) fn plain(name: &str) -> String {
    let normal = search::normalise(name);
    if normal.is_empty() { name.trim().to_owned() } else { normal }
}

fn details_of(entry: Entry, findings: &mut Findings) -> SpeakerDetails {
    let details = SpeakerDetails {
        bio: entry.biography,
        photo_url: entry.avatar.filter(|address| is_absolute(address)),
        ..SpeakerDetails::new(entry.name)
    };
    if rules::check_speaker(&details).is_err() {
        let name: String = details.name.chars().take(60).collect();
        let detail = format!("The name or the biography of “{name}” does not fit.");
        let hint = "A name has at most 300 characters, a biography 20,000, and neither has control characters.";
        findings.error(Found::TextInvalid, &Place::default(), detail, hint);
    }
    details
}
