//! The table of the outbox: which room keeps which kind of promise.

use std::pin::Pin;

use crate::db::Db;
use crate::http::Links;
use crate::mail::{Mailer, TemplateError, Templates};
use crate::outbox::{Claimed, Done, Failure, Handler};
use crate::time::{Clock, Ids};

/// Hands each message to its room.
pub struct Jobs {
    #[expect(dead_code, reason = "x")]
    db: Db,
}

impl Jobs {
    /// x
    pub fn new(db: Db, _clock: Clock, _ids: Ids, _mailer: Mailer, _links: Links) -> Result<Self, TemplateError> {
        let _templates = Templates::new()?;
        Ok(Self { db })
    }
}

impl Handler for Jobs {
    fn handle(&self, message: Claimed) -> Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send + '_>> {
        Box::pin(async move { Err(Failure::Fail(format!("no room keeps promises of the kind {}", message.kind))) })
    }
}
