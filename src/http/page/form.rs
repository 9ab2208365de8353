//! The body of a form, as browsers send it.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::super::json::{from_value, read_body};
use super::super::problem::Problem;
use super::reader::Reader;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// How deep a name may lead.
const DEPTH: usize = 4;

/// A form as the type that the handler wants. A field that was left empty is absent; one that is given several times is a
/// list; `answers/size` fills the member `size` of `answers`. Every value is text: see [`yes_or_no`].
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read_body(request, payload, &[FORM]);
        let reader = Reader::of(request);
        Box::pin(async move {
            let reader = reader?;
            let read = async { from_value(to_value(&bytes.await?)) };
            read.await.map(Self).map_err(|problem: Problem| reader.problem(problem).into())
        })
    }
}

/// Whether the body of a request is a form.
pub(super) fn is_form(request: &HttpRequest) -> bool {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    header.is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM))
}

/// Reads a yes or no of a form, for `#[serde(default, deserialize_with = "yes_or_no")]`.
///
/// # Errors
/// It is neither.
pub fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("true" | "on" | "yes" | "1") => Ok(Some(true)),
        Some("false" | "off" | "no" | "0") => Ok(Some(false)),
        Some(_) => Err(serde::de::Error::custom("yes or no is expected")),
    }
}

/// Reads what one field or several fields of one name send, for `#[serde(default, deserialize_with = "one_or_more")]`.
///
/// # Errors
/// One of them cannot be read.
pub fn one_or_more<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let all = match Value::deserialize(deserializer)? {
        Value::Array(all) => all,
        one => vec![one],
    };
    all.into_iter().map(|one| serde_json::from_value(one).map_err(serde::de::Error::custom)).collect()
}

fn to_value(bytes: &[u8]) -> Value {
    let mut whole = Map::new();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        // Browsers send CRLF, wherever they run.
        let value = value.replace("\r\n", "\n");
        if !value.trim().is_empty() {
            let path: Vec<String> =
                name.splitn(DEPTH, '/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
            insert(&mut whole, &path, value);
        }
    }
    Value::Object(whole)
}

fn insert(target: &mut Map<String, Value>, path: &[String], text: String) {
    match path {
        [] => {}
        [name] => match target.get_mut(name) {
            None => drop(target.insert(name.clone(), Value::String(text))),
            Some(Value::Array(all)) => all.push(Value::String(text)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(text)]),
        },
        [name, rest @ ..] => {
            let inner = target.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_lead_to_members() {
        let form =
            b"answer=accept&note=a%26b%3D%C3%BC+c&empty=&blank=+%0D%0A&answers/size=42&answers/diet=a&answers/diet=b\
            &answers/diet=c&a~1b=x&lines=one%0D%0Atwo";
        let expected = json!({
            "answer": "accept", "note": "a&b=ü c", "answers": { "size": "42", "diet": ["a", "b", "c"] }, "a/b": "x",
            "lines": "one\ntwo",
        });
        assert_eq!(to_value(form), expected);
    }

    #[test]
    fn hostile_names_do_no_harm() {
        assert_eq!(to_value(b"a=1&a/b=2"), json!({ "a": "1" }));
        assert_eq!(to_value(b"a/b=2&a=1"), json!({ "a": [{ "b": "2" }, "1"] }));
        assert_eq!(to_value(b"=1&&==&%ff=%fe"), json!({ "": ["1", "="], "\u{fffd}": "\u{fffd}" }));
        let deep = format!("{}=1", "a/".repeat(100_000));
        let value = to_value(deep.as_bytes());
        assert_eq!(value["a"]["a"]["a"].as_object().map(Map::len), Some(1));
    }

    #[test]
    fn fields_of_one_name_are_a_list_however_many_they_are() {
        #[derive(Debug, Deserialize)]
        struct Asked {
            #[serde(default, deserialize_with = "one_or_more")]
            days: Vec<std::net::Ipv4Addr>,
        }
        let read = |body: &[u8]| from_value::<Asked>(to_value(body)).map(|asked| asked.days.len());
        assert_eq!(read(b"").unwrap(), 0);
        assert_eq!(read(b"days=1.2.3.4").unwrap(), 1);
        assert_eq!(read(b"days=1.2.3.4&days=1.2.3.5").unwrap(), 2);
        for wrong in [&b"days=1"[..], b"days=1.2.3.4&days=x"] {
            assert_eq!(read(wrong).unwrap_err().body().errors.first().unwrap().pointer, "/days");
        }
    }

    #[test]
    fn yes_and_no_are_words() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Asked {
            #[serde(default, deserialize_with = "yes_or_no")]
            consent: Option<bool>,
        }
        let read = |body: &[u8]| from_value::<Asked>(to_value(body)).map(|asked| asked.consent);
        assert_eq!(read(b"").unwrap(), None);
        assert_eq!(read(b"consent=").unwrap(), None);
        assert_eq!(read(b"consent=on").unwrap(), Some(true));
        assert_eq!(read(b"consent=false").unwrap(), Some(false));
        for wrong in [&b"consent=perhaps"[..], b"consent=true&consent=false"] {
            assert_eq!(read(wrong).unwrap_err().body().errors.first().unwrap().pointer, "/consent");
        }
    }
}
