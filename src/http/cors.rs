//! Requests that a browser makes for pages of other sites: who may, and a refusal as a problem like every other.

use actix_cors::{Cors, CorsError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _};

use super::problem::{Code, Problem};

/// Lets pages of these origins use the API, or of every one where `*` is among them.
pub fn allow_origins(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "idempotency-key",
            "x-request-id",
        ])
        .expose_headers([
            "etag",
            "location",
            "retry-after",
            "x-request-id",
            "idempotency-replayed",
            "ratelimit",
            "ratelimit-policy",
        ])
        .max_age(3600);
    if origins.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().filter(|origin| !origin.is_empty()).fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The middleware around it, which puts a problem in place of a refusal.
///
/// # Errors
/// What the framework refuses before any handler; never its own.
pub async fn explain_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let refusal = response.response().error().and_then(Error::as_error::<CorsError>).map(ToString::to_string);
    let Some(refusal) = refusal else { return Ok(response) };
    let (request, _refused) = response.into_parts();
    let problem = Problem::new(Code::CorsRefused).with_detail(format!("{refusal}."));
    Ok(ServiceResponse::new(request, problem.error_response()))
}
