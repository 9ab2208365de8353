//! The way in for reports of what came back.

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, post, web};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::model::Report;
use super::super::report::read_reports;
use super::super::signature::{self, HEADER};
use super::super::{BounceError, receive_reports};
use crate::config::SecretKey;
use crate::http::{Checks, Code, Problem, RawBody, Reply, State, header_parameter, read_json};
use crate::mail::EnhancedStatus;
use crate::outbox::BounceKind;

/// Reports of one request.
const MOST: usize = 500;
/// Longest Message-ID, address or diagnostic text, in characters.
const LONGEST: usize = 2_000;

/// The secret under which reports are signed. Without one, none is let in.
#[derive(Clone)]
pub struct IntakeKey(pub Option<SecretKey>);

/// What a mail server or a provider has to say about one mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BounceReport {
    /// The Message-ID of the mail, with or without angle brackets.
    #[schema(example = "<0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b@events.example.org>")]
    message_id: String,
    /// The address that the mail went to. Whoever is named here and is not the recipient is not suppressed.
    #[schema(example = "name@example.org")]
    recipient: Option<String>,
    /// What came back.
    kind: BounceKind,
    /// The enhanced status code (RFC 3463).
    #[schema(example = "5.1.1")]
    status: Option<String>,
    /// What the server said. Addresses in it are masked.
    #[schema(example = "550 5.1.1 no such user")]
    diagnostic: Option<String>,
    /// When; now if absent.
    at: Option<DateTime<Utc>>,
}

/// One report, or a list of at most 500.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BounceReports {
    /// One report.
    One(BounceReport),
    /// Several.
    Many(Vec<BounceReport>),
}

// By hand, since the derived form cannot say where the fault is.
impl<'de> Deserialize<'de> for BounceReports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = BounceReports;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a report or a list of reports")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BounceReports, A::Error> {
                BounceReport::deserialize(MapAccessDeserializer::new(map)).map(BounceReports::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<BounceReports, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(BounceReports::Many)
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

impl BounceReports {
    fn check(self) -> Result<Vec<Report>, BounceError> {
        let mut checks = Checks::new();
        let reports = match self {
            Self::One(report) => {
                report.check("", &mut checks);
                vec![report]
            }
            Self::Many(reports) => {
                checks.count("", reports.len(), MOST);
                for (index, report) in reports.iter().enumerate().take(MOST) {
                    report.check(&format!("/{index}"), &mut checks);
                }
                reports
            }
        };
        let errors = checks.into_errors();
        if errors.is_empty() {
            Ok(reports.into_iter().map(Report::from).collect())
        } else {
            Err(BounceError::Invalid(errors))
        }
    }
}

impl BounceReport {
    fn check(&self, place: &str, checks: &mut Checks) {
        checks.line(&format!("{place}/message_id"), &self.message_id, LONGEST);
        checks.optional_line(&format!("{place}/recipient"), self.recipient.as_deref(), LONGEST);
        checks.optional_text(&format!("{place}/diagnostic"), self.diagnostic.as_deref());
        if self.status.as_deref().is_some_and(|text| text.parse::<EnhancedStatus>().is_err()) {
            checks.fault(format!("{place}/status"), Code::TextInvalid, "An enhanced status code such as 5.1.1.");
        }
    }
}

impl From<BounceReport> for Report {
    fn from(report: BounceReport) -> Self {
        let BounceReport { message_id, recipient, kind, status, diagnostic, at } = report;
        Self { message_id, recipients: recipient.into_iter().collect(), kind, status, diagnostic, at }
    }
}

/// The header that signs a report, for the document.
struct Signature;

impl IntoParams for Signature {
    fn into_params(
        _parameter_in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        vec![header_parameter(
            HEADER,
            true,
            "`t=<unix seconds>,v1=<hex HMAC-SHA256 of \"t.body\">`, with the secret of `PLENARY_BOUNCE_SECRET`. The time may \
             be five minutes off.",
            "t=1643706000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
        )]
    }
}

/// Report bounces and complaints
///
/// For the mail server that takes what comes back to the sender's address, or a provider's webhook: a report in JSON or a
/// list of them, or a mail as it came (`message/rfc822`) or its parts (`multipart/report`), which may be a delivery status
/// notification (RFC 3464) or a feedback report (RFC 5965). The message of the outbox then shows what came back, and after a
/// hard bounce or a complaint its recipient is not written to any more. Whether the mail is one of ours is not told. A
/// repetition changes nothing. The address does not exist without `PLENARY_BOUNCE_SECRET`, and each request counts as a
/// public write.
#[utoipa::path(
    tag = "Mail",
    params(Signature),
    request_body(content(
        (BounceReports = "application/json"),
        (String = "message/rfc822"),
        (String = "multipart/report")
    )),
    responses((status = 204, description = "It was taken in")),
    extensions(("x-codes" = json!(["signature_invalid", "not_found", "number_invalid"])))
)]
#[post("/mail/bounces")]
pub async fn receive_bounces(
    state: web::Data<State>,
    key: web::Data<IntakeKey>,
    request: HttpRequest,
    body: Result<RawBody, Problem>,
) -> Result<Reply, Problem> {
    let secret = key.0.as_ref().ok_or_else(Problem::not_found)?;
    let body = body?;
    let header = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let secret = secret.0.expose_secret().as_bytes();
    signature::check(header, &body.bytes, secret, state.clock.now()).map_err(BounceError::from)?;
    let reports = read(&request, &body)?;
    state.write(move |conn, context| Ok(receive_reports(conn, context, &reports)?)).await?;
    Ok(Reply::no_content())
}

fn read(request: &HttpRequest, body: &RawBody) -> Result<Vec<Report>, Problem> {
    match body.media_type.as_str() {
        "application/json" => Ok(read_json::<BounceReports>(&body.bytes)?.check()?),
        "message/rfc822" => Ok(read_reports(&body.bytes)),
        // The parts without their head: the boundary stands in the request's.
        "multipart/report" => {
            let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
            Ok(read_reports(&[b"Content-Type: ", kind, b"\r\n\r\n", &body.bytes].concat()))
        }
        _ => Err(Problem::new(Code::UnsupportedMediaType)
            .with_detail("Send application/json, message/rfc822 or multipart/report.")),
    }
}
