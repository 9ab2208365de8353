//! Registering many people by the staff, from a table.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::import::{ImportOptions, ImportReport, import_registrations, read_people};
use super::super::import_rows::RowFinding;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, Problem, Reply, Staff, State, Upload, UploadKind};

/// A table of people.
pub struct PeopleFile;

impl UploadKind for PeopleFile {
    const MEDIA_TYPES: &'static [&'static str] = &["text/csv"];
    const MOST_BYTES: usize = 4 << 20;
}

/// What becomes of the people of a table.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegistrationImportQuery {
    /// Whether they are registered. Without it nothing changes, and the answer says what would happen.
    #[serde(default)]
    #[param(default = false)]
    apply: bool,
    /// Whether they are sent what they have.
    #[serde(default)]
    #[param(default = false)]
    notify: bool,
    /// Whether the event is given a seat more for each who would have none.
    #[serde(default)]
    #[param(default = false)]
    override_capacity: bool,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationImportResponse {
    /// The event.
    event_id: EventId,
    /// Whether the people were registered: it was asked for, and there is no error.
    #[schema(example = false)]
    applied: bool,
    /// How many lines name somebody who may be registered.
    #[schema(example = 120)]
    rows: usize,
    /// How many get a seat, or need none.
    #[schema(example = 100)]
    confirmed: usize,
    /// How many wait.
    #[schema(example = 18)]
    waitlisted: usize,
    /// How many are registered already, and are left as they are.
    #[schema(example = 2)]
    known: usize,
    /// How many seats more the event gets.
    #[schema(example = 0)]
    added_seats: i32,
    /// What was found in the file, errors first.
    findings: Vec<RowFinding>,
}

impl RegistrationImportResponse {
    fn new(event_id: EventId, report: ImportReport) -> Self {
        let ImportReport { is_applied, rows, confirmed, waitlisted, known, added_seats, findings } = report;
        Self { event_id, applied: is_applied, rows, confirmed, waitlisted, known, added_seats, findings }
    }
}

/// Import registrations
///
/// From a table in UTF-8, separated by commas, semicolons or tabs, of 5,000 people and 4 MiB at most. Its columns are those that
/// the registrations are written with as `text/csv`: `name` and `email`, perhaps `organisation`, `language`, `timezone`,
/// `attendance`, `state`, `note`, and `answers.` with the key of a question, or the key alone. What a person consented to, and when,
/// stands in `consent_version` and `consented_at`; otherwise nothing is known of that. Versions are counted for each event: who comes
/// from one with another text consented to that, so leave `consent_version` out. Nothing happens without
/// `apply=true`, and with an error nobody is registered. Whose address is registered is left as they are. Who is `confirmed`,
/// `attended` or `no_show` gets a seat; who is `waitlisted`, `offered` or nothing a seat or a place in the queue; everybody else
/// is left out. Nobody gets a mail without `notify=true`.
#[utoipa::path(
    tag = "Registrations",
    params(RegistrationImportQuery, IdempotencyKey),
    request_body(
        description = "The table",
        content((String = "text/csv", example = "name;email;answers.meal\nUlrika Lindqvist;ulrika@example.org;vegan\n"))
    ),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationImportResponse, description = "What was done, or would be")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/registrations/import")]
pub async fn import_event_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<EventId>,
    query: web::Query<RegistrationImportQuery>,
    key: IdempotencyKey,
    file: Upload<PeopleFile>,
) -> Result<Reply, Problem> {
    let (workspace, id, actor) = (staff.workspace, path.into_inner(), staff.actor());
    let RegistrationImportQuery { apply, notify, override_capacity } = query.into_inner();
    let options = ImportOptions { apply, notify, override_capacity };
    let people = read_people(&file.bytes);
    key.run(&state, Some(&staff), file.hash, move |conn, context| {
        let event = events::lock_event(conn, workspace, id)?;
        let report = import_registrations(conn, context, &actor, &event, &people, options)?;
        Reply::ok(&RegistrationImportResponse::new(id, report))
    })
    .await
}
