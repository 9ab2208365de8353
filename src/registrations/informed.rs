//! What a person knows of when their event is to be, and what is left to tell them: pure decisions.
//!
//! Several changes may come before anything is sent, and each mail is written from what holds when it is. So what an event was
//! before a change is not what people know of it: that is what it was when they were told last, or when they registered.

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use uuid::Uuid;

use crate::events::store::EventChange;
use crate::events::{EventNotice, EventStatus};
use crate::time::{When, WhenInput};

/// When an event is to be, and whether it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub when: When,
    pub status: EventStatus,
}

/// A change of an event, with what it changed of the plan as that was before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlanChange {
    id: Uuid,
    made_at: DateTime<Utc>,
    when: Option<When>,
    status: Option<EventStatus>,
}

impl PlanChange {
    /// What a recorded change says of the plan.
    pub(super) fn of(change: &EventChange) -> Self {
        let before = |name: &str| change.before.as_ref().and_then(|before| before.0.get(name));
        Self {
            id: change.id.0,
            made_at: change.created_at.0,
            when: before("when").and_then(|when| WhenInput::deserialize(when).ok()?.parse().ok()),
            status: before("status").and_then(|status| EventStatus::deserialize(status).ok()),
        }
    }

    /// The plan as it was before this change, from what it was after.
    fn undone(&self, after: &Plan) -> Plan {
        Plan {
            when: self.when.clone().unwrap_or_else(|| after.when.clone()),
            status: self.status.unwrap_or(after.status),
        }
    }
}

/// How far a person is informed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Informed {
    /// They know of what was changed before that: they had not registered yet.
    pub from: DateTime<Utc>,
    /// They were told of this change, and of all before it.
    pub change: Option<Uuid>,
    /// They cannot have been told of what was changed after that. Between the two a mail may have said so in passing.
    pub until: DateTime<Utc>,
}

/// What a person may take for the plan, oldest first: what it was when they were told last, and what they may have read since.
/// `changes` are those of the event, oldest first.
pub(super) fn known_plans(now: &Plan, changes: &[PlanChange], informed: Informed) -> Vec<Plan> {
    let is_news =
        |change: &&PlanChange| change.made_at >= informed.from && informed.change.is_none_or(|told| told < change.id);
    let (mut plan, mut known) = (now.clone(), Vec::new());
    for change in changes.iter().rev().filter(is_news) {
        if change.made_at <= informed.until {
            known.push(plan.clone());
        }
        plan = change.undone(&plan);
    }
    known.push(plan);
    known.reverse();
    known
}

/// What is told to a person.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    /// What became of the event since what they know.
    pub notice: EventNotice,
    /// What they know.
    pub known: Plan,
}

/// What a notice, which is true of the plan `now`, comes to for who knows one of these plans; none if they know as much.
pub(super) fn news(notice: EventNotice, known: &[Plan], now: &Plan) -> Option<News> {
    if notice == EventNotice::PlaceChanged {
        return Some(News { notice, known: now.clone() });
    }
    let known = known.iter().rev().find(|known| !says_the_same(known, now))?.clone();
    let is_on = matches!(notice, EventNotice::Rescheduled | EventNotice::Reinstated);
    let notice = match known.status {
        EventStatus::Cancelled if is_on => EventNotice::Reinstated,
        EventStatus::Scheduled | EventStatus::Tentative if is_on => EventNotice::Rescheduled,
        _ => notice,
    };
    Some(News { notice, known })
}

/// Whether somebody who knows the one plan would do nothing else knowing the other.
fn says_the_same(one: &Plan, other: &Plan) -> bool {
    let takes_place = |plan: &Plan| matches!(plan.status, EventStatus::Scheduled | EventStatus::Tentative);
    let is_alike = one.status == other.status || (takes_place(one) && takes_place(other));
    is_alike && (one.when == other.when || one.status == EventStatus::Cancelled)
}

#[cfg(test)]
mod tests {
    use EventNotice::{Cancelled, PlaceChanged, Postponed, Reinstated, Rescheduled};
    use EventStatus as Status;

    use super::*;

    fn plan(date: &str, status: Status) -> Plan {
        Plan { when: WhenInput::edtf(date).parse().unwrap(), status }
    }

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2022-02-01T09:{minute:02}:00Z").parse().unwrap()
    }

    /// What leads from each of these plans to the next, one a minute from 10 past on.
    fn history(plans: &[Plan]) -> Vec<PlanChange> {
        let change = |(minute, pair): (u32, &[Plan])| PlanChange {
            id: Uuid::from_u128(u128::from(minute)),
            made_at: at(minute),
            when: (pair[0].when != pair[1].when).then(|| pair[0].when.clone()),
            status: (pair[0].status != pair[1].status).then_some(pair[0].status),
        };
        (10..).zip(plans.windows(2)).map(change).collect()
    }

    fn known(plans: &[Plan], informed: Informed) -> Vec<Plan> {
        known_plans(plans.last().unwrap(), &history(plans), informed)
    }

    #[test]
    fn a_person_knows_what_they_were_told_last() {
        let [a, b, c] = ["2022-03-17", "2022-03-20", "2022-03-24"].map(|date| plan(date, Status::Scheduled));
        let off = Plan { status: Status::Cancelled, ..b.clone() };
        let plans = [a.clone(), b.clone(), off.clone(), c.clone()];
        let since = |from, change: Option<u128>, until| {
            known(&plans, Informed { from: at(from), change: change.map(Uuid::from_u128), until: at(until) })
        };
        // Nothing since they registered.
        assert_eq!(since(0, None, 1), std::slice::from_ref(&a));
        // They registered after the first, or after the last.
        assert_eq!(since(11, None, 10), std::slice::from_ref(&b));
        assert_eq!(since(13, None, 14), std::slice::from_ref(&c));
        // They were told of the first, or of the last.
        assert_eq!(since(0, Some(10), 10), std::slice::from_ref(&b));
        assert_eq!(since(0, Some(12), 12), std::slice::from_ref(&c));
        // A mail about something else went out after the first, or was on its way all the time.
        assert_eq!(since(0, None, 10), [a.clone(), b.clone()]);
        assert_eq!(since(0, Some(10), 11), [b.clone(), off.clone()]);
        assert_eq!(since(0, None, 30), [a, b, off, c]);
    }

    #[test]
    fn nothing_is_told_to_who_knows_it() {
        let [a, b] = ["2022-03-17", "2022-03-20"].map(|date| plan(date, Status::Scheduled));
        let with = |plan: &Plan, status| Plan { status, ..plan.clone() };
        assert_eq!(news(Rescheduled, std::slice::from_ref(&a), &a), None);
        assert_eq!(news(Reinstated, std::slice::from_ref(&a), &a), None);
        assert_eq!(news(Reinstated, &[with(&a, Status::Tentative)], &a), None);
        assert_eq!(news(Cancelled, &[with(&a, Status::Cancelled)], &with(&b, Status::Cancelled)), None);
        assert_eq!(news(Postponed, &[with(&a, Status::Postponed)], &with(&a, Status::Postponed)), None);
        // Who may have read something else is told.
        assert_eq!(
            news(Rescheduled, &[a.clone(), b.clone()], &a),
            Some(News { notice: Rescheduled, known: b.clone() })
        );
        // Where it takes place is not of the plan.
        assert_eq!(news(PlaceChanged, std::slice::from_ref(&a), &a), Some(News { notice: PlaceChanged, known: a }));
    }

    #[test]
    fn the_notice_is_about_what_they_know() {
        let [a, b] = ["2022-03-17", "2022-03-20"].map(|date| plan(date, Status::Scheduled));
        let with = |plan: &Plan, status| Plan { status, ..plan.clone() };
        let (off, later) = (with(&a, Status::Cancelled), with(&a, Status::Postponed));
        for (notice, known, now, expected) in [
            (Rescheduled, &a, &b, Rescheduled),
            // Nobody had heard that it was called off.
            (Reinstated, &a, &b, Rescheduled),
            // It was moved again right after it was reinstated.
            (Rescheduled, &off, &b, Reinstated),
            (Reinstated, &off, &a, Reinstated),
            (Reinstated, &later, &a, Reinstated),
            (Rescheduled, &later, &a, Rescheduled),
            (Cancelled, &a, &off, Cancelled),
            (Postponed, &off, &later, Postponed),
        ] {
            let told = news(notice, std::slice::from_ref(known), now);
            assert_eq!(told, Some(News { notice: expected, known: known.clone() }), "{notice}: {known:?}, {now:?}");
        }
    }
}
