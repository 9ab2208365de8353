//! Moving a session among others.

use std::collections::HashSet;

use super::super::error::SessionError;
use super::super::model::Session;
use super::plan::MAX_DEPTH;
use crate::events::SessionId;
use crate::http::Code;

/// How deep a session of this parent stands, from 1.
///
/// # Errors
/// The event has no such session.
pub fn depth_below(all: &[Session], parent: Option<SessionId>) -> Result<usize, SessionError> {
    Ok(line_of(all, parent)?.len() + 1)
}

/// Checks that `id`, with what it contains, may stand in `parent`.
///
/// # Errors
/// The event has no such session, it would contain itself, or it would stand too deep.
pub fn check_parent(all: &[Session], id: SessionId, parent: Option<SessionId>) -> Result<(), SessionError> {
    let line = line_of(all, parent)?;
    if line.contains(&id) {
        return Err(SessionError::Cycle);
    }
    if line.len() + height(all, id) > MAX_DEPTH {
        let detail = format!("An agenda is at most {MAX_DEPTH} levels deep.");
        return Err(SessionError::field("/parent_id", Code::Invalid, &detail));
    }
    Ok(())
}

/// `start`, what contains it, and so on to the top.
fn line_of(all: &[Session], start: Option<SessionId>) -> Result<Vec<SessionId>, SessionError> {
    let mut line = Vec::new();
    let mut next = start;
    while let Some(id) = next {
        let Some(session) = all.iter().find(|session| session.id == id) else {
            let detail = "This event has no such session.";
            return Err(SessionError::field("/parent_id", Code::ReferenceUnknown, detail));
        };
        line.push(id);
        next = session.parent_id.filter(|parent| !line.contains(parent));
    }
    Ok(line)
}

/// How many levels a session and what it contains take.
fn height(all: &[Session], id: SessionId) -> usize {
    let mut level = HashSet::from([id]);
    let mut height = 0;
    while !level.is_empty() && height <= MAX_DEPTH {
        height += 1;
        level = all
            .iter()
            .filter(|session| session.parent_id.is_some_and(|parent| level.contains(&parent)))
            .map(|session| session.id)
            .collect();
    }
    height
}

/// Puts a session at `position` (from 1) of `parent`, or at its end, and numbers the siblings on both sides anew.
pub fn move_session(all: &mut [Session], id: SessionId, parent: Option<SessionId>, position: Option<i32>) {
    let others = all.iter().filter(|session| session.parent_id == parent && session.id != id).count();
    let wanted = position.and_then(|position| usize::try_from(position).ok()).unwrap_or(usize::MAX);
    let place = wanted.clamp(1, others + 1);
    for session in all.iter_mut().filter(|session| session.id == id) {
        session.parent_id = parent;
        session.position = i32::MAX;
    }
    close_gaps(all);
    let target = i32::try_from(place).unwrap_or(i32::MAX);
    for session in all.iter_mut().filter(|session| session.parent_id == parent) {
        if session.id == id {
            session.position = target;
        } else if session.position >= target {
            session.position += 1;
        }
    }
}

/// Numbers siblings from 1 without holes, in their order.
pub fn close_gaps(all: &mut [Session]) {
    all.sort_by_key(|session| (session.parent_id, session.position, session.id));
    for siblings in all.chunk_by_mut(|one, next| one.parent_id == next.parent_id) {
        for (session, position) in siblings.iter_mut().zip(1..) {
            session.position = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree_tests::{id, session};
    use super::*;

    fn places(all: &[Session]) -> Vec<(SessionId, Option<SessionId>, i32)> {
        let mut places: Vec<_> = all.iter().map(|one| (one.id, one.parent_id, one.position)).collect();
        places.sort_unstable();
        places
    }

    fn agenda() -> Vec<Session> {
        vec![
            session(1, None, 1),
            session(2, None, 2),
            session(3, None, 3),
            session(4, Some(1), 1),
            session(5, Some(1), 2),
            session(6, Some(4), 1),
        ]
    }

    #[test]
    fn a_session_moves_among_its_siblings() {
        for (place, expected) in [(1, [3, 1, 2]), (2, [1, 3, 2]), (3, [1, 2, 3]), (99, [1, 2, 3])] {
            let mut all = agenda();
            move_session(&mut all, id(3), None, Some(place));
            let mut top: Vec<_> = all.iter().filter(|one| one.parent_id.is_none()).collect();
            top.sort_by_key(|one| one.position);
            assert_eq!(top.iter().map(|one| one.position).collect::<Vec<_>>(), [1, 2, 3]);
            assert_eq!(top.iter().map(|one| one.id).collect::<Vec<_>>(), expected.map(id), "to {place}");
        }
    }

    #[test]
    fn a_session_moves_to_another_parent() {
        let mut all = agenda();
        move_session(&mut all, id(2), Some(id(1)), Some(2));
        let moved = [
            (id(1), None, 1),
            (id(2), Some(id(1)), 2),
            (id(3), None, 2),
            (id(4), Some(id(1)), 1),
            (id(5), Some(id(1)), 3),
            (id(6), Some(id(4)), 1),
        ];
        assert_eq!(places(&all), moved);
        move_session(&mut all, id(2), None, Some(2));
        assert_eq!(places(&all), places(&agenda()), "and back");
    }

    #[test]
    fn no_session_contains_itself_or_stands_too_deep() {
        let all = agenda();
        assert!(matches!(check_parent(&all, id(1), Some(id(1))), Err(SessionError::Cycle)));
        assert!(matches!(check_parent(&all, id(1), Some(id(6))), Err(SessionError::Cycle)));
        assert!(matches!(check_parent(&all, id(1), Some(id(9))), Err(SessionError::Invalid(_))));
        assert!(check_parent(&all, id(2), Some(id(6))).is_ok(), "three levels above it");
        assert!(check_parent(&all, id(4), Some(id(3))).is_ok());
        let mut deep = agenda();
        deep.push(session(7, Some(6), 1));
        assert!(matches!(check_parent(&deep, id(2), Some(id(7))), Err(SessionError::Invalid(_))));
        assert_eq!(depth_below(&deep, Some(id(7))).unwrap(), 5);
        assert_eq!(depth_below(&deep, None).unwrap(), 1);
    }
}
