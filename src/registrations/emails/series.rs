//! The one mail about registrations that were made together.
//!
//! It carries no calendar entry: programs act on one entry for each mail (RFC 6047 section 2.4). Each event has its link to
//! a calendar file instead.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::group_view::{GroupView, load_group};
use super::super::model::{GroupId, RegistrationState};
use super::super::own_links::group_url;
use super::super::view::MailView;
use super::RegistrationMails;
use crate::events::subject_title;
use crate::mail::{EmailAddress, Recipient};
use crate::outbox::{Claimed, Done, Failure};
use crate::time::Language;

impl RegistrationMails {
    /// Tells a person where all that they registered for together stands now. What has come to its end since, and what does not
    /// take place, is left out.
    pub(super) async fn send_group(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            group_id: GroupId,
            /// Older versions did not say so.
            #[serde(default)]
            is_confirmed: bool,
        }
        let payload = serde_json::from_value::<Payload>(message.payload.clone())
            .map_err(|error| Failure::Fail(format!("the payload cannot be read: {error}")))?;
        let (links, now) = (self.links.clone(), self.clock.now());
        let url = group_url(&links, payload.group_id);
        let group = self.db.read(move |conn| load_group(conn, payload.group_id, &links)).await;
        let group = group.map_err(|error| Failure::Retry(error.to_string()))?;
        let Some(mut group) = group else { return Ok(Done::Skipped) };
        group.views.retain(|view| !view.registration.state.is_over() && view.may_take_place(now));
        let Some(first) = group.views.first() else { return Ok(Done::Skipped) };
        let language = first.language();
        let context = context(&group, &url, (first, payload.is_confirmed), language);
        let rendered = self.write(first, "registrations/series", language, &context).await?;
        let address = EmailAddress::parse(&first.registration.email)
            .map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(first.registration.name.clone()), address };
        self.deliver(&self.message(message, first, to, rendered)).await
    }
}

/// What the templates are given: of each registration what the mail about it alone would get. Whoever has just confirmed the address
/// is not asked to, also where that was not possible for one of the registrations.
fn context(group: &GroupView, url: &str, (first, is_confirmed): (&MailView, bool), language: Language) -> Value {
    let is_asked =
        |view: &&MailView| !is_confirmed && view.registration.state == RegistrationState::PendingVerification;
    let asked = group.views.iter().find(is_asked).map(|view| view.context(language, None));
    let entries: Vec<Value> = group.views.iter().map(|view| view.context(language, None)).collect();
    json!({
        "person": { "name": first.registration.name },
        "series": { "title": subject_title(&group.series.details.0.title) },
        "workspace": { "name": first.workspace.name },
        // The calendar of a person is for who has shown that the address is theirs.
        "links": { "group": url, "feed": first.feed_url.as_ref().filter(|_| asked.is_none()) },
        "asks": asked.is_some(),
        "verify": asked.and_then(|asked| asked.get("verify").cloned()),
        "entries": entries,
    })
}
