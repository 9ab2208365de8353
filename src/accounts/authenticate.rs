//! From a bearer token to who it stands for.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::store;
use crate::db::{Conn, DbResult};
use crate::http::auth::{Authenticator, Principal};

/// The digest under which a token is stored. Tokens are 256 random bits, so a plain digest is enough.
pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Finds tokens in the database.
pub struct TokenAuthenticator;

impl Authenticator for TokenAuthenticator {
    fn authenticate(&self, conn: &mut Conn, token: &str, now: DateTime<Utc>) -> DbResult<Option<Principal>> {
        let found = store::find_token(conn, &digest(token))?;
        Ok(found.filter(|token| token.is_valid(now)).map(|token| Principal {
            workspace: token.workspace_id,
            token: token.id,
            member: token.member_id,
            scopes: token.scopes.0,
        }))
    }
}
