//! Which addresses of a file are kept: everybody may follow them later.

use url::Url;

use super::super::finding::{Findings, ImportFindingCode as Found, Place};

/// The longest address, in bytes.
const LONGEST: usize = 2_000;

/// Whether an address may be kept; a finding where not. One without a scheme is relative to the file's `base_url`.
pub fn check(text: &str, place: &Place, findings: &mut Findings) -> bool {
    if is_fit(text) {
        return true;
    }
    let hint = "Only http and https addresses are kept, and those relative to the base address.";
    findings.warn(Found::AddressRefused, place, "An address is left out that nobody should follow.", hint);
    false
}

/// An address of http or https, or a relative one.
pub fn is_fit(text: &str) -> bool {
    let is_plain =
        text.len() <= LONGEST && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>\"\\`".contains(c));
    is_plain
        && match Url::parse(text) {
            Ok(url) => {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
            }
            // What has no scheme; a colon before any slash would be one to some readers, an at sign a mail address.
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let first = text.split(['/', '?', '#']).next().unwrap_or_default();
                !first.contains([':', '@']) && !text.starts_with("//")
            }
            Err(_) => false,
        }
}

/// An address that leads somewhere by itself.
pub fn is_absolute(text: &str) -> bool {
    is_fit(text) && (text.starts_with("http://") || text.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_followed_safely_or_left_out() {
        for fit in ["https://example.org/a?b=c", "http://x.example", "/media/logo.png", "talk/1/", "?a=1", "#x"] {
            assert!(is_fit(fit), "{fit}");
        }
        for unfit in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "mailto:ada@example.org",
            "ada@example.org",
            "//evil.example/x",
            "https://ada:secret@example.org/",
            "https://x.example/\"><script>",
            "ftp://x.example/",
            "https://",
            "a b",
        ] {
            assert!(!is_fit(unfit), "{unfit}");
        }
        assert!(is_absolute("https://example.org/") && !is_absolute("/media/logo.png"));
    }

    #[test]
    fn a_finding_repeats_no_private_address() {
        let mut findings = Findings::default();
        assert!(!check("mailto:ada@example.org", &Place::line(3), &mut findings));
        let all = findings.into_list();
        assert_eq!(all.iter().map(|one| one.line).collect::<Vec<_>>(), [Some(3)]);
        assert!(!format!("{all:?}").contains("ada"), "{all:?}");
    }
}
