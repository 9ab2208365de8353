//! Workspaces, members and tokens as they are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::links::LinkTemplates;
use crate::db::schema::{members, tokens, workspaces};
use crate::db::types::{At, Json};
use crate::define_text_enum;
use crate::http::WorkspaceId;
use crate::http::auth::{MemberId, Scope, TokenId};
use crate::mail::EmailAddress;
use crate::time::{Language, Zone};

define_text_enum! {
    /// What a member of the staff is trusted with.
    Role {
        /// Everything, with members and settings.
        Owner => "owner",
        /// The whole programme and its registrations, and tokens for applications.
        Organiser => "organiser",
        /// The programme, short of publishing it.
        Editor => "editor",
        /// Registrations: answering people and checking them in.
        Assistant => "assistant",
        /// Reads.
        Viewer => "viewer",
    }
}

define_text_enum! {
    /// How a confirmation carries its calendar entry.
    CalendarMethod {
        /// As an invitation (iTIP REQUEST), which calendars add, move and remove by themselves.
        Request => "request",
        /// As a published entry, which a person adds by hand.
        Publish => "publish",
    }
}

define_text_enum! {
    /// Which mails a member gets about registrations and speakers.
    Notices {
        /// One for each registration, each cancellation, and each answer of a speaker.
        Each => "each",
        /// One a day about registrations, on days on which something happened.
        Daily => "daily",
        /// None.
        None => "none",
    }
}

/// A workspace.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = workspaces)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its short name in addresses; unique on the server.
    pub slug: String,
    /// Its name, shown to people.
    pub name: String,
    /// The zone that its staff think in.
    pub timezone: String,
    /// The language of its mails unless the reader chose another.
    pub language: String,
    /// The name that its mails come from; the workspace's own if none.
    pub sender_name: Option<String>,
    /// Where answers to its mails go.
    pub reply_to: Option<String>,
    /// How confirmations carry their calendar entry.
    pub calendar_method: CalendarMethod,
    /// Rises with each change.
    pub revision: i64,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// The addresses of its own frontend.
    pub links: Json<LinkTemplates>,
    /// How many days after an event what is personal about its registrants is kept; for good if none.
    pub retention_days: Option<i32>,
    /// Since when that holds. Whoever keeps the promise to erase knows by it whether another was made since.
    pub retention_since: Option<At>,
}

impl Workspace {
    /// The language that it speaks to people whose own we do not write; English if we do not write its either.
    pub fn spoken(&self) -> Language {
        Language::parse(&self.language).unwrap_or_default()
    }
}

/// A workspace to make.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its short name in addresses.
    pub slug: String,
    /// Its name, shown to people.
    pub name: String,
    /// The zone that its staff think in.
    pub timezone: Zone,
    /// The language of its mails.
    pub language: String,
}

/// A member of a workspace's staff.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = members)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their workspace.
    pub workspace_id: WorkspaceId,
    /// Where they get mail, and what they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they are trusted with.
    pub role: Role,
    /// Argon2id, in the PHC form; none for a member who cannot sign in yet.
    pub password_hash: Option<String>,
    /// Which mails they get about registrations.
    pub notices: Notices,
    /// Rises with each change.
    pub revision: i64,
    /// When they were added.
    pub created_at: At,
}

/// A member to add.
#[derive(Clone)]
pub struct NewMember {
    /// Where they get mail.
    pub email: EmailAddress,
    /// Their name; the address's local part if none.
    pub name: Option<String>,
    /// What they are trusted with.
    pub role: Role,
    /// What they sign in with; without it they cannot.
    pub password: Option<secrecy::SecretString>,
    /// Which mails they get about registrations.
    pub notices: Notices,
}

/// A token's row, without the token.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = tokens)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The workspace it opens.
    pub workspace_id: WorkspaceId,
    /// The member it stands for; none for an application's.
    pub member_id: Option<MemberId>,
    /// What its owner calls it.
    pub name: String,
    /// The role it was made with.
    pub role: Role,
    /// What it may do.
    pub scopes: Json<Vec<Scope>>,
    /// When it stops working.
    pub expires_at: Option<At>,
    /// When it was revoked.
    pub revoked_at: Option<At>,
    /// When it was made.
    pub created_at: At,
}

impl Token {
    /// Whether it works at `now`.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at.0)
    }
}
