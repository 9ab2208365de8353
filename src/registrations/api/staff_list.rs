//! Lists of registrations for the staff: pages, and the whole as a table.

use actix_web::{Either, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::list_store::{self, Attendance, ListKey, RegistrationFilter, RegistrationOrder};
use super::super::model::{self, RegistrationId, RegistrationState};
use super::staff::RegistrationResponse;
use super::staff_table::{CSV, TableRequest, send_table};
use crate::define_page;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{Accept, Code, Page, Problem, Reply, Staff, State};
use crate::mail::EmailAddress;

const JSON: &str = "application/json";
/// What an answer of the list depends on, besides what is stored.
pub(super) const VARY: &str = "accept, authorization, accept-encoding";

define_page! {
    /// A page of registrations.
    RegistrationPage of RegistrationResponse
}

/// Which registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegistrationQuery {
    /// Only those that stand here.
    state: Option<RegistrationState>,
    /// Only these of those who have a seat.
    #[param(inline)]
    attendance: Option<Attendance>,
    /// Only those that are for being there, or for the recording alone.
    takes_part: Option<model::Attendance>,
    /// Words in the name, the address or the organisation; case and accents do not matter.
    #[param(example = "lund")]
    q: Option<String>,
    /// Changed after this time.
    updated_since: Option<DateTime<Utc>>,
    /// The order; that in which they were made if absent.
    #[param(inline)]
    sort: Option<RegistrationOrder>,
    /// Whether a table begins with a byte order mark, which some spreadsheets need to read UTF-8. It takes no page.
    #[param(example = true)]
    bom: Option<bool>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

impl RegistrationQuery {
    fn order(&self) -> RegistrationOrder {
        self.sort.unwrap_or(RegistrationOrder::Made)
    }

    fn filter(&self) -> RegistrationFilter {
        let Self { state, attendance, takes_part, updated_since, .. } = *self;
        RegistrationFilter { state, attendance, takes_part, q: self.q.clone(), updated_since }
    }

    fn page(&self) -> Result<Page<ListKey>, Problem> {
        if self.bom.is_some() {
            return Err(Problem::new(Code::MalformedQuery).with_detail("bom is for text/csv."));
        }
        let page = Page::<ListKey>::parse(self.cursor.as_deref(), self.limit)?;
        if page.after.as_ref().is_some_and(|after| !after.fits(self.order())) {
            return Err(Problem::new(Code::CursorInvalid).with_detail("The cursor belongs to another order."));
        }
        Ok(page)
    }

    fn table(&self) -> Result<TableRequest, Problem> {
        if self.cursor.is_some() || self.limit.is_some() {
            return Err(Problem::new(Code::MalformedQuery).with_detail("A table is whole: no cursor, no limit."));
        }
        let has_mark = self.bom.unwrap_or_default();
        Ok(TableRequest { filter: self.filter(), order: self.order(), has_mark })
    }
}

/// List the registrations of an event
///
/// In pages of JSON; with `Accept: text/csv` all of them at once as a table, with a column for each question. In the table
/// whatever a spreadsheet might take for a formula has an apostrophe before it.
#[utoipa::path(
    tag = "Registrations",
    params(RegistrationQuery),
    security(("bearer" = ["registrations:read"])),
    responses((
        status = 200,
        description = "A page of registrations, or the table",
        content((RegistrationPage = "application/json"), (String = "text/csv"))
    )),
    extensions(("x-codes" = json!(["not_acceptable"])))
)]
#[get("/events/{event_id}/registrations")]
pub async fn list_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<EventId>,
    query: web::Query<RegistrationQuery>,
    accept: Accept,
) -> Result<Either<Reply, HttpResponse>, Problem> {
    let (event, workspace) = (path.into_inner(), staff.workspace);
    if accept.choose(&[JSON, CSV])? == CSV {
        return Ok(Either::Right(send_table(state, workspace, event, query.table()?).await?));
    }
    let (page, order, filter) = (query.page()?, query.order(), query.filter());
    let (after, fetch) = (page.after.clone(), page.fetch());
    let page = state
        .read(move |conn| {
            events::get_event(conn, workspace, event)?;
            let rows = list_store::list(conn, event, &filter, order, after.as_ref(), fetch)?;
            let (rows, next_cursor) = page.finish(rows, |row| ListKey::of(order, row))?;
            Ok(RegistrationPage { items: RegistrationResponse::read_all(conn, rows)?, next_cursor })
        })
        .await?;
    Ok(Either::Left(Reply::ok(&page)?.with_header("vary", VARY)))
}

/// Whose registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// The whole address; case does not matter.
    #[param(example = "ulrika@example.org")]
    email: String,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// Find a person's registrations
///
/// Those of an address, for all events of the workspace, in the order they were made; those that came to their end too.
#[utoipa::path(
    tag = "Registrations",
    params(PersonQuery),
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = RegistrationPage, description = "A page of registrations"))
)]
#[get("/registrations")]
pub async fn find_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    query: web::Query<PersonQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<RegistrationId>::parse(query.cursor.as_deref(), query.limit)?;
    let email = EmailAddress::parse(&query.email)
        .map_err(|error| Problem::new(Code::MalformedQuery).with_detail(format!("email: {error}.")))?;
    let (workspace, after, fetch) = (staff.workspace, page.after, page.fetch());
    state
        .read(move |conn| {
            let rows = list_store::list_of_address(conn, workspace, &email.key(), after, fetch)?;
            let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
            Reply::ok(&RegistrationPage { items: RegistrationResponse::read_all(conn, rows)?, next_cursor })
        })
        .await
}
