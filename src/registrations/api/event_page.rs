//! The page of an event and the form to register for it, for people who have no frontend of the workspace. They stand at the root,
//! where people see short addresses.

use actix_web::{get, post, web};
use minijinja::Value as Safe;
use minijinja::value::Serde;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::super::Attendance;
use super::super::model::RegistrationState;
use super::super::pages::{EnteredDetails, EventPage, form_context};
use super::public::{EntryGuard, RegistrationRequest};
use crate::events::store as events;
use crate::events::{Event, EventId};
use crate::http::page::{Faults, Form, HtmlPage, PageProblem, Reader, ReaderZone, yes_or_no};
use crate::http::{Code, Problem, State};
use crate::time::{Language, Zone};

/// What stands in the form to register. Every value is a text, or a list of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterForm {
    /// Their name; has to be given.
    #[serde(default)]
    #[schema(example = "Ulrika Lindqvist")]
    name: Option<String>,
    /// Their address; has to be given, and is never shown in public.
    #[serde(default)]
    #[schema(format = Email, example = "ulrika@example.org")]
    email: Option<String>,
    /// The organisation they come from.
    #[serde(default)]
    #[schema(example = "City of Lund")]
    organisation: Option<String>,
    /// Their IANA zone.
    #[serde(default)]
    #[schema(example = "Europe/Stockholm")]
    timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; that of the page if absent.
    #[serde(default)]
    #[schema(example = "en")]
    language: Option<String>,
    /// Their answers: `answers/meal` is that to the question `meal`.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// Whether they come, or only want to see the recording.
    #[serde(default)]
    attendance: Option<Attendance>,
    /// That they consent to what the form says; has to be `true`.
    #[serde(default, deserialize_with = "yes_or_no")]
    #[schema(example = true)]
    consent: Option<bool>,
    /// The version of the text that they were shown.
    #[serde(default)]
    #[schema(example = "0")]
    consent_version: Option<String>,
    /// Nobody sees this field; whoever fills it in is a program.
    #[serde(default)]
    #[schema(example = "")]
    website: Option<String>,
}

impl RegisterForm {
    fn details(&self) -> EnteredDetails {
        let Self { name, organisation, timezone, language, answers, .. } = self.clone();
        EnteredDetails { name, organisation, timezone, language, answers }
    }

    /// What the API is sent by others, with the answers as the questions want them.
    fn request(self, page: &EventPage) -> Result<RegistrationRequest, Problem> {
        let answers = self.details().answers(&page.form.questions.0);
        let version = |text: String| text.parse::<i32>().map_err(|_no_number| Problem::new(Code::ConsentOutdated));
        Ok(RegistrationRequest {
            name: self.name.unwrap_or_default(),
            email: self.email.unwrap_or_default(),
            organisation: self.organisation,
            timezone: self.timezone,
            language: self.language,
            answers,
            attendance: self.attendance.unwrap_or(Attendance::Live),
            consent: self.consent.unwrap_or_default(),
            consent_version: self.consent_version.map(version).transpose()?,
            website: self.website,
        })
    }
}

/// Reads an event that everybody may see.
pub(super) async fn read(state: &State, reader: &Reader, id: EventId) -> Result<EventPage, PageProblem> {
    let now = state.clock.now();
    let read = state.read(move |conn| {
        let event = events::find_event(conn, id)?.filter(Event::is_public).ok_or_else(Problem::not_found)?;
        Ok(EventPage::read(conn, event, now)?)
    });
    read.await.map_err(|problem| reader.problem(problem))
}

/// Makes one of the pages, with `more` in its context.
pub(super) fn show(
    state: &State,
    reader: &Reader,
    page: &EventPage,
    (status, template): (u16, &str),
    more: Safe,
) -> Result<HtmlPage, PageProblem> {
    let language = reader.language_or(page.language());
    let shown = page.context(language, reader.zone(), state.links.public_url(), state.clock.now());
    let shown = minijinja::value::merge_maps([shown, more]);
    let context = minijinja::context! { query => reader.query(), ..shown };
    reader.page(status, template, language, &context)
}

/// See an event as a page
///
/// What it is about, when it is, who appears, the programme, and the way to its registration. It is where links in mails and calendars
/// lead that say what they are about, unless the workspace has pages of its own.
#[utoipa::path(
    tag = "Events",
    params(Reader, ReaderZone),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/events/{event_id}")]
pub async fn get_event_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    let head = page.head(reader.language_or(page.language()), state.links.public_url());
    let more = minijinja::context! {
        head => head.map_err(|error| reader.problem(Problem::from(error)))?,
        chosen_language => reader.chosen().map(Language::code),
        zones => Zone::all().map(Zone::name).collect::<Vec<_>>(),
    };
    Ok(show(&state, &reader, &page, (200, "registrations/event.html"), more)?.findable())
}

fn show_form(
    state: &State,
    reader: &Reader,
    page: &EventPage,
    status: u16,
    (faults, entered): (Faults, RegisterForm),
) -> Result<HtmlPage, PageProblem> {
    let mut details = entered.details();
    let language = reader.language_or(page.language());
    details.language = details.language.or(Some(language.code().to_owned()));
    let mut more = form_context(&details, &page.form.questions.0, language);
    if let Some(Value::Object(shown)) = more.get_mut("entered") {
        shown.insert("email".to_owned(), json!(entered.email));
        shown.insert("attendance".to_owned(), json!(entered.attendance));
        shown.insert("consent".to_owned(), json!(entered.consent == Some(true)));
    }
    let first = ["email", "name", "organisation", "timezone", "language", "attendance"];
    more.insert("faults".to_owned(), json!(faults.in_order(&first, &["consent", "consent_version"])));
    show(state, reader, page, (status, "registrations/register.html"), Safe::from(Serde(&more)))
}

/// See the form to register for an event
///
/// With the questions of the event. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/events/{event_id}/register")]
pub async fn get_register_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
) -> Result<HtmlPage, PageProblem> {
    let page = read(&state, &reader, path.into_inner()).await?;
    let timezone = reader.zone().map(|zone| zone.name().to_owned());
    show_form(&state, &reader, &page, 200, (Faults::default(), RegisterForm { timezone, ..RegisterForm::default() }))
}

/// Register for an event on the page
///
/// What that form sends. It leads to a page that says what comes next, which is the same whether or not the address was known; where
/// something does not fit, the form is shown again and says what.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    request_body(content = RegisterForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Registered: to the page that says what comes next")),
    extensions(("x-codes" = json!(["registration_closed", "event_full", "consent_outdated", "address_overused"])))
)]
#[post("/events/{event_id}/register")]
pub async fn register_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<EventId>,
    form: Form<RegisterForm>,
) -> Result<HtmlPage, PageProblem> {
    let (id, entered) = (path.into_inner(), form.0);
    let page = read(&state, &reader, id).await?;
    let request = entered.clone().request(&page).map_err(|problem| reader.problem(problem))?;
    let guard = EntryGuard::of(&state);
    let registered = state.write(move |conn, context| Ok(request.register(conn, context, &guard, id)?)).await;
    match registered.map(|outcome| outcome.state) {
        Ok(standing) => Ok(reader.see_other_at(&format!("registered/{standing}"))),
        Err(problem) => {
            let faults = Faults::of(problem).map_err(|problem| reader.problem(problem))?;
            // Another text than the one that was shown asks for another consent.
            let entered =
                RegisterForm { consent: entered.consent.filter(|_| !faults.has("consent_version")), ..entered };
            let faults = if entered.name.is_none() { faults.missing("name") } else { faults };
            let faults = if entered.email.is_none() { faults.missing("email") } else { faults };
            show_form(&state, &reader, &page, 422, (faults, entered))
        }
    }
}

/// See what comes after registering
///
/// What somebody is told who has just registered and stands so. It says nothing about any person.
#[utoipa::path(
    tag = "Registrations",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page"))
)]
#[get("/events/{event_id}/registered/{state}")]
pub async fn get_registered_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<(EventId, RegistrationState)>,
) -> Result<HtmlPage, PageProblem> {
    let (id, standing) = path.into_inner();
    let page = read(&state, &reader, id).await?;
    // Nobody has any other standing who has just registered.
    let is_new = matches!(
        standing,
        RegistrationState::Confirmed
            | RegistrationState::Waitlisted
            | RegistrationState::PendingVerification
            | RegistrationState::PendingApproval
    );
    if !is_new {
        return Err(reader.problem(Problem::not_found()));
    }
    let more = minijinja::context! { state => standing.as_str() };
    show(&state, &reader, &page, (200, "registrations/registered.html"), more)
}
