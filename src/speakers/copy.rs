//! Taking over who appears from one event to another.

use super::details::AppearanceInput;
use super::error::SpeakerError;
use super::model::{Appearance, AppearanceStatus};
use super::references::References;
use super::store::{self, Place};
use crate::db::Conn;
use crate::events::Event;
use crate::time::Context;

impl Appearance {
    /// The same part somewhere else: to be confirmed, and recording to be asked for. None for who declined or withdrew.
    pub fn asked_again(&self) -> Option<AppearanceInput> {
        let again = AppearanceInput {
            id: None,
            status: AppearanceStatus::Tbc,
            recording_consent: None,
            ..self.input_in_list()
        };
        self.status.stands().then_some(again)
    }
}

/// Has those who appear at `source` as a whole appear at `target`, a new event; each is to be confirmed.
///
/// # Errors
/// The database failed.
pub fn copy_event_appearances(
    conn: &mut Conn,
    context: &Context,
    source: &Event,
    target: &Event,
) -> Result<(), SpeakerError> {
    let mut rows = store::rows_of_event(conn, source.id)?;
    rows.retain(|row| row.session_id.is_none());
    rows.sort_by_key(|row| (row.position, row.id));
    let inputs: Vec<AppearanceInput> = rows.iter().filter_map(Appearance::asked_again).collect();
    // Locks the speakers: a name that is changed meanwhile changes the event too.
    References::find(conn, target.workspace_id, inputs.iter())?;
    for (position, input) in (1_i32..).zip(&inputs) {
        store::insert_appearance(conn, context, target, Place { session: None, position }, input)?;
    }
    Ok(())
}
