//! Setting what a workspace writes in a mail, and taking it back.

use super::catalogue::MailDescription;
use super::check::Fault;
use super::error::WordingError;
use super::model::{Draft, MailName, Wording};
use super::store;
use super::worded::{self, Faults};
use crate::accounts;
use crate::db::Conn;
use crate::http::{Code, FieldError, IfMatch, Problem, WorkspaceId};
use crate::time::{Context, Language};

/// The revision of what nobody has ever worded.
pub const NEVER_SET: i64 = 0;

/// Replaces what a workspace writes in a mail by a draft that was checked; none takes it back. Setting what is there changes
/// nothing.
///
/// # Errors
/// It was changed since it was read.
pub fn set_wording(
    conn: &mut Conn,
    context: &Context,
    if_match: &IfMatch,
    (workspace, mail): (WorkspaceId, MailName),
    draft: Option<&Draft>,
) -> Result<Option<Wording>, Problem> {
    // Nobody else sets a wording of this workspace until the transaction ends, also one that has no row yet.
    accounts::store::lock_workspace(conn, workspace)?;
    let found = store::find(conn, workspace, mail)?;
    if_match.check(found.as_ref().map_or(NEVER_SET, |wording| wording.revision))?;
    if found.as_ref().and_then(Wording::draft).as_ref() == draft {
        return Ok(found);
    }
    store::save(conn, context, workspace, mail, draft)?;
    Ok(store::find(conn, workspace, mail)?)
}

/// Checks a draft against every case of its mail.
///
/// # Errors
/// What is wrong with it, with the line.
pub fn check_draft(mail: &MailDescription, language: Language, draft: &Draft) -> Result<(), WordingError> {
    let Faults { subject, text } = worded::check(mail, draft, &(mail.samples)(language));
    let at = |pointer: &'static str| move |fault: Fault| to_field(pointer, fault);
    let errors: Vec<FieldError> =
        subject.into_iter().map(at("/subject")).chain(text.into_iter().map(at("/text"))).collect();
    if errors.is_empty() { Ok(()) } else { Err(WordingError::Invalid(errors)) }
}

pub(super) fn to_field(pointer: &'static str, fault: Fault) -> FieldError {
    let detail = fault.sentence();
    FieldError { candidates: fault.candidates, ..FieldError::new(pointer, Code::TemplateInvalid, detail) }
}
