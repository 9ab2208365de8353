//! The schedule check: times that do not fit together.
//!
//! It looks at slots, see [`super::placed`]. Intervals are half open: what ends at 12:15 leaves room for what starts at
//! 12:15.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::model::RoomId;
use super::finding::{Finding, FindingCode};
use super::overlap::check_overlaps;
use super::people::{Elsewhere, Engagement, check_people};
use super::placed::{Placed, place_all, programme_day};
use super::tree::Node;
use crate::time::{IsoDuration, Phase, Precision, When, Zone};

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    /// When the event is.
    pub when: &'a When,
    /// Whether people take part online and no link says where.
    pub lacks_link: bool,
    /// How many seats it has, if that is limited.
    pub capacity: Option<i32>,
    /// How many people each of its rooms takes, where that is known.
    pub rooms: &'a HashMap<RoomId, i32>,
    /// Its agenda.
    pub agenda: &'a [Node],
    /// Who appears in it; not who declined or withdrew.
    pub engagements: &'a [Engagement],
    /// Where else these people appear.
    pub elsewhere: &'a [Elsewhere],
    /// How long somebody needs from one place to another.
    pub travel_buffer: TimeDelta,
    /// The time of the check.
    pub now: DateTime<Utc>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In the order of the agenda, then what concerns people, then the event.
    pub findings: Vec<Finding>,
    /// How long the sessions take together, in minutes. Of sessions side by side, the time that any of them is on.
    pub total_minutes: i64,
    /// How long the event takes, in minutes, if its end is known.
    pub event_minutes: Option<i64>,
}

/// Checks a schedule.
pub fn check_schedule(schedule: &Schedule<'_>) -> Report {
    let placed = place_all(schedule.agenda);
    let slots: Vec<&Placed<'_>> = placed.iter().filter(|one| one.is_slot).collect();
    let mut timed: Vec<&Placed<'_>> = slots.iter().copied().filter(|slot| slot.start().is_some()).collect();
    timed.sort_by_key(|slot| slot.start());

    let mut findings = Vec::new();
    check_bounds(schedule.when, &slots, &mut findings);
    check_gaps(schedule.when, &timed, &mut findings);
    let has_parallel = check_overlaps(&timed, &mut findings);
    check_room_sizes(schedule, &placed, &mut findings);
    let total = check_total(schedule.when, &slots, &timed, has_parallel, &mut findings);
    check_people(schedule, &placed, &mut findings);
    check_event(schedule, &mut findings);
    Report {
        findings,
        total_minutes: total.num_minutes(),
        event_minutes: schedule.when.duration().map(|duration| duration.as_delta().num_minutes()),
    }
}

fn check_bounds(when: &When, slots: &[&Placed<'_>], findings: &mut Vec<Finding>) {
    for slot in slots {
        if slot.node.times.local_start.is_some() && slot.start().is_none() {
            let hint = format!("“{}” has a local time, and the event no time zone: give its `when` one.", slot.title());
            let pointer = format!("{}/local_start", slot.pointer);
            findings.push(Finding::new(FindingCode::TimezoneRequired, pointer, hint).of(slot.id()));
        }
        let is_early = slot.start().zip(when.starts_at()).is_some_and(|(start, opening)| start < opening);
        let until = slot.end().or(slot.start());
        let is_late = until.zip(when.ends_at()).is_some_and(|(until, closing)| until > closing);
        for (is_outside, member, hint) in [
            (is_early, "local_start", "starts before the event does"),
            (is_late, if slot.end().is_some() { "local_end" } else { "local_start" }, "goes on after the event's end"),
        ] {
            if is_outside {
                let pointer = format!("{}/{member}", slot.pointer);
                let hint = format!("“{}” {hint}: move the session, or the event.", slot.title());
                findings.push(Finding::new(FindingCode::OutsideEvent, pointer, hint).of(slot.id()));
            }
        }
    }
}

/// Looks for times of a day at which nothing is on. A night between two days of a conference is no gap.
fn check_gaps(when: &When, timed: &[&Placed<'_>], findings: &mut Vec<Finding>) {
    let Some(zone) = when.zone() else { return };
    let day = |at| programme_day(zone.to_local(at));
    let is_gap = |from: DateTime<Utc>, to: DateTime<Utc>| from < to && day(from) == day(to);
    let mut busy_until = when.starts_at();
    let mut before: Option<&Placed<'_>> = None;
    for slot in timed {
        let Some(start) = slot.start() else { continue };
        if let Some(until) = busy_until.filter(|until| is_gap(*until, start)) {
            let pointer = format!("{}/local_start", slot.pointer);
            let finding = Finding::new(FindingCode::Gap, pointer, idle(zone, until, start)).of(slot.id());
            findings.push(match before {
                Some(before) => finding.beside(Some(before.id())),
                None => finding.worth_knowing(),
            });
        }
        // The end of one without an end is not known: it is taken to last until the next begins.
        let ends = slot.end();
        if ends.is_none() || ends > busy_until || before.is_none() {
            before = Some(slot);
        }
        busy_until = ends.map(|end| busy_until.map_or(end, |until| until.max(end)));
    }
    let (Some(last), Some(until), Some(closing)) = (before, busy_until, when.ends_at()) else { return };
    if is_gap(until, closing) {
        let pointer = format!("{}/local_end", last.pointer);
        let finding = Finding::new(FindingCode::Gap, pointer, idle(zone, until, closing));
        findings.push(finding.of(last.id()).worth_knowing());
    }
}

fn idle(zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let clock = |at| zone.to_local(at).format("%H:%M");
    format!("Nothing is on from {} to {}.", clock(from), clock(to))
}

/// Compares the seats of the event with those of each room that a session names.
fn check_room_sizes(schedule: &Schedule<'_>, placed: &[Placed<'_>], findings: &mut Vec<Finding>) {
    let Some(seats) = schedule.capacity else { return };
    for one in placed {
        let room = one.node.session.fields.room_id.and_then(|room| schedule.rooms.get(&room));
        if let Some(takes) = room.filter(|takes| **takes < seats) {
            let hint = format!("The room of “{}” takes {takes} people and the event {seats}.", one.title());
            let pointer = format!("{}/room_id", one.pointer);
            findings.push(Finding::new(FindingCode::RoomTooSmall, pointer, hint).of(one.id()));
        }
    }
}

/// Adds up how long the sessions take. It is compared with the event only where all is known, and within a day.
fn check_total(
    when: &When,
    slots: &[&Placed<'_>],
    timed: &[&Placed<'_>],
    has_parallel: bool,
    findings: &mut Vec<Finding>,
) -> TimeDelta {
    let lasting = |slot: &&Placed<'_>| slot.node.times.duration.map(IsoDuration::as_delta);
    let total = if has_parallel {
        let untimed = slots.iter().filter(|slot| slot.start().is_none()).filter_map(lasting);
        covered(timed) + untimed.sum::<TimeDelta>()
    } else {
        slots.iter().filter_map(lasting).sum()
    };
    let is_known = !slots.is_empty() && slots.iter().all(|slot| lasting(slot).is_some());
    let event = when.duration().map(IsoDuration::as_delta).filter(|event| *event < TimeDelta::days(1));
    if let Some(event) = event.filter(|event| is_known && *event != total) {
        let (sessions, event) = (total.num_minutes(), event.num_minutes());
        let hint = format!("The sessions take {sessions} minutes and the event {event}.");
        findings.push(Finding::new(FindingCode::TotalMismatch, "/sessions", hint));
    }
    total
}

/// The time at which at least one is on. They come by their start.
fn covered(timed: &[&Placed<'_>]) -> TimeDelta {
    let mut sum = TimeDelta::zero();
    let mut busy_until = None;
    for (start, end) in timed.iter().filter_map(|slot| slot.start().zip(slot.end())) {
        let from = busy_until.map_or(start, |until| start.max(until));
        if end > from {
            sum += end - from;
            busy_until = Some(end);
        }
    }
    sum
}

fn check_event(schedule: &Schedule<'_>, findings: &mut Vec<Finding>) {
    let phase = schedule.when.phase(schedule.now);
    if schedule.lacks_link && phase != Phase::Past {
        let hint = "People take part online: say where they join.";
        let pointer = "/virtual_location/join_url";
        findings.push(Finding::new(FindingCode::MissingJoinLink, pointer, hint));
    }
    let has_begun = matches!(phase, Phase::Live | Phase::Past);
    if schedule.when.precision() == Precision::Month && has_begun {
        let hint = "The month has begun: fix the day, or postpone the event.";
        findings.push(Finding::new(FindingCode::MonthBegun, "/when/edtf", hint));
    }
}
