//! Every query on workspaces, members, tokens and failed sign-ins.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::model::{CalendarMethod, Member, NewMember, NewWorkspace, Notices, Role, Token, Workspace};
use super::rules;
use crate::db::schema::{members, sign_in_failures, tokens, workspaces};
use crate::db::types::{At, Json, not_before_last};
use crate::db::{Conn, DbError, DbResult};
use crate::http::WorkspaceId;
use crate::http::auth::{MemberId, Scope, TokenId};
use crate::time::Context;

pub(super) fn insert_workspace(conn: &mut Conn, context: &Context, new: &NewWorkspace) -> DbResult<Workspace> {
    let id = WorkspaceId(context.uuid());
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::id.eq(id),
            workspaces::slug.eq(&new.slug),
            workspaces::name.eq(&new.name),
            workspaces::timezone.eq(new.timezone.name()),
            workspaces::language.eq(&new.language),
            workspaces::calendar_method.eq(CalendarMethod::Request),
            workspaces::revision.eq(1_i64),
            workspaces::created_at.eq(At(context.now)),
            workspaces::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    get_workspace(conn, id)
}

/// The workspace with this id.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_workspace(conn: &mut Conn, id: WorkspaceId) -> DbResult<Workspace> {
    Ok(workspaces::table.find(id).select(Workspace::as_select()).first(conn)?)
}

/// The workspace with this slug.
///
/// # Errors
/// The database failed.
pub fn find_workspace_by_slug(conn: &mut Conn, slug: &str) -> DbResult<Option<Workspace>> {
    let found = workspaces::table.filter(workspaces::slug.eq(slug));
    Ok(found.select(Workspace::as_select()).first(conn).optional()?)
}

/// The workspace that `key` names, by id or by slug.
///
/// # Errors
/// The database failed.
pub fn find_workspace(conn: &mut Conn, key: &str) -> DbResult<Option<Workspace>> {
    // What is neither is nobody's; and PostgreSQL takes no NUL.
    if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Ok(None);
    }
    match key.parse() {
        Ok(id) => {
            let found = workspaces::table.find(WorkspaceId(id)).select(Workspace::as_select());
            Ok(found.first(conn).optional()?)
        }
        Err(_) => find_workspace_by_slug(conn, key),
    }
}

/// Locks a workspace's row until the transaction ends, by writing it as it is, and reads it.
///
/// # Errors
/// There is none, or the database failed.
pub fn lock_workspace(conn: &mut Conn, id: WorkspaceId) -> DbResult<Workspace> {
    let row = workspaces::table.find(id);
    diesel::update(row).set(workspaces::revision.eq(workspaces::revision)).execute(conn)?;
    get_workspace(conn, id)
}

pub(super) fn update_workspace(conn: &mut Conn, workspace: &Workspace, now: DateTime<Utc>) -> DbResult<Workspace> {
    diesel::update(workspaces::table.find(workspace.id))
        .set((
            workspaces::name.eq(&workspace.name),
            workspaces::timezone.eq(&workspace.timezone),
            workspaces::language.eq(&workspace.language),
            workspaces::sender_name.eq(workspace.sender_name.as_deref()),
            workspaces::reply_to.eq(workspace.reply_to.as_deref()),
            workspaces::calendar_method.eq(workspace.calendar_method),
            workspaces::links.eq(&workspace.links),
            workspaces::retention_days.eq(workspace.retention_days),
            workspaces::retention_since.eq(workspace.retention_since),
            workspaces::revision.eq(workspaces::revision + 1),
            workspaces::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    get_workspace(conn, workspace.id)
}

pub(super) fn insert_member(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    new: &NewMember,
    password_hash: Option<&str>,
) -> DbResult<Member> {
    let id = MemberId(context.uuid());
    let local_part = new.email.as_str().split('@').next().unwrap_or_default();
    diesel::insert_into(members::table)
        .values((
            members::id.eq(id),
            members::workspace_id.eq(workspace),
            members::email.eq(new.email.as_str()),
            members::email_key.eq(new.email.key()),
            members::name.eq(new.name.as_deref().unwrap_or(local_part)),
            members::role.eq(new.role),
            members::password_hash.eq(password_hash),
            members::notices.eq(new.notices),
            members::revision.eq(1_i64),
            members::created_at.eq(At(context.now)),
            members::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    get_member(conn, workspace, id)
}

/// A member of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_member(conn: &mut Conn, workspace: WorkspaceId, id: MemberId) -> DbResult<Member> {
    let member = members::table.find(id).filter(members::workspace_id.eq(workspace));
    Ok(member.select(Member::as_select()).first(conn)?)
}

/// All members of a workspace, oldest first.
///
/// # Errors
/// The database failed.
pub fn list_members(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<Vec<Member>> {
    let all = members::table.filter(members::workspace_id.eq(workspace)).order(members::id);
    Ok(all.select(Member::as_select()).load(conn)?)
}

/// The members who are told in this way of registrations, and of what speakers answer, and may read them.
///
/// # Errors
/// The database failed.
pub fn members_with(conn: &mut Conn, workspace: WorkspaceId, notices: Notices) -> DbResult<Vec<Member>> {
    let wanted = members::table
        .filter(members::workspace_id.eq(workspace))
        .filter(members::notices.eq(notices))
        .filter(members::role.eq_any([Role::Owner, Role::Organiser, Role::Assistant]))
        .order(members::id);
    Ok(wanted.select(Member::as_select()).load(conn)?)
}

/// Every member with this address, in every workspace.
pub(super) fn members_by_email(conn: &mut Conn, email_key: &str) -> DbResult<Vec<Member>> {
    let all = members::table.filter(members::email_key.eq(email_key)).order(members::id);
    Ok(all.select(Member::as_select()).load(conn)?)
}

pub(super) fn update_member(conn: &mut Conn, member: &Member, now: DateTime<Utc>) -> DbResult<Member> {
    diesel::update(members::table.find(member.id))
        .set((
            members::name.eq(&member.name),
            members::role.eq(member.role),
            members::notices.eq(member.notices),
            members::password_hash.eq(member.password_hash.as_deref()),
            members::revision.eq(members::revision + 1),
            members::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    get_member(conn, member.workspace_id, member.id)
}

/// Removes a member; their tokens go with them.
pub(super) fn delete_member(conn: &mut Conn, id: MemberId) -> DbResult<()> {
    diesel::delete(members::table.find(id)).execute(conn)?;
    Ok(())
}

/// What a new token's row holds.
pub(super) struct TokenRow<'a> {
    pub workspace: WorkspaceId,
    pub member: Option<MemberId>,
    pub name: &'a str,
    pub role: Role,
    pub scopes: Vec<Scope>,
    pub hash: &'a [u8],
    pub expires_at: Option<DateTime<Utc>>,
}

pub(super) fn insert_token(conn: &mut Conn, context: &Context, row: TokenRow<'_>) -> DbResult<Token> {
    let id = TokenId(context.uuid());
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(id),
            tokens::workspace_id.eq(row.workspace),
            tokens::member_id.eq(row.member),
            tokens::name.eq(row.name),
            tokens::role.eq(row.role),
            tokens::scopes.eq(Json(row.scopes)),
            tokens::token_hash.eq(row.hash),
            tokens::expires_at.eq(row.expires_at.map(At)),
            tokens::created_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(tokens::table.find(id).select(Token::as_select()).first(conn)?)
}

pub(super) fn find_token(conn: &mut Conn, hash: &[u8]) -> DbResult<Option<Token>> {
    let found = tokens::table.filter(tokens::token_hash.eq(hash));
    Ok(found.select(Token::as_select()).first(conn).optional()?)
}

/// The ids of all tokens of a workspace, revoked ones too.
///
/// # Errors
/// The database failed.
pub fn token_ids(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<Vec<TokenId>> {
    Ok(tokens::table.filter(tokens::workspace_id.eq(workspace)).select(tokens::id).load(conn)?)
}

/// The tokens of a workspace that are not revoked, newest first, behind `after`.
pub(super) fn list_tokens(
    conn: &mut Conn,
    workspace: WorkspaceId,
    after: Option<TokenId>,
    limit: i64,
) -> DbResult<Vec<Token>> {
    let mut all = tokens::table
        .filter(tokens::workspace_id.eq(workspace))
        .filter(tokens::revoked_at.is_null())
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(after) = after {
        all = all.filter(tokens::id.lt(after));
    }
    Ok(all.order(tokens::id.desc()).limit(limit).select(Token::as_select()).load(conn)?)
}

/// Revokes a token of this workspace. Returns whether there was one.
pub(super) fn revoke_token(conn: &mut Conn, workspace: WorkspaceId, id: TokenId, now: DateTime<Utc>) -> DbResult<bool> {
    let token = tokens::table.find(id).filter(tokens::workspace_id.eq(workspace)).filter(tokens::revoked_at.is_null());
    Ok(diesel::update(token).set(tokens::revoked_at.eq(Some(At(now)))).execute(conn)? == 1)
}

/// Revokes every token that stands for a member, as when their role or password changes.
pub(super) fn revoke_tokens_of(conn: &mut Conn, member: MemberId, now: DateTime<Utc>) -> DbResult<()> {
    let theirs = tokens::table.filter(tokens::member_id.eq(Some(member))).filter(tokens::revoked_at.is_null());
    diesel::update(theirs).set(tokens::revoked_at.eq(Some(At(now)))).execute(conn)?;
    Ok(())
}

/// How often sign-in failed for `key`, and when last.
pub(super) fn find_failures(conn: &mut Conn, key: &str) -> DbResult<Option<(i32, DateTime<Utc>)>> {
    let row: Option<(i32, At)> = sign_in_failures::table
        .find(key)
        .select((sign_in_failures::failures, sign_in_failures::last_failed_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(failures, at)| (failures, at.0)))
}

/// Counts one more failure, or the first after `forgiven_before`. Failures side by side all count: each adds to what is
/// there, and two that are both the first meet at the key, where one runs again.
pub(super) fn count_failure(
    conn: &mut Conn,
    key: &str,
    now: DateTime<Utc>,
    forgiven_before: DateTime<Utc>,
) -> DbResult<()> {
    let row = sign_in_failures::table.find(key);
    let last = sign_in_failures::last_failed_at.eq(At(now));
    let recent = row.filter(sign_in_failures::last_failed_at.gt(At(forgiven_before)));
    if diesel::update(recent)
        .set((sign_in_failures::failures.eq(sign_in_failures::failures + 1), last))
        .execute(conn)?
        == 1
        || diesel::update(row).set((sign_in_failures::failures.eq(1), last)).execute(conn)? == 1
    {
        return Ok(());
    }
    let first = (sign_in_failures::key.eq(key), sign_in_failures::failures.eq(1), last);
    match diesel::insert_into(sign_in_failures::table).values(first).execute(conn).map_err(DbError::from) {
        Ok(_) => Ok(()),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

pub(super) fn clear_failures(conn: &mut Conn, key: &str) -> DbResult<()> {
    diesel::delete(sign_in_failures::table.find(key)).execute(conn)?;
    Ok(())
}

/// How long a token that no longer works stays in lists of what was done with it.
const KEPT: Duration = Duration::days(90);

/// Forgets tokens that stopped working long ago, and failed sign-ins that no longer count; returns how many.
///
/// # Errors
/// The database failed.
pub fn forget_old(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
    let before = Some(At(now - KEPT));
    let revoked = diesel::delete(tokens::table.filter(tokens::revoked_at.lt(before))).execute(conn)?;
    let expired = diesel::delete(tokens::table.filter(tokens::expires_at.lt(before))).execute(conn)?;
    let forgiven = sign_in_failures::last_failed_at.lt(At(rules::forgiven_before(now)));
    let failures = diesel::delete(sign_in_failures::table.filter(forgiven)).execute(conn)?;
    Ok(revoked + expired + failures)
}
