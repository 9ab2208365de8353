//! What an import would do: the file beside what is there. Nothing here changes anything.
//!
//! `matching` which session of the file is which of ours · `people` who is who · `rooms` · `content` what becomes of one
//! session · `tree` where it stands · `check` whether the whole fits · `kept` what is remembered of the source.

mod check;
mod content;
mod kept;
mod matching;
mod people;
mod rooms;
mod tree;

use uuid::Uuid;

use super::agenda::Agenda;
use super::finding::{Findings, ImportFindingCode as Found, Place};
use super::formats::Interpreted;
use super::model::{ChangeCounts, ImportCounts, ImportMode, ProgrammeDetails, SessionDetails};
use crate::sessions::{RoomDetails, RoomId, SessionInput};
use crate::speakers::{SpeakerDetails, SpeakerId};

pub(super) use check::report as report_fault;
pub(super) use matching::flatten;
pub use people::{Lookups, keys_of, names_of};

/// What an import would do. New rooms and speakers have ids that stand for those which they will be given.
#[derive(Debug)]
pub struct Plan {
    /// Rooms to make.
    pub new_rooms: Vec<(RoomId, RoomDetails)>,
    /// Rooms to change.
    pub changed_rooms: Vec<(RoomId, RoomDetails)>,
    /// Speakers to make.
    pub new_speakers: Vec<(SpeakerId, SpeakerDetails)>,
    /// What sources know speakers by.
    pub speaker_keys: Vec<(String, SpeakerId)>,
    /// The agenda.
    pub nodes: Vec<PlanNode>,
    /// What is remembered of the event as a whole, if it differs.
    pub details: Option<ProgrammeDetails>,
    /// What it touches.
    pub counts: ImportCounts,
}

/// A session of the planned agenda.
#[derive(Debug, Clone)]
pub struct PlanNode {
    /// What it will be, without what it contains.
    pub input: SessionInput,
    /// What is remembered of its source; none leaves that as it is.
    pub source: Option<SessionDetails>,
    /// Where it stands in the file; nowhere if only the agenda has it.
    pub place: Place,
    /// What it contains.
    pub nodes: Vec<Self>,
}

impl PlanNode {
    /// The document that is written, with what it contains.
    pub fn to_input(&self) -> SessionInput {
        SessionInput { sessions: self.nodes.iter().map(Self::to_input).collect(), ..self.input.clone() }
    }

    /// It and everything in it, in the order of the agenda.
    pub fn flat(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for node in &self.nodes {
            all.extend(node.flat());
        }
        all
    }
}

/// What the parts of a plan look at.
struct Scene<'a> {
    agenda: &'a Agenda,
    file: &'a Interpreted,
    /// For each session of the file, which of ours it is.
    matched: Vec<Option<crate::events::SessionId>>,
}

/// Plans an import. `new_id` makes ids.
pub fn plan(
    agenda: &Agenda,
    file: &Interpreted,
    lookups: &Lookups,
    mode: ImportMode,
    new_id: &dyn Fn() -> Uuid,
    findings: &mut Findings,
) -> Plan {
    compare_events(agenda, file, findings);
    let scene = Scene { agenda, file, matched: matching::match_slots(agenda, &file.programme) };
    let rooms = rooms::plan_rooms(agenda, &file.programme, new_id, findings);
    let mut people = people::People::new(&scene, lookups, new_id);
    let contents = content::plan_contents(&scene, &rooms, &mut people, findings);
    let mut sessions = ChangeCounts::default();
    for content in &contents {
        let count = match (content.is_new, content.is_changed) {
            (true, _) => &mut sessions.new,
            (false, true) => &mut sessions.changed,
            (false, false) => &mut sessions.unchanged,
        };
        *count += 1;
    }
    let (nodes, removed) = tree::build(&scene, contents, mode, findings);
    sessions.removed = removed;
    let people = people.finish(findings);
    let details = kept::plan_details(&scene, &rooms, &people);
    let counts = ImportCounts { sessions, rooms: rooms.counts, speakers: people.counts };
    let plan = Plan {
        new_rooms: rooms.new,
        changed_rooms: rooms.changed,
        new_speakers: people.new,
        speaker_keys: people.keys,
        nodes,
        details,
        counts,
    };
    if !findings.has_error() {
        check::check(agenda, &plan, new_id, findings);
    }
    plan
}

/// The event stays what it is; where the file is about another, that is worth a word.
fn compare_events(agenda: &Agenda, file: &Interpreted, findings: &mut Findings) {
    let (nowhere, head) = (Place::default(), &file.programme.head);
    let is_timed = file.programme.slots.iter().any(|slot| slot.starts_at.is_some());
    match agenda.zone() {
        None if is_timed => {
            let hint = "Give its `when` a local time and a zone first.";
            findings.error(Found::TimezoneRequired, &nowhere, "The event has no time zone.", hint);
        }
        Some(own) if file.programme.zone.is_some_and(|zone| zone != own) => {
            let zone = file.programme.zone.map(crate::time::Zone::name).unwrap_or_default();
            let detail = format!("The file is in the time zone {zone}, and the event in {own}.");
            findings.info(Found::TimezoneDiffers, &nowhere, detail, "The instants stay the same.");
        }
        _ => {}
    }
    let title = &agenda.event.details.0.title;
    if let Some(other) = head.title.as_ref().filter(|other| other.trim() != title.trim()) {
        let detail = format!("The file is about “{other}”, and the event is “{title}”.");
        findings.info(Found::EventDiffers, &nowhere, detail, "The event keeps its title.");
    }
    if let (Some((first, last)), Some(start)) = (agenda.dates(), head.start)
        && (start > last || head.end.is_some_and(|end| end < first))
    {
        let detail = format!("The file begins on {start}, and the event is from {first} to {last}.");
        findings.warn(
            Found::EventDiffers,
            &nowhere,
            detail,
            "The event keeps its dates; move it, or correct the file.",
        );
    }
}
