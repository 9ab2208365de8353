//! The page on which a person has what is held about them erased, with the link that they were sent. A GET explains and asks, the
//! button acts; afterwards the same page says that it is done, and nothing else opens with the link.

use actix_web::{get, post, web};
use serde_json::json;

use super::person::erase_own;
use crate::accounts::Workspace;
use crate::accounts::store::get_workspace;
use crate::db::Conn;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{Code, Links, Problem, State};
use crate::registrations::api::opened;
use crate::registrations::{Registration, RegistrationId, store};

/// The registration that a token opens, or opened before it was erased.
fn found(conn: &mut Conn, links: &Links, token: &str) -> Result<Registration, Problem> {
    let problem = match opened(conn, links, token) {
        // This answer is for tokens that were made here alone.
        Err(problem) if problem.code() == Code::DataErased => problem,
        other => return other,
    };
    let Some(claim) = Links::parse(token) else { return Err(problem) };
    store::find(conn, RegistrationId(claim.subject))?.ok_or(problem)
}

fn load(conn: &mut Conn, links: &Links, token: &str) -> Result<(Registration, Workspace), Problem> {
    let registration = found(conn, links, token)?;
    let workspace = get_workspace(conn, registration.workspace_id)?;
    Ok((registration, workspace))
}

/// Be asked before one's data is erased
///
/// A page that says what is erased, with a button. It changes nothing. Once all is erased, it says so.
#[utoipa::path(
    tag = "Privacy",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/{token}/erase")]
pub async fn get_erasure_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    let own = token.clone();
    let loaded = state.read(move |conn| load(conn, &links, &own)).await;
    let (registration, workspace) = loaded.map_err(|problem| reader.problem(problem))?;
    let context = json!({
        "token": token,
        "query": reader.query(),
        "is_erased": registration.is_erased(),
        "email": registration.email,
        "workspace": { "name": workspace.name },
    });
    let language = reader.language(registration.known_language(), workspace.spoken());
    reader.page(200, "privacy/erase.html", language, &context)
}

/// Erase what is held about oneself on the page
///
/// What the button of that page sends: as erasing it with a request. Doing it twice is harmless.
#[utoipa::path(
    tag = "Privacy",
    params(Reader),
    responses((status = 303, description = "Erased: back to the page, which says so")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[post("/registrations/{token}/erase")]
pub async fn erase_person_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    let erased = state.write(move |conn, context| {
        if found(conn, &links, &token)?.is_erased() {
            return Ok(());
        }
        erase_own(conn, context, &links, &token).map(drop)
    });
    erased.await.map_err(|problem: Problem| reader.problem(problem))?;
    Ok(reader.see_other())
}
