//! Conditional requests (RFC 9110 section 13): a change names the version that it was made for.
//!
//! An entity tag is `"<revision>.<digest of the body>"`. A read compares the whole; a change compares the revision, since
//! what a member of the staff read may be another representation (another `?tz=`) of the same version.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use sha2::{Digest, Sha256};

use super::problem::{Code, Problem};

/// The tag of a representation of a resource at `revision`.
pub fn entity_tag(revision: i64, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let short = digest.iter().take(6).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("\"{revision}.{short}\"")
}

/// Whether `If-None-Match` (`*`, or a list of tags, compared weakly) names `tag`.
pub fn matches_any(wanted: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    wanted.trim() == "*" || wanted.split(',').any(|one| opaque(one) == opaque(tag))
}

/// The version that a change was made for, from `If-Match`. Without the header a change is refused with 428.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch {
    revisions: Option<Vec<i64>>,
}

impl IfMatch {
    /// Lets the change pass if `revision` is one that the client named.
    ///
    /// # Errors
    /// 412, with the present revision.
    pub fn check(&self, revision: i64) -> Result<(), Problem> {
        match &self.revisions {
            None => Ok(()),
            Some(revisions) if revisions.contains(&revision) => Ok(()),
            Some(_) => Err(Problem::new(Code::PreconditionFailed)
                .with_detail("Read it again, then repeat the change with the new ETag.")
                .with("revision", revision)),
        }
    }

    fn parse(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self { revisions: None });
        }
        let revisions = header
            .split(',')
            .map(|tag| {
                let opaque = tag.trim().trim_start_matches("W/").strip_prefix('"')?.strip_suffix('"')?;
                // A tag that is not ours names no version, and so matches none.
                Some(opaque.split('.').next().and_then(|revision| revision.parse().ok()).unwrap_or(-1))
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { revisions: Some(revisions) })
    }
}

impl utoipa::IntoParams for IfMatch {
    fn into_params(
        _parameter_in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        vec![super::header_parameter(
            "If-Match",
            true,
            "The `ETag` that was read, or `*`: the change is refused if somebody else changed it since.",
            "\"3.a1b2c3d4e5f6\"",
        )]
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let Some(header) = request.headers().get(IF_MATCH) else {
            return ready(Err(Problem::new(Code::PreconditionRequired)));
        };
        ready(header.to_str().ok().and_then(Self::parse).ok_or_else(|| {
            Problem::new(Code::HeaderInvalid)
                .with_detail("If-Match has to be * or the ETag that was read, with its quotes.")
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_follows_revision_and_body() {
        let tag = entity_tag(3, b"{}");
        assert_eq!(tag, entity_tag(3, b"{}"));
        assert_ne!(tag, entity_tag(4, b"{}"));
        assert_ne!(tag, entity_tag(3, b"[]"));
        assert!(IfMatch::parse(&tag).unwrap().check(3).is_ok());
        assert!(IfMatch::parse(&format!("W/{tag}")).unwrap().check(3).is_ok());
    }

    #[test]
    fn a_stale_tag_is_refused_and_a_star_matches_all() {
        let stale = IfMatch::parse("\"2.abc\", \"1.def\"").unwrap();
        assert_eq!(stale.check(3).unwrap_err().code(), Code::PreconditionFailed);
        assert!(stale.check(1).is_ok());
        assert!(IfMatch::parse("*").unwrap().check(9).is_ok());
        assert_eq!(IfMatch::parse("3"), None);
        assert!(IfMatch::parse("\"somebody-elses\"").unwrap().check(3).is_err());
    }

    #[test]
    fn reads_compare_weakly_and_whole() {
        assert!(matches_any("W/\"3.a\", \"2.b\"", "\"3.a\""));
        assert!(matches_any("*", "\"3.a\""));
        assert!(!matches_any("\"3.b\"", "\"3.a\""));
    }
}
