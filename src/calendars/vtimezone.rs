//! VTIMEZONE (RFC 5545 3.6.5) of a zone for a span of time.
//!
//! Two forms, chosen by what the zone really does:
//! - a zone whose changes settle into one yearly pair of "nth weekday of a month" gets an `RRULE` for each of the two,
//!   which holds for ever; earlier changes stand before it, one sub-component each;
//! - any other zone gets one sub-component for each change of the span, and what it ends with holds from there.
//!
//! Rules, each of them a fault in some widespread reader when broken: no `RDATE`, no `UNTIL`, no `RRULE` but
//! `FREQ=YEARLY;BYMONTH=m;BYDAY=nXX`; `DAYLIGHT` and `STANDARD` by the direction of the change (Dublin's winter time is
//! "daylight saving" in the zone data), unless it is more than any summer time, as where a country crosses the date line; one onset at or before the span, and at least one `STANDARD`; both offsets in
//! each. Offsets are the zone data's alone; nothing here knows a zone.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

use crate::time::{Transition, Zone};

/// Days searched before the span for the change that made the offset at its start.
const LOOK_BACK_DAYS: i64 = 400;

/// Years after the span over which a rule must hold: the calendar repeats its weekdays after 28 years.
const PROOF_YEARS: u64 = 30;

/// The most by which a summer time moves the clocks, in seconds. There were two hours in wars; readers take a day for no saving.
const MOST_SAVED: i32 = 3 * 3600;

/// The VTIMEZONE of the zone, `TZID` its IANA name, in content lines that end with CRLF.
///
/// It holds for every instant from `from` until `until` (both UTC), beyond `until` when the zone has settled into a
/// yearly rule. The text depends on the arguments and the zone data only.
pub fn vtimezone(zone: Zone, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let until = until.max(from);
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\n", zone.name());
    for observance in list_observances(zone, from, until) {
        text.push_str(&observance.render());
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// One `STANDARD` or `DAYLIGHT` sub-component.
struct Observance {
    /// Local time of the onset, on the clock of the offset before it.
    local_onset: NaiveDateTime,
    /// Seconds east of UTC.
    offset_before: i32,
    /// Seconds east of UTC.
    offset_after: i32,
    /// Such as `CEST` or `+03`.
    name: String,
    rule: Option<YearlyRule>,
}

impl Observance {
    fn of(transition: &Transition, rule: Option<YearlyRule>) -> Self {
        Self {
            local_onset: local_onset_of(transition),
            offset_before: transition.offset_before,
            offset_after: transition.offset_after,
            name: transition.abbreviation_after.clone(),
            rule,
        }
    }

    fn kind(&self) -> &'static str {
        if (1..=MOST_SAVED).contains(&(self.offset_after - self.offset_before)) { "DAYLIGHT" } else { "STANDARD" }
    }

    fn render(&self) -> String {
        let kind = self.kind();
        let is_name_character = |each: &char| each.is_ascii_alphanumeric() || "+-".contains(*each);
        let mut lines = vec![format!("BEGIN:{kind}"), format!("DTSTART:{}", self.local_onset.format("%Y%m%dT%H%M%S"))];
        lines.extend(self.rule.map(|rule| format!("RRULE:{}", rule.render())));
        lines.push(format!("TZOFFSETFROM:{}", format_offset(self.offset_before)));
        lines.push(format!("TZOFFSETTO:{}", format_offset(self.offset_after)));
        lines.push(format!("TZNAME:{}", self.name.chars().filter(is_name_character).collect::<String>()));
        lines.push(format!("END:{kind}\r\n"));
        lines.join("\r\n")
    }
}

/// Every year on the nth weekday of a month, at the local time of the onset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct YearlyRule {
    month: u32,
    /// 1 to 4 from the month's start, -1 for its last.
    nth: i8,
    weekday: Weekday,
}

impl YearlyRule {
    fn render(self) -> String {
        let day = match self.weekday {
            Weekday::Mon => "MO",
            Weekday::Tue => "TU",
            Weekday::Wed => "WE",
            Weekday::Thu => "TH",
            Weekday::Fri => "FR",
            Weekday::Sat => "SA",
            Weekday::Sun => "SU",
        };
        format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{day}", self.month, self.nth)
    }

    fn holds_on(self, date: NaiveDate) -> bool {
        let is_nth =
            if self.nth < 0 { is_last_week(date) } else { i64::from(date.day0() / 7) == i64::from(self.nth) - 1 };
        date.month() == self.month && date.weekday() == self.weekday && is_nth
    }

    /// The one rule that holds on all of the dates, if there is one.
    fn find(dates: &[NaiveDate]) -> Option<Self> {
        let first = dates.first()?;
        let candidates = [1, 2, 3, 4, -1].map(|nth| Self { month: first.month(), nth, weekday: first.weekday() });
        candidates.into_iter().find(|rule| dates.iter().all(|date| rule.holds_on(*date)))
    }
}

/// The sub-components in order of their onsets.
fn list_observances(zone: Zone, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Observance> {
    let proof = until.checked_add_days(Days::new(366 * PROOF_YEARS)).unwrap_or(until);
    let mut transitions = zone.transitions(from - Duration::days(LOOK_BACK_DAYS), proof);
    transitions.retain(|transition| transition.offset_before != transition.offset_after);
    let onset = transitions.iter().rposition(|transition| transition.at <= from).unwrap_or_default();
    transitions.drain(..onset);

    let tail = find_tail(&transitions).filter(|tail| {
        let starts_at = transitions.get(tail.index).map(|transition| transition.at);
        starts_at.is_some_and(|starts_at| starts_at <= until)
    });
    let mut observances: Vec<Observance> = match tail {
        Some(tail) => {
            let rules = (0..tail.index).map(|_| None).chain(tail.rules.map(Some));
            transitions.iter().zip(rules).map(|(transition, rule)| Observance::of(transition, rule)).collect()
        }
        None => transitions
            .iter()
            .filter(|transition| transition.at <= until)
            .map(|transition| Observance::of(transition, None))
            .collect(),
    };
    let begins_late = transitions.first().is_none_or(|first| first.at > from);
    let has_standard = observances.iter().any(|observance| observance.kind() == "STANDARD");
    if begins_late || !has_standard {
        let begins_at = transitions.first().map_or(from, |first| first.at.min(from)) - Duration::seconds(1);
        observances.insert(0, base_observance(zone, begins_at));
    }
    observances
}

/// The offset at an instant as a `STANDARD` that began long before: what a zone without changes consists of.
fn base_observance(zone: Zone, at: DateTime<Utc>) -> Observance {
    let offset = zone.offset_at(at);
    let year = (at.year() - 2).min(1970);
    let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    Observance {
        local_onset: date.and_time(NaiveTime::MIN),
        offset_before: offset.seconds,
        offset_after: offset.seconds,
        name: offset.abbreviation,
        rule: None,
    }
}

/// From a transition on, the two yearly rules that hold for it, for the next one, and so on by turns.
struct Tail {
    index: usize,
    rules: [YearlyRule; 2],
}

/// The longest unbroken tail that alternates between two yearly rules, each at one local time and with one pair of
/// offsets, up to the end of the list. `None` when the last years follow no such rules.
fn find_tail(transitions: &[Transition]) -> Option<Tail> {
    let proof = 2 * usize::try_from(PROOF_YEARS).ok()? - 4;
    let last_years = transitions.get(transitions.len().checked_sub(proof)?..)?;
    let (rule_of_first, rule_of_second) = (find_rule(last_years, 0)?, find_rule(last_years, 1)?);

    let mut index = transitions.len() - proof;
    let mut rules = [rule_of_first, rule_of_second];
    while let (Some(earlier), Some(same_kind)) =
        (index.checked_sub(1).and_then(|earlier| transitions.get(earlier)), transitions.get(index + 1))
    {
        let [_, rule] = rules;
        if !rule.holds_on(local_onset_of(earlier).date()) || !is_one_year_apart(earlier, same_kind) {
            break;
        }
        rules.reverse();
        index -= 1;
    }
    Some(Tail { index, rules })
}

/// The rule of every second transition from `first` on, when all of them are yearly and alike.
fn find_rule(transitions: &[Transition], first: usize) -> Option<YearlyRule> {
    let alike: Vec<&Transition> = transitions.iter().skip(first).step_by(2).collect();
    let is_yearly = alike.windows(2).all(|pair| matches!(pair, [one, next] if is_one_year_apart(one, next)));
    let dates: Vec<NaiveDate> = alike.iter().map(|transition| local_onset_of(transition).date()).collect();
    if is_yearly { YearlyRule::find(&dates) } else { None }
}

/// Whether two transitions do the same at the same local time in consecutive years.
fn is_one_year_apart(earlier: &Transition, later: &Transition) -> bool {
    let (local_earlier, local_later) = (local_onset_of(earlier), local_onset_of(later));
    local_later.year() == local_earlier.year() + 1
        && local_later.time() == local_earlier.time()
        && (later.offset_before, later.offset_after, &later.abbreviation_after)
            == (earlier.offset_before, earlier.offset_after, &earlier.abbreviation_after)
}

/// The onset as local time on the clock that it ends.
fn local_onset_of(transition: &Transition) -> NaiveDateTime {
    transition.at.naive_utc() + Duration::seconds(i64::from(transition.offset_before))
}

fn is_last_week(date: NaiveDate) -> bool {
    date.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != date.month())
}

/// A UTC offset (RFC 5545 3.3.14): sign, hours, minutes, and seconds when there are any.
fn format_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}

#[cfg(test)]
#[path = "vtimezone_tests.rs"]
mod tests;
