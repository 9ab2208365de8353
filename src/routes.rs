//! The table of routes. A route is added once, and that documents it: the OpenAPI document is made from this table.

use std::sync::LazyLock;

use actix_web::App;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::problem::{FieldError, ProblemBody};
use crate::http::{complete, health, reference};
use crate::{
    accounts, bounces, calendars, events, interchange, materials, organisations, outbox, privacy, registrations,
    sessions, speakers, wording,
};

/// Every route of the server.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            utoipa_actix_web::scope("/api/v1")
                .configure(reference::routes)
                .configure(accounts::api::routes)
                .configure(organisations::api::routes)
                .configure(events::api::routes)
                .configure(speakers::api::routes)
                .configure(sessions::api::routes)
                .configure(materials::api::routes)
                .configure(interchange::api::routes)
                .configure(registrations::api::routes)
                .configure(privacy::api::routes)
                .configure(outbox::api::routes)
                .configure(bounces::api::routes)
                .configure(wording::api::routes),
        )
        .configure(calendars::api::routes)
        .configure(speakers::api::page_routes)
        .configure(registrations::api::page_routes)
        .configure(registrations::api::unsubscribe_routes)
        .configure(privacy::api::page_routes)
        .configure(health::routes);
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Plenary",
        description = "Event and webinar scheduling: series, events, agendas, speakers, registrations, mail and calendar \
            feeds.\n\nTimes are civil times with an IANA zone; every answer also gives the offset and UTC. Reads of what is \
            published need no token. Changes take the `ETag` that was read in `If-Match`; a POST that is repeated with the \
            same `Idempotency-Key` has one effect. Every error is a problem (RFC 9457) with a code of `/api/v1/problems`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ProblemBody, FieldError)),
    tags(
        (name = "Events", description = "What happens, when, and who organises it."),
        (name = "Series", description = "Events that belong together."),
        (name = "Agenda", description = "The sessions of an event, its rooms, and a check of both."),
        (name = "Materials", description = "Recordings, slides and documents of series, events and sessions."),
        (name = "Import and export", description = "Programmes in the formats of other systems."),
        (name = "Registrations", description = "Who takes part."),
        (name = "Privacy", description = "What is held about a person, and erasing it."),
        (name = "Calendars", description = "iCalendar feeds and downloads (RFC 5545, RFC 7986)."),
        (name = "Organisations", description = "Hosts, partners, cities, networks."),
        (name = "Memberships", description = "Which organisations belong to which, when, and in what way."),
        (name = "Speakers", description = "People who appear, and where."),
        (name = "Workspaces", description = "The account boundary."),
        (name = "Staff", description = "Signing in, members, tokens."),
        (name = "Outbox", description = "What was promised, and what became of it."),
        (name = "Mail", description = "How mails are worded, what comes back, and addresses that are not written to any more."),
        (name = "Reference", description = "What clients look up."),
        (name = "Operations", description = "For those who run the server."),
    )
)]
struct Head;

/// The OpenAPI document as the framework collects it: no server, no database. It is collected once in a process.
pub fn document() -> &'static OpenApi {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(collect);
    &DOCUMENT
}

fn collect() -> OpenApi {
    let mut head = Head::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `POST /api/v1/auth/login`, `POST /api/v1/tokens` or `plenary create-token`."))
        .build();
    head.components
        .get_or_insert_default()
        .security_schemes
        .insert("bearer".to_owned(), SecurityScheme::Http(bearer).into());
    head.servers = Some(vec![utoipa::openapi::Server::new("/")]);
    let (_app, document) = App::new().into_utoipa_app().openapi(head).configure(routes).split_for_parts();
    document
}

/// The document as it is published, in `openapi/openapi.json` and at `/openapi.json`. It is written once in a process.
///
/// # Errors
/// A handler names an error code that the table lacks: a fault of ours, which a test finds.
pub fn openapi_json() -> Result<&'static str, String> {
    static TEXT: LazyLock<Result<String, String>> = LazyLock::new(write);
    TEXT.as_deref().map_err(Clone::clone)
}

fn write() -> Result<String, String> {
    let document = serde_json::to_value(document()).map_err(|error| error.to_string())?;
    let complete = complete(document)?;
    let text = serde_json::to_string_pretty(&complete).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}
