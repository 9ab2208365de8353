//! Showing an event to everybody, with an agenda that can be right.

use chrono::TimeDelta;

use super::error::SessionError;
use super::rules::{Finding, FindingCode, Severity};
use super::{CheckOptions, inspect_schedule};
use crate::db::Conn;
use crate::events::{self, Event, EventError};
use crate::http::{Code, FieldError};
use crate::time::Context;

/// Shows an event, which the caller has locked, to everybody. An error in its schedule stops that, as what publishing lacks does;
/// warnings do not. It stands here since the room of events does not know the agenda.
///
/// # Errors
/// The state of the event does not allow it, nobody organises it, or its schedule cannot be right.
pub fn publish_event(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    reason: Option<&str>,
) -> Result<Event, SessionError> {
    let options = CheckOptions { now: context.now, travel_buffer: TimeDelta::zero() };
    let faults = faults(inspect_schedule(conn, event, options)?.findings);
    // Whether it can be published at all is said first.
    let published = events::publish_event(conn, context, event.workspace_id, actor, event.id, reason)?;
    if faults.is_empty() { Ok(published) } else { Err(EventError::Incomplete(faults).into()) }
}

/// The findings that stop publishing.
fn faults(findings: Vec<Finding>) -> Vec<FieldError> {
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| FieldError::new(finding.pointer, code_of(finding.code), finding.hint)).collect()
}

/// The code of the problem table that says what a finding says.
const fn code_of(code: FindingCode) -> Code {
    match code {
        FindingCode::OutsideEvent => Code::OutsideEvent,
        FindingCode::TimezoneRequired => Code::TimezoneRequired,
        _ => Code::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_alone_stop_publishing_each_with_a_code_of_its_own() {
        let finding = |code: &FindingCode| Finding {
            code: *code,
            severity: code.severity(),
            pointer: "/sessions/0".to_owned(),
            hint: "hint".to_owned(),
            session_id: None,
            other_session_id: None,
            speaker_id: None,
            other_event_id: None,
        };
        let all = FindingCode::ALL.iter().map(finding).collect();
        let found: Vec<&str> = faults(all).iter().map(|fault| fault.code).collect();
        assert_eq!(found, ["outside_event", "timezone_required"]);
        for code in FindingCode::ALL.iter().filter(|code| code.severity() == Severity::Error) {
            assert_eq!(code_of(*code).name(), code.as_str());
        }
    }
}
