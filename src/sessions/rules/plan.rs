//! What a client sent, checked, as the rows that it asks for.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::super::details::{SessionDetails, SessionInput};
use super::super::model::{RoomId, Session, SessionFields};
use crate::db::types::{At, Json};
use crate::events::{SessionId, when_fault};
use crate::http::{Checks, Code, FieldError, LINE};
use crate::time::{Disambiguation, IsoDuration, WhenInput, Zone};

/// How deep an agenda may be.
pub const MAX_DEPTH: usize = 4;
/// How many sessions an agenda may have.
pub const MAX_SESSIONS: usize = 2_000;
/// The longest duration of a session, in seconds: a leap year.
const MAX_SECONDS: i64 = 366 * 86_400;

/// What the sessions of a request may refer to.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The zone of the event, if it has a local time.
    pub zone: Option<Zone>,
    /// The sessions that it has.
    pub sessions: HashSet<SessionId>,
    /// The rooms that it has.
    pub rooms: HashSet<RoomId>,
}

/// One session that was asked for.
#[derive(Debug, Clone)]
pub struct Planned<'a> {
    /// What was sent.
    pub input: &'a SessionInput,
    /// Where it stands in the body.
    pub pointer: String,
    /// The index, in the plan, of the session that contains it.
    pub parent: Option<usize>,
    /// Its place among its siblings, from 1.
    pub position: i32,
    /// Its columns.
    pub fields: SessionFields,
}

/// Checks a whole agenda at `/sessions` of the body. What contains others comes before them.
///
/// # Errors
/// Every fault, with its pointer.
pub fn plan_agenda<'a>(inputs: &'a [SessionInput], around: &Surroundings) -> Result<Vec<Planned<'a>>, Vec<FieldError>> {
    let mut planner = Planner::new(around, false);
    planner.add_all("", inputs, None, 1);
    planner.finish("/sessions", MAX_SESSIONS)
}

/// Checks one new session, which is the body, with what it contains, `depth` levels down.
///
/// # Errors
/// Every fault, with its pointer.
pub fn plan_session<'a>(
    input: &'a SessionInput,
    depth: usize,
    around: &Surroundings,
) -> Result<Vec<Planned<'a>>, Vec<FieldError>> {
    let mut planner = Planner::new(around, true);
    planner.add("", input, (None, 1), depth);
    planner.finish("", MAX_SESSIONS.saturating_sub(around.sessions.len()))
}

struct Planner<'a, 'b> {
    around: &'b Surroundings,
    are_new: bool,
    checks: Checks,
    seen: HashSet<SessionId>,
    plan: Vec<Planned<'a>>,
}

impl<'a, 'b> Planner<'a, 'b> {
    fn new(around: &'b Surroundings, are_new: bool) -> Self {
        Self { around, are_new, checks: Checks::new(), seen: HashSet::new(), plan: Vec::new() }
    }

    fn add_all(&mut self, within: &str, inputs: &'a [SessionInput], parent: Option<usize>, depth: usize) {
        for ((index, input), position) in inputs.iter().enumerate().zip(1..) {
            let pointer = format!("{within}/sessions/{index}");
            if parent.is_none() && input.parent_id.is_some() {
                self.refuse_parent(&pointer);
            }
            self.add(&pointer, input, (parent, position), depth);
        }
    }

    fn add(&mut self, pointer: &str, input: &'a SessionInput, (parent, position): (Option<usize>, i32), depth: usize) {
        if parent.is_some() && input.parent_id.is_some() {
            self.refuse_parent(pointer);
        }
        if depth > MAX_DEPTH {
            self.checks.fault(pointer, Code::Invalid, format!("An agenda is at most {MAX_DEPTH} levels deep."));
            return;
        }
        if let Some(id) = input.id {
            self.check_id(&format!("{pointer}/id"), id);
        }
        let index = self.plan.len();
        match check_details(&input.details(), self.around) {
            Ok(fields) => self.plan.push(Planned { input, pointer: pointer.to_owned(), parent, position, fields }),
            Err(errors) => self.checks.add_all(pointer, errors),
        }
        self.add_all(pointer, &input.sessions, Some(index), depth + 1);
    }

    fn check_id(&mut self, pointer: &str, id: SessionId) {
        if self.are_new {
            self.checks.fault(pointer, Code::Invalid, "A new session is given its id.");
        } else if !self.around.sessions.contains(&id) {
            self.checks.fault(pointer, Code::ReferenceUnknown, "This event has no such session.");
        } else if !self.seen.insert(id) {
            self.checks.fault(pointer, Code::Invalid, "This session stands in the agenda already.");
        }
    }

    fn refuse_parent(&mut self, pointer: &str) {
        let detail = "Its place in the tree says what contains it.";
        self.checks.fault(format!("{pointer}/parent_id"), Code::Invalid, detail);
    }

    fn finish(mut self, pointer: &str, most: usize) -> Result<Vec<Planned<'a>>, Vec<FieldError>> {
        if self.plan.len() > most {
            let detail = format!("An agenda has at most {MAX_SESSIONS} sessions.");
            self.checks.fault(pointer, Code::NumberInvalid, detail);
        }
        let errors = self.checks.into_errors();
        if errors.is_empty() { Ok(self.plan) } else { Err(errors) }
    }
}

/// Checks one session and derives its instants.
///
/// # Errors
/// Every fault, with its pointer.
pub fn check_details(details: &SessionDetails, around: &Surroundings) -> Result<SessionFields, Vec<FieldError>> {
    let mut checks = Checks::new();
    checks.range("/position", details.position, 1..=10_000);
    checks.optional_line("/label", details.label.as_deref(), LINE);
    checks.line("/title", &details.title, LINE);
    checks.optional_text("/abstract", details.abstract_text.as_deref());
    checks.texts("/guiding_questions", &details.guiding_questions);
    checks.optional_line("/track", details.track.as_deref(), 100);
    if let Some(tag) = &details.language {
        checks.language("/language", tag);
    }
    if details.room_id.is_some_and(|room| !around.rooms.contains(&room)) {
        checks.fault("/room_id", Code::ReferenceUnknown, "This event has no such room.");
    }
    let mut fields = SessionFields {
        kind: details.kind,
        label: details.label.clone(),
        title: details.title.clone(),
        abstract_text: details.abstract_text.clone(),
        guiding_questions: Json(details.guiding_questions.clone()),
        local_start: None,
        local_end: None,
        starts_at: None,
        ends_at: None,
        duration_seconds: None,
        room_id: details.room_id,
        track: details.track.clone(),
        language: details.language.clone(),
    };
    if let Err(error) = read_times(details, around.zone, &mut fields) {
        checks.add(error);
    }
    let errors = checks.into_errors();
    if errors.is_empty() { Ok(fields) } else { Err(errors) }
}

fn read_times(details: &SessionDetails, zone: Option<Zone>, fields: &mut SessionFields) -> Result<(), FieldError> {
    if details.local_start.is_none() {
        for (pointer, is_given) in
            [("/local_end", details.local_end.is_some()), ("/disambiguation", details.disambiguation.is_some())]
        {
            if is_given {
                return Err(FieldError::new(pointer, Code::WhenIncomplete, "It needs `local_start` beside it."));
            }
        }
        fields.duration_seconds = details.duration.as_deref().map(read_duration).transpose()?;
        return Ok(());
    }
    let Some(zone) = zone else {
        let detail = "The event has no time zone yet: give its `when` a local time and a zone first.";
        return Err(FieldError::new("/local_start", Code::TimezoneRequired, detail));
    };
    let input = WhenInput {
        local_start: details.local_start.clone(),
        local_end: details.local_end.clone(),
        duration: details.duration.clone(),
        timezone: Some(zone.name().to_owned()),
        disambiguation: details.disambiguation,
        ..WhenInput::default()
    };
    let when = input.parse().map_err(|error| when_fault("", &error))?;
    (fields.local_start, fields.local_end) = (when.local_start(), when.local_end());
    (fields.starts_at, fields.ends_at) = (when.starts_at().map(At), when.ends_at().map(At));
    Ok(())
}

fn read_duration(text: &str) -> Result<i32, FieldError> {
    let fault = |detail: String| FieldError::new("/duration", Code::DurationInvalid, detail);
    let duration = IsoDuration::parse(text).map_err(|error| fault(error.to_string()))?.as_delta();
    let seconds = i32::try_from(duration.num_seconds()).ok();
    let is_whole = duration.subsec_nanos() == 0 && (1..=MAX_SECONDS).contains(&duration.num_seconds());
    seconds.filter(|_| is_whole).ok_or_else(|| {
        fault("A session takes a second or more, a year or less, and no fraction of a second.".to_owned())
    })
}

/// Which side of an hour shown twice an instant is on; none where the clocks show it once.
pub(super) fn side_of(zone: Option<Zone>, local: Option<NaiveDateTime>, at: Option<At>) -> Option<Disambiguation> {
    let (zone, local, at) = (zone?, local?, at?.0);
    let earlier = zone.is_ambiguous(local).then(|| zone.resolve(local, Some(Disambiguation::Earlier)).ok())?;
    Some(if earlier == Some(at) { Disambiguation::Earlier } else { Disambiguation::Later })
}

/// The details that give this session again: saving what was read changes nothing. An end that stands on another side of an
/// hour shown twice than the start is told by the duration.
pub fn details_of(session: &Session, zone: Option<Zone>) -> SessionDetails {
    let fields = &session.fields;
    let start_side = side_of(zone, fields.local_start, fields.starts_at);
    let end_side = side_of(zone, fields.local_end, fields.ends_at);
    let is_split = start_side.is_some() && end_side.is_some() && start_side != end_side;
    let between = fields.starts_at.zip(fields.ends_at).map(|(start, end)| end.0 - start.0).filter(|_| is_split);
    let stated = fields.duration_seconds.map(|seconds| chrono::TimeDelta::seconds(seconds.into()));
    let text = |local: NaiveDateTime| format!("{local:?}");
    SessionDetails {
        parent_id: session.parent_id,
        position: Some(session.position),
        kind: fields.kind,
        label: fields.label.clone(),
        title: fields.title.clone(),
        abstract_text: fields.abstract_text.clone(),
        guiding_questions: fields.guiding_questions.0.clone(),
        local_start: fields.local_start.map(text),
        local_end: fields.local_end.filter(|_| !is_split).map(text),
        duration: between.or(stated).and_then(IsoDuration::new).map(|duration| duration.to_string()),
        disambiguation: start_side.or(end_side),
        room_id: fields.room_id,
        track: fields.track.clone(),
        language: fields.language.clone(),
    }
}
