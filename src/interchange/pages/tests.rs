//! That a page does nothing, whatever stands in it.

use super::rich::{to_html, to_text};

#[test]
fn markdown_makes_its_own_elements_alone() {
    for (markdown, html) in [
        ("A *b* `c`", "<p>A <em>b</em> <code>c</code></p>\n"),
        ("[x](https://example.org/?a=1&b=2)", "<p><a href=\"https://example.org/?a=1&amp;b=2\">x</a></p>\n"),
        ("[x](javascript:alert(1))", "<p>x</p>\n"),
        ("[x](JAVASCRIPT:alert(1)) [y](data:text/html,z) [z](//evil.example)", "<p>x y z</p>\n"),
        ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
        ("<ada@example.org>", "<p>ada@example.org</p>\n"),
        ("![alt](https://tracker.example/pixel.png)", "<p>alt</p>\n"),
        ("# Big\n\n## Small", "<h5>Big</h5>\n<h6>Small</h6>\n"),
        ("a <b onclick=x>bold</b> & <img src=x onerror=alert(1)>", "<p>a bold &amp; </p>\n"),
    ] {
        assert_eq!(to_html(markdown), html, "{markdown}");
    }
}

#[test]
fn html_in_a_text_is_the_text_that_it_shows() {
    assert_eq!(to_html("<p>One &amp; two</p>\n<p>Three</p>"), "<p>One &amp; two<br />\nThree</p>\n");
    assert_eq!(to_html("<div>One\ntwo</div>"), "<p>One two</p>\n");
    for hostile in [
        "<script>alert(1)</script>",
        "<script>\nalert(1)\n\nalert(2)</script>",
        "<style>body{display:none}</style>",
        "<svg/onload=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "x<!-- <script>alert(1)</script> -->",
        "<scr<script>ipt>alert(1)</script>",
        "<img src=\"x\" onerror=\"alert(1)\"",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "```\n<script>alert(1)</script>\n```",
        "[<img src=x onerror=alert(1)>](https://x.example)",
        "[x](https://x.example \"\\\"><script>alert(1)</script>\")",
    ] {
        let html = to_html(hostile);
        let tags: Vec<&str> = html.split('<').skip(1).map(|part| part.split('>').next().unwrap()).collect();
        let known = ["p", "/p", "br /", "pre", "/pre", "code", "/code", "/a"];
        let is_known = |tag: &&str| known.contains(tag) || tag.starts_with("a href=\"https://x.example\"");
        assert!(tags.iter().all(is_known), "{hostile} became {html}");
    }
}

#[test]
fn a_text_is_cut_between_characters() {
    assert_eq!(to_text("# A\n\n*b* [c](https://x.example) <i>d</i>", 100), "A b c d");
    assert_eq!(to_text(&"é🎉".repeat(100), 5), "é🎉é🎉…");
    assert_eq!(to_text("", 5), "");
    assert_eq!(to_html(&"[".repeat(50_000)).len(), 50_000 + "<p></p>\n".len());
}
