//! Making workspaces and adding members.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use secrecy::ExposeSecret;

use super::error::AccountError;
use super::model::{Member, NewMember, NewWorkspace, Workspace};
use super::{rules, store};
use crate::db::{Conn, DbError, in_savepoint};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Makes a workspace.
///
/// # Errors
/// The slug is taken.
pub fn create_workspace(conn: &mut Conn, context: &Context, new: &NewWorkspace) -> Result<Workspace, AccountError> {
    in_savepoint(conn, |conn| store::insert_workspace(conn, context, new)).map_err(|error| match error {
        DbError::UniqueViolation => AccountError::SlugTaken,
        other => other.into(),
    })
}

/// Adds a member. Hash the password before the transaction with [`hash_password`]: it takes long on purpose.
///
/// # Errors
/// The address is a member's already.
pub fn create_member(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    new: &NewMember,
    password_hash: Option<&str>,
) -> Result<Member, AccountError> {
    in_savepoint(conn, |conn| store::insert_member(conn, context, workspace, new, password_hash)).map_err(|error| {
        match error {
            DbError::UniqueViolation => AccountError::MemberExists,
            other => other.into(),
        }
    })
}

/// Hashes a password with Argon2id and a random salt.
///
/// # Errors
/// The password is too short or too long.
pub fn hash_password(context: &Context, password: &secrecy::SecretString) -> Result<String, AccountError> {
    let password = password.expose_secret();
    if !(rules::PASSWORD_MIN..=rules::PASSWORD_MAX).contains(&password.chars().count()) {
        return Err(AccountError::PasswordInvalid);
    }
    let salt = context.ids.secret();
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt.get(..16).unwrap_or(&salt))
        .map_err(|error| AccountError::Hashing(error.to_string()))?;
    Ok(hash.to_string())
}
