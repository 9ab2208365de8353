//! What is new in a programme, as an Atom feed (RFC 4287): for feed readers and other sites, which want to know that something
//! changed rather than when it is.
//!
//! An entry is an event that everybody may see. Its id is the event's for ever, so a change moves it to the top and makes no other.

use std::io::Result;

use chrono::{DateTime, SecondsFormat, Utc};

use super::clean::{clean_language, clean_line, clean_link, clean_text, not_empty};
use super::description::leading;
use super::entry::{EntryParts, language_of, summary};
use super::feed::Feed;
use super::markdown::{plain_text, shorten};
use crate::db::DbError;
use crate::interchange::XmlFile;
use crate::time::{Language, When};

/// Its media type.
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";
/// The most events that it names.
pub const MOST_ENTRIES: i64 = 50;

/// The longest abstract that is shown, in characters.
const ABSTRACT_LENGTH: usize = 1_000;

/// The text of the feed. `public_url` is the address of this server without a slash at its end.
///
/// # Errors
/// An event cannot be read.
pub fn render(feed: &Feed, public_url: &str) -> std::result::Result<String, DbError> {
    let mut entries = Vec::with_capacity(feed.events.len());
    for parts in &feed.events {
        entries.push((parts, parts.event.when()?));
    }
    write(feed, &entries, public_url).map_err(|error| DbError::Corrupt(error.to_string()))
}

fn write(feed: &Feed, entries: &[(&EntryParts, When)], public_url: &str) -> Result<String> {
    let mut file = XmlFile::begin()?;
    let language = feed.language.code();
    file.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", language)])?;
    file.text("id", &format!("urn:uuid:{}", feed.uid))?;
    file.text("title", &clean_line(&feed.name))?;
    file.text("updated", &instant(feed.updated_at))?;
    let address = format!("{public_url}{}", feed.address);
    let (own, calendar) = (format!("{address}.atom"), format!("{address}.ics"));
    file.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)])?;
    file.empty("link", &[("rel", "alternate"), ("type", "text/calendar"), ("href", &calendar)])?;
    // Stands for every event that names no organiser.
    file.person(&feed.publisher)?;
    let version = [("uri", public_url), ("version", env!("CARGO_PKG_VERSION"))];
    file.text_with("generator", &version, "Plenary")?;
    for (parts, when) in entries {
        file.entry(parts, when, language_of(&parts.event, feed.language), public_url)?;
    }
    file.close("feed")?;
    file.finish()
}

/// When it is, and what it is about.
fn summarise(parts: &EntryParts, when: &When, language: Language) -> String {
    let about = parts.event.details.0.abstract_text.as_deref();
    let about = about.map(|text| shorten(&plain_text(&clean_text(text)), ABSTRACT_LENGTH)).and_then(not_empty);
    [Some(when.display(language)), about].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// RFC 3339.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl XmlFile {
    fn person(&mut self, name: &str) -> Result<()> {
        self.open("author", &[])?;
        self.text("name", &clean_line(name))?;
        self.close("author")
    }

    fn entry(&mut self, parts: &EntryParts, when: &When, language: Language, public_url: &str) -> Result<()> {
        let (event, details) = (&parts.event, &parts.event.details.0);
        let spoken = event.languages().first().and_then(|tag| clean_language(tag));
        let attributes: Vec<(&str, &str)> = spoken.iter().map(|tag| ("xml:lang", tag.as_str())).collect();
        self.open("entry", &attributes)?;
        self.text("id", &format!("urn:uuid:{}", event.id))?;
        self.text("title", &clean_line(&summary(event, language)))?;
        self.text("published", &instant(event.published_at.unwrap_or(event.created_at).0))?;
        self.text("updated", &instant(event.updated_at.0))?;
        if let Some(page) = clean_link(&parts.page_url(public_url)) {
            self.empty("link", &[("rel", "alternate"), ("href", &page)])?;
        }
        for name in leading(&parts.organisers) {
            self.person(name)?;
        }
        self.empty("category", &[("term", details.kind.as_str())])?;
        for keyword in details.keywords.iter().map(|keyword| clean_line(keyword)).filter_map(not_empty) {
            self.empty("category", &[("term", &keyword)])?;
        }
        self.text("summary", &summarise(parts, when, language))?;
        self.close("entry")
    }
}
