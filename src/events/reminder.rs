//! When registrants are reminded: the rules of a series or an event.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::error::EventError;
use super::model::Event;
use super::remind::promise_reminders;
use super::store::{self, Change};
use crate::db::Conn;
use crate::define_text_enum;
use crate::http::{Checks, Code};
use crate::time::{Context, DurationError, IsoDuration};

/// How many rules there may be.
const MOST: usize = 10;
/// How far from the event a reminder may lie.
const FARTHEST: TimeDelta = TimeDelta::days(366);

define_text_enum! {
    /// From where a reminder's offset counts.
    ReminderAnchor {
        /// The start of the event.
        Start => "start",
        /// The end of the event.
        End => "end",
    }
}

define_text_enum! {
    /// Who is reminded.
    ReminderAudience {
        /// Those whose registration is confirmed.
        Confirmed => "confirmed",
        /// Those who were there.
        Attended => "attended",
        /// Those who had a seat and were not there.
        NoShow => "no_show",
        /// Everybody who has or had a seat.
        All => "all",
    }
}

/// A reminder, or a mail after the event: when it is due, and to whom it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderRule {
    /// From where the offset counts.
    pub anchor: ReminderAnchor,
    /// How long before (`-P1D`) or after (`PT2H`) the anchor: an ISO 8601 duration with a sign, at most 366 days. A day is
    /// 24 hours.
    #[schema(example = "-P1D")]
    pub offset: String,
    /// Who is reminded.
    pub audience: ReminderAudience,
}

impl ReminderRule {
    /// The offset as elapsed time, negative before the anchor.
    ///
    /// # Errors
    /// It is no duration: never so in a rule that was stored.
    pub fn delta(&self) -> Result<TimeDelta, DurationError> {
        match self.offset.strip_prefix('-') {
            Some(before) => IsoDuration::parse(before).map(|duration| -duration.as_delta()),
            None => IsoDuration::parse(&self.offset).map(IsoDuration::as_delta),
        }
    }

    /// What tells it from the other rules of an event.
    pub fn key(&self) -> String {
        format!("{}:{}:{}", self.anchor, self.offset, self.audience)
    }
}

/// Gives an event, which is locked by the caller, reminders of its own. Setting what is its own already changes nothing.
///
/// # Errors
/// A rule does not fit.
pub fn set_reminders(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    mut event: Event,
    rules: Vec<ReminderRule>,
) -> Result<Event, EventError> {
    let mut checks = Checks::new();
    check_reminders(&mut checks, "", &rules);
    let errors = checks.into_errors();
    if !errors.is_empty() {
        return Err(EventError::Invalid(errors));
    }
    let rules = Some(normal_reminders(rules));
    if rules == event.details.0.reminders {
        return Ok(event);
    }
    let before = Some(json!({ "reminders": event.reminders() }));
    event.details.0.reminders = rules;
    let after = Some(json!({ "reminders": event.reminders() }));
    let event = store::update_unshown(conn, &event, context.now)?;
    store::record_change(
        conn,
        context,
        event.id,
        &Change { actor, action: "reminders_changed", reason: None, before, after },
    )?;
    promise_reminders(conn, context, &event)?;
    Ok(event)
}

/// Checks the rules of a list at `pointer`.
pub(super) fn check_reminders(checks: &mut Checks, pointer: &str, rules: &[ReminderRule]) {
    checks.count(pointer, rules.len(), MOST);
    let mut seen = HashSet::new();
    for (index, rule) in rules.iter().enumerate() {
        match rule.delta() {
            Err(error) => checks.fault(format!("{pointer}/{index}/offset"), Code::DurationInvalid, error.to_string()),
            Ok(delta) if delta.abs() > FARTHEST => {
                let detail = "A reminder goes out at most 366 days before or after the event.";
                checks.fault(format!("{pointer}/{index}/offset"), Code::DurationInvalid, detail);
            }
            Ok(delta) if !seen.insert((rule.anchor, delta, rule.audience)) => {
                checks.fault(format!("{pointer}/{index}"), Code::Invalid, "This rule stands in the list already.");
            }
            Ok(_) => {}
        }
    }
}

/// The rules, which were checked, each offset in its one form: `-PT24H` is `-P1D`.
pub(super) fn normal_reminders(rules: Vec<ReminderRule>) -> Vec<ReminderRule> {
    let normal = |rule: ReminderRule| {
        let offset = rule.delta().ok().and_then(|delta| {
            let sign = if delta < TimeDelta::zero() { "-" } else { "" };
            IsoDuration::new(delta.abs()).map(|duration| format!("{sign}{duration}"))
        });
        ReminderRule { offset: offset.unwrap_or(rule.offset), ..rule }
    };
    rules.into_iter().map(normal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(anchor: ReminderAnchor, offset: &str, audience: ReminderAudience) -> ReminderRule {
        ReminderRule { anchor, offset: offset.to_owned(), audience }
    }

    fn before(offset: &str) -> ReminderRule {
        rule(ReminderAnchor::Start, offset, ReminderAudience::Confirmed)
    }

    fn faults(rules: &[ReminderRule]) -> Vec<(String, &'static str)> {
        let mut checks = Checks::new();
        check_reminders(&mut checks, "/r", rules);
        checks.into_errors().into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn an_offset_has_a_sign() {
        assert_eq!(before("-P1D").delta(), Ok(TimeDelta::days(-1)));
        assert_eq!(before("-PT1H30M").delta(), Ok(TimeDelta::minutes(-90)));
        assert_eq!(before("PT2H").delta(), Ok(TimeDelta::hours(2)));
        assert_eq!(before("PT0S").delta(), Ok(TimeDelta::zero()));
        for wrong in ["", "-", "--P1D", "+P1D", "P-1D", "- P1D", "-1D", "-P1M", "−P1D"] {
            assert_eq!(faults(&[before(wrong)]), [("/r/0/offset".to_owned(), "duration_invalid")], "{wrong}");
        }
    }

    #[test]
    fn rules_are_few_near_and_distinct() {
        assert_eq!(faults(&[before("-P366D"), before("P366D")]), []);
        assert_eq!(faults(&[before("-P366DT1S")]), [("/r/0/offset".to_owned(), "duration_invalid")]);
        let hours: Vec<ReminderRule> = (1..=11).map(|hours| before(&format!("-PT{hours}H"))).collect();
        assert_eq!(faults(hours.get(..10).unwrap()), []);
        assert_eq!(faults(&hours), [("/r".to_owned(), "number_invalid")]);
        let twice = [before("-P1D"), before("-PT12H"), before("-PT24H")];
        assert_eq!(faults(&twice), [("/r/2".to_owned(), "invalid")]);
        let apart = [
            before("-P1D"),
            rule(ReminderAnchor::End, "-P1D", ReminderAudience::Confirmed),
            rule(ReminderAnchor::Start, "-P1D", ReminderAudience::All),
            before("P1D"),
        ];
        assert_eq!(faults(&apart), []);
    }

    #[test]
    fn an_offset_has_one_form() {
        let offsets = ["-PT24H", "PT90M", "-PT0S", "-P1W"].map(before).to_vec();
        let normal: Vec<String> = normal_reminders(offsets).into_iter().map(|rule| rule.offset).collect();
        assert_eq!(normal, ["-P1D", "PT1H30M", "PT0S", "-P7D"]);
    }
}
