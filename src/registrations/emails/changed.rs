//! The mails about what became of an event. Each is rendered from what holds when it is sent, and skipped when that is not what
//! it was promised to tell, or when a later one tells as much.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::super::announce::UNDER_WAY;
use super::super::informed::{self, Informed, News, PlanChange};
use super::super::mailings::messages as optional;
use super::super::mailings::remind::tell_of_recording;
use super::super::model::{Registration, RegistrationId, RegistrationState};
use super::super::view::{MailView, load_view};
use super::super::{announce, check_in, messages, offer, rules, verify, waiting};
use super::RegistrationMails;
use crate::db::types::AnyId;
use crate::db::{Conn, DbError, DbResult};
use crate::events::store::{self as events, EventChange};
use crate::events::{EventId, EventNotice, rules as event_rules};
use crate::http::Links;
use crate::mail::{EmailAddress, Recipient};
use crate::outbox::{self, Claimed, Done, Failure, MessageId, MessageState, Promise};
use crate::time::{Context, Phase};

/// What is told to one person.
struct Told {
    view: MailView,
    change: EventChange,
    news: News,
    /// The mail that this one follows.
    first: Option<MessageId>,
}

fn retry(error: impl std::fmt::Display) -> Failure {
    Failure::Retry(error.to_string())
}

impl RegistrationMails {
    /// An event has changed: offers are withdrawn, cut or made, who waits does so until its new end, nobody has missed what is still
    /// to come, and everybody whom it concerns is promised a mail, a page of them in a transaction. A worker that takes over from one
    /// that died goes through the pages again, to no effect.
    pub(super) async fn follow_change(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Changed {
            event_id: EventId,
            change_id: Uuid,
        }
        let changed = serde_json::from_value::<Changed>(message.payload.clone())
            .map_err(|error| Failure::Fail(format!("the payload cannot be read: {error}")))?;
        let (event, change) = (changed.event_id, AnyId(changed.change_id));
        let context = Context::new(&self.clock, &self.ids);
        let now = context.clone();
        self.db.write(move |conn| offer::settle_offers(conn, &now, event)).await.map_err(retry)?;
        let now = context.clone();
        self.db.write(move |conn| waiting::follow_event(conn, &now, event)).await.map_err(retry)?;
        let now = context.clone();
        self.db.write(move |conn| check_in::follow_event(conn, &now, event)).await.map_err(retry)?;
        self.fan_out(move |conn, context, after| verify::follow_event(conn, context, event, change, after)).await?;
        let mut after = None;
        let mut done = Done::Skipped;
        loop {
            let now = context.clone();
            let page = self.db.write(move |conn| announce::announce_change(conn, &now, event, change, after)).await;
            match page.map_err(retry)? {
                Some(last) => (after, done) = (Some(last), Done::Sent),
                None => break,
            }
        }
        // What was hidden or called off when its recording came can be seen from now on.
        let told = self.fan_out(move |conn, context, after| tell_of_recording(conn, context, event, after)).await?;
        Ok(if told == Done::Sent { told } else { done })
    }

    /// Tells one person.
    pub(super) async fn send_change(&self, message: &Claimed) -> Result<Done, Failure> {
        #[derive(Deserialize)]
        struct Payload {
            registration_id: RegistrationId,
            change_id: Uuid,
        }
        let payload = serde_json::from_value::<Payload>(message.payload.clone())
            .map_err(|error| Failure::Fail(format!("the payload cannot be read: {error}")))?;
        let (links, now) = (self.links.clone(), self.clock.now());
        let (id, change) = (payload.registration_id, AnyId(payload.change_id));
        let told = self.db.read(move |conn| load(conn, id, change, &links, now)).await.map_err(retry)?;
        let Some(told) = told else { return Ok(Done::Skipped) };
        let view = &told.view;
        let language = view.language();
        let mut context = view.context(language, None);
        if let Value::Object(members) = &mut context {
            members.insert("change".to_owned(), view.change_context(language, &told.change, &told.news));
        }
        // Who is there already hears of what changes for the rest of the event.
        let is_in = matches!(view.registration.state, RegistrationState::Confirmed | RegistrationState::Attended);
        let has_entry = is_in && view.registration.holds_seat();
        let calendar = if has_entry { self.changed_entry(view, message)? } else { None };
        let context = MailView::with_calendar(context, calendar.as_ref());
        let rendered = self.write(view, "registrations/changed", language, &context).await?;
        let address = EmailAddress::parse(&view.registration.email)
            .map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(view.registration.name.clone()), address };
        let mut mail = self.message(message, view, to, rendered);
        mail.in_reply_to = told.first.map(|first| self.message_id(first));
        mail.calendar = calendar;
        self.deliver(&mail).await
    }
}

/// What a person is to be told of a change now; none if it is not theirs to know, not true any more, told by a later mail, or
/// known to them.
fn load(
    conn: &mut Conn,
    id: RegistrationId,
    change: AnyId,
    links: &Links,
    now: DateTime<Utc>,
) -> Result<Option<Told>, DbError> {
    let Some(view) = load_view(conn, id, links)? else { return Ok(None) };
    let event = &view.parts.event;
    let Some(change) = events::find_change(conn, event.id, change)? else { return Ok(None) };
    let Some(notice) = change.notice else { return Ok(None) };
    // Who registered in the moment of a change may have seen either.
    let from = view.registration.created_at.0 - UNDER_WAY;
    let changes = events::changes_since(conn, event.id, from.min(change.created_at.0))?;
    let is_true = |notice| event_rules::is_true(notice, event.status);
    let mut later = changes.iter().filter(|one| one.id.0 > change.id.0).filter_map(|one| one.notice);
    let is_told_later = later.any(|later| is_true(later) && event_rules::supersedes(later, notice));
    let phase = event.phase(now)?;
    let is_over = is_true(EventNotice::Rescheduled) && phase == Phase::Past;
    if !rules::concerns(notice, phase, view.registration.state, view.registration.attendance)
        || !is_true(notice)
        || is_told_later
        || is_over
    {
        return Ok(None);
    }
    let mails = outbox::for_registration(conn, id.0)?;
    let informed = informed(&view.registration, from, &changes, &mails);
    let plans: Vec<PlanChange> = changes.iter().map(PlanChange::of).collect();
    let plan = view.plan();
    let Some(news) = informed::news(notice, &informed::known_plans(&plan, &plans, informed), &plan) else {
        return Ok(None);
    };
    Ok(Some(Told { first: first_of(&mails), view, change, news }))
}

/// How far the mails that went to a person have informed them of the changes of their event. Each says when it is, but only those
/// about a change say that it is another time, and move what stands in a calendar.
fn informed(registration: &Registration, from: DateTime<Utc>, changes: &[EventChange], mails: &[Promise]) -> Informed {
    let sent = || mails.iter().filter(|one| one.state == MessageState::Sent);
    let is_of_plan = |id: &Uuid| {
        let change = changes.iter().find(|change| change.id.0 == *id);
        change.is_some_and(|change| change.notice != Some(EventNotice::PlaceChanged))
    };
    let to_the_person = sent().filter(|one| {
        messages::TO_THE_PERSON.contains(&one.kind.as_str()) || optional::TO_THE_PERSON.contains(&one.kind.as_str())
    });
    let last = to_the_person.filter_map(|one| one.finished_at).max();
    Informed {
        from,
        change: sent().filter_map(messages::change_of).filter(is_of_plan).max(),
        until: last.unwrap_or(from).max(registration.created_at.0),
    }
}

/// The mail that began the thread: the newest confirmation, or else the first that was sent.
pub(super) fn first_mail(conn: &mut Conn, id: RegistrationId) -> DbResult<Option<MessageId>> {
    Ok(first_of(&outbox::for_registration(conn, id.0)?))
}

fn first_of(mails: &[Promise]) -> Option<MessageId> {
    let sent = || {
        let kinds = messages::TO_THE_PERSON;
        mails.iter().filter(move |one| one.state == MessageState::Sent && kinds.contains(&one.kind.as_str()))
    };
    let confirmation = sent().rfind(|one| one.kind == messages::CONFIRMED);
    confirmation.or_else(|| sent().next()).map(|one| one.id)
}
