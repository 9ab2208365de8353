//! The table of the outbox: which room keeps which kind of promise.

use std::pin::Pin;

use chrono::{DateTime, TimeDelta, Utc};

use crate::accounts;
use crate::db::{Conn, Db, DbResult};
use crate::events::ReminderCatchUp;
use crate::http::{self, Links};
use crate::interchange::ImportJobs;
use crate::mail::{Mailer, TemplateError, Templates};
use crate::materials::MaterialPromises;
use crate::outbox::{Claimed, Done, Failure, Handler};
use crate::privacy::{PrivacyPromises, forget_messages};
use crate::registrations::emails::RegistrationMails;
use crate::sessions::TimezoneFollower;
use crate::speakers::emails::SpeakerMails;
use crate::time::{Clock, Ids};
use crate::wording::{Catalogue, MailWriter};
use crate::{interchange, registrations, speakers};

/// Hands each message to its room.
pub struct Jobs {
    speakers: SpeakerMails,
    materials: MaterialPromises,
    imports: ImportJobs,
    privacy: PrivacyPromises,
    registrations: RegistrationMails,
    timezones: TimezoneFollower,
    reminders: ReminderCatchUp,
    writer: MailWriter,
    kept: TimeDelta,
}

impl Jobs {
    /// Puts the rooms' handlers together. What became of messages is `kept` so long.
    ///
    /// # Errors
    /// A template cannot be read: a fault of ours, which a test finds.
    pub fn new(
        db: Db,
        clock: Clock,
        ids: Ids,
        mailer: Mailer,
        links: Links,
        kept: TimeDelta,
    ) -> Result<Self, TemplateError> {
        let mut templates = Templates::new()?;
        speakers::templates::add_templates(&mut templates)?;
        registrations::templates::add_templates(&mut templates)?;
        registrations::mailings::templates::add_templates(&mut templates)?;
        let mut catalogue = Catalogue::new();
        catalogue.add(registrations::templates::MAILS);
        catalogue.add(registrations::mailings::templates::MAILS);
        catalogue.add(speakers::templates::MAILS);
        let writer = MailWriter::new(templates, catalogue);
        let speakers =
            SpeakerMails::new(db.clone(), clock.clone(), ids.clone(), mailer.clone(), links.clone(), writer.clone());
        let materials = MaterialPromises::new(db.clone(), clock.clone(), ids.clone());
        let imports = ImportJobs::new(db.clone(), clock.clone(), ids.clone());
        let privacy = PrivacyPromises::new(db.clone(), clock.clone(), ids.clone());
        let timezones = TimezoneFollower::new(db.clone(), clock.clone(), ids.clone());
        let reminders = ReminderCatchUp::new(db.clone(), clock.clone(), ids.clone());
        let registrations = RegistrationMails::new(db, clock, ids, mailer, links, writer.clone());
        Ok(Self { speakers, materials, imports, privacy, registrations, timezones, reminders, writer, kept })
    }

    /// What writes the mails of every room.
    pub fn mail_writer(&self) -> &MailWriter {
        &self.writer
    }
}

impl Handler for Jobs {
    fn handle(&self, message: Claimed) -> Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send + '_>> {
        Box::pin(async move {
            if let Some(done) = self.speakers.handle(&message).await {
                return done;
            }
            // A kind that no room knows any more was promised by another version: it waits for one that does.
            let unknown = || Err(Failure::Retry(format!("no room keeps promises of the kind {}", message.kind)));
            if let Some(kept) = self.materials.handle(&message).await {
                return kept;
            }
            if let Some(outcome) = self.imports.handle(&message).await {
                return outcome;
            }
            if let Some(kept) = self.privacy.handle(&message).await {
                return kept;
            }
            self.registrations.handle(&message).await.unwrap_or_else(unknown)
        })
    }

    fn forget(&self, conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
        Ok(http::forget_old(conn, now)?
            + forget_messages(conn, now, self.kept)?
            + accounts::store::forget_old(conn, now)?
            + interchange::forget_files(conn, now)?
            + registrations::forget_entries(conn, now)?)
    }

    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.timezones.follow().await;
            self.reminders.catch_up().await;
        })
    }
}
