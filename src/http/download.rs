//! Files that anybody may fetch, again and again: calendar feeds. Programs ask for them on a schedule, so the validators
//! matter more than the body (RFC 9110 section 13).
//!
//! No cookie, no redirect, no negotiation: some of these programs send no `Accept` and follow nothing.

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, Header as _, HttpDate, IF_NONE_MATCH, IfModifiedSince,
    LAST_MODIFIED, VARY,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::conditional::matches_any;
use super::state::State;
use crate::db::search;

/// How long a shared cache may answer in our place.
const CACHE: &str = "public, max-age=300";

/// The longest that a change takes from its time, which is that of its request, until everybody sees it, in seconds, but for an import or a
/// merger that waits for others again and again: the database gives each statement up after as long. Tags are right in any case.
const LONGEST_WRITE: i64 = 60;

/// The longest name of a file, without what stands behind the dot.
const NAME_LENGTH: usize = 60;

/// A public file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// `Content-Type`.
    pub media_type: &'static str,
    /// What it is called when it is saved; see [`file_name`].
    pub file_name: String,
    /// When what it shows was last changed.
    pub modified_at: DateTime<Utc>,
    /// What is in it.
    pub body: String,
}

/// A plain file name: what `title` says in lower-case ASCII letters, digits and hyphens, or else `fallback`, and `.extension`.
pub fn file_name(title: &str, fallback: &str, extension: &str) -> String {
    let mut name = String::new();
    for word in search::normalise(title).split(' ').filter(|word| word.is_ascii() && !word.is_empty()) {
        let dash = usize::from(!name.is_empty());
        if name.len() + dash + word.len() > NAME_LENGTH {
            break;
        }
        if dash == 1 {
            name.push('-');
        }
        name.push_str(word);
    }
    format!("{}.{extension}", if name.is_empty() { fallback } else { &name })
}

impl Download {
    /// The tag of these bytes. It is weak, because they may be compressed on their way.
    fn tag(&self) -> String {
        let digest = Sha256::digest(self.body.as_bytes());
        let short = digest.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        format!("W/\"{short}\"")
    }
}

/// A public file whose tag is known, so that it can be answered again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyDownload {
    media_type: &'static str,
    file_name: String,
    modified_at: DateTime<Utc>,
    tag: String,
    vary: &'static str,
    body: Bytes,
}

impl From<Download> for ReadyDownload {
    fn from(download: Download) -> Self {
        Self {
            tag: download.tag(),
            media_type: download.media_type,
            file_name: download.file_name,
            modified_at: download.modified_at,
            vary: "accept-encoding",
            body: download.body.into(),
        }
    }
}

impl ReadyDownload {
    /// The same as one of several forms, of which the client chooses by `Accept`.
    #[must_use]
    pub fn by_accept(self) -> Self {
        Self { vary: "accept, accept-encoding", ..self }
    }

    /// The length of its body, in bytes.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Whether it has no body.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// Whether the client has these bytes at `now`: by the tag if it names one, else by the time (RFC 9110 section 13.2.2). A time
    /// that is still to come says nothing.
    fn is_known_to(&self, request: &HttpRequest, now: Option<DateTime<Utc>>) -> bool {
        let tags: Vec<&str> =
            request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).collect();
        if request.headers().contains_key(IF_NONE_MATCH) {
            return tags.iter().any(|wanted| matches_any(wanted, &self.tag));
        }
        let Ok(since) = IfModifiedSince::parse(request) else { return false };
        let since = SystemTime::from(since.0);
        let is_past = now.is_some_and(|now| since <= SystemTime::from(now));
        is_past && self.settled_at().is_some_and(|settled| SystemTime::from(settled) <= since)
    }

    /// The first whole second by which everybody sees the last change. Headers say no less than seconds: whoever read it before may
    /// have missed a change, and whoever reads it from then on has missed none.
    fn settled_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.modified_at.timestamp().checked_add(LONGEST_WRITE + 1)?, 0)
    }

    fn start(&self, status: StatusCode, now: Option<DateTime<Utc>>) -> HttpResponseBuilder {
        let mut answer = HttpResponse::build(status);
        answer
            .insert_header((ETAG, self.tag.as_str()))
            .insert_header((CACHE_CONTROL, CACHE))
            .insert_header((VARY, self.vary));
        // Until then nothing is said: the tag tells changes apart that come together, or late.
        if let Some(settled) = self.settled_at().filter(|settled| now.is_some_and(|now| *settled <= now)) {
            answer.insert_header((LAST_MODIFIED, HttpDate::from(SystemTime::from(settled)).to_string()));
        }
        answer
    }

    /// The answer to a request at `now`, where that is known.
    fn answer(self, request: &HttpRequest, now: Option<DateTime<Utc>>) -> HttpResponse {
        if self.is_known_to(request, now) {
            return self.start(StatusCode::NOT_MODIFIED, now).finish();
        }
        self.start(StatusCode::OK, now)
            .insert_header((CONTENT_TYPE, self.media_type))
            .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{}\"", self.file_name)))
            .body(self.body)
    }
}

impl Responder for Download {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        ReadyDownload::from(self).respond_to(request)
    }
}

impl Responder for ReadyDownload {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let now = request.app_data::<Data<State>>().map(|state| state.clock.now());
        self.answer(request, now)
    }
}

/// A file that staff and the public see differently, with headers of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailoredDownload {
    /// The file.
    pub download: Download,
    /// Whether it was made for staff or for one person, and no shared cache may keep it.
    pub is_private: bool,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Responder for TailoredDownload {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.download.respond_to(request);
        let headers = answer.headers_mut();
        let fixed = [
            ("vary", "authorization, accept-encoding".to_owned()),
            ("cache-control", if self.is_private { "private, no-cache" } else { CACHE }.to_owned()),
        ];
        for (name, value) in fixed.into_iter().chain(self.headers) {
            if let Ok(value) = value.parse() {
                headers.insert(actix_web::http::header::HeaderName::from_static(name), value);
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;

    use super::*;

    const LATER: &str = "2026-02-03T04:15:00Z";

    fn download() -> Download {
        Download {
            media_type: "text/calendar; charset=utf-8",
            file_name: "opening.ics".to_owned(),
            modified_at: "2026-02-03T04:05:06.789Z".parse().unwrap(),
            body: "BEGIN:VCALENDAR\r\n".to_owned(),
        }
    }

    fn answer_at(now: &str, headers: &[(&'static str, &str)]) -> HttpResponse {
        let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
        ReadyDownload::from(download()).answer(&request.to_http_request(), now.parse().ok())
    }

    fn status_with(headers: &[(&'static str, &str)]) -> u16 {
        answer_at(LATER, headers).status().as_u16()
    }

    #[test]
    fn an_answer_has_its_validators() {
        let answer = answer_at(LATER, &[]);
        let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(header("content-disposition"), "inline; filename=\"opening.ics\"");
        assert_eq!(header("last-modified"), "Tue, 03 Feb 2026 04:06:07 GMT");
        assert_eq!(header("cache-control"), "public, max-age=300");
        assert_eq!(header("vary"), "accept-encoding");
        assert_eq!(header("etag"), download().tag());
        assert_eq!(header("etag").len(), "W/\"\"".len() + 32);
        assert!(answer.headers().get("set-cookie").is_none());
    }

    #[test]
    fn a_tag_wins_over_a_time() {
        let tag = download().tag();
        let (same, before) = ("Tue, 03 Feb 2026 04:06:07 GMT", "Tue, 03 Feb 2026 04:06:06 GMT");
        assert_eq!(status_with(&[]), 200);
        assert_eq!(status_with(&[("if-none-match", &tag)]), 304);
        assert_eq!(status_with(&[("if-none-match", &format!("\"x\", {}", tag.trim_start_matches("W/")))]), 304);
        assert_eq!(status_with(&[("if-none-match", "\"x\""), ("if-none-match", &tag)]), 304);
        assert_eq!(status_with(&[("if-none-match", "*")]), 304);
        assert_eq!(status_with(&[("if-none-match", "\"x\""), ("if-modified-since", same)]), 200);
        assert_eq!(status_with(&[("if-none-match", &tag), ("if-modified-since", before)]), 304);
        assert_eq!(status_with(&[("if-modified-since", same)]), 304);
        assert_eq!(status_with(&[("if-modified-since", before)]), 200);
        assert_eq!(status_with(&[("if-modified-since", "yesterday")]), 200);
    }

    #[test]
    fn a_change_that_comes_late_is_not_hidden() {
        // Read while a change of that time may be under way: nothing is said of it, and no time lets the reader keep it.
        let (during, since) = ("2026-02-03T04:06:06.9Z", "Tue, 03 Feb 2026 04:06:06 GMT");
        assert!(!answer_at(during, &[]).headers().contains_key("last-modified"));
        assert_eq!(answer_at(during, &[("if-modified-since", since)]).status(), 200);
        let to_come = "Tue, 03 Feb 2026 04:06:07 GMT";
        assert_eq!(
            answer_at(during, &[("if-modified-since", to_come)]).status(),
            200,
            "no time that is to come counts"
        );
        assert_eq!(answer_at(during, &[("if-none-match", &download().tag())]).status(), 304, "the tag always does");
        // Once that is over, who read it since has it.
        let over = "2026-02-03T04:06:07Z";
        let answer = answer_at(over, &[]);
        assert_eq!(answer.headers().get("last-modified").unwrap(), to_come);
        assert_eq!(answer_at(over, &[("if-modified-since", to_come)]).status(), 304);
        assert_eq!(answer_at(over, &[("if-modified-since", since)]).status(), 200);
    }

    #[test]
    fn not_modified_has_no_body_and_keeps_what_a_cache_needs() {
        let answer = answer_at(LATER, &[("if-none-match", &download().tag())]);
        assert!(answer.body().size().is_eof());
        let names = ["etag", "cache-control", "vary", "last-modified"];
        assert!(names.iter().all(|name| answer.headers().contains_key(*name)));
        assert!(!answer.headers().contains_key("content-type"));
    }

    #[test]
    fn what_staff_see_stays_out_of_shared_caches() {
        for (is_private, cache) in [(true, "private, no-cache"), (false, "public, max-age=300")] {
            let headers = vec![("x-content-type-options", "nosniff".to_owned())];
            let tailored = TailoredDownload { download: download(), is_private, headers };
            let answer = tailored.respond_to(&TestRequest::get().to_http_request());
            let header = |name: &str| answer.headers().get_all(name).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(header("cache-control").collect::<Vec<_>>(), [cache]);
            assert_eq!(header("vary").collect::<Vec<_>>(), ["authorization, accept-encoding"]);
            assert_eq!(header("x-content-type-options").collect::<Vec<_>>(), ["nosniff"]);
        }
    }

    #[test]
    fn a_file_name_is_plain() {
        assert_eq!(file_name("Köln: rights & cities", "event", "ics"), "koln-rights-cities.ics");
        assert_eq!(file_name("老虎 \"../\r\n", "event", "ics"), "event.ics");
        let long = file_name(&"word ".repeat(50), "event", "ics");
        assert_eq!(long.len(), 59 + ".ics".len());
    }
}
