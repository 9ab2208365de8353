//! JSON bodies: read strictly, refused with a pointer to the fault.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::problem::{Code, FieldError, Problem};
use super::state::State;

/// A JSON body as the type that the handler wants; a POST without a body, and without a word on its type, is the empty object where
/// every field may be left out. With a digest of the bytes for [`super::IdempotencyKey`].
pub struct Json<T> {
    /// What was sent.
    pub value: T,
    /// SHA-256 of the bytes that were sent.
    pub hash: [u8; 32],
}

/// A body as it came, for a handler that has to see its bytes, for instance to check a signature. Any media type is let
/// through, and the size is limited like that of every other.
pub struct RawBody {
    /// The media type in lower case, without its parameters; empty if there is none.
    pub media_type: String,
    /// What was sent.
    pub bytes: web::Bytes,
}

/// A merge patch (RFC 7396): the members to change, `null` to remove.
pub struct MergePatch(Value);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_left_out(request) {
            let bytes = receive(payload, body_limit(request));
            return Box::pin(async move { Self::without_type(&bytes.await?) });
        }
        let bytes = read_body(request, payload, &["application/json"]);
        Box::pin(async move {
            let bytes = bytes.await?;
            let value = from_value(parse(&bytes)?)?;
            Ok(Self { value, hash: Sha256::digest(&bytes).into() })
        })
    }
}

/// Whether a request may have no body at all: a command that says nothing of one.
fn is_left_out(request: &HttpRequest) -> bool {
    request.method() == Method::POST && !request.headers().contains_key(CONTENT_TYPE)
}

impl<T: DeserializeOwned> Json<T> {
    /// No body is the empty object, where that is enough; without a media type nothing else is read.
    fn without_type(bytes: &[u8]) -> Result<Self, Problem> {
        let empty = bytes.is_empty().then(|| from_value(Value::Object(serde_json::Map::new())).ok()).flatten();
        let value = empty.ok_or_else(|| unsupported(&["application/json"]))?;
        Ok(Self { value, hash: Sha256::digest(bytes).into() })
    }
}

fn unsupported(accepted: &[&str]) -> Problem {
    Problem::new(Code::UnsupportedMediaType)
        .with_detail(format!("Send Content-Type: {}.", accepted.first().copied().unwrap_or_default()))
}

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = media_type_of(request).unwrap_or_default();
        let bytes = receive(payload, body_limit(request));
        Box::pin(async move { Ok(Self { media_type, bytes: bytes.await? }) })
    }
}

impl FromRequest for MergePatch {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read_body(request, payload, &["application/merge-patch+json", "application/json"]);
        Box::pin(async move {
            let value = parse(&bytes.await?)?;
            if value.is_object() {
                Ok(Self(value))
            } else {
                Err(Problem::field("", Code::FieldType, "A patch has to be an object with the members to change."))
            }
        })
    }
}

impl MergePatch {
    /// What the patch says of one member; none if it does not speak of it.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// `current` with the patch applied, checked like a whole new body.
    ///
    /// # Errors
    /// 422 with a pointer where the result does not fit its type.
    pub fn apply<T: Serialize + DeserializeOwned>(&self, current: &T) -> Result<T, Problem> {
        let mut whole = serde_json::to_value(current).map_err(|error| Problem::internal(error.to_string()))?;
        merge(&mut whole, &self.0);
        from_value(whole)
    }
}

/// RFC 7396 section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.shift_remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

pub(super) fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
    accepted: &'static [&'static str],
) -> impl Future<Output = Result<web::Bytes, Problem>> + use<> {
    let limit = body_limit(request);
    let received = receive_as(request, payload, accepted, limit);
    async move { Ok(received.await?.1) }
}

/// The media type and the bytes of a body, if it is of an accepted type and no larger than `limit`.
pub(super) fn receive_as(
    request: &HttpRequest,
    payload: &mut Payload,
    accepted: &'static [&'static str],
    limit: usize,
) -> impl Future<Output = Result<(String, web::Bytes), Problem>> + use<> {
    let media_type = media_type_of(request);
    let bytes = receive(payload, limit);
    async move {
        let Some(media_type) = media_type.filter(|media_type| accepted.contains(&media_type.as_str())) else {
            return Err(unsupported(accepted));
        };
        Ok((media_type, bytes.await?))
    }
}

/// The media type in lower case, without its parameters.
fn media_type_of(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// How large a body may be that is no file.
fn body_limit(request: &HttpRequest) -> usize {
    request.app_data::<web::Data<State>>().map_or(1 << 20, |state| state.limits.body_bytes)
}

/// The bytes of a body, as many as are accepted.
fn receive(payload: &mut Payload, limit: usize) -> impl Future<Output = Result<web::Bytes, Problem>> + use<> {
    let payload = payload.take();
    async move {
        let too_large = || {
            Problem::new(Code::BodyTooLarge).with_detail(format!("At most {limit} bytes.")).with("limit_bytes", limit)
        };
        match actix_web::body::to_bytes_limited(actix_web::body::BodyStream::new(payload), limit).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => {
                Err(Problem::new(Code::MalformedJson).with_detail(format!("The body could not be received: {error}")))
            }
            Err(_over_the_limit) => Err(too_large()),
        }
    }
}

/// Reads JSON as strictly as [`Json`] does.
///
/// # Errors
/// 400 for what is no JSON, 422 with a pointer where it does not fit.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    from_value(parse(bytes)?)
}

fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(Code::MalformedJson).with_detail(format!(
            "Line {}, column {}: {error}",
            error.line(),
            error.column()
        ))
    })
}

pub(super) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        let message = error.inner().to_string();
        Problem::invalid(vec![field_error(pointer, &message)])
    })
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escape(key)),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn field_error(pointer: String, message: &str) -> FieldError {
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    if message.starts_with("missing field")
        && let Some(name) = quoted(message)
    {
        let name = escape(&name);
        return FieldError::new(format!("{pointer}/{name}"), Code::FieldRequired, "This field is required.");
    }
    if message.starts_with("unknown field") {
        // The path already ends with the name of the unknown field.
        return FieldError::new(pointer, Code::FieldUnknown, sentence(message));
    }
    FieldError::new(pointer, Code::FieldType, sentence(message))
}

fn sentence(message: &str) -> String {
    let mut text = message.replace('`', "'");
    if let Some(first) = text.get(..1) {
        let upper = first.to_uppercase();
        text.replace_range(..1, &upper);
    }
    text.push('.');
    text
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
