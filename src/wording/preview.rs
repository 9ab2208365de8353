//! What a mail would look like. Nothing is sent.

use serde_json::{Value, json};

use super::catalogue::{MailDescription, Sample};
use super::error::WordingError;
use super::model::{Draft, MailName};
use super::set::to_field;
use super::worded::{self, WordedError};
use super::writer::MailWriter;
use crate::accounts::PublicLinks;
use crate::accounts::store::get_workspace;
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::events::{Event, EventId, place_line, subject_title};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::mail::{Rendered, render_mail};
use crate::time::Language;

/// The context of a mail for a preview: an invented case, with a real event in it if one is named.
///
/// # Errors
/// The mail has no such case, or the workspace has no such event.
pub fn preview_context(
    conn: &mut Conn,
    mail: &MailDescription,
    language: Language,
    sample: Option<&str>,
    (workspace, event): (WorkspaceId, Option<EventId>),
    public_url: &str,
) -> Result<Value, WordingError> {
    let samples = (mail.samples)(language);
    let candidates = samples.iter().map(|one| one.name.to_owned()).collect();
    let found = samples.into_iter().find(|one| sample.is_none_or(|name| one.name == name));
    let Some(Sample { mut context, .. }) = found else {
        let fault = FieldError::new("/sample", Code::FieldType, "This mail has no such case.");
        return Err(WordingError::Invalid(vec![FieldError { candidates, ..fault }]));
    };
    let Some(id) = event else { return Ok(context) };
    let event = match events::get_event(conn, workspace, id) {
        Err(DbError::NotFound) => {
            let fault = FieldError::new("/event_id", Code::ReferenceUnknown, "There is no such event.");
            return Err(WordingError::Invalid(vec![fault]));
        }
        other => other?,
    };
    let links = PublicLinks::of(&get_workspace(conn, event.workspace_id)?, public_url);
    let real = real_event(&event, language, &links)?;
    if let (Some(Value::Object(shown)), Value::Object(real)) = (context.get_mut("event"), real) {
        for (name, value) in real {
            if let Some(old) = shown.get_mut(&name) {
                *old = value;
            }
        }
    }
    Ok(context)
}

/// What contexts hold of an event, as far as it is the event's own.
fn real_event(event: &Event, language: Language, links: &PublicLinks) -> Result<Value, WordingError> {
    let details = &event.details.0;
    Ok(json!({
        "title": subject_title(&details.title),
        "super_title": details.super_title,
        "when": event.when()?.display(language),
        "reader_when": null,
        "place": place_line(event),
        "url": links.event_url(event.id.0, event.series_id.map(|series| series.0)),
        "ics_url": format!("{}/calendars/events/{}.ics", links.base(), event.id),
    }))
}

/// Renders a mail from a draft, or from our own template if there is none.
///
/// # Errors
/// The draft does not go with this context.
pub fn render_preview(
    writer: &MailWriter,
    mail: MailName,
    draft: Option<&Draft>,
    context: &Value,
) -> Result<Rendered, WordingError> {
    let Some(draft) = draft else {
        return Ok(render_mail(writer.templates(), mail.name, mail.language.code(), context)?);
    };
    worded::render(writer.templates(), mail, draft, context).map_err(|error| match error {
        WordedError::Subject(fault) => WordingError::Invalid(vec![to_field("/subject", fault)]),
        WordedError::Text(fault) => WordingError::Invalid(vec![to_field("/text", fault)]),
        WordedError::Template(error) => WordingError::Template(error),
    })
}
