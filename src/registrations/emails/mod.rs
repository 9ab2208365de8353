//! The mails of this room. Each is rendered when it is sent, from the state of that moment.
//!
//! Here those about one registration and to the staff; `changed` those about what became of the event; `series` those about
//! several registrations; `optional` those that people may do without; `announced` what the staff write; `calendar` the entries
//! that they carry; `seats` what else is promised here.

mod announced;
mod calendar;
mod changed;
mod optional;
mod seats;
mod series;

use calendar::Part;
use serde::Deserialize;
use serde_json::{Value, json};

use super::messages;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::view::{MailView, StaffNotice, load_view};
use super::{form, mailings, rules, store};
use crate::accounts::{self, Notices, letter, send_letter};
use crate::db::{Conn, Db, DbError};
use crate::events::{EVENT_CHANGED, SEATS_CHANGED};
use crate::http::Links;
use crate::http::auth::MemberId;
use crate::mail::{EmailAddress, MailMessage, Mailer, Recipient, Rendered};
use crate::outbox::{self, Claimed, Done, Failure, MessageId, NewMessage};
use crate::time::{Clock, Context, Ids, Language};
use crate::wording::MailWriter;

/// What the mails of this room need.
pub struct RegistrationMails {
    db: Db,
    clock: Clock,
    ids: Ids,
    mailer: Mailer,
    links: Links,
    writer: MailWriter,
}

#[derive(Deserialize)]
struct Payload {
    registration_id: RegistrationId,
    /// Whether it was sent before.
    #[serde(default)]
    is_again: bool,
    #[serde(default)]
    what: Option<String>,
    #[serde(default)]
    member_id: Option<MemberId>,
}

impl RegistrationMails {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids, mailer: Mailer, links: Links, writer: MailWriter) -> Self {
        Self { db, clock, ids, mailer, links, writer }
    }

    /// Keeps a promise of this room; none if the kind is another room's.
    pub async fn handle(&self, message: &Claimed) -> Option<Result<Done, Failure>> {
        if message.kind == SEATS_CHANGED {
            return Some(self.offer_new_seats(message).await);
        }
        if message.kind == EVENT_CHANGED {
            return Some(self.follow_change(message).await);
        }
        if let Some(kept) = self.keep_optional(message).await {
            return Some(kept);
        }
        if message.kind == messages::EVENT_CHANGED_FOR {
            return Some(self.send_change(message).await);
        }
        if message.kind == messages::WAITING_ENDS {
            return Some(self.look_after_waiting(message).await);
        }
        if message.kind == messages::SERIES {
            return Some(self.send_group(message).await);
        }
        // What another room or a newer version promised is not ours to read.
        if !messages::ALL.contains(&message.kind.as_str()) {
            return None;
        }
        let payload = match serde_json::from_value::<Payload>(message.payload.clone()) {
            Ok(payload) => payload,
            Err(error) => return Some(Err(Failure::Fail(format!("the payload cannot be read: {error}")))),
        };
        Some(match message.kind.as_str() {
            messages::VERIFICATION_ENDS => self.end_verification(payload.registration_id).await,
            messages::VERIFY => self.send(payload, message, "verify", is_unverified).await,
            messages::PENDING => self.send(payload, message, "pending", is_undecided).await,
            messages::REJECTED => self.send(payload, message, "rejected", is_rejected).await,
            messages::OFFER_ENDS => self.end_offer(payload.registration_id).await,
            messages::NOTICE => self.notify_staff(payload, message).await,
            messages::NOTICE_TO => self.send_notice(payload, message).await,
            messages::CONFIRMED => self.send(payload, message, "confirmed", is_confirmed).await,
            messages::WAITLISTED => self.send(payload, message, "waitlisted", is_waiting).await,
            messages::OFFERED => self.send(payload, message, "offered", is_offered).await,
            messages::CANCELLED => self.send(payload, message, "cancelled", is_cancelled).await,
            messages::EXPIRED => self.send(payload, message, "expired", is_expired).await,
            messages::REPEATED => self.send(payload, message, "repeated", is_active).await,
            _ => return None,
        })
    }

    /// One message for each member who wants to know, so that each is sent, and fails, for itself.
    async fn notify_staff(&self, payload: Payload, message: &Claimed) -> Result<Done, Failure> {
        let context = Context::new(&self.clock, &self.ids);
        let (workspace, id) = (message.workspace, message.id);
        let (registration_id, what) = (payload.registration_id, payload.what);
        let happened_at = message.created_at;
        let count = self
            .db
            .write(move |conn| {
                let is_summed_up = mailings::digest::promise_digest(conn, &context, workspace, happened_at)?;
                let Some(registration) = store::find(conn, registration_id)? else { return Ok(0) };
                let new = NewMessage {
                    workspace,
                    kind: messages::NOTICE_TO,
                    payload: json!({ "registration_id": registration_id, "what": what }),
                    dedupe_key: None,
                    event: Some(registration.event_id.0),
                    registration: Some(registration_id.0),
                    due_at: None,
                };
                let told = accounts::tell_members(conn, &context, id, &new)?;
                Ok::<_, DbError>(told + usize::from(is_summed_up))
            })
            .await
            .map_err(|error| Failure::Retry(error.to_string()))?;
        Ok(if count == 0 { Done::Skipped } else { Done::Sent })
    }

    async fn load(&self, id: RegistrationId) -> Result<Option<MailView>, Failure> {
        let links = self.links.clone();
        let loaded = self.db.read(move |conn: &mut Conn| load_view(conn, id, &links)).await;
        loaded.map_err(|error: DbError| Failure::Retry(error.to_string()))
    }

    /// Loads a registration for a mail about it, unless the same was promised again since, to another address or with other links
    /// perhaps: one of the two is sent.
    async fn load_last(&self, id: RegistrationId, message: &Claimed) -> Result<Option<MailView>, Failure> {
        let (links, kind, message) = (self.links.clone(), message.kind.clone(), message.id);
        let loaded = self.db.read(move |conn: &mut Conn| {
            if outbox::is_promised_again(conn, id.0, &kind, message)? {
                return Ok(None);
            }
            load_view(conn, id, &links)
        });
        loaded.await.map_err(|error: DbError| Failure::Retry(error.to_string()))
    }

    async fn send(
        &self,
        payload: Payload,
        message: &Claimed,
        name: &'static str,
        still_holds: fn(&Registration) -> bool,
    ) -> Result<Done, Failure> {
        let Some(view) =
            self.load_last(payload.registration_id, message).await?.filter(|view| still_holds(&view.registration))
        else {
            return Ok(Done::Skipped);
        };
        let Some(name) = view.mail_of_use(name, payload.is_again, self.clock.now()) else { return Ok(Done::Skipped) };
        let calendar = match name {
            "confirmed" if view.registration.holds_seat() => self.seat_entry(&view, message, Part::Seat)?,
            // Who never had a seat has no entry to take back.
            "cancelled" if view.registration.had_seat() => self.seat_entry(&view, message, Part::Gone)?,
            _ => None,
        };
        let language = view.language();
        let context = MailView::with_calendar(view.context(language, None), calendar.as_ref());
        let rendered = self.write(&view, &format!("registrations/{name}"), language, &context).await?;
        let address = EmailAddress::parse(&view.registration.email)
            .map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(view.registration.name.clone()), address };
        let mut mail = self.message(message, &view, to, rendered);
        mail.calendar = calendar;
        self.deliver(&mail).await
    }

    async fn send_notice(&self, payload: Payload, message: &Claimed) -> Result<Done, Failure> {
        let (Some(member_id), Some(what)) = (payload.member_id, payload.what) else {
            return Err(Failure::Fail("the payload names no member".to_owned()));
        };
        let Some(view) = self.load(payload.registration_id).await? else { return Ok(Done::Skipped) };
        let told = accounts::find_told(&self.db, message.workspace, member_id, Notices::Each).await?;
        let Some(member) = told else { return Ok(Done::Skipped) };
        let event = view.registration.event_id;
        let form = self.db.read(move |conn| form::store::get(conn, event)).await;
        let form = form.map_err(|error| Failure::Retry(error.to_string()))?;
        let language = view.workspace_language();
        let answers = form::shown_answers(&form.questions.0, &view.registration.answers.0, language);
        let notice = StaffNotice { what: &what, member: &member.name, answers: &answers };
        let context = view.context(language, Some(&notice));
        let rendered = self.write(&view, "registrations/notice", language, &context).await?;
        let address = EmailAddress::parse(&member.email)
            .map_err(|_invalid| Failure::Fail("the member's address cannot be used".to_owned()))?;
        let mail = self.message(message, &view, Recipient { name: Some(member.name), address }, rendered);
        self.deliver(&mail).await
    }

    /// Writes a mail in the workspace's words, or in ours.
    async fn write(
        &self,
        view: &MailView,
        name: &str,
        language: Language,
        context: &Value,
    ) -> Result<Rendered, Failure> {
        self.writer.write(&self.db, view.workspace.id, name, language, context).await
    }

    fn message(&self, message: &Claimed, view: &MailView, to: Recipient, rendered: Rendered) -> MailMessage {
        letter(&view.workspace, &self.mailer, message, to, rendered)
    }

    /// The Message-ID of the mail that a message becomes, without its angle brackets.
    fn message_id(&self, id: MessageId) -> String {
        format!("{id}@{}", self.mailer.sender().address.domain())
    }

    async fn deliver(&self, mail: &MailMessage) -> Result<Done, Failure> {
        send_letter(&self.mailer, mail).await
    }
}

fn is_confirmed(registration: &Registration) -> bool {
    rules::may_look_back(registration.state)
}

fn is_unverified(registration: &Registration) -> bool {
    registration.state == RegistrationState::PendingVerification
}

fn is_undecided(registration: &Registration) -> bool {
    registration.state == RegistrationState::PendingApproval
}

fn is_rejected(registration: &Registration) -> bool {
    registration.state == RegistrationState::Rejected
}

fn is_waiting(registration: &Registration) -> bool {
    registration.state == RegistrationState::Waitlisted
}

fn is_offered(registration: &Registration) -> bool {
    registration.state == RegistrationState::Offered
}

fn is_cancelled(registration: &Registration) -> bool {
    registration.state == RegistrationState::Cancelled
}

fn is_expired(registration: &Registration) -> bool {
    registration.state == RegistrationState::Expired
}

fn is_active(registration: &Registration) -> bool {
    !registration.state.is_over()
}
