//! A personal feed as a file.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::join::join_url;
use super::super::model::{Registration, RegistrationState};
use super::gather::{OwnEntry, PersonalFeed};
use super::words::{Words, words};
use crate::calendars::ical::{Calendar, Entry, Status, render};
use crate::calendars::{CalendarError, EntryOptions, JoinLink, event_entry};
use crate::events::{EventStatus, status_prefix};
use crate::http::{Download, Links};
use crate::time::{Language, Zone};

/// How often readers are asked to come back, in minutes.
const REFRESH_MINUTES: i64 = 60;

impl PersonalFeed {
    /// The feed as a file at `now`. `shows_tentative` also shows events that are not known to the day.
    ///
    /// # Errors
    /// An event cannot be read. Its entry is not left out: readers would take it for gone.
    pub fn render(&self, links: &Links, shows_tentative: bool, now: DateTime<Utc>) -> Result<Download, CalendarError> {
        // Theirs is the language that they chose last.
        let latest = self.entries.iter().map(|one| &one.registration).max_by_key(|one| one.id.0);
        let language = latest.map_or_else(|| self.workspace.spoken(), |one| one.mail_language(&self.workspace));
        let mut entries = Vec::with_capacity(self.entries.len());
        for own in &self.entries {
            let language = own.registration.mail_language(&self.workspace);
            entries.extend(entry(own, language, links, shows_tentative, now)?);
        }
        let calendar = Calendar {
            name: format!("{}{}", words(language).mine, self.workspace.name),
            is_collection: true,
            description: None,
            url: None,
            timezone: latest.and_then(Registration::zone).or_else(|| Zone::parse(&self.workspace.timezone).ok()),
            refresh: Some(TimeDelta::minutes(REFRESH_MINUTES)),
            method: None,
            entries,
        };
        Ok(Download {
            media_type: "text/calendar; charset=utf-8",
            file_name: "events.ics".to_owned(),
            modified_at: self.modified_at,
            body: render(&calendar),
        })
    }
}

/// The entry of an event as its person has it.
fn entry(
    OwnEntry { parts, registration, changes }: &OwnEntry,
    language: Language,
    links: &Links,
    shows_tentative: bool,
    now: DateTime<Utc>,
) -> Result<Option<Entry>, CalendarError> {
    let standing = standing(registration.state, words(language));
    let join_link = JoinLink::of(join_url(links, &parts.event, registration));
    let options = EntryOptions { language, shows_tentative, is_programme: false, join_link };
    let Some(entry) = event_entry(parts, &options, links.public_url(), now)? else { return Ok(None) };
    let entry = changes.mark(entry);
    Ok(Some(match standing {
        Standing::Seat => entry,
        _ if entry.status == Status::Cancelled => entry,
        Standing::Open((before, said)) => Entry {
            status: Status::Tentative,
            summary: format!("{before}{}", entry.summary),
            description: Some(
                [Some(said.to_owned()), entry.description].into_iter().flatten().collect::<Vec<_>>().join("\n\n"),
            ),
            ..entry
        },
        Standing::Gone => Entry {
            status: Status::Cancelled,
            is_opaque: false,
            summary: format!("{}{}", status_prefix(EventStatus::Cancelled, language), parts.event.details.0.title),
            conference: None,
            ..entry
        },
    }))
}

/// What a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// A seat.
    Seat,
    /// None yet; what stands before the title, and what is said about it.
    Open((&'static str, &'static str)),
    /// Nothing any more.
    Gone,
}

fn standing(state: RegistrationState, words: &Words) -> Standing {
    match state {
        RegistrationState::Confirmed | RegistrationState::Attended | RegistrationState::NoShow => Standing::Seat,
        RegistrationState::Waitlisted => Standing::Open(words.waitlisted),
        RegistrationState::Offered => Standing::Open(words.offered),
        RegistrationState::PendingApproval | RegistrationState::PendingVerification => Standing::Open(words.pending),
        RegistrationState::Cancelled | RegistrationState::Rejected | RegistrationState::Expired => Standing::Gone,
    }
}
