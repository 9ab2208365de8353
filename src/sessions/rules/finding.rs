//! What a check of a schedule can find.

use serde::Serialize;
use utoipa::ToSchema;

use crate::define_text_enum;
use crate::events::{EventId, SessionId};
use crate::speakers::SpeakerId;

define_text_enum! {
    /// What a check of a schedule can find: how much it matters, where the finding points, and what to do about it.
    FindingCode {
        /// Error, at `local_start` or `local_end` of the session. It starts before its event or goes on after it: move the
        /// session, or the event.
        OutsideEvent => "outside_event",
        /// Error, at `local_start` of the session. It has a local time, and its event no zone any more: give the event's
        /// `when` a zone.
        TimezoneRequired => "timezone_required",
        /// Warning, at `local_start` of the session after the gap. Nothing is on between two sessions: let them follow each
        /// other, or add a break. Info before the first session, and after the last at its `local_end`.
        Gap => "gap",
        /// Warning, at `local_start` of the later session. Two sessions take place at the same time in one room, or without
        /// rooms on one track: move one of them.
        Overlap => "overlap",
        /// Warning, at `room_id` of the session. The event has more seats than the room: take a larger room, or lower the
        /// capacity.
        RoomTooSmall => "room_too_small",
        /// Warning, at `/sessions`. The sessions together take another time than the event: change one of the two.
        TotalMismatch => "total_mismatch",
        /// Warning, at the appearance. Somebody is to be at two places at once, in this event or in another; with
        /// `travel_buffer`, also where they cannot get from one to the other in time: change one of the sessions, or who
        /// appears.
        DoubleBooked => "double_booked",
        /// Info, at the appearance. Somebody has not said yes yet: ask them.
        UnconfirmedSpeaker => "unconfirmed_speaker",
        /// Warning, at `/virtual_location/join_url` of the event. People take part online, and no link says where: add it.
        MissingJoinLink => "missing_join_link",
        /// Warning, at `/when/edtf` of the event. It is known by its month alone, and the month has begun: fix the day, or
        /// postpone it.
        MonthBegun => "month_begun",
    }
}

impl FindingCode {
    /// How much it matters unless the place says otherwise: a gap at the edge of an event is good to know, no more.
    pub const fn severity(self) -> Severity {
        match self {
            Self::OutsideEvent | Self::TimezoneRequired => Severity::Error,
            Self::Gap
            | Self::Overlap
            | Self::RoomTooSmall
            | Self::TotalMismatch
            | Self::DoubleBooked
            | Self::MissingJoinLink
            | Self::MonthBegun => Severity::Warning,
            Self::UnconfirmedSpeaker => Severity::Info,
        }
    }
}

define_text_enum! {
    /// How much it matters.
    Severity {
        /// It cannot be right.
        Error => "error",
        /// It is probably not meant.
        Warning => "warning",
        /// Good to know.
        Info => "info",
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where: a JSON pointer (RFC 6901). One that begins with `/sessions` or `/appearances` leads into the agenda, or into
    /// the one that was proposed; any other into the event.
    #[schema(example = "/sessions/1/sessions/0/local_start")]
    pub pointer: String,
    /// What it is and what to do about it, for people.
    #[schema(example = "Nothing is on from 12:15 to 12:20.")]
    pub hint: String,
    /// The session that is meant; null where it is proposed and new.
    pub session_id: Option<SessionId>,
    /// The other session of this event that it concerns; null where it is proposed and new.
    pub other_session_id: Option<SessionId>,
    /// The speaker whom it concerns.
    pub speaker_id: Option<SpeakerId>,
    /// The other event that it concerns.
    pub other_event_id: Option<EventId>,
}

impl Finding {
    /// A finding that concerns nothing but its place.
    pub(super) fn new(code: FindingCode, pointer: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            pointer: pointer.into(),
            hint: hint.into(),
            session_id: None,
            other_session_id: None,
            speaker_id: None,
            other_event_id: None,
        }
    }

    /// Names the session that is meant.
    pub(super) fn of(mut self, session: SessionId) -> Self {
        self.session_id = Some(session);
        self
    }

    /// Names the other session.
    pub(super) fn beside(mut self, session: Option<SessionId>) -> Self {
        self.other_session_id = session;
        self
    }

    /// Says that it matters less here than elsewhere.
    pub(super) fn worth_knowing(mut self) -> Self {
        self.severity = Severity::Info;
        self
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn the_documentation_says_how_much_each_code_matters() {
        let schema = serde_json::to_value(FindingCode::schema()).unwrap();
        let description = schema["description"].as_str().unwrap();
        for code in FindingCode::ALL {
            let line = description.lines().find(|line| line.starts_with(&format!("- `{code}`: "))).unwrap();
            let (_, said) = line.split_once(": ").unwrap();
            assert!(said.to_lowercase().starts_with(&format!("{}, at ", code.severity())), "{line}");
        }
        assert_eq!(description.lines().filter(|line| line.starts_with("- `")).count(), FindingCode::ALL.len());
    }
}
