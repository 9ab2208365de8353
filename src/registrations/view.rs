//! Everything that a mail about a registration shows, loaded at once.

use std::collections::HashMap;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde_json::{Value, json};

use super::act::CANCELLED;
use super::form::ShownAnswer;
use super::informed::{News, Plan};
use super::join::join_url;
use super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::own_changes::OwnChanges;
use super::own_links::page_url;
use super::{group_store, personal_feed, rules, staff_store, store};
use crate::accounts::{self, PublicLinks, Workspace};
use crate::calendars::{EntryParts, event_parts};
use crate::db::{Conn, DbError, DbResult};
use crate::events::store::{self as events, EventChange, Seats};
use crate::events::{EventId, EventNotice, EventStatus, Fixed, display_instant, place_line, subject_title, when_line};
use crate::http::Links;
use crate::mail::CalendarPart;
use crate::time::{Language, When, Zone};

/// A registration with all that belongs to it.
pub struct MailView {
    /// The registration.
    pub registration: Registration,
    /// Its workspace.
    pub workspace: Workspace,
    /// Its event, as calendars show it.
    pub parts: EntryParts,
    /// How often what the person has of the event was changed.
    pub changes: OwnChanges,
    when: When,
    seats: Seats,
    ahead: Option<i64>,
    reason: Option<String>,
    manage_url: String,
    /// Where they get into the meeting, where they are given a way in.
    pub join_url: Option<String>,
    /// The calendar of all that the person has registered for.
    pub feed_url: Option<String>,
    base: String,
}

/// The mail for who looks back on an event that is over.
const AFTERWARDS: &str = "afterwards";

/// Loads a registration with all that a mail about it shows.
pub fn load_view(conn: &mut Conn, id: RegistrationId, links: &Links) -> DbResult<Option<MailView>> {
    let registration = store::find(conn, id)?;
    Ok(load_views(conn, registration.into_iter().collect(), links)?.pop())
}

/// Loads what mails about registrations of one workspace show, in as many statements however many there are. Of whom nothing is
/// known any more nothing is told: they are left out.
pub fn load_views(conn: &mut Conn, mut all: Vec<Registration>, links: &Links) -> DbResult<Vec<MailView>> {
    all.retain(|one| !one.is_erased());
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let workspace = accounts::store::get_workspace(conn, first.workspace_id)?;
    let ids: Vec<EventId> = all.iter().map(|one| one.event_id).collect();
    let found = events::find_events(conn, &ids)?;
    let parts = event_parts(conn, found)?;
    let parts: HashMap<EventId, EntryParts> = parts.into_iter().map(|parts| (parts.event.id, parts)).collect();
    let seats: HashMap<EventId, Seats> = events::seats_of(conn, &ids)?.into_iter().collect();
    let before = group_store::count_before_each(conn, &all)?;
    let changes = OwnChanges::read_all(conn, &all)?;
    let feeds = personal_feed::find_urls(conn, links, &all)?;
    let mut reasons = staff_store::last_reasons(conn, &all, CANCELLED)?;
    let views = all.into_iter().zip(changes).zip(feeds).map(|((registration, changes), feed_url)| {
        let parts = parts.get(&registration.event_id).cloned().ok_or(DbError::NotFound)?;
        let ahead = (registration.state == RegistrationState::Waitlisted && registration.queue_position.is_some())
            .then(|| before.get(&registration.id).copied().unwrap_or_default());
        // Why the staff have ended it, if they have.
        let reason = match registration.state {
            RegistrationState::Cancelled => reasons.remove(&registration.id).flatten(),
            _ => registration.decision_reason.clone(),
        };
        Ok(MailView {
            when: parts.event.when()?,
            seats: *seats.get(&registration.event_id).ok_or(DbError::NotFound)?,
            manage_url: page_url(links, &workspace, &registration),
            join_url: join_url(links, &parts.event, &registration),
            base: links.public_url().to_owned(),
            workspace: workspace.clone(),
            ahead,
            reason,
            registration,
            parts,
            changes,
            feed_url,
        })
    });
    views.collect()
}

/// What a member of the staff is told of a registration.
pub struct StaffNotice<'a> {
    /// What happened: `confirmed`, `waitlisted`, `cancelled`, `pending_approval`.
    pub what: &'a str,
    /// The name of the member.
    pub member: &'a str,
    /// What the person answered to the form.
    pub answers: &'a [ShownAnswer],
}

impl MailView {
    /// The language of mails to the staff.
    pub fn workspace_language(&self) -> Language {
        self.workspace.spoken()
    }

    /// The language of mails to the person.
    pub fn language(&self) -> Language {
        self.registration.mail_language(&self.workspace)
    }

    /// Whether the event may still take place: it is not cancelled, and not over at `now`.
    pub fn may_take_place(&self, now: DateTime<Utc>) -> bool {
        let status = self.parts.event.status;
        status != EventStatus::Cancelled && rules::may_yet_take_place(status, self.when.phase(now))
    }

    /// Which mail is sent at `now` for one of this name; none if it is of no use any more. `is_again` as for
    /// [`rules::mail_of_use`].
    pub fn mail_of_use(&self, name: &'static str, is_again: bool, now: DateTime<Utc>) -> Option<&'static str> {
        let event = &self.parts.event;
        let stands = (event.visibility, event.status, self.when.phase(now));
        let name = rules::mail_of_use(name, (self.registration.attendance, is_again), stands)?;
        (name != AFTERWARDS || rules::may_look_back(self.registration.state)).then_some(name)
    }

    /// What the templates are given: those of mails to the staff with a `notice`.
    pub fn context(&self, language: Language, notice: Option<&StaffNotice<'_>>) -> Value {
        let event = &self.parts.event;
        let (details, registration) = (&event.details.0, &self.registration);
        let join = self.join_url.as_ref().filter(|_| notice.is_none());
        let online = details.virtual_location.as_ref().filter(|_| join.is_some());
        json!({
            "person": { "name": self.registration.name },
            "event": {
                "title": subject_title(&details.title),
                "super_title": details.super_title,
                "when": when_line(&self.when, event.status, language),
                "reader_when": self.for_reader(&self.when, language),
                "place": place_line(event),
                "url": self.parts.page_url(&self.base),
                "ics_url": format!("{}/calendars/events/{}.ics", self.base, event.id),
            },
            "workspace": { "name": self.workspace.name },
            "links": {
                "manage": notice.is_none().then_some(&self.manage_url),
                "join": join,
                "feed": notice.is_none().then_some(self.feed_url.as_ref()).flatten(),
                "passcode": online.and_then(|place| place.passcode.as_ref()),
            },
            "state": self.standing(),
            "had_seat": registration.had_seat(),
            "queue": self.ahead.map(|ahead| json!({ "ahead": ahead })),
            "offer": self.instant(registration.offer_expires_at.map(|at| at.0), language),
            "verify": self.instant(registration.verify_by.map(|at| at.0), language),
            "decision": { "reason": self.reason },
            "change": null,
            "calendar": false,
            "notice": notice.map(|notice| self.notice_context(notice)),
        })
    }

    /// What a member of the staff is told. Whoever registered has no link in it: theirs acts for them.
    fn notice_context(&self, notice: &StaffNotice<'_>) -> Value {
        let registration = &self.registration;
        // Each answer in one line: it stands among facts.
        let in_a_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let answers = notice.answers.iter().map(|answer| {
            json!({ "label": answer.label, "text": answer.text.as_ref().map(in_a_line), "is_yes": answer.is_yes })
        });
        let answers: Vec<Value> = answers.collect();
        let links = PublicLinks::of(&self.workspace, &self.base);
        json!({
            "what": notice.what,
            "person": registration.name,
            "email": registration.email,
            "organisation": registration.organisation,
            "answers": answers,
            "taken": self.seats.taken,
            "capacity": self.seats.capacity,
            "waiting": self.seats.waiting,
            "url": links.staff_url(registration.event_id.0, registration.id.0),
            "member_name": notice.member,
        })
    }

    /// The context of a mail that carries `entry`. A mail says that it holds an entry where it holds one to add, not where it
    /// takes one back.
    pub fn with_calendar(mut context: Value, entry: Option<&CalendarPart>) -> Value {
        let is_to_add = entry.is_some_and(|part| !part.takes_back());
        if let Some(calendar) = context.get_mut("calendar") {
            *calendar = Value::Bool(is_to_add);
        }
        context
    }

    /// When the event is to be, and whether it is.
    pub(super) fn plan(&self) -> Plan {
        Plan { when: self.when.clone(), status: self.parts.event.status }
    }

    /// What a template is told of a change of the event: what happened, why, and the time that the person knows and the one that
    /// it has.
    pub(super) fn change_context(&self, language: Language, change: &EventChange, news: &News) -> Value {
        let (notice, known) = (news.notice, &news.known.when);
        // A postponed event that was given no other time keeps the one that it was planned for.
        let has_time = change.before.as_ref().is_some_and(|before| before.0.get("when").is_some());
        let (new, old) = match notice {
            EventNotice::Postponed if !has_time => (None, Some(known)),
            EventNotice::Cancelled => (Some(known), None),
            _ => (Some(&self.when), Some(known).filter(|known| **known != self.when)),
        };
        let fixed = old.filter(|_| notice == EventNotice::Rescheduled);
        let fixed = fixed.and_then(|before| Fixed::of(before, &self.when));
        json!({
            "what": notice.as_str(),
            "fixed": fixed.map(Fixed::as_str),
            "reason": change.reason,
            "when": new.map(|when| when.display(language)),
            "reader_when": new.and_then(|when| self.for_reader(when, language)),
            "old_when": old.map(|when| when.display(language)),
            "reader_old_when": old.and_then(|when| self.for_reader(when, language)),
        })
    }

    /// A time in the person's zone, where they have another than the event.
    fn for_reader(&self, when: &When, language: Language) -> Option<String> {
        let zone = self.registration.zone().filter(|zone| Some(*zone) != when.zone())?;
        when.display_for(zone, language)
    }

    /// Where the registration stands: its state, or `recording` for whoever is in without a seat. Who was checked in is told of
    /// what is to come like everybody with a seat.
    fn standing(&self) -> &'static str {
        match (self.registration.attendance, self.registration.state) {
            (Attendance::Recording, RegistrationState::Confirmed) => "recording",
            (_, RegistrationState::Attended) => RegistrationState::Confirmed.as_str(),
            (_, state) => state.as_str(),
        }
    }

    /// From when or until when something can be done, in the event's zone (else the workspace's) and in the person's.
    pub(super) fn instant(&self, until: Option<DateTime<Utc>>, language: Language) -> Option<Value> {
        let (until, reader) = (until?, self.registration.zone());
        // To the minute, and never later than it is.
        let until = until.duration_trunc(TimeDelta::minutes(1)).unwrap_or(until);
        let home = self.when.zone().or_else(|| Zone::parse(&self.workspace.timezone).ok()).unwrap_or(Zone::UTC);
        let shown = |zone: Zone| display_instant(until, zone, language);
        let reader = reader.filter(|zone| *zone != home);
        Some(json!({ "until": shown(home), "reader_until": reader.and_then(shown) }))
    }
}
