//! Whether the agenda that an import proposes fits: by the rules that any agenda has to keep, and by the check of schedules.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::super::agenda::Agenda;
use super::super::finding::{Findings, ImportFindingCode as Found, Place, Severity};
use super::{Plan, PlanNode};
use crate::db::types::At;
use crate::events::SessionId;
use crate::http::FieldError;
use crate::sessions::rules::{
    Engagement, FindingCode, Planned, Schedule, Surroundings, build_tree, check_schedule, plan_agenda,
};
use crate::sessions::{Session, SessionInput};
use crate::speakers::SpeakerId;

pub(super) fn check(agenda: &Agenda, plan: &Plan, new_id: &dyn Fn() -> Uuid, findings: &mut Findings) {
    let inputs: Vec<SessionInput> = plan.nodes.iter().map(PlanNode::to_input).collect();
    let mut nodes = Vec::new();
    super::matching::flatten(&agenda.nodes, &mut nodes);
    let rooms = agenda.rooms.iter().map(|room| room.id).chain(plan.new_rooms.iter().map(|(id, _)| *id));
    let around = Surroundings {
        zone: agenda.zone(),
        sessions: nodes.iter().map(|node| node.session.id).collect(),
        rooms: rooms.collect(),
    };
    match plan_agenda(&inputs, &around) {
        Err(errors) => {
            for error in errors {
                report(plan, &error, findings);
            }
        }
        Ok(planned) => check_times(agenda, plan, &planned, new_id, findings),
    }
}

/// The session at a pointer, and what the pointer says of it.
fn locate<'a, 'b>(plan: &'a Plan, pointer: &'b str) -> (Option<&'a PlanNode>, &'b str) {
    let (mut nodes, mut found, mut rest) = (&plan.nodes, None, pointer);
    while let Some(after) = rest.strip_prefix("/sessions/") {
        let (index, tail) = after.find('/').map_or((after, ""), |end| after.split_at(end));
        let Some(node) = index.parse().ok().and_then(|index: usize| nodes.get(index)) else { break };
        (nodes, found, rest) = (&node.nodes, Some(node), tail);
    }
    (found, rest)
}

/// A fault of the proposed agenda, with its place in the file.
pub(in super::super) fn report(plan: &Plan, error: &FieldError, findings: &mut Findings) {
    let (node, member) = locate(plan, &error.pointer);
    let member = member.trim_start_matches('/');
    let place = node.map(|node| if member.is_empty() { node.place.clone() } else { node.place.member(member) });
    let title = node.map(|node| node.input.title.chars().take(60).collect::<String>()).unwrap_or_default();
    let detail = match (title.is_empty(), member.is_empty()) {
        (true, true) => error.detail.clone(),
        (true, false) => format!("{member}: {}", error.detail),
        (false, true) => format!("“{title}”: {}", error.detail),
        (false, false) => format!("“{title}”, {member}: {}", error.detail),
    };
    findings.error(Found::AgendaInvalid, &place.unwrap_or_default(), detail, "Mend it in the file.");
}

fn check_times(
    agenda: &Agenda,
    plan: &Plan,
    planned: &[Planned<'_>],
    new_id: &dyn Fn() -> Uuid,
    findings: &mut Findings,
) {
    let ids: Vec<SessionId> = planned.iter().map(|one| one.input.id.unwrap_or_else(|| SessionId(new_id()))).collect();
    let rows = planned.iter().zip(&ids).map(|(one, id)| Session {
        id: *id,
        event_id: agenda.event.id,
        parent_id: one.parent.and_then(|parent| ids.get(parent).copied()),
        position: one.position,
        uid: String::new(),
        fields: one.fields.clone(),
        revision: 0,
        created_at: At(DateTime::<Utc>::UNIX_EPOCH),
        updated_at: At(DateTime::<Utc>::UNIX_EPOCH),
    });
    let tree = build_tree(rows.collect());
    let engagements = engagements(agenda, plan, planned, &ids);
    let report = check_schedule(&Schedule {
        when: &agenda.when,
        lacks_link: false,
        capacity: None,
        rooms: &HashMap::new(),
        travel_buffer: TimeDelta::zero(),
        agenda: &tree,
        engagements: &engagements,
        elsewhere: &[],
        now: agenda.event.updated_at.0,
    });
    for finding in report.findings {
        let code = match finding.code {
            FindingCode::OutsideEvent => Found::OutsideEvent,
            FindingCode::Overlap => Found::Overlap,
            FindingCode::DoubleBooked => Found::DoubleBooked,
            _ => continue,
        };
        let (node, _) = locate(plan, &finding.pointer);
        let place = node.map_or_else(Place::default, |node| node.place.clone());
        let severity = if finding.severity == Severity::Info { Severity::Info } else { Severity::Warning };
        findings.add((severity, code), &place, finding.hint, "The import is possible all the same.");
    }
}

/// Who would stand on the programme.
fn engagements(agenda: &Agenda, plan: &Plan, planned: &[Planned<'_>], ids: &[SessionId]) -> Vec<Engagement> {
    let known = agenda.appearances.values().flatten().filter_map(|one| one.speaker.as_ref());
    let mut names: HashMap<SpeakerId, &str> = known.map(|speaker| (speaker.id, speaker.name.as_str())).collect();
    names.extend(plan.new_speakers.iter().map(|(id, details)| (*id, details.name.as_str())));
    let mut engagements = Vec::new();
    for (one, id) in planned.iter().zip(ids) {
        let ours =
            || agenda.appearances.get(&Some(*id)).into_iter().flatten().map(|one| one.appearance.input_in_list());
        let inputs = one.input.appearances.clone().unwrap_or_else(|| ours().collect());
        let standing = inputs.into_iter().filter(|input| input.status.stands()).enumerate();
        engagements.extend(standing.map(|(index, input)| Engagement {
            session_id: Some(*id),
            index,
            speaker_id: input.speaker_id,
            name: input.speaker_id.and_then(|id| names.get(&id).copied()).unwrap_or("Somebody").to_owned(),
            is_unconfirmed: false,
        }));
    }
    engagements
}
