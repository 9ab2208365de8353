//! The schedule check: who is to be at two places at once, and who has not said yes yet.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::finding::{Finding, FindingCode, Severity};
use super::schedule::Placed;
use crate::events::{EventId, SessionId};
use crate::speakers::SpeakerId;
use crate::time::When;

/// An appearance on the event that is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// The session; none for the event as a whole.
    pub session_id: Option<SessionId>,
    /// Which of the appearances there it is, from 0.
    pub index: usize,
    /// The speaker, if it is a person who is known.
    pub speaker_id: Option<SpeakerId>,
    /// Who appears, for people.
    pub name: String,
    /// Whether they have not said yes yet.
    pub is_unconfirmed: bool,
}

/// An appearance of one of these speakers on another event of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The speaker.
    pub speaker_id: SpeakerId,
    /// The other event.
    pub event_id: EventId,
    /// Its title.
    pub event_title: String,
    /// When they are there.
    pub starts_at: DateTime<Utc>,
    /// Until when, excluded.
    pub ends_at: DateTime<Utc>,
}

/// A speaker's presence: a session, or the event as a whole.
struct Presence<'a> {
    engagement: &'a Engagement,
    session: Option<&'a Placed<'a>>,
    pointer: String,
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Presence<'_> {
    /// Whether one of them contains the other: who moderates a round is there when they speak in it.
    fn is_within_reach_of(&self, other: &Self) -> bool {
        match (self.session, other.session) {
            (Some(one), Some(other)) => {
                one.id() == other.id() || one.within.contains(&other.id()) || other.within.contains(&one.id())
            }
            _ => true,
        }
    }

    fn meets(&self, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> bool {
        self.span.is_some_and(|(start, end)| start < ends_at && starts_at < end)
    }

    fn finding(&self, code: FindingCode, severity: Severity, hint: String) -> Finding {
        Finding {
            session_id: self.session.map(Placed::id),
            speaker_id: self.engagement.speaker_id,
            ..Finding::new(code, severity, self.pointer.clone(), hint)
        }
    }
}

pub(super) fn check_people(
    when: &When,
    placed: &[Placed<'_>],
    engagements: &[Engagement],
    elsewhere: &[Elsewhere],
    findings: &mut Vec<Finding>,
) {
    let sessions: HashMap<SessionId, &Placed<'_>> = placed.iter().map(|one| (one.id(), one)).collect();
    let present: Vec<Presence<'_>> = engagements.iter().map(|one| presence(when, &sessions, one)).collect();
    let mut people: HashMap<SpeakerId, Vec<&Presence<'_>>> = HashMap::new();
    let mut order = Vec::new();
    for one in &present {
        let Some(speaker) = one.engagement.speaker_id else { continue };
        let theirs = people.entry(speaker).or_default();
        if theirs.is_empty() {
            order.push(speaker);
        }
        theirs.push(one);
    }
    for mut theirs in order.into_iter().filter_map(|speaker| people.remove(&speaker)) {
        // By time, so that the finding stands at what begins later.
        theirs.sort_by_key(|one| one.span);
        check_within(&theirs, findings);
        check_elsewhere(&theirs, elsewhere, findings);
    }
    for one in present.iter().filter(|one| one.engagement.is_unconfirmed) {
        let hint = format!("{} has not confirmed yet.", one.engagement.name);
        findings.push(one.finding(FindingCode::UnconfirmedSpeaker, Severity::Info, hint));
    }
}

fn presence<'a>(
    when: &When,
    sessions: &HashMap<SessionId, &'a Placed<'a>>,
    engagement: &'a Engagement,
) -> Presence<'a> {
    let session = engagement.session_id.and_then(|id| sessions.get(&id).copied());
    let place = session.map_or("", |session| session.pointer.as_str());
    let span = match (engagement.session_id, session) {
        (None, _) => when.starts_at().zip(when.ends_at()),
        (Some(_), Some(session)) => session.node.times.starts_at.zip(session.node.times.ends_at),
        (Some(_), None) => None,
    };
    Presence { engagement, session, pointer: format!("{place}/appearances/{}", engagement.index), span }
}

/// One finding at most for each presence, with the first that it meets.
fn check_within(theirs: &[&Presence<'_>], findings: &mut Vec<Finding>) {
    for (index, one) in theirs.iter().enumerate() {
        let Some((start, end)) = one.span else { continue };
        let earlier = theirs.iter().take(index);
        let Some(other) = earlier.into_iter().find(|other| other.meets(start, end) && !one.is_within_reach_of(other))
        else {
            continue;
        };
        let title = |presence: &Presence<'_>| {
            presence.session.map(|session| session.node.session.fields.title.clone()).unwrap_or_default()
        };
        let hint =
            format!("{} is to be in “{}” and in “{}” at the same time.", one.engagement.name, title(other), title(one));
        let finding = one.finding(FindingCode::DoubleBooked, Severity::Warning, hint);
        findings.push(finding.beside(other.session.map(Placed::id)));
    }
}

/// One finding at most for each other event, at the most precise place.
fn check_elsewhere(theirs: &[&Presence<'_>], elsewhere: &[Elsewhere], findings: &mut Vec<Finding>) {
    let depth = |one: &Presence<'_>| one.session.map_or(0, |session| session.within.len() + 1);
    let mut by_depth: Vec<&Presence<'_>> = theirs.to_vec();
    by_depth.sort_by_key(|one| std::cmp::Reverse(depth(one)));
    let mut seen = HashSet::new();
    for one in by_depth {
        let others = elsewhere.iter().filter(|other| Some(other.speaker_id) == one.engagement.speaker_id);
        for other in others.filter(|other| one.meets(other.starts_at, other.ends_at)) {
            if seen.insert(other.event_id) {
                let hint = format!("{} is in “{}” at the same time.", one.engagement.name, other.event_title);
                let finding = one.finding(FindingCode::DoubleBooked, Severity::Warning, hint);
                findings.push(Finding { other_event_id: Some(other.event_id), ..finding });
            }
        }
    }
}
