//! Escaping for HTML, in pages and in mails.

use minijinja::{AutoEscape, ErrorKind, Output, State, Value};

/// Escapes for HTML text and quoted attributes where a template is HTML. The engine's own escaping also turns `/` into a
/// reference, which makes links hard to read for people and programs.
///
/// # Errors
/// The output cannot be written.
pub fn write_markup(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    if *state.auto_escape() != AutoEscape::Html || value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    let text = value.to_string();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        let escaped = match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        };
        write(out, plain)?;
        write(out, escaped)?;
        rest = special.get(1..).unwrap_or_default();
    }
    write(out, rest)
}

fn write(out: &mut Output<'_>, text: &str) -> Result<(), minijinja::Error> {
    out.write_str(text).map_err(|error| minijinja::Error::new(ErrorKind::WriteFailure, "output").with_source(error))
}
