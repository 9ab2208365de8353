//! What a check of a schedule can find.

use serde::Serialize;
use utoipa::ToSchema;

use crate::define_text_enum;
use crate::events::{EventId, SessionId};
use crate::speakers::SpeakerId;

define_text_enum! {
    /// What was found.
    FindingCode {
        /// A session starts before its event or ends after it.
        OutsideEvent => "outside_event",
        /// A session has a local time, and its event no zone any more.
        TimezoneRequired => "timezone_required",
        /// Nothing is on between two sessions, before the first or after the last.
        Gap => "gap",
        /// Two sessions take place at the same time in one room, or without rooms on one track.
        Overlap => "overlap",
        /// The sessions together take another time than the event.
        TotalMismatch => "total_mismatch",
        /// Somebody is to be at two places at once, in this event or in another.
        DoubleBooked => "double_booked",
        /// Somebody has not said yes yet.
        UnconfirmedSpeaker => "unconfirmed_speaker",
        /// People take part online, and no link says where.
        MissingJoinLink => "missing_join_link",
        /// The event is known by its month alone, and the month has begun.
        MonthBegun => "month_begun",
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
    /// Where: a JSON pointer (RFC 6901). One that begins with `/sessions` or `/appearances` leads into the agenda, any other
    /// into the event.
    #[schema(example = "/sessions/1/sessions/0/local_start")]
    pub pointer: String,
    /// What it is and what to do about it, for people.
    #[schema(example = "Nothing is on from 12:15 to 12:20.")]
    pub hint: String,
    /// The session that is meant.
    pub session_id: Option<SessionId>,
    /// The other session of this event that it concerns.
    pub other_session_id: Option<SessionId>,
    /// The speaker whom it concerns.
    pub speaker_id: Option<SpeakerId>,
    /// The other event that it concerns.
    pub other_event_id: Option<EventId>,
}

impl Finding {
    /// A finding that concerns nothing but its place.
    pub(super) fn new(
        code: FindingCode,
        severity: Severity,
        pointer: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
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
}
