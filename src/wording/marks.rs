//! How values go through Markdown without being markup: each byte becomes a character for private use, which means nothing to a
//! parser of Markdown, and is turned back when the text is there.

/// Begins a value.
const TEXT: char = '\u{E000}';
/// Begins a value that is an address of ours.
const LINK: char = '\u{E001}';
/// Ends a value.
const END: char = '\u{E002}';
/// Our block of facts.
pub const DETAILS: char = '\u{E003}';
/// Our block of what can be done now.
pub const ACTIONS: char = '\u{E004}';
/// The byte 0.
const BYTES: u32 = 0xE100;

/// A piece of a text with marks in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands in the source.
    Source(String),
    /// A value.
    Value(String),
    /// A value that is an address of ours.
    Link(String),
}

/// Whether a character may not stand in a source, because it is one of ours.
pub fn is_reserved(c: char) -> bool {
    ('\u{E000}'..='\u{E1FF}').contains(&c)
}

/// A value as marks.
pub fn mark(value: &str, is_link: bool) -> String {
    let bytes = value.bytes().filter_map(|byte| char::from_u32(BYTES + u32::from(byte)));
    std::iter::once(if is_link { LINK } else { TEXT }).chain(bytes).chain(std::iter::once(END)).collect()
}

/// A text taken apart.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find([TEXT, LINK]) {
        let (before, marked) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Source(before.to_owned()));
        }
        let (marked, after) = marked.split_once(END).unwrap_or((marked, ""));
        let mut marked = marked.chars();
        let is_link = marked.next() == Some(LINK);
        let bytes = marked.filter_map(|c| u8::try_from(u32::from(c).checked_sub(BYTES)?).ok()).collect::<Vec<u8>>();
        let value = String::from_utf8_lossy(&bytes).into_owned();
        pieces.push(if is_link { Piece::Link(value) } else { Piece::Value(value) });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Source(rest.to_owned()));
    }
    pieces
}

/// A text with its values in place.
pub fn unmark(text: &str) -> String {
    let parts = pieces(text).into_iter().map(|piece| match piece {
        Piece::Source(text) | Piece::Value(text) | Piece::Link(text) => text,
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_out_as_it_went_in() {
        let value = "[a](https://x) **b** <i>\r\n\0 \u{E000}\u{E002} é 🎉";
        let text = format!("Dear {}, {}!", mark(value, false), mark("https://y/?a=1&b=2", true));
        assert!(text.chars().filter(char::is_ascii).all(|c| "Dear , !".contains(c)), "{text}");
        assert_eq!(
            pieces(&text),
            [
                Piece::Source("Dear ".to_owned()),
                Piece::Value(value.to_owned()),
                Piece::Source(", ".to_owned()),
                Piece::Link("https://y/?a=1&b=2".to_owned()),
                Piece::Source("!".to_owned()),
            ]
        );
        assert_eq!(unmark(&text), format!("Dear {value}, https://y/?a=1&b=2!"));
        assert_eq!(pieces(""), []);
    }
}
