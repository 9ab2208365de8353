//! What is an address and what is not; what a name loses.

use super::*;

fn parse(text: &str) -> Result<String, AddressError> {
    EmailAddress::parse(text).map(|address| address.as_str().to_owned())
}

#[test]
fn accepts_ordinary_addresses_and_keeps_the_local_part() {
    for (given, read) in [
        ("name@example.org", "name@example.org"),
        ("  name@example.org ", "name@example.org"),
        ("First.Last+tag@Sub.Example.ORG", "First.Last+tag@sub.example.org"),
        ("o'brien/x=y@example.org", "o'brien/x=y@example.org"),
        ("a@blåbærsyltetøy.no", "a@xn--blbrsyltety-y8ao3x.no"),
        ("a@例え。jp", "a@xn--r8jz45g.jp"),
        ("a@1.example.museum", "a@1.example.museum"),
    ] {
        assert_eq!(parse(given), Ok(read.to_owned()), "{given}");
    }
}

#[test]
fn refuses_what_cannot_be_delivered_and_says_why() {
    let long_local = format!("{}@example.org", "a".repeat(65));
    let long_domain = format!("{}@{}.org", "a".repeat(20), vec!["b".repeat(60); 4].join("."));
    let long_label = format!("a@{}.org", "b".repeat(64));
    for (given, error) in [
        ("", AddressError::Empty),
        ("   ", AddressError::Empty),
        ("name", AddressError::At),
        ("a@b@example.org", AddressError::At),
        ("\"a@b\"@example.org", AddressError::At),
        ("a@example.org\r\nBcc: b@example.org", AddressError::Control),
        ("a\0@example.org", AddressError::Control),
        ("a@example.org\n", AddressError::Control),
        ("@example.org", AddressError::LocalPart),
        (".a@example.org", AddressError::LocalPart),
        ("a..b@example.org", AddressError::LocalPart),
        ("a.@example.org", AddressError::LocalPart),
        ("a b@example.org", AddressError::LocalPart),
        ("\"a b\"@example.org", AddressError::LocalPart),
        ("<a@example.org>", AddressError::LocalPart),
        ("jürgen@example.org", AddressError::NonAsciiLocalPart),
        (long_local.as_str(), AddressError::TooLong),
        (long_domain.as_str(), AddressError::TooLong),
        (long_label.as_str(), AddressError::Domain),
        ("a@localhost", AddressError::Domain),
        ("a@", AddressError::Domain),
        ("a@example.org.", AddressError::Domain),
        ("a@.example.org", AddressError::Domain),
        ("a@exa_mple.org", AddressError::Domain),
        ("a@-example.org", AddressError::Domain),
        ("a@example.org>", AddressError::Domain),
        ("a@192.0.2.1", AddressError::Domain),
        ("a@[192.0.2.1]", AddressError::Domain),
    ] {
        assert_eq!(parse(given), Err(error), "{given}");
    }
}

#[test]
fn one_person_has_one_key() {
    let one = EmailAddress::parse("Ann.Lee@Example.org").unwrap();
    let other = EmailAddress::parse("ann.lee@example.ORG").unwrap();
    assert_eq!(one.key(), "ann.lee@example.org");
    assert_eq!(one.key(), other.key());
    assert_eq!((one.local_part(), one.domain()), ("Ann.Lee", "example.org"));
}

#[test]
fn debug_is_masked_and_display_is_not() {
    let address = EmailAddress::parse("ann@example.org").unwrap();
    assert_eq!(format!("{address:?}"), "EmailAddress(a…@…)");
    assert_eq!(address.to_string(), "ann@example.org");
}

#[test]
fn json_is_a_checked_string() {
    let address: EmailAddress = serde_json::from_str("\"Ann@EXAMPLE.org\"").unwrap();
    assert_eq!(serde_json::to_string(&address).unwrap(), "\"Ann@example.org\"");
    let escaped: EmailAddress = serde_json::from_str("\"ann\\u002blist@example.org\"").unwrap();
    assert_eq!(escaped.as_str(), "ann+list@example.org");
    let error = serde_json::from_str::<EmailAddress>("\"secret@localhost\"").unwrap_err().to_string();
    assert_eq!(error, "after the @ stands a full domain name, like example.org");
}

#[test]
fn the_schema_is_a_string_of_format_email() {
    let schema = serde_json::to_value(EmailAddress::schema()).unwrap();
    assert_eq!(schema["type"], "string");
    assert_eq!(schema["format"], "email");
    assert_eq!(EmailAddress::name(), "EmailAddress");
}

#[test]
fn names_lose_what_could_break_a_header() {
    assert_eq!(clean_display_name("  Ann   Lee "), "Ann Lee");
    assert_eq!(clean_display_name("Bob\r\nBcc: x@example.org"), "Bob Bcc: x@example.org");
    assert_eq!(clean_display_name("Bo\0b\u{7}\u{85}\u{2028}X\u{7f}"), "Bob X");
    assert_eq!(clean_display_name("\u{202E}evil\u{2066}\u{FEFF}"), "evil");
    assert_eq!(clean_display_name("Zoë 👩‍🚀 Ångström"), "Zoë 👩‍🚀 Ångström");
    assert_eq!(clean_display_name("\r\n\t"), "");
    assert_eq!(clean_display_name(&"é".repeat(150)), "é".repeat(100));
}

#[test]
fn addresses_of_one_mailbox_share_a_key_and_stay_different_addresses() {
    let keys = |text: &str| {
        let address = EmailAddress::parse(text).unwrap();
        (address.mailbox_key(), address.key())
    };
    for (given, mailbox, whole) in [
        ("Ada@Example.org", "ada@example.org", "ada@example.org"),
        ("Ada+List@example.org", "ada@example.org", "ada+list@example.org"),
        ("ada+a+b@example.org", "ada@example.org", "ada+a+b@example.org"),
        ("ada+@example.org", "ada@example.org", "ada+@example.org"),
        ("+ada@example.org", "+ada@example.org", "+ada@example.org"),
        ("ada-list@example.org", "ada-list@example.org", "ada-list@example.org"),
    ] {
        assert_eq!(keys(given), (mailbox.to_owned(), whole.to_owned()), "{given}");
    }
}
