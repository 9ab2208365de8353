//! What the operator is told about the demo.

use std::fmt::{Display, Formatter, Result as FmtResult};

use chrono::{DateTime, Utc};

use super::WORKSPACE;
use crate::accounts::store::find_workspace_by_slug;
use crate::db::{Conn, DbError, DbResult};
use crate::events::store::{EventFilter, Order, SeriesFilter, list_events, list_series};
use crate::events::{EventId, EventKind, SeriesId};
use crate::time::Phase;

/// The title of the event at which a newcomer can register.
pub const TRY_TITLE: &str = "Demo: try the registration";
/// The slug of the series that is shown.
const SERIES_SLUG: &str = "cologne-human-rights-city-webinars";

/// Where to look. What was removed, hidden or is over in the meantime is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The series of webinars.
    pub series: Option<SeriesId>,
    /// An event with an agenda.
    pub agenda: Option<EventId>,
    /// An event to register for.
    pub registration: Option<EventId>,
}

impl Places {
    /// Looks them up at `now`.
    ///
    /// # Errors
    /// The workspace is not there, or the database failed.
    pub fn find(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<Self> {
        let workspace = find_workspace_by_slug(conn, WORKSPACE)?.ok_or(DbError::NotFound)?.id;
        let slug = Some(SERIES_SLUG.to_owned());
        let series = SeriesFilter { workspace: Some(workspace), published_only: true, slug, ..SeriesFilter::default() };
        let published = EventFilter { workspace: Some(workspace), published_only: true, ..EventFilter::default() };
        let agenda = EventFilter { kind: Some(EventKind::WorkingSession), ..published.clone() };
        let phase = Some((Phase::Upcoming, now));
        let registration = EventFilter { q: Some(TRY_TITLE.to_owned()), phase, ..published };
        let mut first = |filter: &EventFilter| -> DbResult<Option<EventId>> {
            Ok(list_events(conn, filter, Order::Chronological, None, 1)?.first().map(|event| event.id))
        };
        let (agenda, registration) = (first(&agenda)?, first(&registration)?);
        let series = list_series(conn, &series, None, 1)?.first().map(|series| series.id);
        Ok(Self { series, agenda, registration })
    }
}

/// The demo, as it is there now. Its text (`Display`) is for the operator's terminal: addresses to look at, and the token
/// or how to make one.
#[derive(Clone)]
pub struct Loaded {
    public_url: String,
    places: Places,
    token: Option<String>,
}

impl Loaded {
    pub(super) fn new(public_url: &str, places: Places, token: Option<String>) -> Self {
        Self { public_url: public_url.to_owned(), places, token }
    }

    /// The token of an owner, shown this once; none if the demo was there before.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The documentation of the API.
    pub fn docs_url(&self) -> String {
        format!("{}/docs/", self.public_url)
    }

    /// The events of a series.
    pub fn series_events_url(&self) -> Option<String> {
        self.places.series.map(|id| format!("{}/api/v1/series/{id}/events", self.public_url))
    }

    /// The same as a calendar.
    pub fn series_calendar_url(&self) -> Option<String> {
        self.places.series.map(|id| format!("{}/calendars/series/{id}.ics", self.public_url))
    }

    /// The same as a page.
    pub fn series_page_url(&self) -> Option<String> {
        self.places.series.map(|id| format!("{}/series/{id}", self.public_url))
    }

    /// An agenda to the minute.
    pub fn agenda_url(&self) -> Option<String> {
        self.places.agenda.map(|id| format!("{}/api/v1/events/{id}/agenda", self.public_url))
    }

    /// The page of the event to register for.
    pub fn event_page_url(&self) -> Option<String> {
        self.places.registration.map(|id| format!("{}/events/{id}", self.public_url))
    }

    /// Where to post a registration.
    pub fn registration_url(&self) -> Option<String> {
        self.places.registration.map(|id| format!("{}/api/v1/events/{id}/registrations", self.public_url))
    }
}

impl Display for Loaded {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> FmtResult {
        let opening = if self.token.is_some() {
            "The demo is loaded: five programmes, and one event to register for."
        } else {
            "The demo was loaded before, and is left as it is."
        };
        writeln!(formatter, "{opening}\n")?;
        let register = self.registration_url().map(|url| {
            let person = r#"{"name": "Ada Example", "email": "ada@example.org", "consent": true}"#;
            format!("curl -H 'content-type: application/json' -d '{person}' {url}")
        });
        let lines = [
            ("Documentation", Some(self.docs_url())),
            ("A series of webinars", self.series_events_url()),
            ("The same to subscribe to", self.series_calendar_url()),
            ("The same as a page", self.series_page_url()),
            ("An agenda", self.agenda_url()),
            ("Register (three seats, then you wait)", register),
            ("Or on a page", self.event_page_url()),
        ];
        for (what, text) in lines {
            if let Some(text) = text {
                writeln!(formatter, "{what}:\n  {text}")?;
            }
        }
        if let Some(token) = &self.token {
            write!(formatter, "Token of an owner, for 90 days, shown this once:\n  {token}")
        } else {
            let command = format!("plenary create-token --workspace {WORKSPACE} --role owner --name me");
            write!(formatter, "To make a token:\n  {command}")
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_operator_is_told_where_to_look() {
        let places = Places {
            series: Some(SeriesId(Uuid::from_u128(1))),
            agenda: Some(EventId(Uuid::from_u128(2))),
            registration: Some(EventId(Uuid::from_u128(3))),
        };
        let text = Loaded::new("https://plenary.example", places, Some("pl_secret".to_owned())).to_string();
        let expected = r#"The demo is loaded: five programmes, and one event to register for.

Documentation:
  https://plenary.example/docs/
A series of webinars:
  https://plenary.example/api/v1/series/00000000-0000-0000-0000-000000000001/events
The same to subscribe to:
  https://plenary.example/calendars/series/00000000-0000-0000-0000-000000000001.ics
The same as a page:
  https://plenary.example/series/00000000-0000-0000-0000-000000000001
An agenda:
  https://plenary.example/api/v1/events/00000000-0000-0000-0000-000000000002/agenda
Register (three seats, then you wait):
  curl -H 'content-type: application/json' -d '{"name": "Ada Example", "email": "ada@example.org", "consent": true}' https://plenary.example/api/v1/events/00000000-0000-0000-0000-000000000003/registrations
Or on a page:
  https://plenary.example/events/00000000-0000-0000-0000-000000000003
Token of an owner, for 90 days, shown this once:
  pl_secret"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_gone_is_not_shown() {
        let places = Places { series: None, agenda: None, registration: None };
        let text = Loaded::new("http://127.0.0.1:8080", places, None).to_string();
        let expected = "The demo was loaded before, and is left as it is.\n\nDocumentation:\n  \
                        http://127.0.0.1:8080/docs/\nTo make a token:\n  \
                        plenary create-token --workspace demo --role owner --name me";
        assert_eq!(text, expected);
    }
}
