//! What clients look up: the table of problems and the time zones.

use actix_web::{get, web};
use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::problem::{Code, Problem};
use super::reply::Reply;
use super::state::State;
use crate::time::{Zone, tzdata};

/// Adds these routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_problems).service(list_timezones);
}

/// One kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKind {
    /// The stable word that programs compare.
    #[schema(example = "timezone_required")]
    code: &'static str,
    /// The HTTP status it comes with.
    #[schema(example = 422)]
    status: u16,
    /// What it means.
    #[schema(example = "A local time needs an IANA time zone")]
    title: &'static str,
}

/// Every kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKinds {
    /// The table.
    items: Vec<ProblemKind>,
}

/// List the problems
#[utoipa::path(
    tag = "Reference",
    description = "Every error that this API can answer with.",
    responses((status = 200, body = ProblemKinds, description = "The table"))
)]
#[get("/problems")]
pub async fn list_problems() -> Result<Reply, Problem> {
    let items = Code::ALL
        .iter()
        .map(|code| ProblemKind { code: code.name(), status: code.status(), title: code.title() })
        .collect();
    Reply::ok(&ProblemKinds { items })
}

/// Which zones, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimezoneQuery {
    /// A part of the name, such as a city.
    #[param(example = "oslo")]
    q: Option<String>,
    /// For which time offsets are given; now if absent.
    at: Option<DateTime<Utc>>,
}

/// A zone at one time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimezoneResponse {
    /// Its IANA id.
    #[schema(example = "Europe/Oslo")]
    id: &'static str,
    /// Its offset from UTC then.
    #[schema(example = "+01:00")]
    utc_offset: String,
    /// What its clocks show then.
    #[schema(value_type = String, example = "2026-07-01T14:00:00")]
    local: NaiveDateTime,
    /// What people there call that offset. It is no zone id.
    #[schema(example = "CET")]
    abbreviation: String,
    /// When its offset changes next, within two years.
    next_change_at: Option<DateTime<Utc>>,
}

/// The zones.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimezonesResponse {
    /// In the order of their names.
    items: Vec<TimezoneResponse>,
    /// The release of the time zone data.
    #[schema(example = "2026f")]
    tzdata: String,
}

/// List the time zones
///
/// The zones that this API accepts, with their offsets at a time.
#[utoipa::path(
    tag = "Reference",
    params(TimezoneQuery),
    responses((status = 200, body = TimezonesResponse, description = "The zones"))
)]
#[get("/timezones")]
pub async fn list_timezones(state: web::Data<State>, query: web::Query<TimezoneQuery>) -> Result<Reply, Problem> {
    let at = query.at.unwrap_or_else(|| state.clock.now());
    let wanted = query.q.as_deref().unwrap_or_default().trim().to_lowercase().replace(' ', "_");
    let horizon = at.checked_add_months(chrono::Months::new(24)).unwrap_or(at);
    let items = Zone::all()
        .filter(|zone| zone.name().to_lowercase().contains(&wanted))
        .map(|zone| {
            let offset = zone.offset_at(at);
            TimezoneResponse {
                id: zone.name(),
                utc_offset: offset.to_string(),
                local: zone.to_local(at.trunc_subsecs(0)),
                abbreviation: offset.abbreviation,
                next_change_at: zone.transitions(at, horizon).first().map(|change| change.at),
            }
        })
        .collect();
    Reply::ok(&TimezonesResponse { items, tzdata: tzdata().version })
}
