//! Markdown as a person would type it.

use pulldown_cmark::Parser;

use super::*;

fn plain(source: &str) -> String {
    write(&Parser::new(source).collect::<Vec<_>>())
}

#[test]
fn blocks_are_told_apart_by_empty_lines() {
    assert_eq!(
        plain("# A\n\nb\nc\\\nd\n\n---\n\n    code\n      more\n\ne"),
        "A\n\nb\nc\nd\n\n* * *\n\ncode\n  more\n\ne"
    );
    assert_eq!(plain("> a\n> b\n>\n> c\n\nd"), "> a\n> b\n>\n> c\n\nd");
}

#[test]
fn lists_keep_their_marks_and_depth() {
    assert_eq!(plain("a\n\n- b\n- c\n  d\n  1. e\n  2. f\n- g\n\nh"), "a\n\n- b\n- c\n  d\n  1. e\n  2. f\n- g\n\nh");
    assert_eq!(plain("3. a\n\n   b\n4. c"), "3. a\n\n   b\n4. c");
}

#[test]
fn a_link_shows_where_it_leads_once() {
    assert_eq!(plain("[a *b*](https://x.example) c"), "a b <https://x.example> c");
    assert_eq!(plain("<https://x.example>, <a@x.example>"), "https://x.example, a@x.example");
}

#[test]
fn what_is_deep_does_not_grow() {
    let source = format!("{}a\n{}", ">".repeat(5_000), "b\n".repeat(2_000));
    assert!(plain(&source).len() < 100_000);
}
