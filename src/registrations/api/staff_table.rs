//! The table of registrations, sent as it is read: however many there are, no more than a page of them is held.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use actix_web::web::{Bytes, Data};
use futures_util::stream::{Stream, try_unfold};

use super::super::join;
use super::super::list_store::{self, ListKey, RegistrationFilter, RegistrationOrder};
use super::super::model::Registration;
use super::super::table::Table;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::{Problem, State, WorkspaceId, file_name};

/// The media type of a table.
pub(super) const CSV: &str = "text/csv";
/// How many rows are read at once.
const PAGE: i64 = 1_000;
/// A byte order mark in UTF-8.
const MARK: &str = "\u{FEFF}";

/// What is to stand in a table.
pub(super) struct TableRequest {
    /// Which registrations.
    pub filter: RegistrationFilter,
    /// In which order.
    pub order: RegistrationOrder,
    /// Whether it begins with a byte order mark.
    pub has_mark: bool,
}

/// A table of which a part is sent.
struct Walk {
    state: Data<State>,
    event: EventId,
    request: TableRequest,
    table: Table,
    next: Next,
}

enum Next {
    Head,
    Rows(Option<ListKey>),
    End,
}

/// Sends the registrations of an event as a table.
pub(super) async fn send_table(
    state: Data<State>,
    workspace: WorkspaceId,
    event: EventId,
    request: TableRequest,
) -> Result<HttpResponse, Problem> {
    let (title, answers) = state
        .read(move |conn| {
            let title = events::get_event(conn, workspace, event)?.details.0.title;
            Ok((title, list_store::answers_of_event(conn, event)?))
        })
        .await?;
    let name = file_name(&format!("registrations {title}"), "registrations", "csv");
    let walk = Walk { state, event, request, table: Table::new(&answers), next: Next::Head };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((VARY, super::staff_list::VARY))
        .streaming(parts(walk)))
}

/// The parts of a table: its head, then its rows. An error ends the answer before its end, so that nobody takes it for whole.
fn parts(walk: Walk) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    try_unfold(walk, |mut walk| async move {
        let text = match std::mem::replace(&mut walk.next, Next::End) {
            Next::End => return Ok(None),
            Next::Head => {
                walk.next = Next::Rows(None);
                let mark = if walk.request.has_mark { MARK } else { "" };
                format!("{mark}{}", walk.table.head())
            }
            Next::Rows(after) => walk.rows(after).await.map_err(|problem| {
                tracing::error!(%problem, "a table was broken off");
                std::io::Error::other(problem.to_string())
            })?,
        };
        Ok(Some((Bytes::from(text), walk)))
    })
}

impl Walk {
    /// The rows behind `after`, as many as are read at once.
    async fn rows(&mut self, after: Option<ListKey>) -> Result<String, Problem> {
        let (event, filter, order) = (self.event, self.request.filter.clone(), self.request.order);
        let read = self.state.read(move |conn| {
            let rows = list_store::list(conn, event, &filter, order, after.as_ref(), PAGE)?;
            Ok((join::store::of_many(conn, &rows)?, rows))
        });
        let (visits, rows) = read.await?;
        let joined_at = |row: &Registration| visits.get(&row.id).map(|visit| visit.first_joined_at);
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        if let Some(last) = rows.last().filter(|_| is_full) {
            self.next = Next::Rows(Some(ListKey::of(order, last)));
        }
        Ok(rows.iter().map(|row| self.table.row(row, joined_at(row))).collect())
    }
}
