//! Ids, kinds and rows of the agenda.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{rooms, sessions};
use crate::db::types::{At, Json};
use crate::events::{EventId, SessionId};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a room of an event.
    RoomId
}

define_text_enum! {
    /// What kind of session it is.
    SessionKind {
        /// One of several parts of the same shape, with sessions of its own.
        Round => "round",
        /// Somebody presents.
        Talk => "talk",
        /// Several discuss before an audience.
        Panel => "panel",
        /// The talk that opens or crowns the event.
        Keynote => "keynote",
        /// Questions and answers.
        QAndA => "q_and_a",
        /// Everybody discusses.
        Discussion => "discussion",
        /// Opening words.
        Introduction => "introduction",
        /// Closing words.
        Conclusion => "conclusion",
        /// Nothing is on.
        Break => "break",
        /// Hands-on.
        Workshop => "workshop",
        /// Anything else.
        Other => "other",
    }
}

define_text_enum! {
    /// What else moves when the times of a session change.
    Shift {
        /// Nothing.
        None => "none",
        /// The sessions that come after it on the same day: on its line, which is its room, or its track where the rooms do
        /// not say it. Everything later, if it has neither.
        Following => "following",
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The event whose agenda it stands in.
    pub event_id: EventId,
    /// The session that contains it.
    pub parent_id: Option<SessionId>,
    /// Its place among its siblings, from 1.
    pub position: i32,
    /// Its iCalendar UID (RFC 5545 section 3.8.4.7), fixed for ever.
    pub uid: String,
    /// What it is and when.
    #[diesel(embed)]
    pub fields: SessionFields,
    /// Rises with each change.
    pub revision: i64,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

/// The columns that a client decides.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions)]
#[diesel(treat_none_as_null = true)]
pub struct SessionFields {
    /// What kind of session it is.
    pub kind: SessionKind,
    /// What stands before the title: "First round".
    pub label: Option<String>,
    /// The title.
    pub title: String,
    /// What it is about: Markdown.
    pub abstract_text: Option<String>,
    /// The questions that guide it, in order.
    pub guiding_questions: Json<Vec<String>>,
    /// Civil start, in the event's zone.
    pub local_start: Option<NaiveDateTime>,
    /// Civil end, in the event's zone.
    pub local_end: Option<NaiveDateTime>,
    /// The instant of the start.
    pub starts_at: Option<At>,
    /// The instant of the end, excluded.
    pub ends_at: Option<At>,
    /// How long it takes, in seconds, where only that is known.
    pub duration_seconds: Option<i32>,
    /// Where it takes place.
    pub room_id: Option<RoomId>,
    /// Which of several parallel programmes it belongs to.
    pub track: Option<String>,
    /// The language spoken: a BCP 47 tag.
    pub language: Option<String>,
}

/// A room of an event.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = rooms)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// The event it is used for.
    pub event_id: EventId,
    /// Its name, unique in the event.
    pub name: String,
    /// How many people it takes.
    pub capacity: Option<i32>,
    /// Its place in lists.
    pub position: i32,
    /// Rises with each change.
    pub revision: i64,
}
