//! Hostile values against `clean`.

use super::*;

#[test]
fn every_line_break_is_one_lf_and_control_characters_are_gone() {
    assert_eq!(clean_text("a\r\nb\rc\nd\u{2028}e\u{2029}f\r\n\r\ng"), "a\nb\nc\nd\ne\nf\n\ng");
    assert_eq!(clean_text("\u{feff}a\0b\u{7}c\td\u{7f}e\u{85}f\u{9b}g\u{1b}h"), "abc\tdefgh");
    assert_eq!(clean_text("blåbær 老虎 👩‍🚀 \\;,:\""), "blåbær 老虎 👩‍🚀 \\;,:\"");
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let cut = clean_text(&"老".repeat(MAX_TEXT_BYTES));
    assert_eq!(cut, "老".repeat(MAX_TEXT_BYTES / 3));
}

#[test]
fn a_line_has_no_line_break() {
    assert_eq!(clean_line("  Opening\r\nBEGIN:VALARM\t\n x \u{2028}"), "Opening BEGIN:VALARM x");
    assert_eq!(clean_line("two  spaces stay"), "two  spaces stay");
    assert_eq!(clean_line("\r\n\t"), "");
}

#[test]
fn a_parameter_cannot_be_closed() {
    assert_eq!(clean_parameter("Bob \"The Boss\" Smith"), Some("\"Bob 'The Boss' Smith\"".to_owned()));
    assert_eq!(clean_parameter("\"A\":mailto:x\r\nX:1\""), Some("\"'A':mailto:x X:1'\"".to_owned()));
    assert_eq!(clean_parameter("a^n^'b\\n\\\\"), Some("\"an'b/n//\"".to_owned()));
    assert_eq!(clean_parameter("\""), Some("\"'\"".to_owned()));
    assert_eq!(clean_parameter("^\r\n"), None);
}

#[test]
fn a_language_is_a_tag() {
    assert_eq!(clean_language("pt-BR"), Some("pt-BR".to_owned()));
    for wrong in ["", "en:x", "en\r\nX:1", "e n", "-", "en-", "æ", "a-very-long-tag-that-no-one-has-ever-registered"] {
        assert_eq!(clean_language(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_legal_uri_is_unchanged_and_another_is_encoded() {
    for legal in
        ["https://x.org", "https://x.org/?q=Oslo,Norway;z=1&t=%20#top", "http://[::1]:8080/a/../b", "HTTPS://X.org/A"]
    {
        assert_eq!(clean_link(legal), Some(legal.to_owned()));
    }
    let encoded = clean_link(" https://blåbær.no/å b?q=\"<|>`{}^\\ ");
    assert_eq!(encoded, Some("https://xn--blbr-roah.no/%C3%A5%20b?q=%22%3C%7C%3E%60%7B%7D%5E%5C".to_owned()));
    assert_eq!(clean_conference("tel:+4722000000,,123#"), Some("tel:+4722000000,,123#".to_owned()));
}

#[test]
fn what_is_no_link_is_left_out() {
    for wrong in [
        "",
        "x.org",
        "/path",
        "https://",
        "https://x/\r\nX-INJ:1",
        "https://x/\u{2028}a",
        "https://x/\0",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "tel:+47",
    ] {
        assert_eq!(clean_link(wrong), None, "{wrong:?}");
    }
    assert_eq!(clean_conference("javascript:alert(1)"), None);
    assert_eq!(clean_link(&format!("https://x/{}", "a".repeat(MAX_URI_BYTES))), None);
    assert_eq!(clean_link(&format!("https://x/{}", "å".repeat(MAX_URI_BYTES / 3))), None);
}

#[test]
fn an_address_is_a_mailto_uri() {
    assert_eq!(clean_mailto("Ann.O'Neil+x@Example.org"), Some("mailto:Ann.O'Neil+x@example.org".to_owned()));
    assert_eq!(clean_mailto("a@blåbær.no"), Some("mailto:a@xn--blbr-roah.no".to_owned()));
    assert_eq!(clean_mailto("a&b=c%?#@x.org"), Some("mailto:a%26b%3Dc%25%3F%23@x.org".to_owned()));
    assert_eq!(clean_mailto("åse@x.org"), Some("mailto:%C3%A5se@x.org".to_owned()));
    for wrong in ["", "a", "@x.org", "a@", "a@x\r\nX:1", "a b@x.org", "a@x.org\"", "a@x;y", "a@x:1"] {
        assert_eq!(clean_mailto(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_text_is_escaped() {
    assert_eq!(escape_text("a\\b;c,d\ne:f\"g"), "a\\\\b\\;c\\,d\\ne:f\"g");
}
