//! What the document of the interface says of the files that this room answers with.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, RefOr, Response, ResponseBuilder};

/// A calendar, in the form that its reader likes best.
pub struct CalendarFile;

impl IntoResponses for CalendarFile {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let description = "An iCalendar object (RFC 5545), or a JSCalendar group (RFC 8984) for those who ask for one by `Accept`; \
            with `ETag` and `Last-Modified`, 304 to a reader who has it";
        answered(description, [("text/calendar", Type::String), ("application/jscalendar+json", Type::Object)])
    }
}

/// What is new.
pub struct NewsFile;

impl IntoResponses for NewsFile {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let description = "An Atom feed (RFC 4287), with `ETag` and `Last-Modified`; 304 to a reader who has it";
        answered(description, [("application/atom+xml", Type::String)])
    }
}

fn answered<const N: usize>(description: &str, forms: [(&str, Type); N]) -> BTreeMap<String, RefOr<Response>> {
    let mut response = ResponseBuilder::new().description(description);
    for (media_type, kind) in forms {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        response = response.content(media_type, ContentBuilder::new().schema(Some(schema)).build());
    }
    BTreeMap::from([("200".to_owned(), response.into())])
}
