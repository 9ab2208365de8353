//! The relaxed canonical forms (RFC 6376 section 3.4): what a signature covers, whatever white space servers change.

/// A header field: its name in lower case, and what stands behind the colon, with its line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub name: String,
    pub value: &'a [u8],
}

/// The fields of a mail, and its body.
pub(super) fn split(mail: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    let mut fields = Vec::new();
    let mut rest = mail;
    while let Some((field, after)) = next_field(rest) {
        rest = after;
        // The empty line between head and body.
        if field.is_empty() {
            break;
        }
        if let Some(colon) = field.iter().position(|byte| *byte == b':')
            && let (name, [_colon, value @ ..]) = field.split_at(colon)
        {
            fields.push(Field { name: String::from_utf8_lossy(name).trim_end().to_ascii_lowercase(), value });
        }
    }
    (fields, rest)
}

/// The first field of `head` with the lines that continue it, without its last line end, and what follows.
fn next_field(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    loop {
        let end = from + head.get(from..)?.windows(2).position(|pair| pair == b"\r\n")?;
        let is_continued = end > 0 && matches!(head.get(end + 2), Some(b' ' | b'\t'));
        if !is_continued {
            return Some((head.get(..end)?, head.get(end + 2..)?));
        }
        from = end + 2;
    }
}

/// A field in relaxed form: the name in lower case, the value on one line with single spaces, and a line end.
pub(super) fn relaxed_field(name: &str, value: &[u8]) -> Vec<u8> {
    let words = value.split(|byte| b" \t\r\n".contains(byte)).filter(|word| !word.is_empty());
    let mut field = format!("{name}:").into_bytes();
    field.extend(words.collect::<Vec<_>>().join(&b' '));
    field.extend_from_slice(b"\r\n");
    field
}

/// A body in relaxed form: single spaces, none at the end of a line, no empty lines at the end.
pub(super) fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut text_ends = 0;
    for line in lines(body) {
        let (begins, mut is_space) = (out.len(), false);
        for byte in line {
            if b" \t".contains(byte) {
                is_space = true;
                continue;
            }
            if std::mem::take(&mut is_space) {
                out.push(b' ');
            }
            out.push(*byte);
        }
        let is_empty = out.len() == begins;
        out.extend_from_slice(b"\r\n");
        if !is_empty {
            text_ends = out.len();
        }
    }
    out.truncate(text_ends);
    out
}

/// The lines without their CRLF; what stands behind the last one is a line as well.
fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(body).filter(|body| !body.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.windows(2).position(|pair| pair == b"\r\n") else {
            rest = None;
            return Some(text);
        };
        rest = text.get(end + 2..).filter(|after| !after.is_empty());
        text.get(..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6376 section 3.4.5.
    #[test]
    fn the_example_of_the_standard() {
        let mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (fields, body) = split(mail);
        let head: Vec<u8> = fields.iter().flat_map(|field| relaxed_field(&field.name, field.value)).collect();
        assert_eq!(String::from_utf8(head).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(String::from_utf8(relaxed_body(body)).unwrap(), " C\r\nD E\r\n");
    }

    #[test]
    fn bodies_end_with_one_line_end_or_are_empty() {
        for (body, canonical) in
            [("", ""), ("\r\n\r\n", ""), (" \t\r\n", ""), ("a", "a\r\n"), ("a\r\n", "a\r\n"), ("\r\na", "\r\na\r\n")]
        {
            assert_eq!(relaxed_body(body.as_bytes()), canonical.as_bytes(), "{body:?}");
        }
        assert_eq!(relaxed_body(b".\r\n..x\x0c\r\n"), b".\r\n..x\x0c\r\n");
    }

    #[test]
    fn a_head_without_a_body_is_a_head() {
        assert_eq!(split(b"Subject: x\r\n\r\n"), (vec![Field { name: "subject".to_owned(), value: b" x" }], &b""[..]));
        assert_eq!(split(b""), (Vec::new(), &b""[..]));
    }
}
