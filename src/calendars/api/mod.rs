//! Feeds over HTTP. They stand at the root: calendar programs show and shorten addresses, and want them to end in `.ics`.

mod file;
mod news;

use actix_web::{route, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use self::file::CalendarFile;
use super::cache::{FeedCache, Kept};
use super::error::CalendarError;
use super::feed::{FeedOptions, Form};
use super::which::{Which, WorkspaceFilter, find_feed};
use crate::events::{EventId, EventKind, SeriesId, SessionId};
use crate::http::{Accept, Code, Problem, ReadyDownload, State};
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;

/// Adds this room's routes, to the root.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(get_event_calendar)
        .service(get_session_calendar)
        .service(get_series_calendar)
        .service(get_organisation_calendar)
        .service(get_speaker_calendar)
        .service(get_workspace_calendar)
        .service(news::get_series_news)
        .service(news::get_workspace_news);
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
    /// `1`: each session that has a time stands for itself, and an event of which one has is left out.
    #[serde(default)]
    #[param(inline, required = false, example = "1")]
    pub sessions: Flag,
}

impl From<FeedQuery> for FeedOptions {
    fn from(query: FeedQuery) -> Self {
        Self { shows_tentative: query.tentative == Flag::On, shows_sessions: query.sessions == Flag::On }
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
    /// `1`: each session that has a time stands for itself, and an event of which one has is left out.
    #[serde(default)]
    #[param(inline, required = false, example = "1")]
    pub sessions: Flag,
}

/// The form that a client likes best. Programs that subscribe ask for all sorts of things, so whoever likes neither gets what a
/// calendar is to most.
fn form_for(accept: &Accept) -> Form {
    match accept.choose(&["text/calendar", "application/jscalendar+json"]) {
        Ok("application/jscalendar+json") => Form::Jscalendar,
        _ => Form::Icalendar,
    }
}

/// The feed as it was written last, if it would be the same now; else it is read, and written apart from the connection.
async fn serve(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    form: Form,
    which: Which,
    options: FeedOptions,
) -> Result<ReadyDownload, Problem> {
    let (now, cache) = (state.clock.now(), feeds.clone());
    let address = format!("{which:?} {options:?} {form:?}");
    let (address, read) = state
        .db
        .read(move |conn| {
            let found = find_feed(conn, now, &which)?;
            let stamp = found.stamp(conn, now)?;
            Ok::<_, CalendarError>(match cache.find(&address, &stamp, now) {
                Some(file) => (address, Err(file)),
                None if form == Form::Atom => (address, Ok((found.read_news(conn, &stamp)?, stamp))),
                None => (address, Ok((found.read(conn, options, &stamp)?, stamp))),
            })
        })
        .await?;
    let (feed, stamp) = match read {
        Ok(read) => read,
        Err(file) => return Ok(file),
    };
    let written = web::block(move || {
        let file = ReadyDownload::from(feed.write(form, state.links.public_url(), now)?);
        let file = if form == Form::Atom { file } else { file.by_accept() };
        let kept = Kept { stamp, since: now, until: feed.changes_by_itself_at(now)?, file: file.clone() };
        feeds.keep(address, kept);
        Ok::<_, CalendarError>(file)
    });
    Ok(written.await.map_err(|error| Problem::new(Code::Unavailable).with_detail(error.to_string()))??)
}

/// Calendar of an event
///
/// One event, to download or subscribe to. Empty while the event has no date that a calendar can show; when its date is
/// fixed or moved, the same entry moves. A cancelled event stays, marked as cancelled, until 30 days after its end.
///
/// With `sessions=1` each session with a time is an entry of its own, with the UID that it keeps, and `RELATED-TO` the event's; all
/// of them are cancelled with the event. A session that was removed is left out: calendars that subscribe drop it.
#[utoipa::path(get, tag = "Calendars", params(FeedQuery), responses(CalendarFile))]
#[route("/calendars/events/{event_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_event_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<EventId>,
    query: web::Query<FeedQuery>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Event(path.into_inner()), query.into_inner().into()).await
}

/// Calendar of a session
///
/// One session of an event, to download or subscribe to: the entry that the event's calendar has with `sessions=1`. Empty while
/// the session has no time.
#[utoipa::path(get, tag = "Calendars", responses(CalendarFile))]
#[route("/calendars/sessions/{session_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_session_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<SessionId>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Session(path.into_inner()), FeedOptions::default()).await
}

/// Calendar of a series
///
/// Its published events, past and future. The descriptions are short, as in the calendar of a workspace.
#[utoipa::path(get, tag = "Calendars", params(FeedQuery), responses(CalendarFile))]
#[route("/calendars/series/{series_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_series_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<SeriesId>,
    query: web::Query<FeedQuery>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Series(path.into_inner()), query.into_inner().into()).await
}

/// Calendar of an organisation
///
/// The published events in which it has a part, from 90 days ago. The descriptions are short, as in the calendar of a workspace.
#[utoipa::path(get, tag = "Calendars", params(FeedQuery), responses(CalendarFile))]
#[route("/calendars/organisations/{organisation_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_organisation_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<OrganisationId>,
    query: web::Query<FeedQuery>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Organisation(path.into_inner()), query.into_inner().into()).await
}

/// Calendar of a speaker
///
/// The published events in which they appear, from 90 days ago; not those where they declined or withdrew. With `sessions=1`
/// the sessions in which they do, where these have a time; and the event, where they appear in it as a whole or in a session that
/// has none. The descriptions are short, as in the calendar of a workspace.
#[utoipa::path(get, tag = "Calendars", params(FeedQuery), responses(CalendarFile))]
#[route("/calendars/speakers/{speaker_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_speaker_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<SpeakerId>,
    query: web::Query<FeedQuery>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Speaker(path.into_inner()), query.into_inner().into()).await
}

/// Calendar of a workspace
///
/// Its published events from 90 days ago, or those that the filters choose. In a calendar of many events each has a short
/// description: the agenda and the beginning of the abstract, as far as there is room, and the address where the rest is. The
/// calendar of an event says all.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(("slug" = String, Path, description = "Slug or id of the workspace.", example = "cologne"), WorkspaceFeedQuery),
    responses(CalendarFile)
)]
#[route("/calendars/workspaces/{slug}.ics", method = "GET", method = "HEAD")]
pub async fn get_workspace_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<String>,
    query: web::Query<WorkspaceFeedQuery>,
) -> Result<ReadyDownload, Problem> {
    let WorkspaceFeedQuery { kind, language, organisation, tentative, sessions } = query.into_inner();
    let language = language.filter(|tag| !tag.is_empty());
    let filter = WorkspaceFilter { kind, language, organisation };
    serve(
        state,
        feeds,
        form_for(&accept),
        Which::Workspace(path.into_inner(), filter),
        FeedQuery { tentative, sessions }.into(),
    )
    .await
}
