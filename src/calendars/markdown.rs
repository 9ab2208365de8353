//! Markdown as the plain text that calendars show.
//!
//! Not a parser: marks of the common forms are taken off line by line, and what is not understood stays as it was written.
//! Line breaks are kept. One pass over each line, whatever it holds.

/// The text without its marks.
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut is_after_blank = true;
    let mut is_code = false;
    for line in markdown.lines() {
        if is_fence(line) {
            is_code = !is_code;
            continue;
        }
        let line = if is_code { line.to_owned() } else { plain_line(line) };
        let line = line.trim_end();
        if line.is_empty() && is_after_blank {
            continue;
        }
        is_after_blank = line.is_empty();
        text.push_str(line);
        text.push('\n');
    }
    text.trim().to_owned()
}

/// At most `limit` characters: up to the end of a paragraph, a sentence or a word that lies not far before it, with `…`.
pub fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => cut(text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// The same with at most `limit` octets, the `…` included.
pub fn fit(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(limit.saturating_sub('…'.len_utf8()));
    cut(text.get(..end).unwrap_or_default())
}

/// The beginning of a Markdown text as [`fit`] shows it, without looking at the rest.
pub fn opening(markdown: &str, limit: usize) -> String {
    // Marks and addresses take their share of what is looked at.
    let end = markdown.floor_char_boundary(limit.saturating_mul(3));
    let head = markdown.get(..end).unwrap_or(markdown);
    let text = plain_text(head);
    if head.len() < markdown.len() && text.len() <= limit { cut(&text) } else { fit(&text, limit) }
}

/// What was cut off somewhere, up to where a reader would pause.
fn cut(head: &str) -> String {
    let tail_start = head.len() - head.len() / 5;
    let places = [("\n\n", 0), (". ", 1), ("? ", 1), ("! ", 1), (" ", 0), ("\n", 0)];
    let cut =
        places.into_iter().find_map(|(mark, kept)| head.rfind(mark).filter(|at| *at >= tail_start).map(|at| at + kept));
    let head = cut.and_then(|cut| head.get(..cut)).unwrap_or(head);
    format!("{}…", head.trim_end())
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// A line without the marks at its start, and without those within it.
fn plain_line(line: &str) -> String {
    let mut rest = line.trim_start();
    while let Some(quoted) = rest.strip_prefix('>') {
        rest = quoted.trim_start();
    }
    if is_rule(rest) {
        return String::new();
    }
    let without_hashes = rest.trim_start_matches('#');
    let level = rest.len() - without_hashes.len();
    if (1..=6).contains(&level) && (without_hashes.is_empty() || without_hashes.starts_with(' ')) {
        return plain_inline(without_hashes.trim().trim_end_matches('#').trim_end());
    }
    for bullet in ["* ", "- ", "+ "] {
        if let Some(item) = rest.strip_prefix(bullet) {
            return format!("- {}", plain_inline(item.trim_start()));
        }
    }
    plain_inline(rest)
}

/// A rule between paragraphs, or the line below a heading.
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|each| !each.is_whitespace());
    let Some(first) = marks.next() else { return false };
    "-*_=".contains(first) && marks.clone().count() >= 2 && marks.all(|each| each == first)
}

/// What a line is made of.
enum Piece<'a> {
    Text(&'a str),
    /// A run of `*`, `_` or `~`, and whether it may open or close an emphasis.
    Mark {
        run: &'a str,
        opens: bool,
        closes: bool,
    },
}

/// A line without emphasis, code marks and links. The address of a link follows its text.
fn plain_inline(line: &str) -> String {
    let spelled = spell_links(line);
    let pieces = split_marks(&spelled);
    let is_emphasis = pair_marks(&pieces);
    let mut text = String::with_capacity(spelled.len());
    for (piece, is_emphasis) in pieces.iter().zip(is_emphasis) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Mark { run, .. } if !is_emphasis => text.push_str(run),
            Piece::Mark { .. } => {}
        }
    }
    unescape(&text)
}

/// Links, pictures and addresses in angle brackets as text, tags and code marks taken off.
fn spell_links(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['\\', '`', '[', '!', '<']) {
        let (before, here) = rest.split_at(at);
        text.push_str(before);
        let (said, length) = read_special(here);
        text.push_str(&said);
        rest = here.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// What the special character at the start says, and how many bytes it takes.
fn read_special(here: &str) -> (String, usize) {
    let as_is = |length: usize| (here.get(..length).unwrap_or(here).to_owned(), length);
    match here.as_bytes().first() {
        // An escaped character keeps its backslash until the end, so that nothing takes it for a mark.
        Some(b'\\') => as_is(1 + here.chars().nth(1).map_or(0, char::len_utf8)),
        Some(b'`') => (String::new(), here.len() - here.trim_start_matches('`').len()),
        Some(b'<') => read_angle(here).unwrap_or_else(|| as_is(1)),
        Some(b'!') => match here.strip_prefix('!').filter(|next| next.starts_with('[')).and_then(read_link) {
            Some((label, _, length)) => (label.to_owned(), length + 1),
            None => as_is(1),
        },
        _ => match read_link(here) {
            Some((label, address, length)) if is_shown(address) && label != address => {
                (format!("{label} ({})", escape(address)), length)
            }
            Some((label, _, length)) => (label.to_owned(), length),
            None => as_is(1),
        },
    }
}

/// `[label](address "title")`: label, address, length.
fn read_link(here: &str) -> Option<(&str, &str, usize)> {
    const LONGEST: usize = 2048;
    let window = here.get(..here.floor_char_boundary(LONGEST))?;
    let label_end = window.find("](")?;
    let label = window.get(1..label_end).filter(|label| !label.contains('['))?;
    let target = window.get(label_end + 2..)?;
    let target_end = target.find(')')?;
    let address = target.get(..target_end)?.split_whitespace().next().unwrap_or_default();
    Some((label, address.trim_matches(['<', '>']), label_end + 2 + target_end + 1))
}

/// `<https://…>` says its address, a tag such as `<br>` nothing; what else stands behind a `<` is no tag.
fn read_angle(here: &str) -> Option<(String, usize)> {
    const LONGEST: usize = 2048;
    let window = here.get(..here.floor_char_boundary(LONGEST))?;
    let end = window.find('>')?;
    let inside = window.get(1..end)?;
    if is_shown(inside) && !inside.contains(char::is_whitespace) {
        return Some((escape(inside), end + 1));
    }
    let name = inside.strip_prefix('/').unwrap_or(inside);
    name.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| (String::new(), end + 1))
}

fn is_shown(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Keeps marks in an address from being taken for emphasis.
fn escape(address: &str) -> String {
    address.chars().flat_map(|each| "\\*_~".contains(each).then_some('\\').into_iter().chain([each])).collect()
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(next) if character == '\\' && next.is_ascii_punctuation() => plain.extend(characters.next()),
            _ => plain.push(character),
        }
    }
    plain
}

/// The line cut at its runs of emphasis marks; escaped ones are text.
fn split_marks(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(character) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = line.get(at..).unwrap_or_default();
        if character == '\\' {
            at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
        } else if "*_~".contains(character) {
            let end = at + rest.len() - rest.trim_start_matches(character).len();
            pieces.extend(line.get(start..at).filter(|text| !text.is_empty()).map(Piece::Text));
            pieces.extend(line.get(at..end).map(|run| read_mark(run, line.get(..at), line.get(end..))));
            (start, at) = (end, end);
        } else {
            at += character.len_utf8();
        }
    }
    pieces.extend(line.get(start..).filter(|text| !text.is_empty()).map(Piece::Text));
    pieces
}

/// A run of marks opens before a word and closes behind one; `_` does neither within a word, `~` only in pairs.
fn read_mark<'a>(run: &'a str, before: Option<&str>, after: Option<&str>) -> Piece<'a> {
    let before = before.and_then(|text| text.chars().next_back());
    let after = after.and_then(|text| text.chars().next());
    let is_space = |side: Option<char>| side.is_none_or(char::is_whitespace);
    let is_word = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
    let is_mark = if run.starts_with('~') { run.len() == 2 } else { run.len() <= 3 };
    let is_inside = run.starts_with('_') && is_word(before) && is_word(after);
    let counts = is_mark && !is_inside;
    Piece::Mark { run, opens: counts && !is_space(after), closes: counts && !is_space(before) }
}

/// Which pieces are emphasis: an opening run and the next closing run that is the same.
fn pair_marks(pieces: &[Piece<'_>]) -> Vec<bool> {
    let mut is_emphasis = vec![false; pieces.len()];
    let mut open: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Mark { run, opens, closes } = piece else { continue };
        match open.remove(run).filter(|_| *closes) {
            Some(opener) => {
                for one in [opener, index] {
                    if let Some(flag) = is_emphasis.get_mut(one) {
                        *flag = true;
                    }
                }
            }
            None if *opens => {
                open.insert(run, index);
            }
            None => {}
        }
    }
    is_emphasis
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
