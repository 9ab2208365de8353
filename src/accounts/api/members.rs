//! The members of a workspace's staff.

use actix_web::{delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::create::hash_password;
use super::super::error::AccountError;
use super::super::members;
use super::super::model::{Member, NewMember, Notices, Role};
use super::super::{rules, store};
use crate::define_page;
use crate::http::auth::{MemberId, needs};
use crate::http::{Checks, Code, IdempotencyKey, IfMatch, Json, MergePatch, Problem, Reply, Staff, State};
use crate::mail::EmailAddress;

/// A member to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRequest {
    /// Where they get mail, and what they sign in with.
    #[schema(example = "ada@example.org")]
    email: String,
    /// Their name; the address's local part if none.
    #[schema(example = "Ada Lovelace")]
    name: Option<String>,
    /// What they are trusted with.
    role: Role,
    /// At least 12 characters; a member without one cannot sign in.
    #[schema(value_type = Option<String>, format = Password, example = "correct horse battery")]
    password: Option<SecretString>,
    /// Which mails they get about registrations.
    #[serde(default = "each")]
    notices: Notices,
}

fn each() -> Notices {
    Notices::Each
}

/// What may be changed of a member. A password is set here and never read.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberSettings {
    /// Their name.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// What they are trusted with. A change ends their sessions.
    role: Role,
    /// Which mails they get about registrations.
    notices: Notices,
    /// A new password, at least 12 characters. It ends their sessions.
    #[serde(skip_serializing)]
    #[schema(value_type = Option<String>, format = Password, example = "correct horse battery")]
    #[expect(dead_code, reason = "says that the field may be there; it is hashed before the transaction")]
    password: Option<SecretString>,
}

impl MemberSettings {
    fn of(member: &Member) -> Self {
        Self { name: member.name.clone(), role: member.role, notices: member.notices, password: None }
    }
}

/// A member of the staff.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberResponse {
    /// Their id.
    id: MemberId,
    /// Where they get mail.
    #[schema(example = "ada@example.org")]
    email: String,
    /// Their name.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// What they are trusted with.
    role: Role,
    /// Which mails they get about registrations.
    notices: Notices,
    /// Whether they have a password.
    can_sign_in: bool,
    /// Rises with each change.
    #[schema(example = 1)]
    revision: i64,
    /// When they were added.
    created_at: DateTime<Utc>,
}

impl From<Member> for MemberResponse {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            email: member.email,
            name: member.name,
            role: member.role,
            notices: member.notices,
            can_sign_in: member.password_hash.is_some(),
            revision: member.revision,
            created_at: member.created_at.0,
        }
    }
}

define_page! {
    /// All members; a staff is small, so there is one page.
    MemberPage of MemberResponse
}

/// List members
#[utoipa::path(
    tag = "Staff",
    description = "Everybody on the staff of the token's workspace.",
    security(("bearer" = ["members:write"])),
    responses((status = 200, body = MemberPage, description = "All members"))
)]
#[get("/members")]
pub async fn list_members(state: web::Data<State>, staff: Staff<needs::MembersWrite>) -> Result<Reply, Problem> {
    let workspace = staff.workspace;
    let members = state.read(move |conn| Ok(store::list_members(conn, workspace)?)).await?;
    Reply::ok(&MemberPage { items: members.into_iter().map(Into::into).collect(), next_cursor: None })
}

/// Read a member
#[utoipa::path(
    tag = "Staff",
    description = "One member of the staff.",
    security(("bearer" = ["members:write"])),
    responses((status = 200, body = MemberResponse, description = "The member"))
)]
#[get("/members/{member_id}")]
pub async fn get_member(
    state: web::Data<State>,
    staff: Staff<needs::MembersWrite>,
    path: web::Path<MemberId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let member = state.read(move |conn| Ok(store::get_member(conn, workspace, id)?)).await?;
    let revision = member.revision;
    Ok(Reply::ok(&MemberResponse::from(member))?.with_revision(revision))
}

/// Add a member
#[utoipa::path(
    tag = "Staff",
    description = "Adds a person to the staff.",
    params(IdempotencyKey),
    request_body = MemberRequest,
    security(("bearer" = ["members:write"])),
    responses((status = 201, body = MemberResponse, description = "The new member")),
    extensions(("x-codes" = json!(["email_invalid", "not_possible_now"])))
)]
#[post("/members")]
pub async fn create_member(
    state: web::Data<State>,
    staff: Staff<needs::MembersWrite>,
    key: IdempotencyKey,
    body: Json<MemberRequest>,
) -> Result<Reply, Problem> {
    let request = body.value;
    let mut checks = Checks::new();
    checks.optional_line("/name", request.name.as_deref(), 100);
    checks.finish()?;
    let email = EmailAddress::parse(&request.email)
        .map_err(|error| Problem::field("/email", Code::EmailInvalid, error.to_string()))?;
    let MemberRequest { name, role, password, notices, .. } = request;
    let hash = hashed(&state, password.clone()).await?;
    rules::check_role(&staff.scopes, role)?;
    let new = NewMember { email, name, role, password, notices };
    let workspace = staff.workspace;
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let member = super::super::create_member(conn, context, workspace, &new, hash.as_deref())?;
        let (location, revision) = (format!("/api/v1/members/{}", member.id), member.revision);
        Ok(Reply::created(location, &MemberResponse::from(member))?.with_revision(revision))
    })
    .await
}

/// Hashes a password off the async threads: it takes long on purpose.
async fn hashed(state: &State, password: Option<SecretString>) -> Result<Option<String>, Problem> {
    let Some(password) = password else { return Ok(None) };
    let context = state.context();
    let hash = tokio::task::spawn_blocking(move || hash_password(&context, &password)).await;
    Ok(Some(hash.map_err(|error| Problem::internal(error.to_string()))??))
}

/// Change a member
#[utoipa::path(
    tag = "Staff",
    description = "A merge patch (RFC 7396). A new role or password ends the member's sessions.",
    params(IfMatch),
    request_body(content = MemberSettings, content_type = "application/merge-patch+json"),
    security(("bearer" = ["members:write"])),
    responses((status = 200, body = MemberResponse, description = "The member as they are now")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[patch("/members/{member_id}")]
pub async fn update_member(
    state: web::Data<State>,
    staff: Staff<needs::MembersWrite>,
    path: web::Path<MemberId>,
    if_match: IfMatch,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (workspace, id, own) = (staff.workspace, path.into_inner(), staff.scopes.clone());
    // A password is hashed before the transaction, because that takes long; all else is read and decided inside it.
    let password = patch.member("password").and_then(serde_json::Value::as_str).map(SecretString::from);
    let hash = hashed(&state, password).await?;
    let member = state
        .write(move |conn, context| {
            store::lock_workspace(conn, workspace)?;
            let mut member = store::get_member(conn, workspace, id)?;
            if_match.check(member.revision)?;
            let settings = patch.apply(&MemberSettings::of(&member))?;
            let mut checks = Checks::new();
            checks.line("/name", &settings.name, 100);
            checks.finish()?;
            rules::check_role(&own, member.role)?;
            rules::check_role(&own, settings.role)?;
            (member.name, member.notices) = (settings.name, settings.notices);
            Ok(members::change(conn, context, member, settings.role, hash.clone())?)
        })
        .await?;
    let revision = member.revision;
    Ok(Reply::ok(&MemberResponse::from(member))?.with_revision(revision))
}

/// Remove a member
#[utoipa::path(
    tag = "Staff",
    description = "Their tokens stop working. The last owner cannot be removed.",
    params(IfMatch),
    security(("bearer" = ["members:write"])),
    responses((status = 204, description = "The member is gone")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[delete("/members/{member_id}")]
pub async fn delete_member(
    state: web::Data<State>,
    staff: Staff<needs::MembersWrite>,
    path: web::Path<MemberId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (workspace, id, own) = (staff.workspace, path.into_inner(), staff.scopes.clone());
    state
        .write(move |conn, _context| {
            store::lock_workspace(conn, workspace)?;
            let member = store::get_member(conn, workspace, id)?;
            if_match.check(member.revision)?;
            rules::check_role(&own, member.role)?;
            members::remove(conn, &member).map_err(|error: AccountError| error.into())
        })
        .await?;
    Ok(Reply::no_content())
}
