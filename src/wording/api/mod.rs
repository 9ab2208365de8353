//! The wordings of a workspace, as its staff read, set and preview them.

mod answers;

use actix_web::{delete, get, post, put, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogue::MailDescription;
use super::error::WordingError;
use super::model::{Draft, MailName};
use super::preview::{preview_context, render_preview};
use super::set::{check_draft, set_wording};
use super::store;
use super::writer::MailWriter;
use crate::events::EventId;
use crate::http::auth::needs;
use crate::http::{Code, IfMatch, Json, Problem, Reply, Staff, State};
use answers::{MailDraft, MailTemplate, MailTemplateList, MailTemplateSummary, PreviewedMail, answer};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_mail_templates)
        .service(get_mail_template)
        .service(set_mail_template)
        .service(delete_mail_template)
        .service(preview_mail_template);
}

/// Which mail, in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MailPath {
    /// The room that sends it, the first half of its name.
    #[param(example = "registrations")]
    room: String,
    /// The second half of its name.
    #[param(example = "confirmed")]
    name: String,
    /// `en`, `de`, `fr` or `nl`.
    #[param(example = "en")]
    language: String,
}

impl MailPath {
    fn find<'a>(&self, writer: &'a MailWriter) -> Result<(&'a MailDescription, MailName), Problem> {
        writer.catalogue().named(&self.room, &self.name, &self.language).ok_or_else(Problem::not_found)
    }
}

/// List the mails
///
/// Every mail that is sent, when and to whom, in which languages, with the variables that a text of the workspace may use and
/// whether it has one.
#[utoipa::path(
    tag = "Mail",
    security(("bearer" = ["workspace:read"])),
    responses((status = 200, body = MailTemplateList, description = "The mails"))
)]
#[get("/mail/templates")]
pub async fn list_mail_templates(
    state: web::Data<State>,
    writer: web::Data<MailWriter>,
    staff: Staff<needs::WorkspaceRead>,
) -> Result<Reply, Problem> {
    let workspace = staff.workspace;
    let own = state.read(move |conn| Ok(store::list(conn, workspace)?)).await?;
    let items = writer.catalogue().mails().iter().map(|mail| MailTemplateSummary::new(mail, &own)).collect();
    Reply::ok(&MailTemplateList { items })
}

/// Read a mail
///
/// What the workspace writes in it, if anything, and what we write otherwise.
#[utoipa::path(
    tag = "Mail",
    params(MailPath),
    security(("bearer" = ["workspace:read"])),
    responses((status = 200, body = MailTemplate, description = "The mail"))
)]
#[get("/mail/templates/{room}/{name}/{language}")]
pub async fn get_mail_template(
    state: web::Data<State>,
    writer: web::Data<MailWriter>,
    staff: Staff<needs::WorkspaceRead>,
    path: web::Path<MailPath>,
) -> Result<Reply, Problem> {
    let found = path.find(&writer)?;
    let (workspace, name) = (staff.workspace, found.1);
    let own = state.read(move |conn| Ok(store::find(conn, workspace, name)?)).await?;
    answer(&writer, found, own)
}

/// Word a mail
///
/// From now on the mail is sent with this subject and this text, in this language. The layout and the footer stay ours. Subject
/// and text are templates with variables and `if`; a text that cannot be rendered in every case, or leaves out what the mail is
/// for, is refused with the line. Should it fail when a mail is sent, the mail is sent in our words.
#[utoipa::path(
    tag = "Mail",
    params(MailPath, IfMatch),
    request_body = MailDraft,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = MailTemplate, description = "The mail as it is now")),
    extensions(("x-codes" = json!(["template_invalid"])))
)]
#[put("/mail/templates/{room}/{name}/{language}")]
pub async fn set_mail_template(
    state: web::Data<State>,
    writer: web::Data<MailWriter>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<MailPath>,
    if_match: IfMatch,
    body: Json<MailDraft>,
) -> Result<Reply, Problem> {
    let found = path.find(&writer)?;
    let (place, draft) = ((staff.workspace, found.1), Draft::from(body.value));
    check_draft(found.0, found.1.language, &draft)?;
    let own = state.write(move |conn, context| set_wording(conn, context, &if_match, place, Some(&draft))).await?;
    answer(&writer, found, own)
}

/// Take a wording back
///
/// From now on the mail is sent in our words again.
#[utoipa::path(
    tag = "Mail",
    params(MailPath, IfMatch),
    security(("bearer" = ["programme:publish"])),
    responses((status = 204, description = "It is ours again"))
)]
#[delete("/mail/templates/{room}/{name}/{language}")]
pub async fn delete_mail_template(
    state: web::Data<State>,
    writer: web::Data<MailWriter>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<MailPath>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let place = (staff.workspace, path.find(&writer)?.1);
    state.write(move |conn, context| set_wording(conn, context, &if_match, place, None)).await?;
    Ok(Reply::no_content())
}

/// What to preview.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The subject and the text to try; what is sent now if absent.
    draft: Option<MailDraft>,
    /// An event of the workspace to show instead of an invented one.
    event_id: Option<EventId>,
    /// Which case; the usual one if absent.
    #[schema(example = "seat")]
    sample: Option<String>,
}

/// Preview a mail
///
/// Renders it for an invented person, and an invented event unless one is named, as the workspace sends it: with its name, its sender
/// and the addresses of its pages. Nothing is sent and nothing is kept.
#[utoipa::path(
    tag = "Mail",
    params(MailPath),
    request_body = PreviewRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = PreviewedMail, description = "The mail as it would be")),
    extensions(("x-codes" = json!(["template_invalid", "reference_unknown"])))
)]
#[post("/mail/templates/{room}/{name}/{language}/preview")]
pub async fn preview_mail_template(
    state: web::Data<State>,
    writer: web::Data<MailWriter>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<MailPath>,
    body: Json<PreviewRequest>,
) -> Result<Reply, Problem> {
    let (mail, name) = path.find(&writer)?;
    let PreviewRequest { draft, event_id, sample } = body.value;
    let draft = draft.map(Draft::from);
    if let Some(draft) = &draft {
        check_draft(mail, name.language, draft).map_err(below_draft)?;
    }
    let (mail, workspace, base) = (*mail, staff.workspace, state.links.public_url().to_owned());
    let (own, previewed) = state
        .read(move |conn| {
            let own = store::find(conn, workspace, name)?.and_then(|one| one.draft());
            let place = (workspace, event_id);
            Ok((own, preview_context(conn, &mail, name.language, sample.as_deref(), place, &base)?))
        })
        .await?;
    let rendered = render_preview(&writer, name, draft.or(own).as_ref(), &previewed.context)?;
    Reply::ok(&PreviewedMail::new(previewed.workspace, rendered))
}

/// The faults of a draft that is a part of a request.
fn below_draft(error: WordingError) -> Problem {
    match error {
        WordingError::Invalid(faults) => {
            let mut checks = crate::http::Checks::new();
            checks.add_all("/draft", faults);
            checks.finish().err().unwrap_or_else(|| Problem::new(Code::TemplateInvalid))
        }
        other => other.into(),
    }
}
