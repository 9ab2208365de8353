//! For those who run the server: is it alive, can it serve, what did it do.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::problem::{Code, Problem};
use super::state::State;
use super::telemetry::render_metrics;
use crate::db::migrate;
use crate::time::tzdata;

/// Adds these routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_liveness).service(get_readiness).service(get_metrics);
}

/// That the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct LivenessResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// That the server can serve.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadinessResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of this server.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Which database it uses.
    #[schema(example = "postgresql")]
    database: &'static str,
    /// The release of the time zone data that offsets come from.
    #[schema(example = "2026f")]
    tzdata: String,
}

/// Is the process alive
#[utoipa::path(
    tag = "Operations",
    description = "Touches nothing but the process.",
    responses((status = 200, body = LivenessResponse, description = "It is"))
)]
#[get("/health/live")]
pub async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(LivenessResponse { status: "ok" })
}

/// Can the server serve
///
/// 503 while the database does not answer or lacks a migration.
#[utoipa::path(
    tag = "Operations",
    responses((status = 200, body = ReadinessResponse, description = "It can"))
)]
#[get("/health/ready")]
pub async fn get_readiness(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let pending = state.db.read(migrate::pending).await;
    let unready = |detail: String| Problem::new(Code::Unavailable).with_detail(detail);
    let pending = pending.map_err(|_error| unready("The database does not answer.".to_owned()))?;
    if !pending.is_empty() {
        return Err(unready(format!("The database lacks migrations: {}.", pending.join(", "))));
    }
    let answer = ReadinessResponse {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        database: state.db.kind(),
        tzdata: tzdata().version,
    };
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(answer))
}

/// Read the metrics
#[utoipa::path(
    tag = "Operations",
    description = "What this process counted, in the Prometheus text format. It names routes and states, never people.",
    responses((status = 200, body = String, content_type = "text/plain", description = "The metrics"))
)]
#[get("/metrics")]
pub async fn get_metrics() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(render_metrics())
}
