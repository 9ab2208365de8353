//! Programmes for people: Markdown, and a page to read and to print.
//!
//! `view` what both show · `markdown`, `html` how · `rich` Markdown as HTML that does nothing · `words` our own words.

mod html;
mod markdown;
mod rich;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use html::{content_security_policy, write_html};
pub use markdown::write_markdown;
pub use rich::{to_html, to_text};
pub use view::{EntryView, PageView};
