//! Which of the forms that a resource has a client wants, and in which language (RFC 9110 section 12.5).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT;
use actix_web::{FromRequest, HttpRequest};

use super::problem::{Code, Problem};
use crate::time::Language;

/// The media types that a client takes, from `Accept`. Without the header it takes any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept(Vec<Range>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    kind: String,
    subtype: String,
    /// In thousandths.
    quality: u16,
}

impl Accept {
    /// The one of `offered` that the client likes best; the first of those that it likes alike.
    ///
    /// # Errors
    /// 406 if it takes none of them.
    pub fn choose(&self, offered: &[&'static str]) -> Result<&'static str, Problem> {
        let mut best: Option<(&'static str, u16)> = None;
        for media_type in offered {
            let quality = self.quality(media_type);
            if quality > best.map_or(0, |(_, best)| best) {
                best = Some((media_type, quality));
            }
        }
        best.map(|(media_type, _)| media_type)
            .ok_or_else(|| Problem::new(Code::NotAcceptable).with_detail(format!("Here: {}.", offered.join(", "))))
    }

    /// How much the client likes a media type: what the most precise of its ranges says.
    fn quality(&self, media_type: &str) -> u16 {
        let (kind, subtype) = media_type.split_once('/').unwrap_or((media_type, ""));
        let precision = |range: &Range| match (range.kind.as_str(), range.subtype.as_str()) {
            ("*", "*") => Some(0),
            (own, "*") if own == kind => Some(1),
            (own, sub) if own == kind && sub == subtype => Some(2),
            _ => None,
        };
        let matching = self.0.iter().filter_map(|range| Some((precision(range)?, range.quality)));
        matching.max().map_or(0, |(_, quality)| quality)
    }

    fn parse(header: &str) -> Self {
        Self(header.split(',').filter_map(range).collect())
    }
}

/// One range; none if it cannot be read.
fn range(text: &str) -> Option<Range> {
    let text = text.trim().to_ascii_lowercase();
    let mut parts = text.split(';');
    let (kind, subtype) = parts.next()?.trim().split_once('/')?;
    let quality = parts.find_map(|part| part.trim().strip_prefix("q=").map(thousandths)).unwrap_or(Some(1000))?;
    Some(Range { kind: kind.to_owned(), subtype: subtype.to_owned(), quality })
}

/// `0`, `1`, or up to three digits behind `0.` or `1.`, as thousandths.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    if part.len() > 3 || !part.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{part:0<3}").parse().ok()?;
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

impl FromRequest for Accept {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let sent: Vec<&str> = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok()).collect();
        let sent = sent.join(",");
        ready(Ok(Self::parse(if sent.trim().is_empty() { "*/*" } else { &sent })))
    }
}

/// The language that we write and that `Accept-Language` (RFC 9110 section 12.5.4) gives the most weight, the first of equals.
pub fn accepted_language(header: &str) -> Option<Language> {
    let weighted = header.split(',').take(50).filter_map(|part| {
        let mut parameters = part.split(';');
        let language = Language::parse(parameters.next()?.trim())?;
        let weight = parameters.find_map(|one| one.trim().strip_prefix("q=")?.trim().parse::<f32>().ok());
        let weight = weight.unwrap_or(1.0);
        (weight > 0.0).then_some((weight, language))
    });
    let best = weighted.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [&str; 2] = ["application/json", "text/csv"];

    fn chosen(header: &str) -> Option<&'static str> {
        Accept::parse(header).choose(&OFFERED).ok()
    }

    #[test]
    fn what_is_liked_best_is_chosen() {
        for (header, expected) in [
            ("*/*", OFFERED[0]),
            ("text/csv", OFFERED[1]),
            ("TEXT/CSV; charset=utf-8", OFFERED[1]),
            ("text/*", OFFERED[1]),
            ("application/json, text/csv", OFFERED[0]),
            ("application/json;q=0.5, text/csv", OFFERED[1]),
            ("application/json; q=0.5, text/csv; q=0.499", OFFERED[0]),
            ("text/html,application/xhtml+xml,*/*;q=0.8", OFFERED[0]),
            ("*/*, application/json;q=0", OFFERED[1]),
            ("*/*;q=0.1, text/*;q=0.2, text/csv;q=0.05", OFFERED[0]),
        ] {
            assert_eq!(chosen(header), Some(expected), "{header}");
        }
    }

    #[test]
    fn what_is_not_taken_is_not_sent() {
        let nothing = ["text/html", "*/*;q=0", "text/csv;q=0", "nonsense", "text/csv;q=2", "text/csv;q=0.0001"];
        for header in nothing {
            assert_eq!(chosen(header), None, "{header}");
        }
        let problem = Accept::parse("image/png").choose(&OFFERED).unwrap_err();
        assert_eq!(problem.code(), Code::NotAcceptable);
    }

    #[test]
    fn the_browser_is_given_what_it_prefers_of_what_we_write() {
        for (header, expected) in [
            ("de", Some(Language::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::De)),
            ("en;q=0.5, fr-CH;q=0.9, *;q=0.1", Some(Language::Fr)),
            ("es, pt;q=0.9, nl;q=0.1", Some(Language::Nl)),
            ("nl;q=0.5,de;q=0.5", Some(Language::Nl)),
            ("de;q=0, fr;q=0.1", Some(Language::Fr)),
            ("es", None),
            ("", None),
            ("*", None),
            (";q=, ,;;", None),
            ("de;q=x", Some(Language::De)),
        ] {
            assert_eq!(accepted_language(header), expected, "{header}");
        }
    }
}
