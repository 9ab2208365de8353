//! The page of all that a person registered for together, to which the mail about it leads. A GET shows; the button confirms the
//! address for all and leads back.

use actix_web::{get, post, web};
use serde_json::{Value, json};

use super::super::group_view::{GroupView, load_group};
use super::super::model::GroupId;
use super::super::own_links::page_url;
use super::super::pages::group_context;
use super::super::verify_group;
use super::super::view::MailView;
use super::group::{gone, opened};
use crate::db::Conn;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{Links, Problem, State};
use crate::time::Language;

/// What a token opens, if any of its registrations is still there.
fn load(conn: &mut Conn, links: &Links, id: GroupId) -> Result<GroupView, Problem> {
    let group = load_group(conn, id, links)?.ok_or_else(Problem::not_found)?;
    if group.views.is_empty() { Err(gone(conn, id)?) } else { Ok(group) }
}

/// What the page shows, and the language of its person.
async fn read(state: &State, reader: &Reader, token: &str) -> Result<(Value, Language), Problem> {
    let (links, now) = (state.links.clone(), state.clock.now());
    let id = opened(&links, token)?;
    let group = state.read(move |conn| load(conn, &links, id)).await?;
    let first = group.views.first();
    let known = first.and_then(|view| view.registration.known_language());
    let home = first.map_or(Language::En, MailView::workspace_language);
    let language = reader.language(known, home);
    let page = |view: &MailView| page_url(&state.links, &view.workspace, &view.registration);
    let mut context = group_context(&group, page, language, now)?;
    context.insert("token".to_owned(), json!(token));
    context.insert("query".to_owned(), json!(reader.query()));
    Ok((Value::Object(context), language))
}

/// See what one registered for together as a page
///
/// Where the link in the mail about a series leads: each event with where the registration stands, and the way to the page of each.
/// It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/groups/{token}")]
pub async fn get_registration_group_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let read = read(&state, &reader, &path).await;
    let (context, language) = read.map_err(|problem| reader.problem(problem))?;
    reader.page(200, "registrations/group.html", language, &context)
}

/// Confirm one's address for several registrations on the page
///
/// What the button of the page sends. What is not possible for one is done for the others. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 303, description = "Confirmed: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now", "event_full"])))
)]
#[post("/registrations/groups/{token}/verify")]
pub async fn verify_registration_group_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    let id = opened(&links, &token).map_err(|problem| reader.problem(problem))?;
    let verified = state.write(move |conn, context| {
        load(conn, &links, id)?;
        Ok(verify_group(conn, context, id)?)
    });
    verified.await.map_err(|problem: Problem| reader.problem(problem))?;
    Ok(reader.see_other_at(&format!("../{token}")))
}
