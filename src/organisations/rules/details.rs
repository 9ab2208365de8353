//! What an organisation has to be like.

use super::super::countries::is_country;
use super::super::error::OrganisationError;
use super::super::model::{OrganisationDetails, OrganisationId};
use crate::http::{Checks, Code, LINE};

/// Longest short name, in characters.
const ACRONYM: usize = 50;

/// Checks what can be known without looking at other organisations.
///
/// # Errors
/// Every field that does not fit.
pub fn check(details: &OrganisationDetails) -> Result<(), OrganisationError> {
    let mut checks = Checks::new();
    checks.line("/name", &details.name, LINE);
    checks.optional_line("/acronym", details.acronym.as_deref(), ACRONYM);
    checks.lines("/aliases", &details.aliases, LINE);
    if details.country.as_deref().is_some_and(|code| !is_country(code)) {
        checks.fault("/country", Code::FieldType, "Two capital letters of ISO 3166-1, as in NO or NL.");
    }
    checks.optional_url("/url", details.url.as_deref());
    checks.optional_text("/description", details.description.as_deref());
    if let Some(form) = &details.legal_form {
        checks.line("/legal_form/text", &form.text, LINE);
        if let Some(language) = &form.language {
            checks.language("/legal_form/language", language);
        }
    }
    if let Some(logo) = &details.logo {
        checks.optional_url("/logo/url", Some(&logo.url));
        checks.line("/logo/alt", &logo.alt, LINE);
    }
    let errors = checks.into_errors();
    if errors.is_empty() { Ok(()) } else { Err(OrganisationError::Invalid(errors)) }
}

/// Checks a new parent of `own`. `line` is the parent, its parent, and so on to the top.
///
/// # Errors
/// `own` is in that line, so it would lie below itself; or there is no such parent.
pub fn check_parent(own: OrganisationId, line: &[OrganisationId]) -> Result<(), OrganisationError> {
    if line.is_empty() {
        Err(OrganisationError::ParentUnknown)
    } else if line.contains(&own) {
        Err(OrganisationError::ParentCycle)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::organisations::{LegalForm, Logo, OrganisationKind};

    fn id(number: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(number))
    }

    fn faults(change: impl FnOnce(&mut OrganisationDetails)) -> Vec<(String, &'static str)> {
        let mut details = OrganisationDetails::new("Human Rights Cities Network", OrganisationKind::Network);
        change(&mut details);
        match check(&details) {
            Ok(()) => Vec::new(),
            Err(OrganisationError::Invalid(errors)) => {
                errors.into_iter().map(|error| (error.pointer, error.code)).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_whole_organisation_is_fine() {
        let whole = faults(|details| {
            details.acronym = Some("HRCN".into());
            details.aliases = vec!["Réseau des villes: droits humains & cie".into()];
            details.country = Some("BE".into());
            details.url = Some("https://example.org/".into());
            details.description = Some("First line\nSecond line".into());
            details.legal_form =
                Some(LegalForm { text: "Association sans but lucratif".into(), language: Some("fr".into()) });
            details.logo = Some(Logo { url: "https://example.org/logo.svg".into(), alt: "HRCN".into() });
        });
        assert_eq!(whole, []);
    }

    #[test]
    fn every_fault_has_its_pointer() {
        let all = faults(|details| {
            details.name = " ".into();
            details.acronym = Some("A".repeat(51));
            details.aliases = vec!["fine".into(), "a\r\nb".into()];
            details.country = Some("UK".into());
            details.url = Some("javascript:alert(1)".into());
            details.description = Some("\u{7}".into());
            details.legal_form = Some(LegalForm { text: String::new(), language: Some("French".into()) });
            details.logo = Some(Logo { url: "logo.svg".into(), alt: String::new() });
        });
        let expected = [
            ("/name", "text_invalid"),
            ("/acronym", "text_invalid"),
            ("/aliases/1", "text_invalid"),
            ("/country", "field_type"),
            ("/url", "url_invalid"),
            ("/description", "text_invalid"),
            ("/legal_form/text", "text_invalid"),
            ("/legal_form/language", "language_invalid"),
            ("/logo/url", "url_invalid"),
            ("/logo/alt", "text_invalid"),
        ];
        assert_eq!(all, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn nothing_lies_below_itself() {
        assert!(check_parent(id(1), &[id(2), id(3)]).is_ok());
        assert!(matches!(check_parent(id(1), &[id(1)]), Err(OrganisationError::ParentCycle)));
        assert!(matches!(check_parent(id(1), &[id(3), id(2), id(1)]), Err(OrganisationError::ParentCycle)));
        assert!(matches!(check_parent(id(1), &[]), Err(OrganisationError::ParentUnknown)));
    }
}
