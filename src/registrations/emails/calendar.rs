//! The calendar entries that mails carry: the same entry as in every feed, addressed to one person.

use super::super::view::MailView;
use super::RegistrationMails;
use crate::accounts;
use crate::calendars::ical::{self, Attendee, Calendar, Entry, Method, Participation, Person};
use crate::calendars::{EntryOptions, EntryParts, JoinLink, event_entry};
use crate::db::DbError;
use crate::events::{EventStatus, WhenColumns};
use crate::mail::{CalendarMethod, CalendarPart};
use crate::outbox::{Claimed, Failure};

/// What became of a person's seat.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// They have one.
    Seat,
    /// They have none any more.
    Gone,
}

impl RegistrationMails {
    /// The entry that goes with a seat, or takes it back.
    pub(super) fn seat_entry(
        &self,
        view: &MailView,
        message: &Claimed,
        part: Part,
    ) -> Result<Option<CalendarPart>, Failure> {
        let Some(entry) = self.entry(&view.parts, view, message)? else { return Ok(None) };
        // One person's cancellation does not change the event, but it does change their entry: its SEQUENCE rises, and again when
        // they register anew, so that they get the entry back (RFC 5546 section 2.1.5).
        Ok(match (part, view.workspace.calendar_method) {
            (Part::Gone, accounts::CalendarMethod::Publish) => None,
            (Part::Seat, accounts::CalendarMethod::Publish) => Some(self.part(view, entry, Method::Publish)),
            (Part::Seat, accounts::CalendarMethod::Request) => Some(self.part(view, entry, Method::Request)),
            (Part::Gone, accounts::CalendarMethod::Request) => Some(self.part(view, entry, Method::Cancel)),
        })
    }

    /// The entry of an event that has changed: as it is now, as in every feed. Where calendars show nothing of it any more,
    /// because its day is not known, what stands in them at its last known time is taken back.
    pub(super) fn changed_entry(&self, view: &MailView, message: &Claimed) -> Result<Option<CalendarPart>, Failure> {
        let event = &view.parts.event;
        let is_request = view.workspace.calendar_method == accounts::CalendarMethod::Request;
        if let Some(entry) = self.entry(&view.parts, view, message)? {
            let method = match (is_request, event.status) {
                (false, _) => Method::Publish,
                (true, EventStatus::Cancelled) => Method::Cancel,
                (true, _) => Method::Request,
            };
            return Ok(Some(self.part(view, entry, method)));
        }
        let announced = event.previous_whens.0.iter().rev().filter(|one| one.is_announced);
        for old in announced.filter_map(|one| one.when.parse().ok()) {
            let mut parts = view.parts.clone();
            parts.event.when = WhenColumns::from(&old);
            if !is_request {
                // What is published is taken back as what was cancelled: nothing else says it.
                parts.event.status = EventStatus::Cancelled;
            }
            if let Some(entry) = self.entry(&parts, view, message)? {
                let method = if is_request { Method::Cancel } else { Method::Publish };
                return Ok(Some(self.part(view, entry, method)));
            }
        }
        Ok(None)
    }

    fn entry(&self, parts: &EntryParts, view: &MailView, message: &Claimed) -> Result<Option<Entry>, Failure> {
        let language = view.language();
        let join_link = JoinLink::of(view.join_url.clone());
        let options = EntryOptions { language, shows_tentative: false, is_programme: false, join_link };
        let entry = event_entry(parts, &options, self.links.public_url(), self.clock.now())
            .map_err(|error: DbError| Failure::Fail(error.to_string()))?;
        // The object is made when the message is promised, whenever it is sent: a second copy has the same bytes.
        Ok(entry.map(|entry| Entry { stamped_at: Some(message.created_at), ..view.changes.mark(entry) }))
    }

    fn part(&self, view: &MailView, mut entry: Entry, method: Method) -> CalendarPart {
        let sender = self.mailer.sender();
        entry.organizer = Some(Person { name: view.workspace.name.clone(), email: sender.address.as_str().to_owned() });
        entry.attendee = Some(Attendee {
            name: view.registration.name.clone(),
            email: view.registration.email.clone(),
            participation: Participation::Accepted,
        });
        let calendar = Calendar {
            name: view.workspace.name.clone(),
            is_collection: false,
            description: None,
            url: None,
            timezone: None,
            refresh: None,
            method: Some(method),
            entries: vec![entry],
        };
        let method = match method {
            Method::Publish => CalendarMethod::Publish,
            Method::Request => CalendarMethod::Request,
            Method::Cancel => CalendarMethod::Cancel,
        };
        CalendarPart { method, ics: ical::render(&calendar) }
    }
}
