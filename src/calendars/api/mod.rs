//! Feeds over HTTP. They stand at the root: calendar programs show and shorten addresses, and want them to end in `.ics`.

mod file;
mod news;
mod query;

use std::time::Duration;

use actix_web::{route, web};
use chrono::{DateTime, Utc};
use tokio::time::timeout;
use utoipa_actix_web::service_config::ServiceConfig;

use self::file::CalendarFile;
use self::query::WorkspaceFeedQuery;
pub use self::query::{FeedQuery, Flag};
use super::cache::{FeedCache, Kept};
use super::error::CalendarError;
use super::feed::{Feed, FeedOptions, Form};
use super::turns::Turn;
use super::which::{Stamp, Which, find_feed};
use crate::db::Conn;
use crate::events::{EventId, SeriesId, SessionId};
use crate::http::{Accept, Code, Problem, ReadyDownload, State};
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;

/// How long somebody waits for a feed that others are writing, before they are asked to come again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

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

/// The form that a client likes best. Programs that subscribe ask for all sorts of things, so whoever likes neither gets what a
/// calendar is to most.
fn form_for(accept: &Accept) -> Form {
    match accept.choose(&["text/calendar", "application/jscalendar+json"]) {
        Ok("application/jscalendar+json") => Form::Jscalendar,
        _ => Form::Icalendar,
    }
}

/// What is asked for.
#[derive(Clone)]
struct Asked {
    which: Which,
    options: FeedOptions,
    form: Form,
}

/// What became of a request for a feed.
enum Looked {
    /// It is kept, and would be the same now.
    Kept(ReadyDownload),
    /// Somebody else writes what is kept under this address.
    Busy(String),
    /// It was read, and is to be written.
    Read(Box<Unwritten>),
}

/// A feed that was read.
struct Unwritten {
    /// That nobody else writes it.
    turn: Turn,
    /// Whether it is worth keeping.
    is_kept: bool,
    stamp: Stamp,
    now: DateTime<Utc>,
    feed: Feed,
}

/// The feed as it was written last, if it would be the same now; else it is read, and written apart from the connection. Whoever asks for
/// the same meanwhile waits for that, so that after a change it is written once, however many programs come for it.
async fn serve(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    form: Form,
    which: Which,
    options: FeedOptions,
) -> Result<ReadyDownload, Problem> {
    let asked = Asked { which, options, form };
    let mut turn = None;
    loop {
        match look(&state, &feeds, asked.clone(), turn).await? {
            Looked::Kept(file) => return Ok(file),
            Looked::Read(read) => return write(state, feeds, form, *read).await,
            Looked::Busy(address) => {
                let wait = timeout(LONGEST_WAIT, feeds.turn(&address));
                turn = Some(wait.await.map_err(|_elapsed| Problem::new(Code::Unavailable))?);
            }
        }
    }
}

/// Looks whether a feed is kept, and reads it if not, unless somebody else is about to. A `turn` is that of whoever waited for them.
async fn look(
    state: &State,
    feeds: &web::Data<FeedCache>,
    asked: Asked,
    turn: Option<Turn>,
) -> Result<Looked, Problem> {
    let (now, cache, Asked { which, options, form }) = (state.clock.now(), feeds.clone(), asked);
    let look = move |conn: &mut Conn| {
        let found = find_feed(conn, now, &which)?;
        let address = found.address(options, form);
        let stamp = found.stamp(conn, now)?;
        if let Some(file) = cache.find(&address, &stamp, now) {
            return Ok::<_, CalendarError>(Looked::Kept(file));
        }
        let turn = turn.filter(|turn| turn.is_at(&address)).or_else(|| cache.try_turn(&address));
        let Some(turn) = turn else { return Ok(Looked::Busy(address)) };
        // Whoever wrote it may have been done just before this one's turn.
        if let Some(file) = cache.find(&address, &stamp, now) {
            return Ok(Looked::Kept(file));
        }
        let is_narrow = found.is_narrow();
        let feed = if form == Form::Atom { found.read_news(conn)? } else { found.read(conn, options)? };
        // Names of languages and ids can be made up without end. What is found for none of them costs little to find again, and
        // would take the room of what is asked for.
        let is_kept = !is_narrow || !feed.events.is_empty();
        Ok(Looked::Read(Box::new(Unwritten { turn, is_kept, stamp, now, feed })))
    };
    Ok(state.db.read(look).await?)
}

/// Writes a feed that was read, and keeps it. It ends its turn when that is done, also if nobody waits for it any more.
async fn write(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    form: Form,
    read: Unwritten,
) -> Result<ReadyDownload, Problem> {
    let written = web::block(move || {
        let Unwritten { turn, is_kept, stamp, now, feed } = read;
        let file = ReadyDownload::from(feed.write(form, state.links.public_url(), now)?);
        let file = if form == Form::Atom { file } else { file.by_accept() };
        if is_kept {
            let kept = Kept { stamp, since: now, until: feed.changes_by_itself_at(now)?, file: file.clone() };
            feeds.keep(turn.address().to_owned(), kept);
        }
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
#[utoipa::path(
    get, tag = "Calendars", params(FeedQuery), responses(CalendarFile), extensions(("x-any-query" = json!(true)))
)]
#[route("/calendars/events/{event_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_event_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<EventId>,
    query: FeedQuery,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Event(path.into_inner()), query.into()).await
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
/// Its published events, past and future. The descriptions are short, as in the calendar of a workspace. It has at most 1,000 events;
/// with `sessions=1`, at most 1,000 entries, of whole events. The first of the series are those that are left out.
#[utoipa::path(
    get, tag = "Calendars", params(FeedQuery), responses(CalendarFile), extensions(("x-any-query" = json!(true)))
)]
#[route("/calendars/series/{series_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_series_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<SeriesId>,
    query: FeedQuery,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Series(path.into_inner()), query.into()).await
}

/// Calendar of an organisation
///
/// The published events in which it has a part, from 90 days ago. The descriptions are short, as in the calendar of a workspace.
#[utoipa::path(
    get, tag = "Calendars", params(FeedQuery), responses(CalendarFile), extensions(("x-any-query" = json!(true)))
)]
#[route("/calendars/organisations/{organisation_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_organisation_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<OrganisationId>,
    query: FeedQuery,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Organisation(path.into_inner()), query.into()).await
}

/// Calendar of a speaker
///
/// The published events in which they appear, from 90 days ago; not those where they declined or withdrew. With `sessions=1`
/// the sessions in which they do, where these have a time; and the event, where they appear in it as a whole or in a session that
/// has none. The descriptions are short, as in the calendar of a workspace.
#[utoipa::path(
    get, tag = "Calendars", params(FeedQuery), responses(CalendarFile), extensions(("x-any-query" = json!(true)))
)]
#[route("/calendars/speakers/{speaker_id}.ics", method = "GET", method = "HEAD")]
pub async fn get_speaker_calendar(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    accept: Accept,
    path: web::Path<SpeakerId>,
    query: FeedQuery,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, form_for(&accept), Which::Speaker(path.into_inner()), query.into()).await
}

/// Calendar of a workspace
///
/// Its published events from 90 days ago, or those that the filters choose. In a calendar of many events each has a short
/// description: the agenda and the beginning of the abstract, as far as there is room, and the address where the rest is. The
/// calendar of an event says all. It has at most 1,000 events; with `sessions=1`, at most 1,000 entries, of whole events. Those farthest
/// ahead are left out.
///
/// Of a parameter that is given twice the last counts, and a yes or no that cannot be read is a no. What chooses the events has to be
/// right, though: a kind or a language that cannot be one is refused, and an organisation that the workspace lacks is not found, so that
/// whoever subscribes with it keeps what they have.
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
    query: WorkspaceFeedQuery,
) -> Result<ReadyDownload, Problem> {
    let (filter, options) = query.into();
    serve(state, feeds, form_for(&accept), Which::Workspace(path.into_inner(), filter), options).await
}
