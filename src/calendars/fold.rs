//! The last step of an iCalendar object: its lines, none of them too long.

/// The longest content line in octets, without its CRLF (RFC 5545 3.1).
const MAX_LINE_OCTETS: usize = 75;

/// The finished text: the crate's lines unfolded and folded anew, with the VTIMEZONEs before the first VEVENT. The one
/// place that sees every octet: control characters other than HTAB that had come this far end here.
pub fn finish(serialized: &str, timezones: &str) -> String {
    let mut text = String::with_capacity(serialized.len() + serialized.len() / 32 + timezones.len());
    let mut is_before_events = true;
    let mut end = |line: &mut String| {
        if is_before_events && line == "BEGIN:VEVENT" {
            text.push_str(timezones);
            is_before_events = false;
        }
        push_folded(&mut text, line);
        line.clear();
    };
    let mut line = String::new();
    for piece in serialized.split_terminator("\r\n") {
        let piece = if let Some(rest) = piece.strip_prefix(' ') {
            rest
        } else {
            if !line.is_empty() {
                end(&mut line);
            }
            piece
        };
        push_clean(&mut line, piece);
    }
    end(&mut line);
    text
}

/// Appends what is no control character, HTAB aside. Nearly always that is all of it, which the octets tell at once: those of C1
/// begin with the octet C2, as those of a few others do.
fn push_clean(line: &mut String, piece: &str) {
    let may_be_control = |octet: u8| (octet < b' ' && octet != b'\t') || octet == 0x7f || octet == 0xc2;
    if piece.bytes().any(may_be_control) {
        line.extend(piece.chars().filter(|each| *each == '\t' || !each.is_control()));
    } else {
        line.push_str(piece);
    }
}

/// Appends a content line, folded (RFC 5545 3.1), and CRLF.
fn push_folded(text: &mut String, line: &str) {
    let mut rest = line;
    let mut limit = MAX_LINE_OCTETS;
    while let Some((head, tail)) = split_line(rest, limit) {
        text.push_str(head);
        text.push_str("\r\n ");
        rest = tail;
        limit = MAX_LINE_OCTETS - 1;
    }
    text.push_str(rest);
    text.push_str("\r\n");
}

/// Splits a line that is longer than the limit between two characters. Blanks stay away from the fold where a place
/// without them is near: some mail systems strip them at the end of a line, some readers at its start.
fn split_line(line: &str, limit: usize) -> Option<(&str, &str)> {
    if line.len() <= limit {
        return None;
    }
    let splits = || (limit - 12..=limit).rev().filter_map(|at| line.split_at_checked(at));
    splits()
        .find(|(head, tail)| !head.ends_with(char::is_whitespace) && !tail.starts_with(char::is_whitespace))
        .or_else(|| splits().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_uses_the_room_there_is_and_avoids_blanks() {
        let mut text = String::new();
        push_folded(&mut text, &"x".repeat(75 + 74 + 74 + 1));
        let expected = format!("{}\r\n {}\r\n {}\r\n x\r\n", "x".repeat(75), "x".repeat(74), "x".repeat(74));
        assert_eq!(text, expected);

        text.clear();
        push_folded(&mut text, &format!("{} {}", "x".repeat(74), "y".repeat(10)));
        assert_eq!(text, format!("{}\r\n x {}\r\n", "x".repeat(73), "y".repeat(10)));

        text.clear();
        push_folded(&mut text, &" ".repeat(80));
        assert_eq!(text, format!("{}\r\n {}\r\n", " ".repeat(75), " ".repeat(5)));
    }

    #[test]
    fn control_characters_end_in_the_finished_text_at_the_latest() {
        assert_eq!(finish("A:b\0c\u{7}\td\r\n", ""), "A:bc\td\r\n");
        assert_eq!(
            finish("A:1\r\nBEGIN:VEVENT\r\nBEGIN:VEVENT\r\n", "Z:1\r\n"),
            "A:1\r\nZ:1\r\nBEGIN:VEVENT\r\nBEGIN:VEVENT\r\n"
        );
    }

    #[test]
    fn what_came_folded_is_one_line_again() {
        let folded = "SUMMARY:a\r\n b\r\n  c\r\nX:\r\n 1\r\n";
        assert_eq!(finish(folded, ""), "SUMMARY:ab c\r\nX:1\r\n");
        // Of the characters that begin with the same octet, C1 goes and the others stay.
        assert_eq!(finish("A:\u{80}\u{9f}\u{a0}°§é\u{7f}\r\n", ""), "A:\u{a0}°§é\r\n");
    }
}
