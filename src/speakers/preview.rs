//! The appearances that an event would have if its agenda were written: for checks that change nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::details::AppearanceInput;
use super::error::SpeakerError;
use super::model::{Appearance, AppearanceId, Speaker, SpeakerId};
use super::references::References;
use super::replace::{SessionAppearances, check};
use super::store::{self, AppearanceWith, Place};
use crate::db::{Conn, DbResult};
use crate::events::{Event, SessionId};
use crate::organisations::{self, Organisation, OrganisationId};

/// `current`, which are those of the event and of its sessions, as they would be after
/// [`super::replace_agenda_appearances`]. New ones have no id of their own yet.
///
/// # Errors
/// The same faults as for writing them.
pub fn preview_agenda_appearances(
    conn: &mut Conn,
    event: &Event,
    agenda: &[SessionAppearances<'_>],
    current: Vec<AppearanceWith>,
) -> Result<Vec<AppearanceWith>, SpeakerError> {
    let inputs = || agenda.iter().flat_map(|list| list.appearances);
    let people = People::find(conn, event, inputs())?;
    let by_id: HashMap<AppearanceId, &Appearance> =
        current.iter().map(|one| (one.appearance.id, &one.appearance)).collect();
    let errors = check(agenda, &people.references(), &by_id);
    if !errors.is_empty() {
        return Err(SpeakerError::Invalid(errors));
    }
    let sessions: HashSet<SessionId> = agenda.iter().map(|list| list.session).collect();
    let named: HashSet<AppearanceId> = inputs().filter_map(|input| input.id).collect();
    let is_kept = |one: &Appearance| {
        !named.contains(&one.id) && !one.session_id.is_some_and(|session| sessions.contains(&session))
    };
    let mut all: Vec<AppearanceWith> = current.into_iter().filter(|one| is_kept(&one.appearance)).collect();
    for list in agenda {
        let placed = (1_i32..).zip(list.appearances);
        all.extend(
            placed.map(|(position, input)| {
                people.appearance(event, Place { session: Some(list.session), position }, input)
            }),
        );
    }
    Ok(all)
}

/// Whom a request names, of those of the workspace.
struct People {
    speakers: HashMap<SpeakerId, Speaker>,
    organisations: HashMap<OrganisationId, Organisation>,
}

impl People {
    fn find<'a>(
        conn: &mut Conn,
        event: &Event,
        inputs: impl Iterator<Item = &'a AppearanceInput> + Clone,
    ) -> DbResult<Self> {
        let (speakers, named) = References::named(inputs);
        let speakers = store::find_speakers(conn, event.workspace_id, &speakers)?;
        let named = organisations::store::find_many(conn, event.workspace_id, &named)?;
        Ok(Self {
            speakers: speakers.into_iter().map(|one| (one.id, one)).collect(),
            organisations: named.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    fn references(&self) -> References {
        References::new(self.speakers.keys().copied(), self.organisations.keys().copied())
    }

    fn appearance(&self, event: &Event, place: Place, input: &AppearanceInput) -> AppearanceWith {
        let appearance = Appearance {
            id: input.id.unwrap_or(AppearanceId(Uuid::nil())),
            workspace_id: event.workspace_id,
            event_id: event.id,
            session_id: place.session,
            position: place.position,
            speaker_id: input.speaker_id,
            organisation_id: input.organisation_id,
            label: input.label.clone(),
            role: input.role,
            affiliation: input.affiliation.clone(),
            job_title: input.job_title.clone(),
            status: input.status,
            note: input.note.clone(),
            recording_consent: input.recording_consent.map(i32::from),
            invitation_version: 0,
            invitation_message: None,
            invited_at: None,
            respond_by: None,
            answered_at: None,
            answer_note: None,
            revision: 1,
            created_at: event.updated_at,
            updated_at: event.updated_at,
        };
        AppearanceWith {
            speaker: input.speaker_id.and_then(|id| self.speakers.get(&id)).cloned(),
            organisation: input.organisation_id.and_then(|id| self.organisations.get(&id)).cloned(),
            appearance,
        }
    }
}
