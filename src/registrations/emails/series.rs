//! The one mail about registrations that were made together.
//!
//! It carries no calendar entry: programs act on one entry for each mail (RFC 6047 section 2.4). Each event has its link to
//! a calendar file instead.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::group_store;
use super::super::model::{GROUP_LINK_VERSION, GroupId, RegistrationState};
use super::super::view::{MailView, load_view};
use super::RegistrationMails;
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{Series, subject_title};
use crate::http::{Links, Purpose};
use crate::mail::{EmailAddress, Recipient};
use crate::outbox::{Claimed, Done, Failure};
use crate::time::Language;

/// Registrations that were made together, with all that the mail shows.
struct Group {
    series: Series,
    views: Vec<MailView>,
    url: String,
}

impl RegistrationMails {
    /// Tells a person where all that they registered for together stands now. What has come to its end since, and what does not
    /// take place, is left out.
    pub(super) async fn send_group(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            group_id: GroupId,
        }
        let payload = serde_json::from_value::<Payload>(message.payload.clone())
            .map_err(|error| Failure::Fail(format!("the payload cannot be read: {error}")))?;
        let (links, now) = (self.links.clone(), self.clock.now());
        let group = self.db.read(move |conn| load(conn, payload.group_id, &links)).await;
        let group = group.map_err(|error| Failure::Retry(error.to_string()))?;
        let Some(mut group) = group else { return Ok(Done::Skipped) };
        group.views.retain(|view| !view.registration.state.is_over() && view.may_take_place(now));
        let Some(first) = group.views.first() else { return Ok(Done::Skipped) };
        let language = first.registration.mail_language();
        let context = group.context(first, language);
        let rendered = self.write(first, "registrations/series", language, &context).await?;
        let address = EmailAddress::parse(&first.registration.email)
            .map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(first.registration.name.clone()), address };
        self.deliver(&self.message(message, first, to, rendered)).await
    }
}

fn load(conn: &mut Conn, id: GroupId, links: &Links) -> DbResult<Option<Group>> {
    let Some(series) = group_store::series_of(conn, id)? else { return Ok(None) };
    let Some(series) = events::find_series(conn, series)? else { return Ok(None) };
    let mut views = Vec::new();
    for member in group_store::members_of(conn, id)? {
        views.extend(load_view(conn, member, links)?);
    }
    views.sort_by_key(|view| {
        let event = &view.parts.event;
        (event.when.sorts_at.0, event.rank(), event.id)
    });
    let token = links.token(Purpose::Group, id.0, GROUP_LINK_VERSION);
    let url = format!("{}/api/v1/registrations/groups/{token}", links.public_url());
    Ok(Some(Group { series, views, url }))
}

impl Group {
    /// What the templates are given: of each registration what the mail about it alone would get.
    fn context(&self, first: &MailView, language: Language) -> Value {
        let is_asked = |view: &&MailView| view.registration.state == RegistrationState::PendingVerification;
        let asked = self.views.iter().find(is_asked).map(|view| view.context(language, None));
        let entries: Vec<Value> = self.views.iter().map(|view| view.context(language, None)).collect();
        json!({
            "person": { "name": first.registration.name },
            "series": { "title": subject_title(&self.series.details.0.title) },
            "workspace": { "name": first.workspace.name },
            "links": { "group": self.url },
            "asks": asked.is_some(),
            "verify": asked.and_then(|asked| asked.get("verify").cloned()),
            "entries": entries,
        })
    }
}
