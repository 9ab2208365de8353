//! Files to import.

use std::sync::Arc;

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::finding::ImportFinding;
use super::super::model::{Import, ImportCounts, ImportFormat, ImportId, ImportMode, ImportResult, ImportState};
use super::super::{check_import, read_file, request_apply, store};
use crate::define_page;
use crate::events::EventId;
use crate::events::store::get_event;
use crate::http::auth::needs;
use crate::http::{Code, IdempotencyKey, Json, Page, PageQuery, Problem, Reply, Staff, State, Upload, UploadKind};

/// Schedule files and tables.
pub struct ScheduleFile;

impl UploadKind for ScheduleFile {
    const MEDIA_TYPES: &'static [&'static str] =
        &["application/xml", "text/xml", "application/json", "text/csv", "application/vnd.c3voc.schedule+xml"];
    const MOST_BYTES: usize = 20 << 20;
}

fn format_of(media_type: &str) -> ImportFormat {
    match media_type {
        "application/json" => ImportFormat::FrabJson,
        "text/csv" => ImportFormat::Csv,
        _ => ImportFormat::FrabXml,
    }
}

/// What kind of file it is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// What kind of file it is. Without it, its media type says so.
    format: Option<ImportFormat>,
}

/// How far an import has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProgress {
    /// How many of its sessions are done.
    #[schema(example = 0)]
    done: i32,
    /// How many sessions the file has.
    #[schema(example = 138)]
    total: i32,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportResponse {
    /// Its id.
    id: ImportId,
    /// The event whose agenda it is about.
    event_id: EventId,
    /// What kind of file it is.
    format: ImportFormat,
    /// Where it stands.
    state: ImportState,
    /// How it was applied.
    mode: Option<ImportMode>,
    /// What it touches, or has touched.
    counts: ImportCounts,
    /// What was found in the file, errors first.
    findings: Vec<ImportFinding>,
    /// The revision of the event that it was checked against: only this one is changed.
    #[schema(example = 3)]
    event_revision: i64,
    /// How far it has come.
    progress: ImportProgress,
    /// What it made, once it was applied.
    result: Option<ImportResult>,
    /// Rises with each change.
    #[schema(example = 1)]
    revision: i64,
    /// When the file was sent.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// When it was applied, or had failed.
    finished_at: Option<DateTime<Utc>>,
}

impl From<Import> for ImportResponse {
    fn from(row: Import) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            format: row.format,
            state: row.state,
            mode: row.mode,
            counts: row.counts.0,
            findings: row.findings.0,
            event_revision: row.event_revision,
            progress: ImportProgress { done: row.done, total: row.total },
            result: row.result.map(|json| json.0),
            revision: row.revision,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            finished_at: row.finished_at.map(|at| at.0),
        }
    }
}

define_page! {
    /// A page of imports.
    ImportPage of ImportResponse
}

/// How to apply an import.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyInput {
    /// What becomes of sessions that the file does not name.
    mode: ImportMode,
}

/// Check a file to import
///
/// Reads `schedule.xml`, `schedule.json` or a table of sessions and says what it would change, and what is wrong with it, line
/// by line. Nothing is changed yet, except that the file is kept: apply it with `POST /imports/{import_id}/apply`. A file
/// with an error is stored as `refused`. At most 20 MiB in UTF-8.
#[utoipa::path(
    tag = "Import and export",
    params(ImportQuery, IdempotencyKey),
    request_body(
        description = "The file",
        content(
            (String = "application/xml", example = "<schedule><version>1</version><conference>…</conference></schedule>"),
            (serde_json::Value = "application/json", example = json!({ "schedule": { "version": "1", "conference": {} } })),
            (String = "text/csv", example = "title;start;duration;room\nOpening;2022-02-23T11:30;00:30;Main hall\n"),
        )
    ),
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = ImportResponse, description = "What was found"))
)]
#[post("/events/{event_id}/imports")]
pub async fn create_import(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    query: web::Query<ImportQuery>,
    key: IdempotencyKey,
    file: Upload<ScheduleFile>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let format = query.format.unwrap_or_else(|| format_of(&file.media_type));
    state.read(move |conn| Ok(get_event(conn, workspace, id)?)).await?;
    let hash = file.hash;
    let read = web::block(move || Arc::new(read_file(file.bytes, format))).await;
    let read = read.map_err(|error| Problem::new(Code::Unavailable).with_detail(error.to_string()))?;
    key.run(&state, Some(&staff), hash, move |conn, context| {
        let import = check_import(conn, context, workspace, &actor, id, &read)?;
        let (location, revision) = (format!("/api/v1/imports/{}", import.id), import.revision);
        Ok(Reply::created(location, &ImportResponse::from(import))?.with_revision(revision))
    })
    .await
}

/// List the imports of an event
#[utoipa::path(
    tag = "Import and export",
    description = "Newest first.",
    params(PageQuery),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = ImportPage, description = "A page of imports"))
)]
#[get("/events/{event_id}/imports")]
pub async fn list_imports(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    query: web::Query<PageQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<ImportId>::parse(query.cursor.as_deref(), query.limit)?;
    let (id, workspace, after, fetch) = (path.into_inner(), staff.workspace, page.after, page.fetch());
    let rows = state
        .read(move |conn| {
            get_event(conn, workspace, id)?;
            Ok(store::list_imports(conn, id, after, fetch)?)
        })
        .await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&ImportPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// Read an import
#[utoipa::path(
    tag = "Import and export",
    description = "What was found in its file, where it stands, and what it made.",
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = ImportResponse, description = "The import"))
)]
#[get("/imports/{import_id}")]
pub async fn get_import(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<ImportId>,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let import = state.read(move |conn| Ok(store::get_import(conn, workspace, id)?)).await?;
    let revision = import.revision;
    Ok(Reply::ok(&ImportResponse::from(import))?.with_revision(revision))
}

/// Apply an import
///
/// The worker writes the agenda in one transaction: all of the file, or nothing of it. To ask again is harmless. If the event
/// was changed after the file was checked, import the file again.
#[utoipa::path(
    tag = "Import and export",
    params(IdempotencyKey),
    request_body = ApplyInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 202, body = ImportResponse, description = "It is being applied, or was")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/imports/{import_id}/apply")]
pub async fn apply_import(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<ImportId>,
    key: IdempotencyKey,
    body: Json<ApplyInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, mode) = (path.into_inner(), staff.workspace, staff.actor(), body.value.mode);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let import = request_apply(conn, context, workspace, &actor, id, mode)?;
        let revision = import.revision;
        Ok(Reply::json(202, &ImportResponse::from(import))?.with_revision(revision))
    })
    .await
}
