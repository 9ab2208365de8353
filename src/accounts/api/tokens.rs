//! API tokens for applications.

use actix_web::{delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::model::{Role, Token};
use super::super::{NewToken, store};
use crate::define_page;
use crate::http::auth::{MemberId, Scope, TokenId, needs};
use crate::http::{Checks, Code, Json, Page, PageQuery, Problem, Reply, Staff, State};

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What its owner calls it.
    #[schema(example = "Website")]
    name: String,
    /// The role whose scopes it carries.
    role: Role,
    /// Fewer scopes than the role's.
    scopes: Option<Vec<Scope>>,
    /// When it stops working; never if absent.
    expires_at: Option<DateTime<Utc>>,
}

/// A token, without the token itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenResponse {
    /// Its id.
    id: TokenId,
    /// What its owner calls it.
    #[schema(example = "Website")]
    name: String,
    /// The role it was made with.
    role: Role,
    /// What it may do.
    scopes: Vec<Scope>,
    /// The member it stands for; none for an application's.
    member_id: Option<MemberId>,
    /// When it stops working.
    expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<Token> for TokenResponse {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            role: token.role,
            scopes: token.scopes.0,
            member_id: token.member_id,
            expires_at: token.expires_at.map(|at| at.0),
            created_at: token.created_at.0,
        }
    }
}

/// A new token, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTokenResponse {
    /// The bearer token. It is stored as a digest and cannot be shown again.
    #[schema(example = "pl_5rXx0m4c6mXq2Yd0n3mJ8wq1bq7pQk9mS3dVtq0d2oE")]
    token: String,
    /// Its row.
    #[serde(flatten)]
    row: TokenResponse,
}

define_page! {
    /// A page of tokens.
    TokenPage of TokenResponse
}

/// List tokens
#[utoipa::path(
    tag = "Staff",
    description = "The workspace's tokens that are not revoked, newest first.",
    params(PageQuery),
    security(("bearer" = ["tokens:write"])),
    responses((status = 200, body = TokenPage, description = "A page of tokens"))
)]
#[get("/tokens")]
pub async fn list_tokens(
    state: web::Data<State>,
    staff: Staff<needs::TokensWrite>,
    query: web::Query<PageQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<TokenId>::parse(query.cursor.as_deref(), query.limit)?;
    let (workspace, after, fetch) = (staff.workspace, page.after, page.fetch());
    let rows = state.read(move |conn| Ok(store::list_tokens(conn, workspace, after, fetch)?)).await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&TokenPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// Make a token
///
/// For an application. It cannot carry a scope that the token of this request lacks.
#[utoipa::path(
    tag = "Staff",
    request_body = TokenRequest,
    security(("bearer" = ["tokens:write"])),
    responses((status = 201, body = NewTokenResponse, description = "The new token")),
    extensions(("x-codes" = json!(["number_invalid"])))
)]
#[post("/tokens")]
pub async fn create_token(
    state: web::Data<State>,
    staff: Staff<needs::TokensWrite>,
    body: Json<TokenRequest>,
) -> Result<Reply, Problem> {
    let request = body.value;
    let mut checks = Checks::new();
    checks.line("/name", &request.name, 100);
    if request.expires_at.is_some_and(|at| at <= state.clock.now()) {
        checks.fault("/expires_at", Code::NumberInvalid, "This time has passed.");
    }
    checks.finish()?;
    let TokenRequest { name, role, scopes, expires_at } = request;
    let new = NewToken { name, role, scopes, expires_at };
    let (workspace, granted) = (staff.workspace, staff.scopes.clone());
    let (token, row) = state
        .write(move |conn, context| {
            Ok(super::super::create_token(conn, context, workspace, None, Some(&granted), &new)?)
        })
        .await?;
    let location = format!("/api/v1/tokens/{}", row.id);
    Ok(Reply::created(location, &NewTokenResponse { token, row: row.into() })?.with_header("cache-control", "no-store"))
}

/// Revoke a token
#[utoipa::path(
    tag = "Staff",
    description = "It stops working at once.",
    security(("bearer" = ["tokens:write"])),
    responses((status = 204, description = "The token no longer works"))
)]
#[delete("/tokens/{token_id}")]
pub async fn delete_token(
    state: web::Data<State>,
    staff: Staff<needs::TokensWrite>,
    path: web::Path<TokenId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let is_revoked =
        state.write(move |conn, context| Ok(store::revoke_token(conn, workspace, id, context.now)?)).await?;
    if is_revoked { Ok(Reply::no_content()) } else { Err(Problem::not_found()) }
}
