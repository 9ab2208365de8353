//! Making tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::authenticate::digest;
use super::error::AccountError;
use super::model::{Role, Token};
use super::store::TokenRow;
use super::{rules, store};
use crate::db::Conn;
use crate::http::WorkspaceId;
use crate::http::auth::{MemberId, Scope};
use crate::time::Context;

/// A token to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// The role whose scopes it carries.
    pub role: Role,
    /// Fewer scopes than the role's, if given.
    pub scopes: Option<Vec<Scope>>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a token and returns it with its row. It is the only time that the token itself is seen. `granted` holds the
/// scopes of who makes it; none for the operator at the command line.
///
/// # Errors
/// It would carry scopes that its maker or its role lacks.
pub fn create_token(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    member: Option<MemberId>,
    granted: Option<&[Scope]>,
    new: &NewToken,
) -> Result<(String, Token), AccountError> {
    let of_role = rules::scopes(new.role);
    let wanted = new.scopes.clone().unwrap_or_else(|| of_role.clone());
    if !rules::may_grant(&of_role, &wanted) || !granted.is_none_or(|own| rules::may_grant(own, &wanted)) {
        return Err(AccountError::ScopesTooWide);
    }
    let token = format!("pl_{}", URL_SAFE_NO_PAD.encode(context.ids.secret()));
    let row = TokenRow {
        workspace,
        member,
        name: &new.name,
        role: new.role,
        scopes: wanted,
        hash: &digest(&token),
        expires_at: new.expires_at,
    };
    let row = store::insert_token(conn, context, row)?;
    Ok((token, row))
}
