//! The page of a series and the form to register for its events, for people who have no frontend of the workspace. They stand at the
//! root, where people see short addresses.

use std::collections::BTreeSet;

use actix_web::{get, post, web};
use minijinja::Value as Safe;
use minijinja::value::Serde;
use serde_json::{Value, json};

use super::super::model::RegistrationState;
use super::super::pages::{SeriesPage, context_of};
use super::super::register_for_series::MOST_EVENTS;
use super::super::{EventOutcome, RegistrationError, register_for_series};
use super::public::EntryGuard;
use super::series_form::{SeriesForm, field_of};
use crate::events::store as events;
use crate::events::{SeriesId, Visibility};
use crate::http::page::{Faults, Form, HtmlPage, PageProblem, Reader, ReaderZone};
use crate::http::{Checks, Code, Problem, State};
use crate::time::{Language, Zone};

/// Reads a series that everybody may see.
async fn read(state: &State, reader: &Reader, id: SeriesId) -> Result<SeriesPage, PageProblem> {
    let now = state.clock.now();
    let read = state.read(move |conn| {
        let series = events::find_series(conn, id)?.filter(|series| series.visibility != Visibility::Draft);
        Ok(SeriesPage::read(conn, series.ok_or_else(Problem::not_found)?, now)?)
    });
    read.await.map_err(|problem| reader.problem(problem))
}

/// Makes one of the pages, with `more` in its context.
fn show(
    state: &State,
    reader: &Reader,
    page: &SeriesPage,
    (status, template): (u16, &str),
    more: Safe,
) -> Result<HtmlPage, PageProblem> {
    let language = reader.language_or(page.language());
    let query = reader.query();
    let shown = page.context(language, reader.zone(), state.links.public_url(), &query);
    let shown = minijinja::value::merge_maps([shown, more]);
    reader.page(status, template, language, &minijinja::context! { query, ..shown })
}

/// See a series as a page
///
/// What it is about, its events to come and those that are over, ways to have them in a calendar, and the way to its registration.
#[utoipa::path(
    tag = "Series",
    params(Reader, ReaderZone),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/series/{series_id}")]
pub async fn get_series_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<SeriesId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    let head = page.head(state.links.public_url());
    let more = minijinja::context! {
        head => head.map_err(|error| reader.problem(Problem::from(error)))?,
        chosen_language => reader.chosen().map(Language::code),
        zones => Zone::all().map(Zone::name).collect::<Vec<_>>(),
    };
    Ok(show(&state, &reader, &page, (200, "registrations/series.html"), more)?.findable())
}

fn show_form(
    state: &State,
    reader: &Reader,
    page: &SeriesPage,
    status: u16,
    (faults, entered): (Faults, &SeriesForm),
) -> Result<HtmlPage, PageProblem> {
    let (asked, mut details) = (page.asked(), entered.details());
    let faults = faults.renamed(|name| field_of(name, &asked));
    let language = reader.language_or(page.language());
    details.language = details.language.or(Some(language.code().to_owned()));
    let fields = page.fields(&asked, |one| entered.answer(one));
    let mut more = context_of(&details, &fields, language);
    // Another text than the one that was shown asks for another consent.
    if let Some(Value::Object(shown)) = more.get_mut("entered") {
        shown.insert("email".to_owned(), json!(entered.email));
        shown.insert("consent".to_owned(), json!(entered.consent == Some(true) && !faults.has("consent_version")));
    }
    more.insert("chosen".to_owned(), json!(entered.event_ids));
    let first = ["event_ids", "email", "name", "organisation", "timezone", "language"];
    more.insert("faults".to_owned(), json!(faults.in_order(&first, &["consent", "consent_version"])));
    show(state, reader, page, (status, "registrations/series_register.html"), Safe::from(Serde(&more)))
}

/// See the form to register for events of a series
///
/// With all events that take registrations now, and the questions of these, each once. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/series/{series_id}/register")]
pub async fn get_series_register_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<SeriesId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    let timezone = reader.zone().map(|zone| zone.name().to_owned());
    let chosen = page.forms.iter().map(|(event, _)| *event).take(MOST_EVENTS).collect();
    let empty = SeriesForm::empty(chosen, timezone);
    show_form(&state, &reader, &page, 200, (Faults::default(), &empty))
}

/// What a newcomer is told of all events at once: where they stand, if that is the same everywhere.
fn standing(outcomes: &[EventOutcome]) -> Option<RegistrationState> {
    let states = outcomes.iter().map(|outcome| outcome.result.as_ref().ok().copied());
    let states: BTreeSet<Option<&str>> = states.map(|state| state.map(RegistrationState::as_str)).collect();
    match outcomes {
        [first, ..] if states.len() == 1 => first.result.as_ref().ok().copied(),
        _ => None,
    }
}

/// The faults of any of the forms, and what cannot be registered for any more. On this page nothing is done while the person can mend
/// something or choose again.
fn faults_of(outcomes: Vec<EventOutcome>) -> Result<Vec<EventOutcome>, RegistrationError> {
    let mut checks = Checks::new();
    for EventOutcome { event, result } in &outcomes {
        match result {
            Ok(_) => {}
            Err(RegistrationError::Invalid(errors)) => checks.add_all(&format!("/events/{event}"), errors.clone()),
            Err(_) => checks.fault("/event_ids", Code::ReferenceUnknown, "One of these takes no registrations."),
        }
    }
    let faults = checks.into_errors();
    if faults.is_empty() { Ok(outcomes) } else { Err(RegistrationError::Invalid(faults)) }
}

/// Register for events of a series on the page
///
/// What that form sends. It leads to a page that says what comes next, which is the same whether or not the address was known; where
/// something does not fit, nothing is done, and the form is shown again and says what.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = SeriesForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Registered: to the page that says what comes next")),
    extensions(("x-codes" = json!(["registration_closed", "event_full", "address_overused"])))
)]
#[post("/series/{series_id}/register")]
pub async fn register_for_series_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<SeriesId>,
    form: Form<SeriesForm>,
) -> Result<HtmlPage, PageProblem> {
    let (id, entered) = (path.into_inner(), form.0);
    let page = read(&state, &reader, id).await?;
    let registered = match entered.entry(&page, &page.asked()) {
        Ok(entry) => {
            let guard = EntryGuard::of(&state);
            let change = state.write(move |conn, context| {
                guard.count(conn, context, &entry.person.email)?;
                Ok(faults_of(register_for_series(conn, context, id, &entry)?)?)
            });
            change.await
        }
        Err(problem) => Err(problem),
    };
    match registered {
        Ok(outcomes) => {
            let standing = standing(&outcomes).map_or("several", RegistrationState::as_str);
            Ok(reader.see_other_at(&format!("registered/{standing}")))
        }
        Err(problem) => {
            let faults = Faults::of(problem).map_err(|problem| reader.problem(problem))?;
            let faults = if entered.name.is_none() { faults.missing("name") } else { faults };
            let faults = if entered.email.is_none() { faults.missing("email") } else { faults };
            show_form(&state, &reader, &page, 422, (faults, &entered))
        }
    }
}

/// See what comes after registering for events of a series
///
/// What somebody is told who has just registered and stands so at every event, or at each of them in another way (`several`). It says
/// nothing about any person.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/series/{series_id}/registered/{state}")]
pub async fn get_series_registered_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<(SeriesId, String)>,
) -> Result<HtmlPage, PageProblem> {
    let (id, standing) = path.into_inner();
    let page = read(&state, &reader, id).await?;
    // Nobody has any other standing who has just registered.
    let told = ["confirmed", "waitlisted", "pending_verification", "pending_approval", "several"];
    let Some(standing) = told.into_iter().find(|one| *one == standing) else {
        return Err(reader.problem(Problem::not_found()));
    };
    show(
        &state,
        &reader,
        &page,
        (200, "registrations/series_registered.html"),
        minijinja::context! { state => standing },
    )
}
