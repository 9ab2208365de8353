//! A workspace's settings.

use actix_web::{get, patch, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::model::{CalendarMethod, Workspace};
use super::super::{LinkTemplates, change_workspace, rules, store};
use crate::db::types::{At, Json};
use crate::http::auth::{Scope, needs};
use crate::http::{
    CalendarAddress, Checks, Code, IfMatch, LINE, Links, MergePatch, Problem, Reply, Staff, State, Visitor, WorkspaceId,
};
use crate::mail::EmailAddress;

/// What staff may set of a workspace.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSettings {
    /// Its name, shown to people.
    #[schema(example = "Cologne Human Rights City Initiative")]
    name: String,
    /// The IANA zone that its staff think in.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// The language of its mails unless the reader chose another: a BCP 47 tag.
    #[schema(example = "en")]
    language: String,
    /// The name that its mails come from; the workspace's own if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Webinar team")]
    sender_name: Option<String>,
    /// Where answers to its mails go. Shown to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "webinars@example.org")]
    reply_to: Option<String>,
    /// How confirmations carry their calendar entry.
    calendar_method: CalendarMethod,
    /// The addresses of its own frontend, to which mails and calendars lead; what is null or absent leads to our own pages.
    #[serde(default)]
    links: LinkTemplates,
    /// How long after an event what is personal about its registrants is kept: whole days, `P1D` to `P3650D`. What is older is
    /// erased each day, for the first time a day after this is set, and the numbers stay. Absent: it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "P180D")]
    retention: Option<String>,
}

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceResponse {
    /// Its id.
    id: WorkspaceId,
    /// Its short name in addresses.
    #[schema(example = "cologne")]
    slug: String,
    /// Its name.
    #[schema(example = "Cologne Human Rights City Initiative")]
    name: String,
    /// The IANA zone that its staff think in.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// The language of its mails.
    #[schema(example = "en")]
    language: String,
    /// The name that its mails come from. Shown to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_name: Option<String>,
    /// Where answers to its mails go. Shown to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    /// How confirmations carry their calendar entry. Shown to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_method: Option<CalendarMethod>,
    /// The addresses of its own frontend.
    links: LinkTemplates,
    /// Its events.
    #[serde(flatten)]
    calendar: CalendarAddress,
    /// What is new of it, for feed readers (Atom).
    #[schema(example = "https://plenary.example/calendars/workspaces/cologne.atom")]
    atom: String,
    /// How long after an event what is personal about its registrants is kept; absent if for good. Shown to staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "P180D")]
    retention: Option<String>,
    /// Rises with each change.
    #[schema(example = 1)]
    revision: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl WorkspaceResponse {
    fn new(workspace: Workspace, is_staff: bool, links: &Links) -> Self {
        Self {
            calendar: links.calendar("workspaces", &workspace.slug),
            atom: links.news("workspaces", &workspace.slug),
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
            timezone: workspace.timezone,
            language: workspace.language,
            sender_name: workspace.sender_name.filter(|_| is_staff),
            reply_to: workspace.reply_to.filter(|_| is_staff),
            calendar_method: is_staff.then_some(workspace.calendar_method),
            links: workspace.links.0,
            retention: workspace.retention_days.filter(|_| is_staff).map(|days| format!("P{days}D")),
            revision: workspace.revision,
            created_at: workspace.created_at.0,
            updated_at: workspace.updated_at.0,
        }
    }
}

impl WorkspaceSettings {
    fn of(workspace: &Workspace) -> Self {
        Self {
            name: workspace.name.clone(),
            timezone: workspace.timezone.clone(),
            language: workspace.language.clone(),
            sender_name: workspace.sender_name.clone(),
            reply_to: workspace.reply_to.clone(),
            calendar_method: workspace.calendar_method,
            links: workspace.links.0.clone(),
            retention: workspace.retention_days.map(|days| format!("P{days}D")),
        }
    }

    fn check(&self) -> Result<(), Problem> {
        let mut checks = Checks::new();
        checks.line("/name", &self.name, LINE);
        checks.language("/language", &self.language);
        checks.optional_line("/sender_name", self.sender_name.as_deref(), 100);
        checks.optional_zone("/timezone", Some(&self.timezone));
        if let Some(Err(error)) = self.reply_to.as_deref().map(EmailAddress::parse) {
            checks.fault("/reply_to", Code::EmailInvalid, error.to_string());
        }
        self.links.check(&mut checks);
        if let Some(Err(detail)) = self.retention.as_deref().map(rules::retention_days) {
            checks.fault("/retention", Code::DurationInvalid, detail);
        }
        checks.finish()
    }

    fn apply(self, workspace: &mut Workspace, now: DateTime<Utc>) {
        workspace.name = self.name;
        workspace.timezone = self.timezone;
        workspace.language = self.language;
        workspace.sender_name = self.sender_name;
        workspace.reply_to = self.reply_to;
        workspace.calendar_method = self.calendar_method;
        workspace.links = Json(self.links);
        let retention = self.retention.and_then(|text| rules::retention_days(&text).ok());
        if retention != workspace.retention_days {
            workspace.retention_days = retention;
            workspace.retention_since = Some(At(now));
        }
    }
}

/// Read a workspace
///
/// By id or slug. The public sees its name, zone, language and pages; its staff see how it sends mail.
#[utoipa::path(
    tag = "Workspaces",
    security((), ("bearer" = ["workspace:read"])),
    responses((status = 200, body = WorkspaceResponse, description = "The workspace"))
)]
#[get("/workspaces/{workspace}")]
pub async fn get_workspace(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<Reply, Problem> {
    let key = path.into_inner();
    let found = state.read(move |conn| Ok(store::find_workspace(conn, &key)?)).await?;
    let workspace = found.ok_or_else(Problem::not_found)?;
    let is_staff = visitor.may(workspace.id, Scope::WorkspaceRead);
    let revision = workspace.revision;
    Ok(Reply::ok(&WorkspaceResponse::new(workspace, is_staff, &state.links))?.with_revision(revision))
}

/// Change a workspace's settings
#[utoipa::path(
    tag = "Workspaces",
    description = "A merge patch (RFC 7396) of its settings. Another address for the pages of its events is a change of each of \
        them, since calendars show it.",
    params(IfMatch),
    request_body(content = WorkspaceSettings, content_type = "application/merge-patch+json"),
    security(("bearer" = ["workspace:write"])),
    responses((status = 200, body = WorkspaceResponse, description = "The workspace as it is now")),
    extensions(("x-codes" = json!([
        "timezone_unknown", "timezone_abbreviation", "email_invalid", "language_invalid", "url_invalid", "duration_invalid"
    ])))
)]
#[patch("/workspaces/{workspace}")]
pub async fn update_workspace(
    state: web::Data<State>,
    staff: Staff<needs::WorkspaceWrite>,
    path: web::Path<String>,
    if_match: IfMatch,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (key, own) = (path.into_inner(), staff.workspace);
    let workspace = state
        .write(move |conn, context| {
            let found = store::find_workspace(conn, &key)?.filter(|workspace| workspace.id == own);
            let found = found.ok_or_else(Problem::not_found)?;
            let before = store::lock_workspace(conn, found.id)?;
            if_match.check(before.revision)?;
            let settings = patch.apply(&WorkspaceSettings::of(&before))?;
            settings.check()?;
            let mut workspace = before.clone();
            settings.apply(&mut workspace, context.now);
            Ok(change_workspace(conn, context, &before, &workspace)?)
        })
        .await?;
    let revision = workspace.revision;
    Ok(Reply::ok(&WorkspaceResponse::new(workspace, true, &state.links))?.with_revision(revision))
}
