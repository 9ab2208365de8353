//! The mails of this room. Each is rendered when it is sent, from the state of that moment.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::details::InvitationAnswer;
use super::invitation::{Invitation, load_invitation};
use super::messages::{self, message};
use super::model::{AppearanceId, AppearanceStatus};
use super::store;
use crate::accounts::{self, Notices, PublicLinks, letter, send_letter};
use crate::db::{Conn, Db, DbError};
use crate::http::auth::MemberId;
use crate::http::{Links, Purpose};
use crate::mail::{EmailAddress, Mailer, Recipient, Rendered};
use crate::outbox::{Claimed, Done, Failure};
use crate::time::{Clock, Context, Ids, Language};
use crate::wording::MailWriter;

/// What the mails of this room need.
pub struct SpeakerMails {
    db: Db,
    clock: Clock,
    ids: Ids,
    mailer: Mailer,
    links: Links,
    writer: MailWriter,
}

#[derive(Clone, Deserialize)]
struct Payload {
    appearance_id: AppearanceId,
    version: i32,
    #[serde(default)]
    answer: Option<InvitationAnswer>,
    #[serde(default)]
    member_id: Option<MemberId>,
}

impl SpeakerMails {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids, mailer: Mailer, links: Links, writer: MailWriter) -> Self {
        Self { db, clock, ids, mailer, links, writer }
    }

    /// Keeps a promise of this room; none if the kind is another room's.
    pub async fn handle(&self, claimed: &Claimed) -> Option<Result<Done, Failure>> {
        // What another room or a newer version promised is not ours to read.
        if !messages::ALL.contains(&claimed.kind.as_str()) {
            return None;
        }
        let payload = match serde_json::from_value::<Payload>(claimed.payload.clone()) {
            Ok(payload) => payload,
            Err(error) => return Some(Err(Failure::Fail(format!("the payload cannot be read: {error}")))),
        };
        Some(match claimed.kind.as_str() {
            messages::INVITATION => self.invite(payload, claimed).await,
            messages::ANSWERED => self.notify_staff(payload, claimed).await,
            messages::ANSWERED_TO => self.send_notice(payload, claimed).await,
            _ => return None,
        })
    }

    /// The invitation, if it is still the one that was promised.
    async fn load(&self, payload: &Payload) -> Result<Option<Invitation>, Failure> {
        let (id, version) = (payload.appearance_id, payload.version);
        let loaded = self.db.read(move |conn: &mut Conn| {
            let found = store::find_appearance(conn, id)?;
            let found = found.filter(|with| with.appearance.invitation_version == version);
            found.map(|with| load_invitation(conn, with)).transpose()
        });
        loaded.await.map_err(|error: DbError| Failure::Retry(error.to_string()))
    }

    /// Sends the invitation. Who has answered by another way, was taken off the programme, or could not answer any more, gets
    /// none.
    async fn invite(&self, payload: Payload, claimed: &Claimed) -> Result<Done, Failure> {
        let now = self.clock.now();
        let open = |one: &Invitation| one.with.appearance.status == AppearanceStatus::Invited && one.can_answer(now);
        let Some(invitation) = self.load(&payload).await?.filter(open) else { return Ok(Done::Skipped) };
        let Some((name, Some(email))) = invitation.speaker().map(|one| (one.name.clone(), one.email.as_deref())) else {
            return Ok(Done::Skipped);
        };
        let token = self.links.token(Purpose::Invitation, payload.appearance_id.0, payload.version);
        let language = invitation.language();
        let mut context = invitation.context(language, invitation.reader_zone());
        let link = PublicLinks::of(&invitation.workspace, self.links.public_url()).invitation_url(&token);
        context.insert("link".to_owned(), json!(link));
        let rendered = self.write(&invitation, "speakers/invitation", language, &context).await?;
        self.send(claimed, &invitation, (name, email), rendered).await
    }

    /// One message for each member who wants to know, so that each is sent, and fails, for itself.
    async fn notify_staff(&self, payload: Payload, claimed: &Claimed) -> Result<Done, Failure> {
        let context = Context::new(&self.clock, &self.ids);
        let id = claimed.id;
        let told = self.db.write(move |conn| {
            let Some(with) = store::find_appearance(conn, payload.appearance_id)? else { return Ok(0) };
            let own = json!({
                "appearance_id": payload.appearance_id, "version": payload.version, "answer": payload.answer,
            });
            accounts::tell_members(conn, &context, id, &message(messages::ANSWERED_TO, &with.appearance, own))
        });
        match told.await.map_err(|error: DbError| Failure::Retry(error.to_string()))? {
            0 => Ok(Done::Skipped),
            _ => Ok(Done::Sent),
        }
    }

    /// Tells one member of an answer that still stands.
    async fn send_notice(&self, payload: Payload, claimed: &Claimed) -> Result<Done, Failure> {
        let (Some(member_id), Some(answer)) = (payload.member_id, payload.answer) else {
            return Err(Failure::Fail("the payload names no member or no answer".to_owned()));
        };
        let stands = |one: &Invitation| one.with.appearance.status == answer.status();
        let Some(invitation) = self.load(&payload).await?.filter(stands) else { return Ok(Done::Skipped) };
        let told = accounts::find_told(&self.db, claimed.workspace, member_id, Notices::Each).await?;
        let Some(member) = told else { return Ok(Done::Skipped) };
        let language = invitation.workspace_language();
        let mut context = invitation.context(language, None);
        context.insert("note".to_owned(), json!(invitation.with.appearance.answer_note));
        context.insert("member".to_owned(), json!({ "name": member.name }));
        let rendered = self.write(&invitation, "speakers/answered", language, &context).await?;
        self.send(claimed, &invitation, (member.name, &member.email), rendered).await
    }

    /// Writes a mail in the workspace's words, or in ours.
    async fn write(
        &self,
        invitation: &Invitation,
        name: &str,
        language: Language,
        context: &Map<String, Value>,
    ) -> Result<Rendered, Failure> {
        self.writer.write(&self.db, invitation.workspace.id, name, language, context).await
    }

    async fn send(
        &self,
        claimed: &Claimed,
        invitation: &Invitation,
        (name, email): (String, &str),
        rendered: Rendered,
    ) -> Result<Done, Failure> {
        let address =
            EmailAddress::parse(email).map_err(|_invalid| Failure::Fail("the address cannot be used".to_owned()))?;
        let to = Recipient { name: Some(name), address };
        send_letter(&self.mailer, &letter(&invitation.workspace, &self.mailer, claimed, to, rendered)).await
    }
}
