//! Feeds over HTTP. They stand at the root: calendar programs show and shorten addresses, and want them to end in `.ics`.

use actix_web::{route, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::CalendarError;
use super::feed::{self, Feed, FeedOptions, WorkspaceFilter};
use crate::db::Conn;
use crate::events::{EventId, EventKind, SeriesId};
use crate::http::{Code, Download, Problem, State};
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;

/// Adds this room's routes, to the root.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(get_event_calendar)
        .service(get_series_calendar)
        .service(get_organisation_calendar)
        .service(get_speaker_calendar)
        .service(get_workspace_calendar);
}

/// A yes or no in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub enum Flag {
    /// Yes.
    #[serde(rename = "1", alias = "true")]
    On,
    /// No.
    #[default]
    #[serde(rename = "0", alias = "false", alias = "")]
    Off,
}

/// What to show. Calendar programs add parameters of their own, so unknown ones are ignored.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// `1`: events that are known to the month, season or year are shown as well, as spans of days.
    #[serde(default)]
    #[param(inline, required = false, example = "1")]
    pub tentative: Flag,
}

impl From<FeedQuery> for FeedOptions {
    fn from(query: FeedQuery) -> Self {
        Self { shows_tentative: query.tentative == Flag::On }
    }
}

/// Which events. Every filter that is given has to hold; unknown parameters are ignored.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkspaceFeedQuery {
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// In this language: a BCP 47 tag.
    #[param(example = "en")]
    pub language: Option<String>,
    /// In which this organisation has a part.
    pub organisation: Option<OrganisationId>,
    /// `1`: events that are known to the month, season or year are shown as well, as spans of days.
    #[serde(default)]
    #[param(inline, required = false, example = "1")]
    pub tentative: Flag,
}

/// Reads a feed and writes it, apart from the connection that it was read with.
async fn serve(
    state: web::Data<State>,
    read: impl FnOnce(&mut Conn) -> Result<Feed, CalendarError> + Send + 'static,
) -> Result<Download, Problem> {
    let now = state.clock.now();
    let feed = state.db.read(read).await?;
    let download = web::block(move || feed.render(state.links.public_url(), now)).await;
    Ok(download.map_err(|error| Problem::new(Code::Unavailable).with_detail(error.to_string()))??)
}

/// Calendar of an event
///
/// One event, to download or subscribe to. Empty while the event has no date that a calendar can show; when its date is
/// fixed or moved, the same entry moves. A cancelled event stays, marked as cancelled, until 30 days after its end.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(FeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/calendars/events/{event_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_event_calendar(
    state: web::Data<State>,
    path: web::Path<EventId>,
    query: web::Query<FeedQuery>,
) -> Result<Download, Problem> {
    let (id, options) = (path.into_inner(), query.into_inner().into());
    serve(state, move |conn| feed::event_feed(conn, id, options)).await
}

/// Calendar of a series
///
/// Its published events, past and future.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(FeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/calendars/series/{series_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_series_calendar(
    state: web::Data<State>,
    path: web::Path<SeriesId>,
    query: web::Query<FeedQuery>,
) -> Result<Download, Problem> {
    let (id, options) = (path.into_inner(), query.into_inner().into());
    serve(state, move |conn| feed::series_feed(conn, id, options)).await
}

/// Calendar of an organisation
///
/// The published events in which it has a part, from 90 days ago.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(FeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/calendars/organisations/{organisation_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_organisation_calendar(
    state: web::Data<State>,
    path: web::Path<OrganisationId>,
    query: web::Query<FeedQuery>,
) -> Result<Download, Problem> {
    let (id, options, now) = (path.into_inner(), query.into_inner().into(), state.clock.now());
    serve(state, move |conn| feed::organisation_feed(conn, now, id, options)).await
}

/// Calendar of a speaker
///
/// The published events in which they appear, from 90 days ago; not those where they declined or withdrew.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(FeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/calendars/speakers/{speaker_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_speaker_calendar(
    state: web::Data<State>,
    path: web::Path<SpeakerId>,
    query: web::Query<FeedQuery>,
) -> Result<Download, Problem> {
    let (id, options, now) = (path.into_inner(), query.into_inner().into(), state.clock.now());
    serve(state, move |conn| feed::speaker_feed(conn, now, id, options)).await
}

/// Calendar of a workspace
///
/// Its published events from 90 days ago, or those that the filters choose.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(("slug" = String, Path, description = "Slug or id of the workspace.", example = "cologne"), WorkspaceFeedQuery),
    responses((
        status = 200, body = String, content_type = "text/calendar",
        description = "An iCalendar object (RFC 5545), with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/calendars/workspaces/{slug}.ics", method = "GET", method = "HEAD")]
pub async fn get_workspace_calendar(
    state: web::Data<State>,
    path: web::Path<String>,
    query: web::Query<WorkspaceFeedQuery>,
) -> Result<Download, Problem> {
    let (slug, now) = (path.into_inner(), state.clock.now());
    let WorkspaceFeedQuery { kind, language, organisation, tentative } = query.into_inner();
    let language = language.filter(|tag| !tag.is_empty());
    let filter = WorkspaceFilter { kind, language, organisation };
    let options = FeedQuery { tentative }.into();
    serve(state, move |conn| feed::workspace_feed(conn, now, &slug, &filter, options)).await
}
