//! The page that the link to unsubscribe leads to, and what mail programs post to it by themselves (RFC 8058). It stands at the
//! root, where people see short addresses.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::mailings::{is_unsubscribed, subscribe_again, unsubscribe};
use super::super::model::RegistrationId;
use super::super::store;
use crate::accounts;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{Code, Links, Problem, Purpose, State, Worth};

/// What the page sends to take it back.
const AGAIN: &[u8] = b"subscribe=again";

/// What a mail program or the page sends.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UnsubscribeForm {
    /// What a mail program sends: `One-Click`. It is not looked at: whoever posts with the link does not want these mails.
    #[serde(rename = "List-Unsubscribe")]
    #[schema(example = "One-Click")]
    list_unsubscribe: Option<String>,
    /// `again` takes it back.
    #[schema(example = "again")]
    subscribe: Option<String>,
}

/// The registration whose person a token speaks for.
fn subject(links: &Links, token: &str) -> Result<RegistrationId, Problem> {
    let claim = Links::parse(token).ok_or_else(|| Problem::new(Code::NotFound))?;
    match links.check(&claim, Purpose::Unsubscribe, 1) {
        Worth::Valid => Ok(RegistrationId(claim.subject)),
        Worth::Revoked | Worth::Unknown => Err(Problem::new(Code::NotFound)),
    }
}

async fn show(state: &State, reader: &Reader, id: RegistrationId) -> Result<HtmlPage, PageProblem> {
    let found = state.read(move |conn| {
        let found = store::find(conn, id)?.filter(|registration| !registration.is_erased());
        let registration = found.ok_or_else(|| Problem::new(Code::NotFound))?;
        let workspace = accounts::store::get_workspace(conn, registration.workspace_id)?;
        Ok::<_, Problem>((is_unsubscribed(conn, &registration)?, workspace.name, registration.mail_language()))
    });
    let (is_unsubscribed, name, language) = found.await.map_err(|problem| reader.problem(problem))?;
    let context = json!({ "is_unsubscribed": is_unsubscribed, "workspace": { "name": name } });
    reader.page(200, "mailings/unsubscribe.html", reader.language(Some(language)), &context)
}

/// See the way out of reminders and announcements
///
/// Where the link in these mails leads: a page with one button. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/unsubscribe/{token}")]
pub async fn get_unsubscribe_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let id = subject(&state.links, &path.into_inner()).map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, id).await
}

/// Unsubscribe from reminders and announcements
///
/// What mail programs post by themselves (RFC 8058), and what the button of the page sends. The address gets no reminders, no
/// mails after events and no announcements of this workspace any more; its registrations stay, and so do the mails about
/// these. Doing it twice is harmless, and the page takes it back.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = UnsubscribeForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html", description = "Done, as a page"))
)]
#[post("/unsubscribe/{token}")]
pub async fn unsubscribe_by_link(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
    // Mail programs send it as a form of either kind; a body that cannot be read wants nothing else than the others.
    body: Option<web::Bytes>,
) -> Result<HtmlPage, PageProblem> {
    let id = subject(&state.links, &path.into_inner()).map_err(|problem| reader.problem(problem))?;
    let is_wanted_again = body.is_some_and(|body| body.as_ref() == AGAIN);
    let changed = state.write(move |conn, context| {
        let found = store::find(conn, id)?.filter(|registration| !registration.is_erased());
        let registration = found.ok_or_else(|| Problem::new(Code::NotFound))?;
        if is_wanted_again {
            subscribe_again(conn, &registration)?;
        } else {
            unsubscribe(conn, context, &registration)?;
        }
        Ok::<_, Problem>(())
    });
    changed.await.map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, id).await
}
