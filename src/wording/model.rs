//! Wordings as they are stored.

use diesel::prelude::*;

use crate::db::schema::mail_wordings;
use crate::db::types::At;
use crate::time::Language;

/// A subject and a text, both templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The subject, on one line.
    pub subject: String,
    /// The text, in Markdown.
    pub text: String,
}

/// Which mail, in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailName {
    /// The name of the mail, `registrations/confirmed`.
    pub name: &'static str,
    /// The language.
    pub language: Language,
}

/// What a workspace has written for one mail in one language, or had once.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mail_wordings)]
pub struct Wording {
    /// The name of the mail.
    pub name: String,
    /// The code of the language.
    pub language: String,
    /// The subject; none if it was taken back.
    pub subject: Option<String>,
    /// The text, in Markdown; none if it was taken back.
    pub body: Option<String>,
    /// Rises with each change.
    pub revision: i64,
    /// When it was last changed.
    pub updated_at: At,
}

impl Wording {
    /// Subject and text, unless they were taken back.
    pub fn draft(&self) -> Option<Draft> {
        Some(Draft { subject: self.subject.clone()?, text: self.body.clone()? })
    }
}
