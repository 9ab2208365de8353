//! The link into the meeting. It stands at the root, where people see short addresses.

use actix_web::{get, web};
use serde_json::{Value, json};

use super::super::join::{Followed, Way, follow_join_link, recordings, visit};
use super::super::model::RegistrationId;
use super::super::view::load_view;
use crate::http::page::{HtmlPage, PageProblem, Reader};
use crate::http::{Glance, State};

/// Notes a visit. Whoever is let in is not kept out because that could not be noted.
async fn note(state: &State, id: RegistrationId) {
    let noted = state.write(move |conn, context| Ok(visit(conn, context, id)?)).await;
    if let Err(problem) = noted {
        tracing::warn!(registration.id = %id, %problem, "a visit could not be noted");
    }
}

/// Makes the page of a link that does not lead into the meeting at once.
async fn show(state: &State, reader: &Reader, followed: Followed) -> Result<HtmlPage, PageProblem> {
    let (links, now, way) = (state.links.clone(), state.clock.now(), followed.way);
    let meeting = followed.meeting().map(|place| json!({ "url": place.join_url, "passcode": place.passcode }));
    let opens_at = followed.window.map(|window| window.opens_at);
    let read = state.read(move |conn| {
        let view = load_view(conn, followed.registration.id, &links)?.ok_or(crate::db::DbError::NotFound)?;
        Ok((view, recordings(conn, &followed, now)?))
    });
    let (view, recordings) = read.await.map_err(|problem| reader.problem(problem))?;
    let language = reader.language(view.registration.known_language(), view.workspace_language());
    let part = |all: &Value, name: &str| all.get(name).cloned().unwrap_or_default();
    let about = view.context(language, None);
    let context = json!({
        "way": way.as_str(),
        "state": view.registration.state.as_str(),
        "event": part(&about, "event"),
        "workspace": part(&about, "workspace"),
        "opens": view.instant(opens_at, language),
        "meeting": meeting,
        "recordings": recordings,
    });
    let has_something = way == Way::Open || !recordings.is_empty();
    reader.page(if has_something { 200 } else { 409 }, "join/join.html", language, &context)
}

/// Join an event
///
/// Where the link of whoever has a seat leads: into the meeting, from some time before the start (`join_opens_before` of the
/// registration policy) until an hour after the end; on whole days, as long as it is such a day anywhere. Where the meeting asks for
/// a passcode, a page gives it with the way in. That somebody was led there is noted beside their registration and changes
/// nothing of it; it is not for HEAD, nor for what a browser fetches in advance. Before and after that time, and for those who have no
/// seat, a page says how things stand, with status 409; once there is a recording to see, the page leads to it, with status
/// 200. After a cancellation it is 410.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "The way in, with the passcode, or the recordings"),
        (status = 303, description = "To the meeting")
    ),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "event_cancelled", "registration_ended", "not_possible_now"])))
)]
#[get("/join/{token}")]
pub async fn get_join_page(
    state: web::Data<State>,
    reader: Reader,
    glance: Glance,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    let (token, links, now) = (path.into_inner(), state.links.clone(), state.clock.now());
    let followed = state.read(move |conn| Ok(follow_join_link(conn, &links, &token, now)?)).await;
    let followed = followed.map_err(|problem| reader.problem(problem))?;
    if followed.way == Way::Open && !glance.0 {
        note(&state, followed.registration.id).await;
    }
    match followed.meeting().filter(|place| place.passcode.is_none()).and_then(|place| place.join_url.as_deref()) {
        Some(address) => reader.away(address),
        None => show(&state, &reader, followed).await,
    }
}
