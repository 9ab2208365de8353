//! When a session is, for the invitation to it.

use chrono::NaiveDateTime;

use crate::events::SessionId;

/// What is known of a session of an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    /// Its id.
    pub id: SessionId,
    /// The session that contains it.
    pub parent_id: Option<SessionId>,
    /// Civil start, in the event's zone.
    pub local_start: Option<NaiveDateTime>,
    /// Civil end, in the event's zone.
    pub local_end: Option<NaiveDateTime>,
}

/// Civil start and end of a session: from the first start to the last end of what it contains, else its own.
pub fn span_of(agenda: &[AgendaRow], id: SessionId) -> (Option<NaiveDateTime>, Option<NaiveDateTime>) {
    let mut inside = vec![id];
    let mut next = 0;
    // Level by level; a session that stands in itself is met once.
    while let Some(parent) = inside.get(next).copied() {
        let children = agenda.iter().filter(|row| row.parent_id == Some(parent)).map(|row| row.id);
        let new: Vec<SessionId> = children.filter(|child| !inside.contains(child)).collect();
        inside.extend(new);
        next += 1;
    }
    let below = || agenda.iter().filter(|row| row.id != id && inside.contains(&row.id));
    if let Some(start) = below().filter_map(|row| row.local_start).min() {
        return (Some(start), below().filter_map(|row| row.local_end).max());
    }
    let own = agenda.iter().find(|row| row.id == id);
    (own.and_then(|row| row.local_start), own.and_then(|row| row.local_end))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn time(text: &str) -> Option<NaiveDateTime> {
        format!("2022-02-23T{text}:00").parse().ok()
    }

    fn row(id: u128, parent: Option<u128>, start: &str, end: &str) -> AgendaRow {
        let session = |id| SessionId(Uuid::from_u128(id));
        let (local_start, local_end) = (time(start), time(end));
        AgendaRow { id: session(id), parent_id: parent.map(session), local_start, local_end }
    }

    #[test]
    fn a_round_takes_its_times_from_what_it_contains() {
        let agenda = [
            row(1, None, "", ""),
            row(2, Some(1), "11:30", "11:45"),
            row(3, Some(1), "", ""),
            row(4, Some(3), "11:45", "12:15"),
            row(5, None, "12:15", "13:00"),
            row(6, None, "", ""),
        ];
        let span = |id| span_of(&agenda, SessionId(Uuid::from_u128(id)));
        assert_eq!(span(1), (time("11:30"), time("12:15")));
        assert_eq!(span(2), (time("11:30"), time("11:45")));
        assert_eq!(span(3), (time("11:45"), time("12:15")));
        assert_eq!(span(5), (time("12:15"), time("13:00")));
        assert_eq!(span(6), (None, None));
        assert_eq!(span(7), (None, None));
    }

    #[test]
    fn a_circle_has_an_end() {
        let agenda = [row(1, Some(2), "", ""), row(2, Some(1), "11:30", "11:45")];
        assert_eq!(span_of(&agenda, SessionId(Uuid::from_u128(1))), (time("11:30"), time("11:45")));
    }
}
