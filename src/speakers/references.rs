//! Whether the speakers and organisations that appearances and affiliations name are of their workspace.

use std::collections::{BTreeSet, HashSet};

use super::details::{AppearanceInput, SpeakerDetails};
use super::error::SpeakerError;
use super::model::{Speaker, SpeakerId};
use super::store;
use crate::db::{Conn, DbResult};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::organisations::{self, Organisation, OrganisationId};

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
        let (speakers, named) = Self::named(inputs);
        let speakers = store::lock_speakers(conn, workspace, &speakers)?;
        let organisations = organisations::store::lock_many(conn, workspace, &named)?;
        Ok(Self::new(speakers.into_iter(), organisations.into_iter()))
    }

    /// Those that were found.
    pub(super) fn new(
        speakers: impl Iterator<Item = SpeakerId>,
        organisations: impl Iterator<Item = OrganisationId>,
    ) -> Self {
        Self { speakers: speakers.collect(), organisations: organisations.collect() }
    }

    /// Whom appearances name, each once.
    pub(super) fn named<'a>(
        inputs: impl Iterator<Item = &'a AppearanceInput> + Clone,
    ) -> (Vec<SpeakerId>, Vec<OrganisationId>) {
        let speakers: BTreeSet<SpeakerId> = inputs.clone().filter_map(|input| input.speaker_id).collect();
        let organisations: BTreeSet<OrganisationId> = inputs.filter_map(|input| input.organisation_id).collect();
        (speakers.into_iter().collect(), organisations.into_iter().collect())
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

/// Refuses affiliations with organisations that the workspace lacks. Those that it has stay locked until the transaction
/// ends: none is merged into another before it is stored that the speaker belongs to it.
pub(super) fn check_affiliations(
    conn: &mut Conn,
    workspace: WorkspaceId,
    details: &SpeakerDetails,
) -> Result<(), SpeakerError> {
    let named: Vec<OrganisationId> = details.affiliations.iter().filter_map(|one| one.organisation_id).collect();
    let known = organisations::store::lock_many(conn, workspace, &named)?;
    let known: HashSet<OrganisationId> = known.into_iter().collect();
    let is_unknown = |id: &OrganisationId| !known.contains(id);
    let unknown =
        details.affiliations.iter().enumerate().filter(|(_, one)| one.organisation_id.as_ref().is_some_and(is_unknown));
    let faults = unknown.map(|(index, _)| {
        let pointer = format!("/affiliations/{index}/organisation_id");
        FieldError::new(pointer, Code::ReferenceUnknown, "There is no such organisation in this workspace.")
    });
    let errors: Vec<FieldError> = faults.collect();
    if errors.is_empty() { Ok(()) } else { Err(SpeakerError::Invalid(errors)) }
}

/// The organisations that the affiliations of these speakers of one workspace name, in one query.
pub(super) fn affiliated(conn: &mut Conn, speakers: &[Speaker]) -> DbResult<Vec<Organisation>> {
    let Some(first) = speakers.first() else { return Ok(Vec::new()) };
    let named = speakers.iter().flat_map(|speaker| &speaker.affiliations.0).filter_map(|one| one.organisation_id);
    let named: HashSet<OrganisationId> = named.collect();
    organisations::store::find_many(conn, first.workspace_id, &named.into_iter().collect::<Vec<_>>())
}
