//! The entries of sessions, for those who want each in its place instead of the whole event.
//!
//! A session changes whenever its event does, and each change of a session raises the event's sequence: so a session's
//! SEQUENCE is that of its event. It never falls, and no visible change leaves it as it was.

use chrono::{DateTime, Utc};

use super::agenda::{room_of, session_title};
use super::description::describe_session;
use super::entry::{EntryOptions, EntryParts, Frame};
use super::ical::{Entry, EntryTime};
use crate::db::DbError;
use crate::events::{SessionId, status_prefix};
use crate::sessions::SessionKind;
use crate::sessions::rules::{Node, times_by_session};
use crate::speakers::SpeakerId;
use crate::time::When;

/// Which sessions of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// All that have a time; of those that contain others with a time, these.
    All,
    /// The same, but only those in which a speaker appears, or which stand in one where they do.
    Of(SpeakerId),
    /// This one.
    One(SessionId),
}

/// The entries of the sessions that are chosen, in the order of the agenda. None where calendars do not show the event.
///
/// Where these leave out something that has no time, the event's own entry stands for it, behind them: for an event of which no
/// session has one; for a speaker who appears in the event as a whole, or in a session without one. For one session nothing does.
///
/// # Errors
/// As for [`super::event_entry`].
pub fn session_entries(
    parts: &EntryParts,
    chosen: Chosen,
    options: &EntryOptions,
    public_url: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, DbError> {
    let when = parts.event.when()?;
    let Some(frame) = Frame::of(parts, &when, options, public_url, now) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    match (when.zone(), chosen) {
        (None, _) => {}
        (Some(_), Chosen::All) => timed(&parts.agenda, None, &|_| true, &mut found),
        (Some(_), Chosen::Of(speaker)) => timed(&parts.agenda, None, &|node| appears(parts, speaker, node), &mut found),
        (Some(_), Chosen::One(id)) => find(&parts.agenda, None, id, &mut found),
    }
    let is_missing = match chosen {
        Chosen::All => found.is_empty(),
        Chosen::Of(speaker) => found.is_empty() || appears_elsewhere(parts, speaker),
        Chosen::One(_) => false,
    };
    let of_session = |placed| session_entry(parts, placed, &frame, &when, options, now);
    let mut entries: Vec<Entry> = found.into_iter().filter_map(of_session).collect();
    if is_missing {
        entries.push(frame.whole(parts, &when, options, now));
    }
    Ok(entries)
}

/// The entry of a session that has a time.
fn session_entry(
    parts: &EntryParts,
    Placed { node, inside }: Placed<'_>,
    frame: &Frame,
    when: &When,
    options: &EntryOptions,
    now: DateTime<Utc>,
) -> Option<Entry> {
    let (session, fields) = (&node.session, &node.session.fields);
    let whole = &frame.entry;
    let rooms = [room_of(&parts.rooms, session), whole.location.as_deref()];
    let title = parts.event.details.0.short_title.as_ref().unwrap_or(&parts.event.details.0.title);
    let prefix = status_prefix(parts.event.status, options.language);
    let time = EntryTime::Timed { starts_at: node.times.starts_at?, ends_at: node.times.ends_at, zone: when.zone()? };
    Some(Entry {
        uid: session.uid.clone(),
        parent_uid: Some(parts.event.uid.clone()),
        created_at: session.created_at.0,
        updated_at: session.updated_at.0.max(whole.updated_at),
        is_opaque: whole.is_opaque && fields.kind != SessionKind::Break,
        summary: format!("{prefix}{} – {title}", session_title(session)),
        description: Some(describe_session(parts, session, inside, &frame.speaking(options, now))),
        location: Some(rooms.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        language: fields.language.clone().or_else(|| whole.language.clone()),
        time,
        ..whole.clone()
    })
}

/// A session, and the one that contains it.
struct Placed<'a> {
    node: &'a Node,
    inside: Option<&'a Node>,
}

fn timed<'a>(
    agenda: &'a [Node],
    inside: Option<&'a Node>,
    is_wanted: &dyn Fn(&Node) -> bool,
    found: &mut Vec<Placed<'a>>,
) {
    for node in agenda {
        if node.sessions.iter().any(|one| one.times.starts_at.is_some()) {
            if is_wanted(node) {
                timed(&node.sessions, Some(node), &|_| true, found);
            } else {
                timed(&node.sessions, Some(node), is_wanted, found);
            }
        } else if node.times.starts_at.is_some() && is_wanted(node) {
            found.push(Placed { node, inside });
        }
    }
}

fn find<'a>(agenda: &'a [Node], inside: Option<&'a Node>, id: SessionId, found: &mut Vec<Placed<'a>>) {
    for node in agenda {
        if node.session.id == id {
            found.push(Placed { node, inside });
        }
        find(&node.sessions, Some(node), id, found);
    }
}

fn appears(parts: &EntryParts, speaker: SpeakerId, node: &Node) -> bool {
    let mut all = parts.appearances.iter().map(|one| &one.appearance);
    all.any(|one| one.session_id == Some(node.session.id) && one.speaker_id == Some(speaker))
}

/// Whether a speaker has a part that no entry of a session shows: in the event as a whole, or in a session without a time.
fn appears_elsewhere(parts: &EntryParts, speaker: SpeakerId) -> bool {
    let theirs = parts.appearances.iter().map(|one| &one.appearance).filter(|one| one.speaker_id == Some(speaker));
    let times = times_by_session(&parts.agenda);
    let is_timed = |id: SessionId| times.get(&id).is_some_and(|times| times.starts_at.is_some());
    theirs.into_iter().any(|one| !one.session_id.is_some_and(is_timed))
}

#[cfg(test)]
#[path = "session_entry_tests.rs"]
pub(super) mod tests;
