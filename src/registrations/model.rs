//! Registrations as they are stored.

use diesel::prelude::*;
use serde_json::{Map, Value};

use crate::accounts::Workspace;
use crate::db::schema::registrations;
use crate::db::types::{At, Json};
use crate::events::EventId;
use crate::http::WorkspaceId;
use crate::mail::EmailAddress;
use crate::time::{Language, Zone};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a registration.
    RegistrationId
}

define_id! {
    /// Identifies registrations that were made together.
    GroupId
}

/// The version of the links to groups: what replaces the links of a registration takes it out of what they open.
pub const GROUP_LINK_VERSION: i32 = 1;

define_text_enum! {
    /// Where a registration stands.
    RegistrationState {
        /// Waits for the person to confirm their address.
        PendingVerification => "pending_verification",
        /// Waits for the staff to approve it.
        PendingApproval => "pending_approval",
        /// Has a seat.
        Confirmed => "confirmed",
        /// Was there.
        Attended => "attended",
        /// Had a seat and was not there.
        NoShow => "no_show",
        /// Waits for a seat.
        Waitlisted => "waitlisted",
        /// Is offered a seat, for a time.
        Offered => "offered",
        /// Was cancelled.
        Cancelled => "cancelled",
        /// Was refused by the staff.
        Rejected => "rejected",
        /// An offer ran out, or the address was not confirmed in time.
        Expired => "expired",
    }
}

define_text_enum! {
    /// What somebody registers for.
    Attendance {
        /// To be there, on site or online, while it happens.
        Live => "live",
        /// To see the recording: it takes no seat and has no link to join.
        Recording => "recording",
    }
}

impl RegistrationState {
    /// Whether it has come to its end; the address may register anew.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Rejected | Self::Expired)
    }
}

/// A registration.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = registrations)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The workspace of its event.
    pub workspace_id: WorkspaceId,
    /// Its event.
    pub event_id: EventId,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The organisation they come from.
    pub organisation: Option<String>,
    /// Their IANA zone.
    pub timezone: Option<String>,
    /// The language of their mails.
    pub language: String,
    /// Their answers to the form's questions.
    pub answers: Json<Map<String, Value>>,
    /// When they consented to what the form says; none if nothing is known of it, as of whom the staff have entered.
    pub consented_at: Option<At>,
    /// Where it stands.
    pub state: RegistrationState,
    /// Its place's number in the queue; grows with time and has gaps.
    pub queue_position: Option<i64>,
    /// Until when an offered seat is held.
    pub offer_expires_at: Option<At>,
    /// Which version of its links is valid.
    pub link_version: i32,
    /// When it was confirmed.
    pub confirmed_at: Option<At>,
    /// When it came to its end.
    pub ended_at: Option<At>,
    /// Rises with each change.
    pub revision: i64,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// What it is for.
    pub attendance: Attendance,
    /// Which version of the form's text was consented to, if that is known; 0 where the form had none.
    pub consent_version: Option<i32>,
    /// Until when the address can be confirmed, where it has to be.
    pub verify_by: Option<At>,
    /// When the address was confirmed.
    pub verified_at: Option<At>,
    /// When the staff decided on it, where they have to.
    pub decided_at: Option<At>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why, if they said so.
    pub decision_reason: Option<String>,
    /// What the staff noted; nobody else reads it.
    pub note: Option<String>,
    /// When they were checked in.
    pub checked_in_at: Option<At>,
    /// Who checked them in: `member:…` or `token:…`.
    pub checked_in_by: Option<String>,
}

impl Registration {
    /// Whether it holds a seat.
    pub fn holds_seat(&self) -> bool {
        let is_seated = matches!(
            self.state,
            RegistrationState::Confirmed
                | RegistrationState::Offered
                | RegistrationState::Attended
                | RegistrationState::NoShow
        );
        is_seated && self.attendance == Attendance::Live
    }

    /// Whether it has a seat that was confirmed, or had one when it came to its end.
    pub fn had_seat(&self) -> bool {
        self.confirmed_at.is_some() && self.attendance == Attendance::Live
    }

    /// What its address is known by; none if it was erased.
    pub fn email_key(&self) -> Option<String> {
        EmailAddress::parse(&self.email).ok().map(|address| address.key())
    }

    /// Whether what is personal in it was erased. What remains is counted.
    pub fn is_erased(&self) -> bool {
        self.email.is_empty()
    }

    /// The language of their mails: theirs, whatever its region, if we write it; else that of their workspace.
    pub fn mail_language(&self, workspace: &Workspace) -> Language {
        self.known_language().unwrap_or_else(|| workspace.spoken())
    }

    /// Their language, if it is one that we write.
    pub fn known_language(&self) -> Option<Language> {
        Language::parse(&self.language)
    }

    /// Their zone, if it is one that we know.
    pub fn zone(&self) -> Option<Zone> {
        self.timezone.as_deref().and_then(|name| Zone::parse(name).ok())
    }
}

/// A person who registers.
#[derive(Debug, Clone)]
pub struct NewRegistration {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: EmailAddress,
    /// The organisation they come from.
    pub organisation: Option<String>,
    /// Their zone.
    pub timezone: Option<Zone>,
    /// The language of their mails: a BCP 47 tag; the workspace's if none.
    pub language: Option<String>,
    /// Their answers to the form's questions.
    pub answers: Map<String, Value>,
    /// What they register for.
    pub attendance: Attendance,
    /// The version of the form's text that they were shown; none if they do not say.
    pub consent_version: Option<i32>,
}
