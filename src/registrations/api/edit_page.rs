//! The page on which a person changes what they said of themself.

use actix_web::{get, post, web};
use serde_json::json;

use super::super::pages::{EnteredDetails, form_context};
use super::super::{form, revise_registration};
use super::manage::opened_and_locked;
use super::page::read_shown;
use crate::http::page::{Faults, Form, HtmlPage, PageProblem, Reader};
use crate::http::{Code, Problem, State};

/// Makes the page. What was sent with faults stands in the form, or else what is stored.
async fn show(
    state: &State,
    reader: &Reader,
    token: &str,
    faulty: Option<(Faults, EnteredDetails)>,
) -> Result<HtmlPage, PageProblem> {
    let mut shown = read_shown(state, reader, token).await?;
    let questions = &shown.form.questions.0;
    let status = if faulty.is_some() { 422 } else { 200 };
    let stored = || (Faults::default(), EnteredDetails::of(&shown.view.registration, questions));
    let (faults, entered) = faulty.unwrap_or_else(stored);
    shown.context.extend(form_context(&entered, questions, shown.language));
    shown.context.insert("faults".to_owned(), json!(faults));
    reader.page(status, "registrations/edit.html", shown.language, &shown.context)
}

async fn revise(state: &State, token: String, entered: EnteredDetails) -> Result<(), Problem> {
    if entered.name.is_none() {
        return Err(Problem::field("/name", Code::FieldRequired, "This field is required."));
    }
    let links = state.links.clone();
    let revised = state.write(move |conn, context| {
        let locked = opened_and_locked(conn, &links, &token)?;
        let form = form::store::get(conn, locked.event_id)?;
        let own = entered.own(&locked, &form.questions.0);
        Ok(revise_registration(conn, context, &locked, own)?)
    });
    revised.await.map(drop)
}

/// See the form for what one said
///
/// The name, the organisation, zone and language, and the questions of the event. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/{token}/edit")]
pub async fn get_edit_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    show(&state, &reader, &path, None).await
}

/// Change what one said on the page
///
/// What the form of that page sends. It leads back to the page of the registration; where something does not fit, the form is shown
/// again and says what.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = EnteredDetails, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Changed: back to the page of the registration, which says so")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now"])))
)]
#[post("/registrations/{token}/edit")]
pub async fn edit_registration_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
    form: Form<EnteredDetails>,
) -> Result<HtmlPage, PageProblem> {
    let (token, entered) = (path.into_inner(), form.0);
    let revised = revise(&state, token.clone(), entered.clone()).await;
    let Err(problem) = revised else { return Ok(reader.saved_at(&format!("../{token}"))) };
    let faults = Faults::of(problem).map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, &token, Some((faults, entered))).await
}
