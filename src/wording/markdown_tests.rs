//! What becomes of Markdown, and what does not become of values.

use super::super::marks::mark;
use super::*;

fn text_of(source: &str) -> (String, String) {
    match parts(source).unwrap().as_slice() {
        [WordedPart::Text { html, text }] => (html.clone(), text.clone()),
        other => panic!("one part, not {other:?}"),
    }
}

#[test]
fn markdown_is_both_text_and_html() {
    let (html, text) = text_of("# Hello\n\nDear *you*, see [us](https://example.org/?a=1&b=2).\n\n- one\n- two");
    assert_eq!(
        html,
        "<h2>Hello</h2>\n<p>Dear <em>you</em>, see <a href=\"https://example.org/?a=1&amp;b=2\">us</a>.</p>\n<ul>\n\
         <li>one</li>\n<li>two</li>\n</ul>"
    );
    assert_eq!(text, "Hello\n\nDear you, see us <https://example.org/?a=1&b=2>.\n\n- one\n- two");
}

#[test]
fn a_value_is_never_markup() {
    for value in [
        "[win](https://evil.example)",
        "**bold**",
        "<b>x</b>",
        "# heading",
        "- item",
        "`code`",
        "&lt;",
        "https://evil.example",
        "![x](https://evil.example/x.png)",
        "<https://evil.example>",
        "\\",
        "    code",
    ] {
        let (html, text) = text_of(&format!("Dear {},", mark(value, false)));
        assert_eq!(text, format!("Dear {value},"));
        let inner = html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap();
        assert!(!inner.contains('<'), "{inner}");
    }
    let (html, text) = text_of(&format!("{} wrote", mark("a\n\n# b\r\nc", false)));
    assert_eq!(html, "<p>a<br />\n<br />\n# b<br />\nc wrote</p>");
    assert_eq!(text, "a\n\n# b\nc wrote");
}

#[test]
fn an_address_of_ours_is_a_link_and_one_that_stands_alone_a_button() {
    let link = mark("https://plenary.example/m/T", true);
    let (html, text) = text_of(&format!("Go to {link}."));
    assert_eq!(html, "<p>Go to <a href=\"https://plenary.example/m/T\">https://plenary.example/m/T</a>.</p>");
    assert_eq!(text, "Go to https://plenary.example/m/T.");
    let button = WordedPart::Button { url: "https://plenary.example/m/T".to_owned(), label: "Cancel".to_owned() };
    let found = parts(&format!("a\n\n[Cancel]({link})\n\nb")).unwrap();
    assert_eq!((found.len(), &found[1]), (3, &button));
    // A value may be where a link leads, if that is an address; else its words are left.
    assert_eq!(text_of(&format!("see [here]({})", mark("javascript:alert(1)", false))).0, "<p>see here</p>");
    let (html, text) = text_of(&format!("see [{}](https://a.example)", mark("https://b.example", true)));
    assert_eq!(html, "<p>see <a href=\"https://a.example\">https://b.example</a></p>");
    assert_eq!(text, "see https://b.example <https://a.example>");
}

#[test]
fn what_is_no_markdown_is_shown_as_it_was_typed() {
    assert_eq!(text_of("a <b onclick=x>b</b>").0, "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>");
    assert_eq!(text_of("<script>\nalert(1)\n</script>").1, "<script>\nalert(1)\n</script>");
    for source in
        ["[a](javascript:alert)", "[a](data:text/html;x)", "[a](//evil.example)", "![a](https://e.example/p.gif)"]
    {
        assert_eq!(text_of(source).0, "<p>a</p>", "{source}");
    }
}

#[test]
fn our_blocks_stand_alone() {
    let found = parts(&format!("Hello\n\n{DETAILS}\n\n{ACTIONS}\n\nBye")).unwrap();
    assert!(matches!(
        found.as_slice(),
        [WordedPart::Text { .. }, WordedPart::Details, WordedPart::Actions, WordedPart::Text { .. }]
    ));
    for wrong in [format!("Hello {DETAILS}"), format!("a\n{ACTIONS}"), format!("- {DETAILS}"), format!("> {DETAILS}")] {
        assert!(parts(&wrong).is_err(), "{wrong:?}");
    }
    // A value that looks like a block is a value.
    assert_eq!(text_of(&mark(&String::from(DETAILS), false)).1, String::from(DETAILS));
}
