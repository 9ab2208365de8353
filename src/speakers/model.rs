//! Ids, states and rows of speakers and appearances.

use diesel::prelude::*;

use super::details::{Affiliation, AppearanceInput, SpeakerDetails, SpeakerLink};
use crate::db::schema::{appearances, speakers};
use crate::db::types::{At, Json};
use crate::events::{EventId, SessionId};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::time::Zone;
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a speaker.
    SpeakerId
}
define_id! {
    /// Identifies an appearance.
    AppearanceId
}

define_text_enum! {
    /// The part that somebody has.
    AppearanceRole {
        /// Gives a talk or takes part in a conversation.
        Speaker => "speaker",
        /// Leads a conversation.
        Moderator => "moderator",
        /// Presides.
        Chair => "chair",
        /// Sits on a panel.
        Panelist => "panelist",
        /// Answers a talk.
        Discussant => "discussant",
        /// Receives the guests.
        Host => "host",
        /// Interprets.
        Interpreter => "interpreter",
        /// Reports on what was said.
        Rapporteur => "rapporteur",
    }
}

define_text_enum! {
    /// Whether they will come.
    AppearanceStatus {
        /// To be confirmed: named, but nothing is agreed.
        Tbc => "tbc",
        /// Asked; has not answered.
        Invited => "invited",
        /// Will come.
        Confirmed => "confirmed",
        /// Said no.
        Declined => "declined",
        /// Had said yes, and will not come.
        Withdrawn => "withdrawn",
    }
}

impl AppearanceStatus {
    /// Those with which nobody appears, so that nobody but staff sees them.
    pub const HIDDEN: [Self; 2] = [Self::Declined, Self::Withdrawn];

    /// Whether the appearance stands: it may still take place.
    pub fn stands(self) -> bool {
        !Self::HIDDEN.contains(&self)
    }
}

/// A person who appears.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = speakers)]
pub struct Speaker {
    /// Their id.
    pub id: SpeakerId,
    /// The workspace that they belong to.
    pub workspace_id: WorkspaceId,
    /// Their name.
    pub name: String,
    /// Who they are.
    pub bio: Option<String>,
    /// Where their photograph is.
    pub photo_url: Option<String>,
    /// Their pages.
    pub links: Json<Vec<SpeakerLink>>,
    /// Where they get mail. Never public.
    pub email: Option<String>,
    /// The zone that they live in. Never public.
    pub timezone: Option<String>,
    /// The normal form of their name, which lists are sorted by.
    pub sort_key: String,
    /// Rises with each change.
    pub revision: i64,
    /// When they were added.
    pub created_at: At,
    /// When they were last changed.
    pub updated_at: At,
    /// Where they belong, and belonged.
    pub affiliations: Json<Vec<Affiliation>>,
}

impl Speaker {
    /// What a client would send to make them as they are.
    pub fn details(&self) -> SpeakerDetails {
        SpeakerDetails {
            name: self.name.clone(),
            bio: self.bio.clone(),
            photo_url: self.photo_url.clone(),
            links: self.links.0.clone(),
            email: self.email.clone(),
            timezone: self.timezone.clone(),
            affiliations: self.affiliations.0.clone(),
        }
    }

    /// Their zone, if it is one that we know.
    pub fn zone(&self) -> Option<Zone> {
        self.timezone.as_deref().and_then(|name| Zone::parse(name).ok())
    }
}

/// A part in an event or in one of its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = appearances)]
pub struct Appearance {
    /// Its id.
    pub id: AppearanceId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The event.
    pub event_id: EventId,
    /// The session of that event; none for the event as a whole.
    pub session_id: Option<SessionId>,
    /// Its place among those of the same session, or of the event as a whole, from 1.
    pub position: i32,
    /// Who appears, if it is a person we know.
    pub speaker_id: Option<SpeakerId>,
    /// Which organisation appears.
    pub organisation_id: Option<OrganisationId>,
    /// What is known of whoever appears.
    pub label: Option<String>,
    /// Their part.
    pub role: AppearanceRole,
    /// Where they belonged then.
    pub affiliation: Option<String>,
    /// What they were there.
    pub job_title: Option<String>,
    /// Whether they will come.
    pub status: AppearanceStatus,
    /// A remark beside the name, for everybody.
    pub note: Option<String>,
    /// Whether they agree to be recorded: 1 or 0; none if they were not asked.
    pub recording_consent: Option<i32>,
    /// Rises with each change.
    pub revision: i64,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// Which version of the invitation's link is valid; 0 before the first.
    pub invitation_version: i32,
    /// What the organisers wrote to them.
    pub invitation_message: Option<String>,
    /// When they were last invited.
    pub invited_at: Option<At>,
    /// Until when they are asked to answer.
    pub respond_by: Option<At>,
    /// When they last answered.
    pub answered_at: Option<At>,
    /// What they wrote to the organisers. Never public.
    pub answer_note: Option<String>,
}

impl Appearance {
    /// What a client would send to make it as it is.
    pub fn input(&self) -> AppearanceInput {
        AppearanceInput {
            id: Some(self.id),
            position: Some(self.position),
            speaker_id: self.speaker_id,
            organisation_id: self.organisation_id,
            label: self.label.clone(),
            role: self.role,
            affiliation: self.affiliation.clone(),
            job_title: self.job_title.clone(),
            status: self.status,
            note: self.note.clone(),
            recording_consent: self.consents_to_recording(),
        }
    }

    /// The same part of another person, who has neither agreed to be recorded nor said that they will come.
    pub fn input_of_another(&self) -> AppearanceInput {
        let is_theirs = matches!(self.status, AppearanceStatus::Confirmed | AppearanceStatus::Invited);
        let status = if is_theirs { AppearanceStatus::Tbc } else { self.status };
        AppearanceInput { status, recording_consent: None, ..self.input() }
    }

    /// The same for a list of appearances, the order of which says the place.
    pub fn input_in_list(&self) -> AppearanceInput {
        AppearanceInput { position: None, ..self.input() }
    }

    /// Whether they agree to be recorded; none if they were not asked.
    pub fn consents_to_recording(&self) -> Option<bool> {
        self.recording_consent.map(|consent| consent != 0)
    }
}
