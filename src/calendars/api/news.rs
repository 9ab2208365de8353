//! What is new, for feed readers. These stand beside the calendars, and are kept and told apart in the same way.

use actix_web::{route, web};

use super::super::cache::FeedCache;
use super::super::feed::{FeedOptions, Form};
use super::super::which::{Which, WorkspaceFilter};
use super::file::NewsFile;
use super::serve;
use crate::events::SeriesId;
use crate::http::{Problem, ReadyDownload, State};

/// News of a series
///
/// The 50 of its published events that were published or changed last, the newest first, as an Atom feed. An event stays the same
/// entry, by its id, whatever becomes of it; one that was cancelled or postponed says so before its title.
#[utoipa::path(get, tag = "Calendars", responses(NewsFile))]
#[route("/calendars/series/{series_id}.atom", method = "GET", method = "HEAD")]
pub async fn get_series_news(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    path: web::Path<SeriesId>,
) -> Result<ReadyDownload, Problem> {
    serve(state, feeds, Form::Atom, Which::Series(path.into_inner()), FeedOptions::default()).await
}

/// News of a workspace
///
/// The 50 of its published events that were published or changed last, the newest first, as an Atom feed. An event stays the same
/// entry, by its id, whatever becomes of it; one that was cancelled or postponed says so before its title.
#[utoipa::path(
    get,
    tag = "Calendars",
    params(("slug" = String, Path, description = "Slug or id of the workspace.", example = "cologne")),
    responses(NewsFile)
)]
#[route("/calendars/workspaces/{slug}.atom", method = "GET", method = "HEAD")]
pub async fn get_workspace_news(
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    path: web::Path<String>,
) -> Result<ReadyDownload, Problem> {
    let which = Which::Workspace(path.into_inner(), WorkspaceFilter::default());
    serve(state, feeds, Form::Atom, which, FeedOptions::default()).await
}
