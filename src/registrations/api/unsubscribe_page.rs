//! The page that the link to unsubscribe leads to, and what mail programs post to it by themselves (RFC 8058). It stands at the
//! root, where people see short addresses.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::mailings::{Subscriber, is_unsubscribed, subscribe_again, unsubscribe};
use super::super::model::{Registration, RegistrationId};
use super::super::store;
use crate::accounts;
use crate::db::Conn;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{AddressClaim, Code, Links, Problem, Purpose, State, Worth};

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

/// What a token speaks for: an address, and a registration that it had when the mail was sent. One of a mail that was sent before tokens
/// named an address speaks for that which the registration has now.
#[derive(Clone, Copy)]
enum Spoken {
    Address(AddressClaim),
    Registration(RegistrationId),
}

/// Opens a token.
fn claim(links: &Links, token: &str) -> Result<Spoken, Problem> {
    if let Some(claim) = links.open_address_token(Purpose::Unsubscribe, token) {
        return Ok(Spoken::Address(claim));
    }
    let parsed = Links::parse(token).ok_or_else(Problem::not_found)?;
    match links.check(&parsed, Purpose::Unsubscribe, 1) {
        Worth::Valid => Ok(Spoken::Registration(RegistrationId(parsed.subject))),
        _ => Err(Problem::not_found()),
    }
}

/// Whether a path is that of a way out which stood in a mail of ours.
pub fn is_way_out(links: &Links, path: &str) -> bool {
    path.strip_prefix("/unsubscribe/").is_some_and(|token| claim(links, token).is_ok())
}

/// Whose mails are meant, and in which workspace and language the page speaks. What became of the registration is no matter: its
/// address may have others.
fn find(conn: &mut Conn, claim: Spoken) -> Result<(Subscriber, Registration), Problem> {
    let id = match claim {
        Spoken::Address(claim) => RegistrationId(claim.subject),
        Spoken::Registration(id) => id,
    };
    let registration = store::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let who = match claim {
        Spoken::Address(claim) => Subscriber { workspace: registration.workspace_id, digest: claim.digest },
        Spoken::Registration(_) if registration.is_erased() => return Err(Problem::new(Code::DataErased)),
        Spoken::Registration(_) => Subscriber::of(&registration),
    };
    Ok((who, registration))
}

async fn show(state: &State, reader: &Reader, claim: Spoken) -> Result<HtmlPage, PageProblem> {
    let found = state.read(move |conn| {
        let (who, registration) = find(conn, claim)?;
        let workspace = accounts::store::get_workspace(conn, registration.workspace_id)?;
        let language = (registration.known_language(), workspace.spoken());
        Ok::<_, Problem>((is_unsubscribed(conn, who)?, workspace.name, language))
    });
    let (is_unsubscribed, name, (known, home)) = found.await.map_err(|problem| reader.problem(problem))?;
    let context = json!({ "is_unsubscribed": is_unsubscribed, "workspace": { "name": name } });
    reader.page(200, "mailings/unsubscribe.html", reader.language(known, home), &context)
}

/// See the way out of reminders and announcements
///
/// Where the link in these mails leads: a page with one button. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["data_erased"])))
)]
#[get("/unsubscribe/{token}")]
pub async fn get_unsubscribe_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let claim = claim(&state.links, &path.into_inner()).map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, claim).await
}

/// Unsubscribe from reminders and announcements
///
/// What mail programs post by themselves (RFC 8058), and what the button of the page sends. The address that the mail went to gets no reminders, no
/// mails after events and no announcements of this workspace any more; its registrations stay, and so do the mails about
/// these. Doing it twice is harmless, and the page takes it back. With a link that is ours it does not count as a public write:
/// mail providers post for many people from few addresses.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = UnsubscribeForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html", description = "Done, as a page")),
    extensions(("x-codes" = json!(["data_erased"])))
)]
#[post("/unsubscribe/{token}")]
pub async fn unsubscribe_by_link(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
    // Mail programs send it as a form of either kind; a body that cannot be read wants nothing else than the others.
    body: Option<web::Bytes>,
) -> Result<HtmlPage, PageProblem> {
    let claim = claim(&state.links, &path.into_inner()).map_err(|problem| reader.problem(problem))?;
    let is_wanted_again = body.is_some_and(|body| body.as_ref() == AGAIN);
    let changed = state.write(move |conn, context| {
        let (who, _) = find(conn, claim)?;
        if is_wanted_again {
            subscribe_again(conn, who)?;
        } else {
            unsubscribe(conn, context, who)?;
        }
        Ok::<_, Problem>(())
    });
    changed.await.map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, claim).await
}
