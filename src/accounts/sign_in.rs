//! Signing in and out.

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use chrono::{DateTime, Duration, Utc};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::authenticate::digest;
use super::error::AccountError;
use super::model::Member;
use super::tokens::{NewToken, create_token};
use super::{rules, store};
use crate::db::{Db, DbError};
use crate::http::auth::Principal;
use crate::time::Context;

/// How long a sign-in lasts.
const SESSION: Duration = Duration::hours(12);
/// What an unknown address is checked against, so that it takes as long as a known one: Argon2id with default costs.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGxlbmFyeS1ub2JvZHkh$hEWR7AhYEw7QYHTTjZgNxS5GVxJuAdGkqbdLSKsjvVc";

/// Each password check takes 19 MiB and a core for a while; more of them side by side would only be slower.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// What somebody signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// The key of their address.
    pub email_key: String,
    /// Their password.
    pub password: SecretString,
    /// The slug of the workspace, for those who are staff of several.
    pub workspace: Option<String>,
}

/// A new session.
#[derive(Debug)]
pub struct SignedIn {
    /// The bearer token.
    pub token: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// Signs a member in. The password is checked outside any transaction, because that takes long on purpose.
///
/// # Errors
/// Wrong address or password (the two cannot be told apart), too many failures, or several workspaces and none named.
pub async fn sign_in(db: &Db, context: Context, credentials: Credentials) -> Result<SignedIn, AccountError> {
    let now = context.now;
    let key = credentials.email_key.clone();
    let (candidates, failures) = db
        .read(move |conn| {
            let failures = store::find_failures(conn, &key)?;
            let mut candidates = Vec::new();
            for member in store::members_by_email(conn, &key)? {
                let slug = store::get_workspace(conn, member.workspace_id)?.slug;
                candidates.push((member, slug));
            }
            Ok::<_, AccountError>((candidates, failures))
        })
        .await?;
    refuse_if_blocked(failures, now)?;
    let matching = matching_members(&credentials, candidates).await?;
    let key = credentials.email_key;
    if matching.is_empty() {
        let forgiven_before = rules::forgiven_before(now);
        db.write(move |conn| Ok::<_, AccountError>(store::count_failure(conn, &key, now, forgiven_before)?)).await?;
        return Err(AccountError::SignInFailed);
    }
    let [member] = matching.as_slice() else { return Err(AccountError::WorkspaceNeeded) };
    let member = member.clone();
    let expires_at = now + SESSION;
    db.write(move |conn| {
        // Others may have failed while this password was checked; a guess among many does not get past them.
        refuse_if_blocked(store::find_failures(conn, &key)?, now)?;
        // The member may have changed, or gone, in the meantime.
        store::lock_workspace(conn, member.workspace_id)?;
        match store::get_member(conn, member.workspace_id, member.id) {
            Ok(now) if now.revision == member.revision => {}
            Ok(_) | Err(DbError::NotFound) => return Err(AccountError::SignInFailed),
            Err(error) => return Err(error.into()),
        }
        store::clear_failures(conn, &key)?;
        let new =
            NewToken { name: "sign-in".to_owned(), role: member.role, scopes: None, expires_at: Some(expires_at) };
        let (token, _row) = create_token(conn, &context, member.workspace_id, Some(member.id), None, &new)?;
        Ok(SignedIn { token, expires_at })
    })
    .await
}

fn refuse_if_blocked(failures: Option<(i32, DateTime<Utc>)>, now: DateTime<Utc>) -> Result<(), AccountError> {
    let blocked_until = failures.and_then(|(count, last)| rules::blocked_until(count, last));
    match blocked_until.filter(|until| now < *until) {
        Some(until) => Err(AccountError::SignInBlocked(until, now)),
        None => Ok(()),
    }
}

/// The members, of those with the address, whose password it is and whose workspace was meant.
async fn matching_members(
    credentials: &Credentials,
    candidates: Vec<(Member, String)>,
) -> Result<Vec<Member>, AccountError> {
    let password = credentials.password.clone();
    let wanted = credentials.workspace.clone();
    let check = move || {
        let with_password: Vec<_> = candidates
            .into_iter()
            .filter_map(|(member, slug)| member.password_hash.clone().map(|hash| (member, slug, hash)))
            .collect();
        if with_password.is_empty() {
            is_password(&password, NOBODY);
        }
        with_password
            .into_iter()
            .filter(|(_, _, hash)| is_password(&password, hash))
            .filter(|(_, slug, _)| wanted.as_ref().is_none_or(|wanted| wanted == slug))
            .map(|(member, _, _)| member)
            .collect()
    };
    // Never closed, so a permit comes.
    let _permit = CHECKS.acquire().await;
    tokio::task::spawn_blocking(check).await.map_err(|error| AccountError::Hashing(error.to_string()))
}

fn is_password(password: &SecretString, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
}

/// Revokes the token that the request came with.
///
/// # Errors
/// The database failed.
pub async fn sign_out(db: &Db, now: DateTime<Utc>, principal: Principal, token: String) -> Result<(), AccountError> {
    db.write(move |conn| {
        if store::find_token(conn, &digest(&token))?.is_some() {
            store::revoke_token(conn, principal.workspace, principal.token, now)?;
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_a_hash_that_can_be_checked() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let costs = argon2::Params::try_from(&hash).unwrap();
        let usual = argon2::Params::default();
        assert_eq!((costs.m_cost(), costs.t_cost(), costs.p_cost()), (usual.m_cost(), usual.t_cost(), usual.p_cost()));
        assert!(!is_password(&SecretString::from("a password"), NOBODY));
    }
}
