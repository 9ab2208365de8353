//! The schedule check: who is to be at two places at once, and who has not said yes yet.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use super::finding::{Finding, FindingCode};
use super::placed::Placed;
use super::schedule::Schedule;
use crate::events::{EventId, SessionId};
use crate::speakers::SpeakerId;
use crate::time::When;

/// From one instant to another, which is excluded.
type Span = (DateTime<Utc>, DateTime<Utc>);

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
    /// Whether they have to travel between the two events: both take place on site, and not at the same venue.
    pub is_far: bool,
    /// When they are there.
    pub starts_at: DateTime<Utc>,
    /// Until when, excluded.
    pub ends_at: DateTime<Utc>,
}

impl Elsewhere {
    /// When they cannot be here: while they are there, and on their way.
    fn span(&self, travel: TimeDelta) -> Span {
        let way = if self.is_far { travel } else { TimeDelta::zero() };
        let from = self.starts_at.checked_sub_signed(way).unwrap_or(self.starts_at);
        (from, self.ends_at.checked_add_signed(way).unwrap_or(self.ends_at))
    }
}

/// A speaker's presence: a session, or the event as a whole.
struct Presence<'a> {
    engagement: &'a Engagement,
    session: Option<&'a Placed<'a>>,
    pointer: String,
    span: Option<Span>,
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

    /// How precisely it is known where they are: the deeper, the more.
    fn depth(&self) -> usize {
        self.session.map_or(0, |session| session.within.len() + 1)
    }

    fn finding(&self, code: FindingCode, hint: String) -> Finding {
        Finding {
            session_id: self.session.map(Placed::id),
            speaker_id: self.engagement.speaker_id,
            ..Finding::new(code, self.pointer.clone(), hint)
        }
    }
}

/// What is on at a time, in the order in which it was added.
#[derive(Default)]
struct Running {
    by_order: BTreeSet<usize>,
    ends: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
}

impl Running {
    fn end_until(&mut self, now: DateTime<Utc>) {
        while let Some(Reverse((_, index))) = self.ends.peek().copied().filter(|Reverse((end, _))| *end <= now) {
            self.ends.pop();
            self.by_order.remove(&index);
        }
    }

    fn begin(&mut self, index: usize, end: DateTime<Utc>) {
        self.by_order.insert(index);
        self.ends.push(Reverse((end, index)));
    }

    fn indexes(&self) -> impl Iterator<Item = usize> {
        self.by_order.iter().copied()
    }
}

pub(super) fn check_people(schedule: &Schedule<'_>, placed: &[Placed<'_>], findings: &mut Vec<Finding>) {
    let sessions: HashMap<SessionId, &Placed<'_>> = placed.iter().map(|one| (one.id(), one)).collect();
    let present: Vec<Presence<'_>> =
        schedule.engagements.iter().map(|one| presence(schedule.when, &sessions, one)).collect();
    let mut elsewhere: HashMap<SpeakerId, Vec<&Elsewhere>> = HashMap::new();
    for one in schedule.elsewhere {
        elsewhere.entry(one.speaker_id).or_default().push(one);
    }
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
    for speaker in order {
        let mut theirs = people.remove(&speaker).unwrap_or_default();
        // By time, so that the finding stands at what begins later.
        theirs.sort_by_key(|one| one.span);
        check_within(&theirs, findings);
        let others = elsewhere.remove(&speaker).unwrap_or_default();
        check_elsewhere(&theirs, &others, schedule.travel_buffer, findings);
    }
    for one in present.iter().filter(|one| one.engagement.is_unconfirmed) {
        let hint = format!("{} has not confirmed yet.", one.engagement.name);
        findings.push(one.finding(FindingCode::UnconfirmedSpeaker, hint));
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
        (Some(_), Some(session)) => session.start().zip(session.end()),
        (Some(_), None) => None,
    };
    Presence { engagement, session, pointer: format!("{place}/appearances/{}", engagement.index), span }
}

/// One finding at most for each presence, with the first that it meets.
fn check_within(theirs: &[&Presence<'_>], findings: &mut Vec<Finding>) {
    let mut running = Running::default();
    for (index, one) in theirs.iter().enumerate() {
        let Some((start, end)) = one.span else { continue };
        running.end_until(start);
        let met = running.indexes().filter_map(|index| theirs.get(index)).find(|other| !one.is_within_reach_of(other));
        if let Some(other) = met {
            let title = |presence: &Presence<'_>| presence.session.map_or(String::new(), |one| one.title().to_owned());
            let (name, there, here) = (&one.engagement.name, title(other), title(one));
            let hint = format!("{name} is to be in “{there}” and in “{here}” at the same time.");
            let finding = one.finding(FindingCode::DoubleBooked, hint);
            findings.push(finding.beside(other.session.map(Placed::id)));
        }
        running.begin(index, end);
    }
}

/// One finding at most for each other event, at the most precise place.
fn check_elsewhere(theirs: &[&Presence<'_>], others: &[&Elsewhere], travel: TimeDelta, findings: &mut Vec<Finding>) {
    let here: Vec<Option<Span>> = theirs.iter().map(|one| one.span).collect();
    let there: Vec<Option<Span>> = others.iter().map(|other| Some(other.span(travel))).collect();
    let mut best: HashMap<EventId, (Reverse<usize>, usize, usize)> = HashMap::new();
    for (one, other) in meetings(&here, &there) {
        let (Some(presence), Some(elsewhere)) = (theirs.get(one), others.get(other)) else { continue };
        let rank = (Reverse(presence.depth()), one, other);
        best.entry(elsewhere.event_id).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
    }
    let mut found: Vec<_> = best.into_values().collect();
    found.sort_unstable();
    for (_, one, other) in found {
        let (Some(one), Some(other)) = (theirs.get(one), others.get(other)) else { continue };
        let (name, title) = (&one.engagement.name, &other.event_title);
        let is_at_once = one.span.is_some_and(|(start, end)| start < other.ends_at && other.starts_at < end);
        let hint = if is_at_once {
            format!("{name} is in “{title}” at the same time.")
        } else {
            format!("{name} is in “{title}” too shortly before or after, and has to travel.")
        };
        let finding = one.finding(FindingCode::DoubleBooked, hint);
        findings.push(Finding { other_event_id: Some(other.event_id), ..finding });
    }
}

/// Which of these meet which of those, by their indexes.
fn meetings(these: &[Option<Span>], those: &[Option<Span>]) -> Vec<(usize, usize)> {
    let sides = [these, those].into_iter().zip([true, false]);
    let mut all: Vec<(Span, bool, usize)> = sides
        .flat_map(|(spans, is_this)| {
            let known = spans.iter().enumerate().filter_map(|(index, span)| Some((index, (*span)?)));
            known.map(move |(index, span)| (span, is_this, index))
        })
        .collect();
    all.sort_unstable();
    let (mut here, mut there) = (Running::default(), Running::default());
    let mut found = Vec::new();
    for ((start, end), is_this, index) in all {
        here.end_until(start);
        there.end_until(start);
        if is_this {
            found.extend(there.indexes().map(|other| (index, other)));
            here.begin(index, end);
        } else {
            found.extend(here.indexes().map(|one| (one, index)));
            there.begin(index, end);
        }
    }
    found
}
