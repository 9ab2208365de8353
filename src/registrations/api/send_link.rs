//! The way back to a registration for whoever has lost the link, on a page or for a frontend of one's own.

use actix_web::{get, post, web};
use minijinja::Value as Safe;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::pages::EventPage;
use super::super::send_link;
use super::event_page::{read, show};
use super::public::EntryGuard;
use crate::db::Conn;
use crate::events::EventId;
use crate::http::page::{Faults, Form, HtmlPage, PageProblem, Reader};
use crate::http::{Code, FieldError, IdempotencyKey, Json, Problem, Reply, State};
use crate::mail::EmailAddress;
use crate::time::Context;

/// Whose link is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendLinkRequest {
    /// The address with which they registered.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
    /// Leave it empty, as when registering.
    #[schema(example = "")]
    website: Option<String>,
}

impl SendLinkRequest {
    fn send(
        &self,
        conn: &mut Conn,
        context: &Context,
        guard: &EntryGuard,
        event: EventId,
    ) -> Result<(), RegistrationError> {
        let email = EmailAddress::parse(&self.email).map_err(|error| {
            RegistrationError::Invalid(vec![FieldError::new("/email", Code::EmailInvalid, error.to_string())])
        })?;
        guard.count(conn, context, &email)?;
        // Only a program fills in what nobody sees.
        let is_trapped = self.website.as_ref().is_some_and(|text| !text.is_empty());
        send_link(conn, context, event, &email, is_trapped)
    }
}

/// What everybody is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkRequested {
    /// The event.
    event_id: EventId,
}

/// Send a person their link again
///
/// For whoever has lost it: if the address is registered for the event it is sent what it has, with the link to see, change or cancel
/// it, once a day at most. It works whether or not registration is open or seats are free, also when the event is over; about an event
/// that was cancelled no mail goes out. The answer is the same whether or not the address is registered, and the address counts as
/// entered, as when registering.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = SendLinkRequest,
    responses((status = 202, body = LinkRequested, description = "A mail is on its way if the address is registered")),
    extensions(("x-codes" = json!(["email_invalid", "address_overused"])))
)]
#[post("/events/{event_id}/registrations/send-link")]
pub async fn send_registration_link(
    state: web::Data<State>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<SendLinkRequest>,
) -> Result<Reply, Problem> {
    let (event_id, hash, request, guard) = (path.into_inner(), body.hash, body.value, EntryGuard::of(&state));
    key.run(&state, None, hash, move |conn, context| {
        request.send(conn, context, &guard, event_id)?;
        Reply::json(202, &LinkRequested { event_id })
    })
    .await
}

/// What stands in the form.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendLinkForm {
    /// The address; has to be given.
    #[serde(default)]
    #[schema(format = Email, example = "ulrika@example.org")]
    email: Option<String>,
    /// Nobody sees this field; whoever fills it in is a program.
    #[serde(default)]
    #[schema(example = "")]
    website: Option<String>,
}

fn show_form(
    state: &State,
    reader: &Reader,
    page: &EventPage,
    status: u16,
    (faults, email): (Faults, Option<String>),
) -> Result<HtmlPage, PageProblem> {
    let more = json!({ "faults": faults, "entered": { "email": email } });
    show(state, reader, page, (status, "registrations/send_link.html"), Safe::from(Serde(&more)))
}

/// See the form to be sent one's link again
///
/// It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/events/{event_id}/send-link")]
pub async fn get_send_link_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    show_form(&state, &reader, &page, 200, (Faults::default(), None))
}

/// Be sent one's link again
///
/// What that form sends, and the one on the page of the event. It leads to a page that is the same whether or not the address is
/// registered.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = SendLinkForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that says to look into the mail")),
    extensions(("x-codes" = json!(["address_overused"])))
)]
#[post("/events/{event_id}/send-link")]
pub async fn send_link_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
    form: Form<SendLinkForm>,
) -> Result<HtmlPage, PageProblem> {
    let (id, SendLinkForm { email, website }) = (path.into_inner(), form.0);
    let page = read(&state, &reader, id).await?;
    let guard = EntryGuard::of(&state);
    let request = SendLinkRequest { email: email.clone().unwrap_or_default(), website };
    match state.write(move |conn, context| Ok(request.send(conn, context, &guard, id)?)).await {
        Ok(()) => Ok(reader.see_other_at("link-sent")),
        Err(problem) => {
            let faults = Faults::of(problem).map_err(|problem| reader.problem(problem))?;
            let faults = if email.is_none() { faults.missing("email") } else { faults };
            show_form(&state, &reader, &page, 422, (faults, email))
        }
    }
}

/// See what comes after asking for one's link
///
/// It says nothing about any person.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/events/{event_id}/link-sent")]
pub async fn get_link_sent_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    show(&state, &reader, &page, (200, "registrations/link_sent.html"), minijinja::context! {})
}
