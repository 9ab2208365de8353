//! The calendar of all that a person has registered for. It stands at the root, as every calendar does.

use actix_web::{post, route, web};

use super::super::personal_feed::{open_personal_feed, rotate_feed};
use super::manage::{ManagedRegistration, act_on};
use crate::calendars::CalendarError;
use crate::calendars::FeedOptions;
use crate::calendars::api::FeedQuery;
use crate::http::{Code, Problem, Reply, State, TailoredDownload};

/// Calendar of a person
///
/// Everything that the owner of an address has registered for in a workspace: with a seat as confirmed, with their own link into the
/// meeting; while they wait for a seat or a decision as tentative; what was cancelled stays for 30 days, marked as such. The
/// address is a secret. Once it was replaced it is gone for good: calendar programs then stop asking.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(FeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    )),
    extensions(("x-codes" = json!(["link_revoked"])), ("x-any-query" = json!(true)))
)]
#[route("/calendars/personal/{token}.ics", method = "GET", method = "HEAD")]
pub async fn get_personal_calendar(
    state: web::Data<State>,
    path: web::Path<String>,
    query: FeedQuery,
) -> Result<TailoredDownload, Problem> {
    let (token, links, now) = (path.into_inner(), state.links.clone(), state.clock.now());
    let FeedOptions { shows_tentative, .. } = query.into();
    let feed = state.db.read(move |conn| open_personal_feed(conn, &links, &token, now)).await?;
    let download = web::block(move || feed.render(&state.links, shows_tentative, now)).await;
    let download: Result<_, CalendarError> =
        download.map_err(|error| Problem::new(Code::Unavailable).with_detail(error.to_string()))?;
    Ok(TailoredDownload { download: download?, is_private: true, headers: Vec::new() })
}

/// Replace the address of one's calendar
///
/// The one that was used until now is gone for good. The new one is in the answer, and in every mail from now on.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = ManagedRegistration, description = "The registration, with the new address")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[post("/registrations/manage/{token}/rotate-feed")]
pub async fn rotate_managed_feed(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    act_on(&state, path.into_inner(), |conn, context, registration| {
        rotate_feed(conn, context, &registration)?;
        Ok(registration)
    })
    .await
}
