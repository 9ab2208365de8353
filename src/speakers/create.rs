//! Adding speakers.

use super::details::SpeakerDetails;
use super::error::SpeakerError;
use super::model::Speaker;
use super::{references, rules, store};
use crate::db::Conn;
use crate::http::WorkspaceId;
use crate::time::Context;

/// Adds a speaker to a workspace.
///
/// # Errors
/// A field does not fit, or names an organisation that the workspace lacks.
pub fn create_speaker(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &SpeakerDetails,
) -> Result<Speaker, SpeakerError> {
    let details = rules::check_speaker(details)?;
    references::check_affiliations(conn, workspace, &details)?;
    Ok(store::insert_speaker(conn, context, workspace, &details)?)
}
