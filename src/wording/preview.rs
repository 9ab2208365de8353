//! What a mail would look like. Nothing is sent.

use serde_json::{Value, json};
use uuid::Uuid;

use super::catalogue::{MailDescription, Sample};
use super::error::WordingError;
use super::model::{Draft, MailName};
use super::set::to_field;
use super::worded::{self, WordedError};
use super::writer::MailWriter;
use crate::accounts::store::get_workspace;
use crate::accounts::{PublicLinks, Workspace};
use crate::db::{Conn, DbError, DbResult};
use crate::events::store as events;
use crate::events::{Event, EventId, place_line, subject_title, when_line};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::mail::{Rendered, render_mail};
use crate::time::Language;

/// What a preview shows: the context of the mail, and the workspace that sends it.
pub struct Previewed {
    /// What the template is given.
    pub context: Value,
    /// Who sends it.
    pub workspace: Workspace,
}

/// The context of a mail for a preview: an invented case in the workspace as it is, with a real event in it if one is named.
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
) -> Result<Previewed, WordingError> {
    let samples = (mail.samples)(language);
    let candidates = samples.iter().map(|one| one.name.to_owned()).collect();
    let found = samples.into_iter().find(|one| sample.is_none_or(|name| one.name == name));
    let Some(Sample { mut context, .. }) = found else {
        let fault = FieldError::new("/sample", Code::FieldType, "This mail has no such case.");
        return Err(WordingError::Invalid(vec![FieldError { candidates, ..fault }]));
    };
    let workspace = get_workspace(conn, workspace)?;
    let links = PublicLinks::of(&workspace, public_url);
    if let Some(name) = context.pointer_mut("/workspace/name") {
        *name = json!(workspace.name);
    }
    let Some(id) = event else {
        lead_home(&mut context, &links, (Uuid::nil(), None));
        return Ok(Previewed { context, workspace });
    };
    let event = match events::get_event(conn, workspace.id, id) {
        Err(DbError::NotFound) => {
            let fault = FieldError::new("/event_id", Code::ReferenceUnknown, "There is no such event.");
            return Err(WordingError::Invalid(vec![fault]));
        }
        other => other?,
    };
    let real = event_context(&event, language, &links)?;
    if let (Some(Value::Object(shown)), Value::Object(real)) = (context.get_mut("event"), real) {
        for (name, value) in real {
            if let Some(old) = shown.get_mut(&name) {
                *old = value;
            }
        }
    }
    lead_home(&mut context, &links, (event.id.0, event.series_id.map(|series| series.0)));
    Ok(Previewed { context, workspace })
}

/// What the addresses of samples begin with.
const SAMPLE: &str = "https://plenary.example/";
/// The token in them.
const TOKEN: &str = "sample";

/// Puts the addresses of the workspace in the place of those of samples: its own pages where it has some. What it has no page for
/// has no address.
fn lead_home(value: &mut Value, links: &PublicLinks, event: (Uuid, Option<Uuid>)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| lead_home(member, links, event)),
        Value::Array(all) => all.iter_mut().for_each(|one| lead_home(one, links, event)),
        Value::String(text) => {
            let Some(path) = text.strip_prefix(SAMPLE) else { return };
            *value = match path {
                "registrations/sample" => json!(links.registration_url(TOKEN)),
                "invitations/sample" => json!(links.invitation_url(TOKEN)),
                "unsubscribe/sample" => json!(links.unsubscribe_url(TOKEN)),
                "events/sample" => json!(links.event_url(event.0, event.1)),
                "desk/sample" => json!(links.staff_url(event.0, Uuid::nil())),
                other => json!(format!("{}/{other}", links.base())),
            };
        }
        _ => {}
    }
}

/// What contexts hold of an event, as far as it is the event's own.
///
/// # Errors
/// Its `when` cannot be read: a hand in the database.
pub fn event_context(event: &Event, language: Language, links: &PublicLinks) -> DbResult<Value> {
    let details = &event.details.0;
    Ok(json!({
        "title": subject_title(&details.title),
        "super_title": details.super_title,
        "when": when_line(&event.when()?, event.status, language),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::LinkTemplates;

    #[test]
    fn a_sample_leads_to_the_pages_of_the_workspace() {
        let templates =
            LinkTemplates { registration: Some("https://x.example/r#{token}".to_owned()), ..LinkTemplates::default() };
        let links = PublicLinks::new("https://events.example.org", &templates);
        let mut context = json!({
            "links": { "manage": "https://plenary.example/registrations/sample", "join": "https://meet.example/1" },
            "notice": { "url": "https://plenary.example/desk/sample" },
            "entries": [{ "url": "https://plenary.example/events/sample" }],
            "feed": "https://plenary.example/calendars/personal/sample.ics",
            "stop": "https://plenary.example/unsubscribe/sample",
        });
        let event = Uuid::from_u128(7);
        lead_home(&mut context, &links, (event, None));
        let expected = json!({
            "links": { "manage": "https://x.example/r#sample", "join": "https://meet.example/1" },
            "notice": { "url": null },
            "entries": [{ "url": format!("https://events.example.org/events/{event}") }],
            "feed": "https://events.example.org/calendars/personal/sample.ics",
            "stop": "https://events.example.org/unsubscribe/sample",
        });
        assert_eq!(context, expected);
    }
}
