//! The promises of this room: files to apply.

use serde::Deserialize;

use super::apply::{APPLY, apply_import, fail_import};
use super::error::InterchangeError;
use super::model::ImportId;
use crate::db::Db;
use crate::outbox::{Claimed, Done, Failure};
use crate::time::{Clock, Context, Ids};

/// Applies files.
pub struct ImportJobs {
    db: Db,
    clock: Clock,
    ids: Ids,
}

#[derive(Deserialize)]
struct Payload {
    import_id: ImportId,
    actor: String,
}

impl ImportJobs {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// Keeps a promise of this room; none if the kind is another room's.
    pub async fn handle(&self, message: &Claimed) -> Option<Result<Done, Failure>> {
        if message.kind != APPLY {
            return None;
        }
        let payload = serde_json::from_value::<Payload>(message.payload.clone());
        Some(match payload {
            Ok(payload) => self.apply(payload, message).await,
            Err(error) => Err(Failure::Fail(format!("the payload cannot be read: {error}"))),
        })
    }

    /// A file that does not fit any more has been dealt with: its import says why.
    async fn apply(&self, payload: Payload, message: &Claimed) -> Result<Done, Failure> {
        let Payload { import_id, actor } = payload;
        let (context, workspace) = (Context::new(&self.clock, &self.ids), message.workspace);
        let writing = context.clone();
        let applied = self.db.write(move |conn| apply_import(conn, &writing, workspace, &actor, import_id)).await;
        match applied {
            Ok(true) => Ok(Done::Sent),
            Ok(false) => Ok(Done::Skipped),
            Err(InterchangeError::Refused(findings)) => {
                let failed = self.db.write(move |conn| fail_import(conn, &context, workspace, import_id, &findings));
                failed.await.map(|()| Done::Sent).map_err(|error| Failure::Retry(error.to_string()))
            }
            Err(error) => Err(Failure::Retry(error.to_string())),
        }
    }
}
