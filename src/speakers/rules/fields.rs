//! The fields of speakers and appearances.

use super::super::details::{AppearanceInput, SpeakerDetails};
use super::super::error::SpeakerError;
use super::super::model::AppearanceId;
use super::affiliations::check_affiliations;
use crate::http::{Checks, Code, FieldError, LINE};
use crate::mail::EmailAddress;

/// How many links a speaker may have.
const LINKS: usize = 20;
/// What stands in brackets behind a name that is not certain yet, in small letters without spaces and dots.
const UNCERTAIN: [&str; 4] = ["(tbc)", "[tbc]", "(tobeconfirmed)", "[tobeconfirmed]"];

/// Checks a speaker. What comes back is what is to be stored: an e-mail address has one form.
///
/// # Errors
/// Every field that does not fit.
pub fn check_speaker(details: &SpeakerDetails) -> Result<SpeakerDetails, SpeakerError> {
    let mut checks = Checks::new();
    let mut checked = details.clone();
    checks.line("/name", &details.name, LINE);
    refuse_uncertain(&mut checks, "/name", &details.name);
    checks.optional_text("/bio", details.bio.as_deref());
    checks.optional_url("/photo_url", details.photo_url.as_deref());
    checks.count("/links", details.links.len(), LINKS);
    for (index, link) in details.links.iter().enumerate() {
        checks.optional_line(&format!("/links/{index}/label"), link.label.as_deref(), LINE);
        checks.optional_url(&format!("/links/{index}/url"), Some(&link.url));
    }
    match details.email.as_deref().map(EmailAddress::parse) {
        None => {}
        Some(Ok(address)) => checked.email = Some(address.as_str().to_owned()),
        Some(Err(error)) => checks.fault("/email", Code::EmailInvalid, format!("{error}.")),
    }
    checks.optional_zone("/timezone", details.timezone.as_deref());
    check_affiliations(&mut checks, &details.affiliations);
    let errors = checks.into_errors();
    if errors.is_empty() { Ok(checked) } else { Err(SpeakerError::Invalid(errors)) }
}

/// Checks what can be known of an appearance without looking at the database. Pointers begin with `prefix`.
pub fn check_appearance(prefix: &str, input: &AppearanceInput) -> Vec<FieldError> {
    let mut checks = Checks::new();
    let pointer = |field: &str| format!("{prefix}/{field}");
    match (input.speaker_id, input.organisation_id, input.label.as_deref()) {
        (None, None, None) => {
            let detail = "Name a speaker, an organisation, or a label such as Representatives.";
            checks.fault(pointer("speaker_id"), Code::FieldRequired, detail);
        }
        (Some(_), organisation, label) => {
            if organisation.is_some() {
                let detail = "A speaker or an organisation; where a speaker belongs is the affiliation.";
                checks.fault(pointer("organisation_id"), Code::Invalid, detail);
            }
            if label.is_some() {
                checks.fault(pointer("label"), Code::Invalid, "A speaker has a name and takes no label.");
            }
        }
        (None, _, label) => {
            checks.optional_line(&pointer("label"), label, LINE);
            refuse_uncertain(&mut checks, &pointer("label"), label.unwrap_or_default());
        }
    }
    checks.range(&pointer("position"), input.position, 1..=10_000);
    checks.optional_line(&pointer("affiliation"), input.affiliation.as_deref(), LINE);
    checks.optional_line(&pointer("job_title"), input.job_title.as_deref(), LINE);
    checks.optional_line(&pointer("note"), input.note.as_deref(), LINE);
    checks.into_errors()
}

/// An appearance keeps its id, and a new one (`own` is none) gets it from the server.
pub fn check_id(own: Option<AppearanceId>, sent: Option<AppearanceId>) -> Vec<FieldError> {
    if sent.is_none() || sent == own {
        return Vec::new();
    }
    vec![FieldError::new("/id", Code::FieldUnknown, "The server gives an appearance its id, for good.")]
}

fn refuse_uncertain(checks: &mut Checks, pointer: &str, name: &str) {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase).collect();
    if UNCERTAIN.iter().any(|mark| plain.contains(mark)) {
        let detail = "Leave (tbc) out of the name: tbc is the status of an appearance.";
        checks.fault(pointer, Code::TextInvalid, detail);
    }
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
