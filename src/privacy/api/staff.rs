//! What the staff do about a person: show all that is held, and erase it.

use actix_web::{get, post, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::erase::{Erased, ErasureRequest, erase_person};
use super::super::model::{Erasure, ErasureCause, ErasureCounts, ErasureId};
use super::super::store;
use super::answers::{PersonExport, Reader};
use crate::define_page;
use crate::http::auth::needs;
use crate::http::{Checks, Code, Json, Page, Problem, Reply, Staff, State};
use crate::mail::EmailAddress;
use crate::speakers::SpeakerId;

/// About whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// Their address.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
}

/// Whom to erase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonErasureRequest {
    /// Their address.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
    /// That this is meant: what is erased cannot be brought back. Has to be true.
    #[schema(example = true)]
    confirm: bool,
    /// Whether what is private about the speakers with this address goes too: address, zone, biography, photograph, pages, and what
    /// was written about invitations. Their name and their appearances stay, as the programme's. Not if absent.
    #[schema(example = false)]
    include_speakers: Option<bool>,
}

/// A speaker who gets mail at the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedSpeaker {
    /// Their id.
    id: SpeakerId,
    /// Their name.
    #[schema(example = "Hans Sakkers")]
    name: String,
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedResponse {
    /// The erasure's record.
    id: ErasureId,
    /// How much.
    erased: ErasureCounts,
    /// The speakers with the address. Unless they were included, they are as they were.
    speakers: Vec<NamedSpeaker>,
}

impl From<Erased> for ErasedResponse {
    fn from(erased: Erased) -> Self {
        let Erased { id, counts, speakers } = erased;
        Self {
            id,
            erased: counts,
            speakers: speakers.into_iter().map(|(id, name)| NamedSpeaker { id, name }).collect(),
        }
    }
}

/// An erasure. It does not say of whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureResponse {
    /// Its id.
    id: ErasureId,
    /// Why.
    cause: ErasureCause,
    /// Which of the staff did it: `member:` or `token:` and an id.
    #[schema(example = "token:0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    actor: Option<String>,
    /// SHA-256 of the address in lower case, in base64: who knows the address can tell that it was erased. None where many were.
    #[schema(example = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    address_digest: Option<String>,
    /// How much.
    erased: ErasureCounts,
    /// When.
    created_at: DateTime<Utc>,
}

impl From<Erasure> for ErasureResponse {
    fn from(row: Erasure) -> Self {
        Self {
            id: row.id,
            cause: row.cause,
            actor: row.actor,
            address_digest: row.address_digest.map(|digest| STANDARD.encode(digest)),
            erased: row.counts.0,
            created_at: row.created_at.0,
        }
    }
}

define_page! {
    /// A page of erasures.
    ErasurePage of ErasureResponse
}

/// Which erasures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ErasureQuery {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// Reads whom a request is about; `confirm` is none where nothing has to be confirmed.
fn check(email: &str, confirm: Option<bool>) -> Result<EmailAddress, Problem> {
    let mut checks = Checks::new();
    let address = EmailAddress::parse(email);
    if let Err(error) = &address {
        checks.fault("/email", Code::EmailInvalid, error.to_string());
    }
    if confirm == Some(false) {
        checks.fault("/confirm", Code::FieldRequired, "What is erased cannot be brought back: confirm it.");
    }
    checks.finish()?;
    address.map_err(|error| Problem::field("/email", Code::EmailInvalid, error.to_string()))
}

/// Export all that is held about a person
///
/// Everything in the workspace that belongs to an address: registrations with answers, notes and history, speakers with their
/// appearances, mails and what became of them, and whether the address is suppressed. The address is sent in the body so that it
/// stands in no log. It changes nothing.
#[utoipa::path(
    tag = "Privacy",
    request_body = ExportRequest,
    security(("bearer" = ["privacy:write"])),
    responses((status = 200, body = PersonExport, description = "All of it; empty lists if nothing is held")),
    extensions(("x-codes" = json!(["email_invalid"])))
)]
#[post("/privacy/export")]
pub async fn export_person(
    state: web::Data<State>,
    staff: Staff<needs::PrivacyWrite>,
    body: Json<ExportRequest>,
) -> Result<Reply, Problem> {
    let (workspace, now) = (staff.workspace, state.clock.now());
    let address = check(&body.value.email, None)?;
    let export = state.read(move |conn| Ok(PersonExport::load(conn, workspace, &address, Reader::Staff, now)?)).await?;
    Ok(Reply::ok(&export)?.with_header("cache-control", "no-store"))
}

/// Erase what is held about a person
///
/// Registrations for what may still take place are cancelled first, so that their seats go to the next in the queue; the person is
/// not told. Then all that says who it was is taken out of registrations, their history and their mails: the rows stay, and with
/// them the numbers. Mails that wait are dropped. A suppressed address stays suppressed, by its digest. Speakers are part of the
/// programme: they are named, and left as they are unless they are included. Doing it twice is harmless. It is recorded without
/// the address.
#[utoipa::path(
    tag = "Privacy",
    request_body = PersonErasureRequest,
    security(("bearer" = ["privacy:write"])),
    responses((status = 200, body = ErasedResponse, description = "How much was erased")),
    extensions(("x-codes" = json!(["email_invalid"])))
)]
#[post("/privacy/erasure")]
pub async fn erase_person_data(
    state: web::Data<State>,
    staff: Staff<needs::PrivacyWrite>,
    body: Json<PersonErasureRequest>,
) -> Result<Reply, Problem> {
    let request = ErasureRequest {
        address: check(&body.value.email, Some(body.value.confirm))?,
        cause: ErasureCause::Staff,
        actor: Some(staff.actor()),
        include_speakers: body.value.include_speakers.unwrap_or_default(),
    };
    let workspace = staff.workspace;
    let erased = state.write(move |conn, context| Ok(erase_person(conn, context, workspace, &request)?)).await?;
    Ok(Reply::ok(&ErasedResponse::from(erased))?.with_header("cache-control", "no-store"))
}

/// List erasures
///
/// Who had what erased, newest first, without whom it concerned.
#[utoipa::path(
    tag = "Privacy",
    params(ErasureQuery),
    security(("bearer" = ["privacy:write"])),
    responses((status = 200, body = ErasurePage, description = "A page of erasures"))
)]
#[get("/privacy/erasures")]
pub async fn list_erasures(
    state: web::Data<State>,
    staff: Staff<needs::PrivacyWrite>,
    query: web::Query<ErasureQuery>,
) -> Result<Reply, Problem> {
    let ErasureQuery { cursor, limit } = query.into_inner();
    let page = Page::<ErasureId>::parse(cursor.as_deref(), limit)?;
    let (workspace, after, fetch) = (staff.workspace, page.after, page.fetch());
    let rows = state.read(move |conn| Ok(store::list(conn, workspace, after, fetch)?)).await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&ErasurePage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}
