//! What may become of an appearance: by the staff, and by the speaker's own answer.

use chrono::{DateTime, Utc};

use super::super::details::{AnswerInput, InvitationInput};
use super::super::model::{Appearance, AppearanceStatus};
use crate::events::EventStatus;
use crate::http::{Checks, Code, FieldError};
use crate::time::{Edtf, Precision, When};

/// Whether the staff may turn one status into another. They may set `invited` for somebody whom they asked in another way:
/// nobody is mailed then. Who had said yes does not decline but withdraws, and nobody withdraws from what they declined.
pub fn may_become(from: AppearanceStatus, to: AppearanceStatus) -> bool {
    use AppearanceStatus::{Confirmed, Declined, Invited, Tbc, Withdrawn};
    match from {
        same if same == to => true,
        Tbc | Invited => true,
        Confirmed => matches!(to, Withdrawn | Tbc),
        Declined | Withdrawn => matches!(to, Tbc | Invited | Confirmed),
    }
}

/// Checks a change of status by the staff. Pointers begin with `prefix`. Where another person takes the part, what became of
/// the one before binds nobody.
pub fn check_status(
    prefix: &str,
    current: &Appearance,
    to: AppearanceStatus,
    is_same_person: bool,
) -> Option<FieldError> {
    let from = current.status;
    if !is_same_person || may_become(from, to) {
        return None;
    }
    let detail = format!("Somebody who is {from} cannot become {to}.");
    Some(FieldError::new(format!("{prefix}/status"), Code::NotPossibleNow, detail))
}

/// Checks what an invitation says.
pub fn check_invitation(input: &InvitationInput, now: DateTime<Utc>) -> Vec<FieldError> {
    let mut checks = Checks::new();
    checks.optional_text("/message", input.message.as_deref());
    if input.respond_by.is_some_and(|at| at <= now) {
        checks.fault("/respond_by", Code::WhenOutOfRange, "This time is over.");
    }
    checks.into_errors()
}

/// Checks what a speaker answers.
pub fn check_answer(input: &AnswerInput) -> Vec<FieldError> {
    let mut checks = Checks::new();
    checks.optional_text("/note", input.note.as_deref());
    checks.into_errors()
}

/// Why an invitation cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswerable {
    /// The event was cancelled.
    Cancelled,
    /// The event has begun, or the time to answer is over.
    Late,
    /// The staff have taken the person off the programme.
    Withdrawn,
}

/// Until when an answer is taken, excluded: until the event begins, or the time that was set for it. An event whose day is
/// not known is over before nobody can answer any more.
pub fn answerable_until(when: &When, respond_by: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let is_day = match when.edtf() {
        None => true,
        Some(Edtf::Single(first) | Edtf::Interval(first, _)) => first.precision() == Precision::Date,
    };
    let begins = when.bounds().map(|(start, until)| if is_day { start } else { until });
    match (begins, respond_by) {
        (Some(begins), Some(respond_by)) => Some(begins.min(respond_by)),
        (begins, respond_by) => begins.or(respond_by),
    }
}

/// Whether a speaker can answer at `now`, and change the answer. A postponed event does not begin at its old time: an answer
/// is taken until the time that was set for it.
///
/// # Errors
/// Why not.
pub fn may_answer(
    event: EventStatus,
    when: &When,
    status: AppearanceStatus,
    respond_by: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Unanswerable> {
    let until = if event == EventStatus::Postponed { respond_by } else { answerable_until(when, respond_by) };
    if event == EventStatus::Cancelled {
        Err(Unanswerable::Cancelled)
    } else if status == AppearanceStatus::Withdrawn {
        Err(Unanswerable::Withdrawn)
    } else if until.is_some_and(|until| until <= now) {
        Err(Unanswerable::Late)
    } else {
        Ok(())
    }
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
