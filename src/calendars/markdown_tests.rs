//! What is left of Markdown.

use super::*;

#[test]
fn marks_are_taken_off() {
    for (markdown, plain) in [
        ("Plain text, 2 * 3 < 7 & more.", "Plain text, 2 * 3 < 7 & more."),
        ("**Bold**, *thin*, __bold__, _thin_, ***both***, ~~gone~~", "Bold, thin, bold, thin, both, gone"),
        ("snake_case_name and participants*", "snake_case_name and participants*"),
        ("a\\*b\\* and \\[c\\]", "a*b* and [c]"),
        ("Use `code` here", "Use code here"),
        ("[The page](https://x.org/a_b_c \"Title\")", "The page (https://x.org/a_b_c)"),
        ("[https://x.org](https://x.org) <https://y.org/_z_>", "https://x.org https://y.org/_z_"),
        ("[run](javascript:alert(1)) ![A picture](https://x.org/p.png)", "run) A picture"),
        ("a<br>b <em>c</em>", "ab c"),
        ("[not a link] (really)", "[not a link] (really)"),
        ("**left open", "**left open"),
    ] {
        assert_eq!(plain_text(markdown), plain, "{markdown}");
    }
}

#[test]
fn lines_lose_their_marks_and_stay_lines() {
    let markdown = "# Title #\n\n> quoted\n> > twice\n\n\n* one\n+ two\n- three\n1. four\n\n---\n\nHead\n====\n```rust\nlet *x* = 1;\n```\nend  ";
    let plain = "Title\n\nquoted\ntwice\n\n- one\n- two\n- three\n1. four\n\nHead\n\nlet *x* = 1;\nend";
    assert_eq!(plain_text(markdown), plain);
    assert_eq!(plain_text("a\r\nb\r\n"), "a\nb");
    assert_eq!(plain_text(" \n\n"), "");
}

#[test]
fn long_hostile_lines_take_no_long_time() {
    for mark in ["[", "*a ", "<", "![", "`", "\\", "_a_", "[](", "> ", "老*"] {
        let long = mark.repeat(60_000 / mark.len());
        assert!(plain_text(&long).len() <= long.len(), "{mark}");
    }
}

#[test]
fn a_text_is_cut_where_it_reads_well() {
    assert_eq!(shorten("short", 10), "short");
    assert_eq!(shorten("0123456789", 10), "0123456789");
    assert_eq!(shorten("First one. Second one goes on", 12), "First one.…");
    assert_eq!(shorten("老虎老虎老虎", 4), "老虎老虎…");
    assert_eq!(shorten("one two three four five", 15), "one two three…");
    let long = "word ".repeat(2_000);
    assert!(shorten(&long, 4_000).chars().count() <= 4_001);
}
