//! What is sent and answered about mails and their wordings.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::catalogue::MailDescription;
use super::super::model::{Draft, MailName, Wording};
use super::super::preview::render_preview;
use super::super::set::NEVER_SET;
use super::super::writer::MailWriter;
use crate::accounts::Workspace;
use crate::http::{Problem, Reply};
use crate::mail::Rendered;
use crate::time::Language;

/// A subject and a text of the workspace's own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailDraft {
    /// The subject, one line, with variables: `{{ event.title }}`.
    #[schema(example = "You are in: {{ event.title }}")]
    subject: String,
    /// The text, in Markdown with variables. `{{ details }}` alone in a paragraph stands for our block of facts, `{{ actions }}`
    /// for our block of links. A link alone in a paragraph becomes a button.
    #[schema(example = "Dear {{ person.name }},\n\nsee you soon!\n\n{{ details }}\n\n{{ actions }}")]
    text: String,
}

impl From<MailDraft> for Draft {
    fn from(sent: MailDraft) -> Self {
        Self { subject: sent.subject, text: sent.text }
    }
}

/// A rendered mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenderedMail {
    /// The subject.
    #[schema(example = "You are registered: Local complaint mechanisms")]
    subject: String,
    /// The plain text.
    text: String,
    /// The HTML: a whole document.
    html: String,
}

impl From<Rendered> for RenderedMail {
    fn from(rendered: Rendered) -> Self {
        Self { subject: rendered.subject, text: rendered.text, html: rendered.html }
    }
}

/// A mail as its reader would get it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedMail {
    /// The name that it comes from.
    #[schema(example = "City of Cologne")]
    from_name: String,
    /// Where answers go; to the sender if null.
    #[schema(example = "events@cologne.example")]
    reply_to: Option<String>,
    /// The subject.
    #[schema(example = "You are registered: Local complaint mechanisms")]
    subject: String,
    /// The plain text.
    text: String,
    /// The HTML: a whole document.
    html: String,
}

impl PreviewedMail {
    pub(super) fn new(workspace: Workspace, rendered: Rendered) -> Self {
        let Rendered { subject, text, html, .. } = rendered;
        let from_name = workspace.sender_name.unwrap_or(workspace.name);
        Self { from_name, reply_to: workspace.reply_to, subject, text, html }
    }
}

/// A variable that a text may use.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailVariable {
    /// Its name.
    #[schema(example = "event.title")]
    name: &'static str,
    /// What it holds. Null where that does not apply, which shows as nothing.
    #[schema(example = "The title of the event.")]
    meaning: &'static str,
}

/// What a mail is in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailLanguage {
    /// The language.
    language: Language,
    /// Whether the workspace has its own words for it.
    is_overridden: bool,
    /// Rises with each change; 0 if it was never set.
    #[schema(example = 0)]
    revision: i64,
}

/// A mail of the house.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailTemplateSummary {
    /// Its name, which is its address with a language behind it.
    #[schema(example = "registrations/confirmed")]
    name: &'static str,
    /// When it is sent, and to whom.
    purpose: &'static str,
    /// Each language that it exists in.
    languages: Vec<MailLanguage>,
    /// What a text may show besides `details` and `actions`.
    variables: Vec<MailVariable>,
    /// What a text has to show, each in one of several ways. A variable that is null need not be there.
    #[schema(example = json!([["links.manage", "actions"]]))]
    required: Vec<&'static [&'static str]>,
    /// The cases that a draft is checked with, and that can be previewed.
    #[schema(example = json!(["seat", "recording"]))]
    samples: Vec<&'static str>,
}

/// Every mail of the house.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailTemplateList {
    /// The mails.
    pub(super) items: Vec<MailTemplateSummary>,
}

/// A mail in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailTemplate {
    /// Its name.
    #[schema(example = "registrations/confirmed")]
    name: &'static str,
    /// The language.
    language: Language,
    /// When it is sent, and to whom.
    purpose: &'static str,
    /// Whether the workspace has its own words for it.
    is_overridden: bool,
    /// The workspace's subject; null if ours is sent.
    subject: Option<String>,
    /// The workspace's text; null if ours is sent.
    text: Option<String>,
    /// What we write, in the usual case.
    built_in: RenderedMail,
    /// What a text may show besides `details` and `actions`.
    variables: Vec<MailVariable>,
    /// What a text has to show, each in one of several ways. A variable that is null need not be there.
    #[schema(example = json!([["links.manage", "actions"]]))]
    required: Vec<&'static [&'static str]>,
    /// The cases that a draft is checked with, and that can be previewed.
    #[schema(example = json!(["seat", "recording"]))]
    samples: Vec<&'static str>,
    /// Rises with each change; 0 if it was never set.
    #[schema(example = 1)]
    revision: i64,
    /// When it was last changed; null if never.
    updated_at: Option<DateTime<Utc>>,
}

fn variables(mail: &MailDescription) -> Vec<MailVariable> {
    mail.variables.iter().map(|one| MailVariable { name: one.name, meaning: one.meaning }).collect()
}

fn samples(mail: &MailDescription) -> Vec<&'static str> {
    (mail.samples)(Language::En).iter().map(|sample| sample.name).collect()
}

impl MailTemplateSummary {
    pub(super) fn new(mail: &MailDescription, own: &[Wording]) -> Self {
        let languages = Language::ALL.into_iter().map(|language| {
            let found = own.iter().find(|one| one.name == mail.name && one.language == language.code());
            MailLanguage {
                language,
                is_overridden: found.is_some_and(|one| one.draft().is_some()),
                revision: found.map_or(NEVER_SET, |one| one.revision),
            }
        });
        Self {
            name: mail.name,
            purpose: mail.purpose,
            languages: languages.collect(),
            variables: variables(mail),
            required: mail.required.to_vec(),
            samples: samples(mail),
        }
    }
}

pub(super) fn answer(
    writer: &MailWriter,
    (mail, name): (&MailDescription, MailName),
    own: Option<Wording>,
) -> Result<Reply, Problem> {
    let usual = (mail.samples)(name.language).into_iter().next();
    let usual = usual.ok_or_else(|| Problem::internal("a mail without a sample"))?;
    let built_in = render_preview(writer, name, None, &usual.context)?.into();
    let (revision, updated_at) = own.as_ref().map_or((NEVER_SET, None), |one| (one.revision, Some(one.updated_at.0)));
    let draft = own.and_then(|one| one.draft());
    let (subject, text) = draft.map(|draft| (draft.subject, draft.text)).unzip();
    let template = MailTemplate {
        name: mail.name,
        language: name.language,
        purpose: mail.purpose,
        is_overridden: text.is_some(),
        subject,
        text,
        built_in,
        variables: variables(mail),
        required: mail.required.to_vec(),
        samples: samples(mail),
        revision,
        updated_at,
    };
    Ok(Reply::ok(&template)?.with_revision(revision))
}
