//! The promises of this room: that what a workspace keeps no longer is erased.

use super::error::PrivacyError;
use super::retain::{Progress, erase_what_is_due};
use crate::accounts::{RETENTION, Retention};
use crate::db::Db;
use crate::outbox::{Claimed, Done, Failure};
use crate::time::{Clock, Context, Ids};

/// Keeps the promises of this room.
pub struct PrivacyPromises {
    db: Db,
    clock: Clock,
    ids: Ids,
}

impl PrivacyPromises {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// Keeps a promise of this room; none if the kind is another room's.
    pub async fn handle(&self, message: &Claimed) -> Option<Result<Done, Failure>> {
        if message.kind != RETENTION {
            return None;
        }
        Some(match serde_json::from_value::<Retention>(message.payload.clone()) {
            Ok(promised) => self.retain(promised, message).await,
            Err(error) => Err(Failure::Fail(format!("the payload cannot be read: {error}"))),
        })
    }

    /// A page in a transaction. A worker that takes over from one that died goes through what is left.
    async fn retain(&self, promised: Retention, message: &Claimed) -> Result<Done, Failure> {
        let (context, workspace) = (Context::new(&self.clock, &self.ids), message.workspace);
        let mut after = None;
        loop {
            let writing = context.clone();
            let page = self.db.write(move |conn| erase_what_is_due(conn, &writing, workspace, promised, after)).await;
            match page.map_err(|error: PrivacyError| Failure::Retry(error.to_string()))? {
                Progress::Void => return Ok(Done::Skipped),
                Progress::Until(last) => after = Some(last),
                Progress::Done => return Ok(Done::Sent),
            }
        }
    }
}
