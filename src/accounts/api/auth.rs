//! Signing in, signing out, who I am.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Credentials, sign_in, sign_out, store};
use crate::http::auth::{BearerToken, MemberId, Scope, needs};
use crate::http::{Code, Json, Problem, Reply, Staff, State, WorkspaceId};
use crate::mail::EmailAddress;

/// What a member signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The member's address.
    #[schema(example = "ada@example.org")]
    email: String,
    /// The member's password.
    #[schema(value_type = String, format = Password, example = "correct horse battery")]
    password: SecretString,
    /// The slug of the workspace, for those who are staff of several.
    #[schema(example = "cologne")]
    workspace: Option<String>,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub struct SignInResponse {
    /// The bearer token; shown this once.
    #[schema(example = "pl_5rXx0m4c6mXq2Yd0n3mJ8wq1bq7pQk9mS3dVtq0d2oE")]
    token: String,
    /// When it stops working.
    expires_at: DateTime<Utc>,
}

/// Who a token stands for.
#[derive(Serialize, ToSchema)]
pub struct MeResponse {
    /// The workspace that it opens.
    workspace_id: WorkspaceId,
    /// The slug of that workspace.
    #[schema(example = "cologne")]
    workspace: String,
    /// The member; none for an application's token.
    member_id: Option<MemberId>,
    /// The member's name.
    #[schema(example = "Ada Lovelace")]
    name: Option<String>,
    /// What the token may do.
    scopes: Vec<Scope>,
}

/// Sign in
///
/// Answers with a bearer token for twelve hours. After five failures in a row each further try for the same address has
/// to wait, twice as long each time.
#[utoipa::path(
    tag = "Staff",
    request_body = SignInRequest,
    responses((status = 200, body = SignInResponse, description = "A session")),
    extensions(("x-codes" = json!(["sign_in_failed", "sign_in_blocked"])))
)]
#[post("/auth/login")]
pub async fn sign_in_member(state: web::Data<State>, body: Json<SignInRequest>) -> Result<Reply, Problem> {
    // An address that cannot exist is nobody's, and is not told apart from one that is unknown.
    let email = EmailAddress::parse(&body.value.email).map_err(|_invalid| Problem::new(Code::SignInFailed))?;
    let credentials =
        Credentials { email_key: email.key(), password: body.value.password, workspace: body.value.workspace };
    let signed_in = sign_in(&state.db, state.context(), credentials).await?;
    Ok(Reply::ok(&SignInResponse { token: signed_in.token, expires_at: signed_in.expires_at })?
        .with_header("cache-control", "no-store"))
}

/// Sign out
///
/// Revokes the token that the request carries.
#[utoipa::path(
    tag = "Staff",
    security(("bearer" = ["workspace:read"])),
    responses((status = 204, description = "The token no longer works"))
)]
#[post("/auth/logout")]
pub async fn sign_out_member(
    state: web::Data<State>,
    staff: Staff<needs::WorkspaceRead>,
    token: BearerToken,
) -> Result<Reply, Problem> {
    sign_out(&state.db, state.clock.now(), (*staff).clone(), token.0).await?;
    Ok(Reply::no_content())
}

/// Who am I
#[utoipa::path(
    tag = "Staff",
    description = "What the token of this request stands for.",
    security(("bearer" = ["workspace:read"])),
    responses((status = 200, body = MeResponse, description = "Who the token stands for"))
)]
#[get("/me")]
pub async fn get_me(state: web::Data<State>, staff: Staff<needs::WorkspaceRead>) -> Result<Reply, Problem> {
    let principal = (*staff).clone();
    let me = state
        .read(move |conn| {
            let workspace = store::get_workspace(conn, principal.workspace)?;
            let member = match principal.member {
                Some(id) => Some(store::get_member(conn, principal.workspace, id)?),
                None => None,
            };
            Ok(MeResponse {
                workspace_id: workspace.id,
                workspace: workspace.slug,
                member_id: principal.member,
                name: member.map(|member| member.name),
                scopes: principal.scopes,
            })
        })
        .await?;
    Reply::ok(&me)
}
