//! What the staff write to those who registered; and a test of it, to whoever of them asked for that.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::mailings::announcement::may_be_told;
use super::super::mailings::model::AnnouncementId;
use super::super::mailings::store::find_announcement;
use super::super::model::RegistrationId;
use super::RegistrationMails;
use super::optional::{load, read, retry};
use crate::accounts::{self, PublicLinks, letter};
use crate::db::DbError;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::MemberId;
use crate::mail::{EmailAddress, Recipient};
use crate::outbox::{Claimed, Done, Failure};
use crate::time::Context;
use crate::wording::event_context;

/// What the template of an announcement is told of it.
fn announced(subject: &str, text: &str) -> Value {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let paragraphs: Vec<&str> = text.split("\n\n").map(str::trim).filter(|one| !one.is_empty()).collect();
    json!({ "subject": subject, "paragraphs": paragraphs })
}

impl RegistrationMails {
    pub(super) async fn send_announcement(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            registration_id: RegistrationId,
            announcement_id: AnnouncementId,
        }
        let Payload { registration_id: id, announcement_id } = read(message)?;
        let (links, context) = (self.links.clone(), Context::new(&self.clock, &self.ids));
        let loaded = self.db.read(move |conn| {
            let Some(announcement) = find_announcement(conn, announcement_id)? else { return Ok(None) };
            let Some(mut optional) = load(conn, id, &links, &context)? else { return Ok(None) };
            // Who has moved on since, from the queue to a seat for example, was meant; who has left was not.
            if !may_be_told(optional.view.registration.state) {
                return Ok(None);
            }
            optional.said = announced(&announcement.subject, &announcement.body);
            Ok::<_, DbError>(Some(optional))
        });
        let Some(optional) = loaded.await.map_err(retry)? else { return Ok(Done::Skipped) };
        self.send_optional(message, optional, "announcement").await
    }

    /// Sends a member what they want to announce. Whoever has no registration has none to see, and nothing to unsubscribe from.
    pub(super) async fn send_tried(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            event_id: EventId,
            member_id: MemberId,
            subject: String,
            text: String,
        }
        let Payload { event_id, member_id, subject, text } = read(message)?;
        let id = message.workspace;
        let loaded = self.db.read(move |conn| {
            let member = accounts::store::get_member(conn, id, member_id)?;
            let workspace = accounts::store::get_workspace(conn, id)?;
            Ok((member, workspace, events::get_event(conn, id, event_id)?))
        });
        let (member, workspace, event) = match loaded.await {
            Ok(found) => found,
            Err(DbError::NotFound) => return Ok(Done::Skipped),
            Err(error) => return Err(retry(error)),
        };
        let language = workspace.spoken();
        let links = PublicLinks::of(&workspace, self.links.public_url());
        let context = json!({
            "person": { "name": member.name },
            "event": event_context(&event, language, &links).map_err(retry)?,
            "workspace": { "name": workspace.name },
            "links": { "manage": null, "join": null, "feed": null, "passcode": null },
            "mailing": announced(&subject, &text),
            "unsubscribe_url": null,
        });
        let rendered = self.writer.write(&self.db, id, "mailings/announcement", language, &context).await?;
        let address = EmailAddress::parse(&member.email)
            .map_err(|_invalid| Failure::Fail("the member's address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(member.name), address };
        self.deliver(&letter(&workspace, &self.mailer, message, to, rendered)).await
    }
}
