//! The table of the outbox: which room keeps which kind of promise.

use std::pin::Pin;

use crate::db::Db;
use crate::http::Links;
use crate::interchange::ImportJobs;
use crate::mail::{Mailer, TemplateError, Templates};
use crate::outbox::{Claimed, Done, Failure, Handler};
use crate::registrations::emails::RegistrationMails;
use crate::registrations::templates::add_templates;
use crate::time::{Clock, Ids};

/// Hands each message to its room.
pub struct Jobs {
    registrations: RegistrationMails,
    imports: ImportJobs,
}

impl Jobs {
    /// Puts the rooms' handlers together.
    ///
    /// # Errors
    /// A template cannot be read: a fault of ours, which a test finds.
    pub fn new(db: Db, clock: Clock, ids: Ids, mailer: Mailer, links: Links) -> Result<Self, TemplateError> {
        let mut templates = Templates::new()?;
        add_templates(&mut templates)?;
        let imports = ImportJobs::new(db.clone(), clock.clone(), ids.clone());
        Ok(Self { registrations: RegistrationMails::new(db, clock, ids, mailer, links, templates), imports })
    }
}

impl Handler for Jobs {
    fn handle(&self, message: Claimed) -> Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send + '_>> {
        Box::pin(async move {
            // A kind that no room knows any more was promised by another version: it waits for one that does.
            let unknown = || Err(Failure::Retry(format!("no room keeps promises of the kind {}", message.kind)));
            if let Some(outcome) = self.imports.handle(&message).await {
                return outcome;
            }
            self.registrations.handle(&message).await.unwrap_or_else(unknown)
        })
    }
}
