//! The words kept about a failed send: the server's code and text, without anybody's address.
//!
//! Reasons are stored beside the mail, logged and shown to organisers. Servers like to repeat the address they refuse,
//! so every word that holds one is replaced, and so is the recipient's name before the `@`.

use super::address::EmailAddress;

/// The longest reason, in characters.
const MAX_REASON: usize = 300;
/// What stands in for an address.
const MASK: &str = "<address>";

/// `text` on one line, without addresses, at most 300 characters long.
pub fn scrub(text: &str, recipient: Option<&EmailAddress>) -> String {
    let local = recipient.map(EmailAddress::local_part).unwrap_or_default();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| if holds_address(word, local) { MASK } else { word })
        .collect();
    words.join(" ").chars().take(MAX_REASON).collect()
}

fn holds_address(word: &str, local: &str) -> bool {
    // An address in a link is written with %40.
    if word.contains('@') || word.to_ascii_lowercase().contains("%40") {
        return true;
    }
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    // Numbers are left alone, or the local part `550` would hide the code.
    !bare.is_empty() && bare.eq_ignore_ascii_case(local) && !bare.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrub_for(text: &str, recipient: &str) -> String {
        scrub(text, Some(&EmailAddress::parse(recipient).unwrap()))
    }

    #[test]
    fn addresses_are_masked_and_codes_are_kept() {
        for (given, kept) in [
            ("550 5.1.1 <ann@example.org>: Recipient unknown", "550 5.1.1 <address> Recipient unknown"),
            ("550 5.1.1 ann@example.org... User unknown", "550 5.1.1 <address> User unknown"),
            ("550 No such user 'Ann' here", "550 No such user <address> here"),
            ("550 mailto:ann@example.org, gone", "550 <address> gone"),
            ("552 see https://example.org/?id=ann%40example.org", "552 see <address>"),
            ("451 4.7.1 Greylisted,\r\n try\tlater\0", "451 4.7.1 Greylisted, try later"),
            ("554 annex full", "554 annex full"),
            ("", ""),
        ] {
            assert_eq!(scrub_for(given, "ann@example.org"), kept, "{given}");
        }
        assert_eq!(scrub_for("550 5.1.1 unknown", "550@example.org"), "550 5.1.1 unknown");
        assert_eq!(scrub("other@example.org refused", None), "<address> refused");
    }

    #[test]
    fn a_long_answer_is_cut() {
        assert_eq!(scrub(&"é".repeat(1000), None), "é".repeat(300));
    }
}
