//! Changing and removing members: a workspace always keeps an owner.

use super::error::AccountError;
use super::model::{Member, Role};
use super::store;
use crate::db::Conn;
use crate::time::Context;

/// Stores a member's settings, with a new role and perhaps a new password. Either ends their sessions.
pub(super) fn change(
    conn: &mut Conn,
    context: &Context,
    mut member: Member,
    role: Role,
    password_hash: Option<String>,
) -> Result<Member, AccountError> {
    let ends_sessions = role != member.role || password_hash.is_some();
    if role != Role::Owner {
        keep_an_owner(conn, &member)?;
    }
    member.role = role;
    member.password_hash = password_hash.or(member.password_hash);
    if ends_sessions {
        store::revoke_tokens_of(conn, member.id, context.now)?;
    }
    Ok(store::update_member(conn, &member, context.now)?)
}

/// Removes a member and their tokens.
pub(super) fn remove(conn: &mut Conn, member: &Member) -> Result<(), AccountError> {
    keep_an_owner(conn, member)?;
    Ok(store::delete_member(conn, member.id)?)
}

/// The caller has locked the workspace's row, so that two owners cannot leave at the same moment.
fn keep_an_owner(conn: &mut Conn, leaving: &Member) -> Result<(), AccountError> {
    let members = store::list_members(conn, leaving.workspace_id)?;
    let has_other = members.iter().any(|member| member.role == Role::Owner && member.id != leaving.id);
    if leaving.role == Role::Owner && !has_other { Err(AccountError::LastOwner) } else { Ok(()) }
}
