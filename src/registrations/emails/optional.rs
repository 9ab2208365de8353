//! The mails that people may do without: reminders, what follows after an event, the news of a recording; and the digest.

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::mailings::digest::{self, Day};
use super::super::mailings::remind::{Reminded, has_recording, remind, remind_of_series, tell_of_recording};
use super::super::mailings::rules::{self, Step};
use super::super::mailings::{Subscriber, is_unsubscribed, messages};
use super::super::model::{Attendance, RegistrationId, RegistrationState};
use super::super::view::{MailView, load_view};
use super::RegistrationMails;
use super::changed::first_mail;
use crate::accounts::{self, Notices, PublicLinks, letter};
use crate::db::{Conn, DbError, DbResult};
use crate::events::{EventId, REMINDER_DUE, ReminderRule, SERIES_REMINDERS, SeriesId};
use crate::http::auth::MemberId;
use crate::http::{Links, Purpose};
use crate::mail::{EmailAddress, Recipient, Unsubscribe};
use crate::materials::{MaterialKind, RECORDING_AVAILABLE, materials_for_registrants};
use crate::outbox::{self, Claimed, Done, Failure, MessageId};
use crate::time::Context;

/// A mail to one person that they may do without.
pub(super) struct Optional {
    pub view: MailView,
    /// What the template is told beside what every mail says.
    pub said: Value,
    /// The mail that this one follows.
    first: Option<MessageId>,
}

pub(super) fn retry(error: impl std::fmt::Display) -> Failure {
    Failure::Retry(error.to_string())
}

pub(super) fn read<T: DeserializeOwned>(message: &Claimed) -> Result<T, Failure> {
    serde_json::from_value(message.payload.clone())
        .map_err(|error| Failure::Fail(format!("the payload cannot be read: {error}")))
}

impl RegistrationMails {
    /// Keeps a promise of a mail that people may do without; none if it is another.
    pub(super) async fn keep_optional(&self, message: &Claimed) -> Option<Result<Done, Failure>> {
        Some(match message.kind.as_str() {
            SERIES_REMINDERS => self.follow_series(message).await,
            REMINDER_DUE => self.fan_out_reminders(message).await,
            messages::REMINDER => self.send_reminder(message).await,
            RECORDING_AVAILABLE => self.fan_out_recording(message).await,
            messages::RECORDING => self.send_recording(message).await,
            messages::ANNOUNCEMENT => self.send_announcement(message).await,
            messages::ANNOUNCEMENT_TRIED => self.send_tried(message).await,
            messages::DIGEST => self.pass_on_digest(message).await,
            messages::DIGEST_TO => self.send_digest(message).await,
            _ => return None,
        })
    }

    async fn follow_series(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            series_id: SeriesId,
        }
        let Payload { series_id } = read(message)?;
        let context = Context::new(&self.clock, &self.ids);
        self.db.write(move |conn| remind_of_series(conn, &context, series_id)).await.map_err(retry)?;
        Ok(Done::Sent)
    }

    async fn fan_out_reminders(&self, message: &Claimed) -> Result<Done, Failure> {
        let reminded: Reminded = read(message)?;
        self.fan_out(move |conn, context, after| remind(conn, context, &reminded, after)).await
    }

    async fn fan_out_recording(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            event_id: EventId,
        }
        let Payload { event_id } = read(message)?;
        self.fan_out(move |conn, context, after| tell_of_recording(conn, context, event_id, after)).await
    }

    /// Goes through people page by page, each page in a transaction. A worker that takes over from one that died goes through
    /// them again, to no effect.
    pub(super) async fn fan_out<F>(&self, page: F) -> Result<Done, Failure>
    where
        F: Fn(&mut Conn, &Context, Option<RegistrationId>) -> DbResult<Option<RegistrationId>> + Clone + Send + 'static,
    {
        let mut after = None;
        let mut done = Done::Skipped;
        loop {
            let (context, page) = (Context::new(&self.clock, &self.ids), page.clone());
            match self.db.write(move |conn| page(conn, &context, after)).await.map_err(retry)? {
                Some(last) => (after, done) = (Some(last), Done::Sent),
                None => return Ok(done),
            }
        }
    }

    async fn send_reminder(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            registration_id: RegistrationId,
            rule: ReminderRule,
            day: NaiveDate,
        }
        let Payload { registration_id: id, rule, day } = read(message)?;
        let (links, context) = (self.links.clone(), Context::new(&self.clock, &self.ids));
        let (asked, now) = (rule.clone(), context.now);
        let loaded = self.db.read(move |conn| {
            let Some(optional) = load(conn, id, &links, &context)? else { return Ok(None) };
            let Some(due) = optional.view.parts.event.due_reminder(&asked)? else { return Ok(None) };
            let is_meant = rules::is_meant(&optional.view.registration, asked.audience, &due);
            Ok::<_, DbError>(is_meant.then_some((optional, due)))
        });
        // Whoever is not meant now may be meant again, and the event may come back to this day.
        let Some((optional, due)) = loaded.await.map_err(retry)? else { return Ok(Done::Released) };
        match rules::step(&due, day, now) {
            Step::Over => Ok(Done::Released),
            Step::Later(at) => Ok(Done::Later(at)),
            Step::Again(at) => {
                let mut new = messages::reminder(&optional.view.registration, &rule, due.day);
                new.due_at = Some(at);
                let context = Context::new(&self.clock, &self.ids);
                self.db.write(move |conn| outbox::enqueue(conn, &context, &new)).await.map_err(retry)?;
                Ok(Done::Released)
            }
            Step::Send if due.is_follow_up => self.send_optional(message, optional, "follow_up").await,
            Step::Send => self.send_optional(message, optional, "reminder").await,
        }
    }

    async fn send_recording(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            registration_id: RegistrationId,
        }
        let Payload { registration_id: id } = read(message)?;
        let (links, context) = (self.links.clone(), Context::new(&self.clock, &self.ids));
        let loaded = self.db.read(move |conn| {
            let Some(optional) = load(conn, id, &links, &context)? else { return Ok(None) };
            let registration = &optional.view.registration;
            let is_meant = registration.attendance == Attendance::Recording
                && registration.state == RegistrationState::Confirmed
                && has_recording(conn, &context, &optional.view.parts.event)?;
            Ok::<_, DbError>(is_meant.then_some(optional))
        });
        // A recording may be taken back, and be there again.
        let Some(optional) = loaded.await.map_err(retry)? else { return Ok(Done::Released) };
        self.send_optional(message, optional, "recording").await
    }

    /// Writes and sends a mail that its reader may do without, with the way to say so.
    pub(super) async fn send_optional(
        &self,
        message: &Claimed,
        optional: Optional,
        name: &str,
    ) -> Result<Done, Failure> {
        let Optional { view, said, first } = optional;
        let registration = &view.registration;
        let language = view.language();
        let digest = Subscriber::of(registration).digest;
        let token = self.links.address_token(Purpose::Unsubscribe, registration.id.0, digest);
        let url = format!("{}/unsubscribe/{token}", self.links.public_url());
        let mut context = view.context(language, None);
        if let Value::Object(members) = &mut context {
            members.insert("mailing".to_owned(), said);
            let page = PublicLinks::of(&view.workspace, self.links.public_url()).unsubscribe_url(&token);
            members.insert("unsubscribe_url".to_owned(), json!(page));
        }
        let rendered = self.write(&view, &format!("mailings/{name}"), language, &context).await?;
        let address = EmailAddress::parse(&registration.email)
            .map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(registration.name.clone()), address };
        let mut mail = self.message(message, &view, to, rendered);
        mail.unsubscribe = Some(Unsubscribe { url });
        mail.in_reply_to = first.map(|first| self.message_id(first));
        self.deliver(&mail).await
    }

    async fn pass_on_digest(&self, message: &Claimed) -> Result<Done, Failure> {
        let day: Day = read(message)?;
        let (workspace, context) = (message.workspace, Context::new(&self.clock, &self.ids));
        let passed = self.db.write(move |conn| digest::pass_on_digest(conn, &context, workspace, day)).await;
        Ok(if passed.map_err(retry)? == 0 { Done::Skipped } else { Done::Sent })
    }

    async fn send_digest(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            #[serde(flatten)]
            day: Day,
            member_id: MemberId,
        }
        let Payload { day, member_id } = read(message)?;
        let id = message.workspace;
        let told = accounts::find_told(&self.db, id, member_id, Notices::Daily).await?;
        let Some(member) = told else { return Ok(Done::Skipped) };
        let loaded = self.db.read(move |conn| {
            let workspace = accounts::store::get_workspace(conn, id)?;
            let language = workspace.spoken();
            let lines = digest::sum_up(conn, &workspace, day, language)?;
            Ok::<_, DbError>((!lines.is_empty()).then_some((workspace, language, lines)))
        });
        let Some((workspace, language, lines)) = loaded.await.map_err(retry)? else {
            return Ok(Done::Skipped);
        };
        let context = json!({
            "person": { "name": member.name },
            "workspace": { "name": workspace.name },
            "events": lines,
        });
        let rendered = self.writer.write(&self.db, workspace.id, "mailings/digest", language, &context).await?;
        let address = EmailAddress::parse(&member.email)
            .map_err(|_invalid| Failure::Fail("the member's address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(member.name), address };
        self.deliver(&letter(&workspace, &self.mailer, message, to, rendered)).await
    }
}

/// A registration with all that a mail which its person may do without shows; none if they want none of these.
pub(super) fn load(
    conn: &mut Conn,
    id: RegistrationId,
    links: &Links,
    context: &Context,
) -> DbResult<Option<Optional>> {
    let Some(view) = load_view(conn, id, links)? else { return Ok(None) };
    if is_unsubscribed(conn, Subscriber::of(&view.registration))? {
        return Ok(None);
    }
    let (event, registration) = (&view.parts.event, &view.registration);
    let mut recordings = Vec::new();
    let mut others = Vec::new();
    for one in materials_for_registrants(conn, event.id, context.now)? {
        let fields = one.material.fields;
        let target = if fields.kind == MaterialKind::Recording { &mut recordings } else { &mut others };
        target.push(json!({ "title": fields.title, "url": fields.url }));
    }
    let was_there = match registration.state {
        RegistrationState::Attended => "yes",
        RegistrationState::NoShow => "no",
        _ => "unknown",
    };
    let page = PublicLinks::of(&view.workspace, links.public_url());
    let page = page.event_url(event.id.0, event.series_id.map(|series| series.0));
    let report = event.details.0.report.as_ref().map(|_| page);
    let said = json!({ "was_there": was_there, "report": report, "recordings": recordings, "materials": others });
    let first = first_mail(conn, id)?;
    Ok(Some(Optional { view, said, first }))
}
