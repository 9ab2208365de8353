//! Whether the speakers and organisations that appearances name are of their workspace.

use std::collections::HashSet;

use super::details::AppearanceInput;
use super::model::SpeakerId;
use super::store;
use crate::db::{Conn, DbResult};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::organisations::{self, OrganisationId};

/// The speakers and organisations of a workspace among those that appearances name.
pub(super) struct References {
    speakers: HashSet<SpeakerId>,
    organisations: HashSet<OrganisationId>,
}

impl References {
    /// Looks them up, whatever their number. They stay locked until the transaction ends: a name that is changed
    /// meanwhile changes the event too.
    pub(super) fn find<'a>(
        conn: &mut Conn,
        workspace: WorkspaceId,
        inputs: impl Iterator<Item = &'a AppearanceInput> + Clone,
    ) -> DbResult<Self> {
        let speakers: Vec<SpeakerId> = inputs.clone().filter_map(|input| input.speaker_id).collect();
        let named: Vec<OrganisationId> = inputs.filter_map(|input| input.organisation_id).collect();
        Ok(Self {
            speakers: store::lock_speakers(conn, workspace, &speakers)?.into_iter().collect(),
            organisations: organisations::store::lock_many(conn, workspace, &named)?.into_iter().collect(),
        })
    }

    /// The faults of one appearance whose pointers begin with `prefix`.
    pub(super) fn check(&self, prefix: &str, input: &AppearanceInput) -> Vec<FieldError> {
        let unknown = |field: &str, noun: &str| {
            let detail = format!("There is no such {noun} in this workspace.");
            FieldError::new(format!("{prefix}/{field}"), Code::ReferenceUnknown, detail)
        };
        let mut errors = Vec::new();
        if input.speaker_id.is_some_and(|id| !self.speakers.contains(&id)) {
            errors.push(unknown("speaker_id", "speaker"));
        }
        if input.organisation_id.is_some_and(|id| !self.organisations.contains(&id)) {
            errors.push(unknown("organisation_id", "organisation"));
        }
        errors
    }
}
