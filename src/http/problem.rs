//! Every error that a client can see: one line of one table, sent as `application/problem+json` (RFC 9457).
//!
//! A room's `error.rs` turns each of its variants into one of these codes. Whatever is no code here (a failed statement, a
//! broken template) is [`Code::Internal`]: logged with its cause, answered without it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::{DbError, TransactionError};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $status:literal $title:literal;)+) => {
        /// A code of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* #[doc = $title] $variant),+ }

        impl Code {
            /// The whole table, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word that programs compare.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// What it means in general, in one sentence without an end.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

codes! {
    // what was sent cannot be read
    MalformedJson "malformed_json" 400 "The body is not valid JSON";
    MalformedQuery "malformed_query" 400 "A query parameter cannot be read";
    CursorInvalid "cursor_invalid" 400 "The cursor was not made by this list";
    HeaderInvalid "header_invalid" 400 "A request header cannot be read";
    BodyTooLarge "body_too_large" 413 "The body is larger than this server accepts";
    UnsupportedMediaType "unsupported_media_type" 415 "The body has a media type that is not accepted here";
    // who is asking
    Unauthenticated "unauthenticated" 401 "A valid bearer token is needed";
    SignInFailed "sign_in_failed" 401 "The e-mail address or the password is wrong";
    SignatureInvalid "signature_invalid" 403 "The signature of the body is missing, wrong or too old";
    Forbidden "forbidden" 403 "The token lacks the scope for this";
    CorsRefused "cors_refused" 403 "A browser may not make this request for a page of that origin";
    SignInBlocked "sign_in_blocked" 429 "Too many failed sign-ins; wait before the next";
    RateLimited "rate_limited" 429 "Too many requests; wait before the next";
    // where it is
    NotFound "not_found" 404 "There is nothing at this address";
    MethodNotAllowed "method_not_allowed" 405 "This address does not take this method";
    NotAcceptable "not_acceptable" 406 "None of the accepted media types can be produced";
    LinkRevoked "link_revoked" 410 "This link was replaced by a newer one";
    DataErased "data_erased" 410 "What was held about this person was erased";
    EventCancelled "event_cancelled" 410 "The event was cancelled";
    RegistrationEnded "registration_ended" 410 "The registration has come to its end";
    // which version of it
    PreconditionRequired "precondition_required" 428 "A change needs an If-Match header with the ETag that was read";
    PreconditionFailed "precondition_failed" 412 "It was changed since it was read";
    IdempotencyKeyReused "idempotency_key_reused" 422 "This Idempotency-Key was used with another request";
    IdempotencyInFlight "idempotency_in_flight" 409 "A request with this Idempotency-Key is still being worked on";
    // what was sent does not fit
    Invalid "invalid" 422 "The request does not fit; see errors";
    FieldRequired "field_required" 422 "A required field is missing";
    FieldUnknown "field_unknown" 422 "A field is not known here";
    FieldType "field_type" 422 "A field has the wrong type or an unknown value";
    TextInvalid "text_invalid" 422 "A text is empty, too long, or has control characters";
    NumberInvalid "number_invalid" 422 "A number is out of its range";
    PhoneInvalid "phone_invalid" 422 "A telephone number has 5 to 20 digits, with spaces and signs between them";
    EmailInvalid "email_invalid" 422 "An e-mail address cannot be used";
    UrlInvalid "url_invalid" 422 "An address has to be an absolute http or https URL";
    LanguageInvalid "language_invalid" 422 "A language has to be a BCP 47 tag, such as en or pt-BR";
    MediaTypeInvalid "media_type_invalid" 422 "A media type has the form type/subtype, such as application/pdf";
    SlugInvalid "slug_invalid" 422 "A slug has lower-case letters, digits and single hyphens";
    SlugTaken "slug_taken" 409 "Another one has this slug";
    ReferenceUnknown "reference_unknown" 422 "Something that is referred to does not exist in this workspace";
    ReferenceCycle "reference_cycle" 422 "Something would contain itself";
    InUse "in_use" 409 "Something still refers to it";
    // time
    TimezoneRequired "timezone_required" 422 "A local time needs an IANA time zone";
    TimezoneUnknown "timezone_unknown" 422 "The time zone is not known";
    TimezoneAbbreviation "timezone_abbreviation" 422 "An abbreviation is no time zone; choose one of the candidates";
    TimezoneLabelInvalid "timezone_label_invalid" 422 "The label of the time zone cannot be used";
    TimezoneNotApplicable "timezone_not_applicable" 422 "A date without a time takes no time zone";
    LocalTimeInvalid "local_time_invalid" 422 "A local time has the form 2022-02-23T11:30:00";
    InstantInvalid "instant_invalid" 422 "A point in time has the form 2022-02-23T10:30:00Z";
    LocalTimeNonexistent "local_time_nonexistent" 422 "The clocks skip this local time";
    LocalTimeAmbiguous "local_time_ambiguous" 422 "The clocks show this local time twice";
    EndBeforeStart "end_before_start" 422 "The end has to lie after the start";
    WeekdayMismatch "weekday_mismatch" 422 "The date falls on another weekday";
    EdtfInvalid "edtf_invalid" 422 "The date is not one of the accepted EDTF forms";
    DurationInvalid "duration_invalid" 422 "The duration is not an ISO 8601 duration";
    WhenConflictingFields "when_conflicting_fields" 422 "These time fields do not go together";
    WhenIncomplete "when_incomplete" 422 "A time field needs another one beside it";
    WhenOutOfRange "when_out_of_range" 422 "The time is out of the accepted range";
    // the programme
    PublishIncomplete "publish_incomplete" 422 "Something that publishing needs is missing or cannot be right";
    NotPossibleNow "not_possible_now" 409 "The present state does not allow this";
    OutsideEvent "outside_event" 422 "A session lies outside its event";
    // registration
    RegistrationClosed "registration_closed" 409 "Registration for this event is not open";
    EventFull "event_full" 409 "The event is full and keeps no wait list";
    ConsentOutdated "consent_outdated" 409 "The text to consent to has changed; show the present one";
    AddressTaken "address_taken" 409 "Another registration for this event has this address";
    AddressOverused "address_overused" 429 "This address was sent too many mails today";
    // mail
    TemplateInvalid "template_invalid" 422 "A text for a mail cannot be used";
    // us
    Internal "internal" 500 "Something went wrong on our side";
    Unavailable "unavailable" 503 "The server cannot answer right now; try again later";
}

/// One fault in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it is: a JSON pointer (RFC 6901) into the body.
    #[schema(example = "/when/timezone")]
    pub pointer: String,
    /// What it is: a code of the table at `/api/v1/problems`.
    #[schema(example = "timezone_required")]
    pub code: &'static str,
    /// What to do about it, for people.
    #[schema(example = "A local time needs a time zone, for example Europe/Oslo.")]
    pub detail: String,
    /// Values that would be accepted, where they are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// How many characters a text has at most, where this one has more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 300)]
    pub max_length: Option<usize>,
}

impl FieldError {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.name(),
            detail: detail.into(),
            candidates: Vec::new(),
            max_length: None,
        }
    }

    /// A text of more than `max` characters.
    pub fn too_long(pointer: impl Into<String>, max: usize) -> Self {
        Self { max_length: Some(max), ..Self::new(pointer, Code::TextInvalid, format!("At most {max} characters.")) }
    }
}

/// The body of every error answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Identifies the kind of problem: where the table describes it.
    #[serde(rename = "type")]
    #[schema(example = "/api/v1/problems#invalid")]
    pub kind: String,
    /// What the code means in general.
    #[schema(example = "The request does not fit; see errors")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// The stable word that programs compare.
    #[schema(example = "invalid")]
    pub code: &'static str,
    /// What happened this time, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Each fault in what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Further members, by code.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// An error on its way to a client.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    more: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
    source: Option<DbError>,
    cause: Option<String>,
}

impl Problem {
    /// A problem of this code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Parts {
            code,
            detail: None,
            errors: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
            source: None,
            cause: None,
        }))
    }

    /// 404 without a word on whether it exists for somebody else.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// A fault of ours. `cause` is logged and never sent.
    pub fn internal(cause: impl Into<String>) -> Self {
        let mut problem = Self::new(Code::Internal);
        problem.0.cause = Some(cause.into());
        problem
    }

    /// 422 with these faults. A single fault gives its code to the whole.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let code = match errors.as_slice() {
            [one] => Code::ALL.iter().copied().find(|code| code.name() == one.code).unwrap_or(Code::Invalid),
            _ => Code::Invalid,
        };
        let detail = match errors.as_slice() {
            [one] => Some(one.detail.clone()),
            _ => None,
        };
        let mut problem = Self::new(code);
        (problem.0.errors, problem.0.detail) = (errors, detail);
        problem
    }

    /// 422 with one fault.
    pub fn field(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// Adds what happened this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds what is at fault.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(member.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The body that a client gets.
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/api/v1/problems#{}", self.0.code.name()),
            title: self.0.code.title(),
            status: self.0.code.status(),
            code: self.0.code.name(),
            detail: self.0.detail.clone(),
            errors: self.0.errors.clone(),
            more: self.0.more.clone(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.code.name())?;
        if let Some(cause) = &self.0.cause {
            write!(formatter, ": {cause}")?;
        }
        if let Some(source) = &self.0.source {
            write!(formatter, ": {source}")?;
        }
        Ok(())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = match error {
            DbError::Unavailable(_) | DbError::Crossed => Code::Unavailable,
            DbError::NotFound => Code::NotFound,
            _ => Code::Internal,
        };
        let mut problem = Self::new(code);
        problem.0.source = Some(error);
        problem
    }
}

impl TransactionError for Problem {
    fn db_error(&self) -> Option<&DbError> {
        self.0.source.as_ref()
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        match self.0.code {
            Code::Internal => tracing::error!(problem = %self, "a request failed"),
            Code::Unavailable => tracing::warn!(problem = %self, "a request could not be served"),
            _ => {}
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.content_type("application/problem+json");
        for (name, value) in &self.0.headers {
            answer.insert_header((*name, value.as_str()));
        }
        match self.0.code {
            Code::Unavailable => drop(answer.insert_header(("retry-after", "2"))),
            Code::Unauthenticated | Code::SignInFailed => {
                answer.insert_header(("www-authenticate", "Bearer realm=\"plenary\""));
            }
            _ => {}
        }
        answer.insert_header(("cache-control", "no-store"));
        answer.json(self.body())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_words_with_an_error_status() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{}", code.name());
            assert!(code.name().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", code.name());
        }
    }

    #[test]
    fn one_fault_names_the_whole_problem() {
        let one = Problem::field("/when", Code::TimezoneRequired, "x");
        assert_eq!(one.code(), Code::TimezoneRequired);
        let two = Problem::invalid(vec![
            FieldError::new("/a", Code::TextInvalid, "x"),
            FieldError::new("/b", Code::TextInvalid, "x"),
        ]);
        assert_eq!(two.code(), Code::Invalid);
    }

    #[test]
    fn a_cause_is_never_sent() {
        let problem = Problem::internal("relation secrets does not exist");
        let body = serde_json::to_string(&problem.body()).unwrap();
        assert!(!body.contains("secrets"), "{body}");
    }
}
