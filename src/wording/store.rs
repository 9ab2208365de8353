//! Every query on wordings.

use diesel::prelude::*;

use super::model::{Draft, MailName, Wording};
use crate::db::schema::mail_wordings;
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;
use crate::time::Context;

/// What a workspace has written for a mail, or had once.
pub(super) fn find(conn: &mut Conn, workspace: WorkspaceId, mail: MailName) -> DbResult<Option<Wording>> {
    let found = mail_wordings::table.find((workspace, mail.name, mail.language.code()));
    Ok(found.select(Wording::as_select()).first(conn).optional()?)
}

/// Everything that a workspace has written.
pub(super) fn list(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<Vec<Wording>> {
    let all = mail_wordings::table.filter(mail_wordings::workspace_id.eq(workspace));
    Ok(all.order((mail_wordings::name, mail_wordings::language)).select(Wording::as_select()).load(conn)?)
}

/// Stores what a workspace writes; none takes it back. The caller has locked the workspace.
pub(super) fn save(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    mail: MailName,
    draft: Option<&Draft>,
) -> DbResult<()> {
    let (name, language) = (mail.name, mail.language.code());
    let values = (
        mail_wordings::subject.eq(draft.map(|draft| draft.subject.as_str())),
        mail_wordings::body.eq(draft.map(|draft| draft.text.as_str())),
        mail_wordings::updated_at.eq(At(context.now)),
    );
    let row = mail_wordings::table.find((workspace, name, language));
    let more = mail_wordings::revision.eq(mail_wordings::revision + 1);
    if diesel::update(row).set((values, more)).execute(conn)? == 1 {
        return Ok(());
    }
    diesel::insert_into(mail_wordings::table)
        .values((
            mail_wordings::workspace_id.eq(workspace),
            mail_wordings::name.eq(name),
            mail_wordings::language.eq(language),
            mail_wordings::revision.eq(1_i64),
            mail_wordings::created_at.eq(At(context.now)),
            values,
        ))
        .execute(conn)?;
    Ok(())
}
