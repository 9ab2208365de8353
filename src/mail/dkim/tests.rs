//! Settings, records and the shape of a signature. Whether it holds is for others to say: see the test that asks dkimpy.

use chrono::DateTime;

use super::*;

/// RFC 8463 appendix A.2: the private key of its example, as OpenSSL writes it.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

fn signer(domain: &str) -> DkimSigner {
    DkimSigner::new(ED25519.as_bytes(), "brisbane", domain).unwrap()
}

fn config(key: Option<&str>, selector: Option<&str>, domain: Option<&str>) -> DkimConfig {
    DkimConfig { key: key.map(Into::into), selector: selector.map(str::to_owned), domain: domain.map(str::to_owned) }
}

#[test]
fn the_record_is_that_of_the_standard() {
    let signer = signer("Football.Example.com");
    assert_eq!(signer.record_name(), "brisbane._domainkey.football.example.com");
    assert_eq!(signer.record_value(), "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    assert_eq!(format!("{signer:?}"), "DkimSigner(brisbane._domainkey.football.example.com)");
}

#[test]
fn all_three_settings_or_none() {
    assert!(DkimSigner::from_config(&config(None, None, None)).unwrap().is_none());
    for (settings, missing) in [
        (config(Some("k"), Some("s"), None), "PLENARY_DKIM_DOMAIN"),
        (config(Some("k"), None, Some("d.org")), "PLENARY_DKIM_SELECTOR"),
        (config(None, Some("s"), None), "PLENARY_DKIM_KEY"),
    ] {
        assert_eq!(DkimSigner::from_config(&settings).unwrap_err(), DkimError::Incomplete(missing));
    }
    let error = DkimSigner::from_config(&config(Some("/nowhere/dkim.pem"), Some("s"), Some("d.org"))).unwrap_err();
    assert!(
        error.to_string().starts_with("PLENARY_DKIM_KEY names /nowhere/dkim.pem, which cannot be read: "),
        "{error}"
    );
}

#[test]
fn wrong_values_are_refused() {
    let new = |pem: &str, selector: &str, domain: &str| DkimSigner::new(pem.as_bytes(), selector, domain).unwrap_err();
    for selector in ["", "a..b", "ä", "a b", "s;x=1", "a\r\nb"] {
        assert_eq!(new(ED25519, selector, "example.org"), DkimError::Selector, "{selector:?}");
    }
    for domain in ["", "localhost", "a@example.org", "example.org; s=x", "exam ple.org"] {
        assert_eq!(new(ED25519, "s", domain), DkimError::Domain, "{domain:?}");
    }
    for pem in ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ==\n-----END PRIVATE KEY-----\n"] {
        assert!(matches!(new(pem, "s", "example.org"), DkimError::Key(_)), "{pem:?}");
    }
}

#[test]
fn the_domain_that_signs_is_that_of_the_sender_or_above_it() {
    let from = |text: &str| EmailAddress::parse(text).unwrap();
    assert_eq!(signer("example.org").check_sender(&from("a@example.org")), Ok(()));
    assert_eq!(signer("example.org").check_sender(&from("a@events.example.org")), Ok(()));
    for (domain, sender) in [("events.example.org", "a@example.org"), ("ample.org", "a@example.org")] {
        let error = signer(domain).check_sender(&from(sender)).unwrap_err();
        assert_eq!(error, DkimError::Misaligned { domain: domain.to_owned(), from: "example.org".to_owned() });
    }
}

#[test]
fn what_may_not_be_added_is_named_once_more() {
    let mail = b"From: a@example.org\r\nList-Unsubscribe: <https://e.org>\r\nSubject: x\r\nX-Other: y\r\n\r\nHello\r\n";
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let signed = signer("example.org").sign(mail, at).unwrap();
    let (head, rest) = signed.split_at(signed.len() - mail.len());
    assert_eq!(rest, mail);
    let head = std::str::from_utf8(head).unwrap();
    assert!(head.lines().all(|line| line.len() <= 78), "{head}");
    let unfolded = head.replace("\r\n", "").replace(' ', "");
    assert!(
        unfolded.starts_with(
            "DKIM-Signature:v=1;a=ed25519-sha256;c=relaxed/relaxed;d=example.org;s=brisbane;t=1700000000;h=from:from:to:\
             reply-to:subject:subject:date:message-id:mime-version:content-type:list-unsubscribe;bh="
        ),
        "{unfolded}"
    );
    assert_eq!(signer("example.org").sign(mail, at).unwrap(), signed);
}
