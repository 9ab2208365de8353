//! The page of one's registration, to which the links in mails lead. It stands at the root, where people see short addresses. A GET
//! shows; each form is one button, which acts and leads back.

use actix_web::{get, post, web};
use serde_json::{Map, Value, json};

use super::super::error::RegistrationError;
use super::super::form::{self, Form};
use super::super::model::{Registration, RegistrationId};
use super::super::pages::standing_context;
use super::super::possible::possible_actions;
use super::super::view::{MailView, load_view};
use super::super::{OwnLinks, accept_offer, cancel_own_registration, decline_offer, verify_registration};
use super::manage;
use crate::db::Conn;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{Problem, State};
use crate::time::{Context, Language};

/// A registration with all that its pages show.
pub(super) struct Shown {
    pub view: MailView,
    pub form: Form,
    pub language: Language,
    pub context: Map<String, Value>,
}

/// Reads what a token opens, in the language of its person unless the reader chose another.
pub(super) async fn read_shown(state: &State, reader: &Reader, token: &str) -> Result<Shown, PageProblem> {
    let (links, own) = (state.links.clone(), token.to_owned());
    let now = state.clock.now();
    let read = state.read(move |conn| {
        let id = manage::opened(conn, &links, &own)?.id;
        let view = load_view(conn, id, &links)?.ok_or_else(Problem::not_found)?;
        let form = form::store::get(conn, view.registration.event_id)?;
        let own = OwnLinks::new(&links, &view.workspace, &view.parts.event, &view.registration, view.feed_url.clone());
        let can = possible_actions(&view.registration, &view.parts.event, now)?;
        Ok((view, form, own, can))
    });
    let (view, form, links, can) = read.await.map_err(|problem| reader.problem(problem))?;
    let language = reader.language(view.registration.known_language(), view.workspace_language());
    let mut context = standing_context(&view, &form.questions.0, &links, language, &can);
    context.insert("token".to_owned(), json!(token));
    context.insert("query".to_owned(), json!(reader.query()));
    context.insert("has_saved".to_owned(), json!(reader.has_saved()));
    Ok(Shown { view, form, language, context })
}

async fn show(state: &State, reader: &Reader, token: &str, template: &str) -> Result<HtmlPage, PageProblem> {
    let shown = read_shown(state, reader, token).await?;
    reader.page(200, template, shown.language, &shown.context)
}

/// Does what a button says, and leads back to the page.
async fn act(
    state: &State,
    reader: &Reader,
    token: String,
    action: fn(&mut Conn, &Context, RegistrationId) -> Result<Registration, RegistrationError>,
) -> Result<HtmlPage, PageProblem> {
    let acted = manage::act(state, token.clone(), action).await;
    acted.map_err(|problem| reader.problem(problem))?;
    Ok(reader.see_other_at(&format!("../{token}")))
}

/// See one's registration as a page
///
/// Where the links in mails lead: the event, where the registration stands, what was said, and what can be done. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/{token}")]
pub async fn get_registration_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    show(&state, &reader, &path, "registrations/registration.html").await
}

/// Confirm one's address on the page
///
/// What a button of the page sends. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 303, description = "Confirmed: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now", "event_full"])))
)]
#[post("/registrations/{token}/verify")]
pub async fn verify_registration_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    act(&state, &reader, path.into_inner(), verify_registration).await
}

/// Accept an offered seat on the page
///
/// What a button of the page sends. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 303, description = "Accepted: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/{token}/accept-offer")]
pub async fn accept_offer_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    act(&state, &reader, path.into_inner(), accept_offer).await
}

/// Decline an offered seat on the page
///
/// What a button of the page sends. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 303, description = "Declined: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/{token}/decline-offer")]
pub async fn decline_offer_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    act(&state, &reader, path.into_inner(), decline_offer).await
}

/// Be asked before one's registration is cancelled
///
/// A page with the question and a button. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/{token}/cancel")]
pub async fn get_cancellation_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    show(&state, &reader, &path, "registrations/cancel.html").await
}

/// Cancel one's registration on the page
///
/// What the button of that page sends. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 303, description = "Cancelled: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/{token}/cancel")]
pub async fn cancel_registration_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    act(&state, &reader, path.into_inner(), cancel_own_registration).await
}
