//! Counting the registrations of an event, as pure functions.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::list_store::Counted;
use super::model::RegistrationState;
use crate::db::search;
use crate::time::Zone;

/// How many rows a ranking has.
const TOP: usize = 10;

/// How many registrations stand where. Each state is there, with zero too.
pub type States = BTreeMap<&'static str, u32>;

/// What happened on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCount {
    /// The day, in the event's zone.
    #[schema(example = "2022-03-01")]
    pub date: NaiveDate,
    /// How many registered.
    #[schema(example = 12)]
    pub registered: u32,
    /// How many registrations were cancelled.
    #[schema(example = 1)]
    pub cancelled: u32,
    /// How many had registered by the end of the day.
    #[schema(example = 40)]
    pub registered_total: u32,
    /// How many registrations had been cancelled by the end of the day.
    #[schema(example = 3)]
    pub cancelled_total: u32,
}

/// How often something was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ranked {
    /// What.
    #[schema(example = "City of Lund")]
    pub value: String,
    /// By how many.
    #[schema(example = 7)]
    pub count: u32,
}

/// Who was there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AttendanceCount {
    /// Who has a seat and was not seen yet.
    #[schema(example = 5)]
    pub expected: u32,
    /// Who was checked in.
    #[schema(example = 30)]
    pub attended: u32,
    /// Who had a seat and did not come.
    #[schema(example = 5)]
    pub no_show: u32,
    /// Which part of those with a seat was checked in, from 0 to 1; null as long as nobody was, and the event was not closed.
    #[schema(example = 0.75)]
    pub rate: Option<f64>,
}

/// How many stand where.
pub fn states(all: &[Counted]) -> States {
    let mut counts: States = RegistrationState::ALL.iter().map(|state| (state.as_str(), 0)).collect();
    for one in all {
        *counts.entry(one.state.as_str()).or_default() += 1;
    }
    counts
}

/// The same of what was counted already.
pub fn states_of(counts: impl Iterator<Item = (RegistrationState, u32)>) -> States {
    let mut all = states(&[]);
    for (state, count) in counts {
        *all.entry(state.as_str()).or_default() += count;
    }
    all
}

/// What happened on each day in `zone`, in their order. A day on which nothing happened is left out.
pub fn days(all: &[Counted], zone: Zone) -> Vec<DayCount> {
    let mut days: BTreeMap<NaiveDate, (u32, u32)> = BTreeMap::new();
    for one in all {
        days.entry(zone.to_local(one.created_at.0).date()).or_default().0 += 1;
        let cancelled_at = one.ended_at.filter(|_| one.state == RegistrationState::Cancelled);
        if let Some(at) = cancelled_at {
            days.entry(zone.to_local(at.0).date()).or_default().1 += 1;
        }
    }
    let (mut registered_total, mut cancelled_total) = (0, 0);
    days.into_iter()
        .map(|(date, (registered, cancelled))| {
            registered_total += registered;
            cancelled_total += cancelled;
            DayCount { date, registered, cancelled, registered_total, cancelled_total }
        })
        .collect()
}

/// The languages of those who take part or may still, the most frequent first.
pub fn languages(all: &[Counted]) -> Vec<Ranked> {
    rank(active(all).map(|one| one.language.as_str()), str::to_ascii_lowercase)
}

/// The organisations of those who take part or may still, the most frequent first. Spellings that differ in case, accents or
/// punctuation are one; the first of them stands for it.
pub fn organisations(all: &[Counted]) -> Vec<Ranked> {
    rank(active(all).filter_map(|one| one.organisation.as_deref()), search::normalise)
}

fn active(all: &[Counted]) -> impl Iterator<Item = &Counted> {
    all.iter().filter(|one| !one.state.is_over())
}

fn rank<'a>(values: impl Iterator<Item = &'a str>, key: impl Fn(&str) -> String) -> Vec<Ranked> {
    let mut counts: HashMap<String, Ranked> = HashMap::new();
    for value in values {
        let ranked = counts.entry(key(value)).or_insert_with(|| Ranked { value: value.trim().to_owned(), count: 0 });
        ranked.count += 1;
    }
    let mut ranked: Vec<(String, Ranked)> = counts.into_iter().collect();
    ranked.sort_by(|(key, one), (other_key, other)| other.count.cmp(&one.count).then_with(|| key.cmp(other_key)));
    ranked.into_iter().take(TOP).map(|(_, ranked)| ranked).collect()
}

/// Who was there, of those who have or had a seat.
pub fn attendance(states: &States) -> AttendanceCount {
    let count = |state: RegistrationState| states.get(state.as_str()).copied().unwrap_or_default();
    let expected = count(RegistrationState::Confirmed);
    let (attended, no_show) = (count(RegistrationState::Attended), count(RegistrationState::NoShow));
    let is_known = attended + no_show > 0;
    let part = f64::from(attended) / f64::from((expected + attended + no_show).max(1));
    AttendanceCount { expected, attended, no_show, rate: is_known.then_some((part * 10_000.0).round() / 10_000.0) }
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
