//! Telling the staff: one message for each member who wants to know, who is looked up again when it is sent.

use serde_json::{Value, json};

use super::model::{Member, Notices};
use super::store;
use crate::db::{Conn, Db, DbResult};
use crate::http::WorkspaceId;
use crate::http::auth::MemberId;
use crate::outbox::{self, Failure, MessageId, NewMessage};
use crate::time::Context;

/// Promises each member who is told of everything that happens a message of their own, so that each is sent, and fails, for itself:
/// `new`, with `member_id` in its payload. `cause` is the message that asked for it; asked again, it promises nothing. Returns how
/// many members that are.
///
/// # Errors
/// The database failed.
pub fn tell_members(conn: &mut Conn, context: &Context, cause: MessageId, new: &NewMessage) -> DbResult<usize> {
    let members = store::members_with(conn, new.workspace, Notices::Each)?;
    for member in &members {
        let mut own = new.clone();
        if let Value::Object(fields) = &mut own.payload {
            fields.insert("member_id".to_owned(), json!(member.id));
        }
        own.dedupe_key = Some(format!("{}:{cause}:{}", new.kind, member.id));
        outbox::enqueue(conn, context, &own)?;
    }
    Ok(members.len())
}

/// The member whom a message is for, if they still want to know in this way, and may.
///
/// # Errors
/// The database failed.
pub async fn find_told(
    db: &Db,
    workspace: WorkspaceId,
    id: MemberId,
    notices: Notices,
) -> Result<Option<Member>, Failure> {
    let found = db.read(move |conn| {
        let members = store::members_with(conn, workspace, notices)?;
        DbResult::Ok(members.into_iter().find(|member| member.id == id))
    });
    found.await.map_err(|error| Failure::Retry(error.to_string()))
}
