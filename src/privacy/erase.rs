//! Erasing one person.

use super::error::PrivacyError;
use super::model::{ErasureCause, ErasureCounts, ErasureId, NewErasure};
use super::store;
use crate::accounts;
use crate::bounces::{address_digest, forget_address};
use crate::db::{Conn, DbResult};
use crate::http::{self, WorkspaceId};
use crate::mail::EmailAddress;
use crate::registrations::personal_feed::store::leave as leave_feed;
use crate::registrations::{RegistrationId, erase_registration, list_store, store as registrations};
use crate::speakers::{SpeakerDetails, SpeakerId, change_speaker};
use crate::time::Context;

/// How many registrations are looked up at a time.
const PAGE: i64 = 100;

/// Who is to be erased, by whom.
#[derive(Debug, Clone)]
pub struct ErasureRequest {
    /// Their address.
    pub address: EmailAddress,
    /// Why.
    pub cause: ErasureCause,
    /// Which of the staff: `member:…` or `token:…`.
    pub actor: Option<String>,
    /// Whether what is private about the speakers with the address goes too: address, zone, biography, photograph, pages, and
    /// what was written about invitations. Their name and their appearances are the programme's.
    pub include_speakers: bool,
}

/// What an erasure came to.
#[derive(Debug, Clone)]
pub struct Erased {
    /// Its record.
    pub id: ErasureId,
    /// How much was erased.
    pub counts: ErasureCounts,
    /// The speakers with the address, erased or not.
    pub speakers: Vec<(SpeakerId, String)>,
}

/// Erases what is held in a workspace about whoever has an address. Doing it twice is harmless.
///
/// # Errors
/// The database failed.
pub fn erase_person(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    request: &ErasureRequest,
) -> Result<Erased, PrivacyError> {
    let (address, key) = (&request.address, request.address.key());
    let actor = request.actor.as_deref().unwrap_or(request.cause.as_str());
    let mut counts = ErasureCounts::default();
    let ids = registrations_of(conn, workspace, &key)?;
    for id in &ids {
        erase_one(conn, context, actor, *id, &mut counts)?;
    }
    leave_feed(conn, context, workspace, &key)?;
    counts.messages += store::forget_recipient(conn, workspace, &address_digest(address))?;
    counts.suppressions = forget_address(conn, workspace, address)?;
    counts.files = store::forget_files(conn, workspace, &key, context.now)?;
    let speakers = store::speakers_at(conn, workspace, &key)?;
    for speaker in speakers.iter().filter(|_| request.include_speakers) {
        let details = SpeakerDetails {
            bio: None,
            photo_url: None,
            links: Vec::new(),
            email: None,
            timezone: None,
            ..speaker.details()
        };
        change_speaker(conn, context, speaker, &details)?;
        store::erase_around_speaker(conn, speaker.id)?;
        counts.speakers += 1;
    }
    counts.kept_answers = forget_answers(conn, workspace, &ids, Some(key))?;
    let new = NewErasure {
        cause: request.cause,
        actor: request.actor.clone(),
        address_digest: Some(address_digest(address)),
        counts,
    };
    let id = store::record(conn, context, workspace, &new)?;
    let speakers = speakers.into_iter().map(|speaker| (speaker.id, speaker.name)).collect();
    Ok(Erased { id, counts, speakers })
}

/// Erases a registration with what belongs to it. With the last one of an address it is forgotten of every mail of the workspace
/// that it went there: those about several registrations belong to none. Its suppression stays, and forgets the address.
pub(super) fn erase_one(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    id: RegistrationId,
    counts: &mut ErasureCounts,
) -> Result<(), PrivacyError> {
    let known = registrations::find(conn, id)?;
    let Some(was_cancelled) = erase_registration(conn, context, actor, id)? else { return Ok(()) };
    counts.registrations += 1;
    counts.cancelled += usize::from(was_cancelled);
    counts.messages += store::erase_around(conn, id, context.now)?;
    let Some(known) = known else { return Ok(()) };
    if let Ok(address) = EmailAddress::parse(&known.email)
        && list_store::list_of_address(conn, known.workspace_id, &address.key(), None, 1)?.is_empty()
    {
        counts.messages += store::forget_recipient(conn, known.workspace_id, &address_digest(&address))?;
        counts.suppressions += forget_address(conn, known.workspace_id, &address)?;
    }
    Ok(())
}

/// Forgets the answers to requests in which one of these registrations stands, or the address in lower case.
pub(super) fn forget_answers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[RegistrationId],
    email_key: Option<String>,
) -> DbResult<usize> {
    let tokens = accounts::store::token_ids(conn, workspace)?;
    let words: Vec<String> = ids.iter().map(ToString::to_string).chain(email_key).collect();
    http::forget_about(conn, &tokens, &words)
}

fn registrations_of(conn: &mut Conn, workspace: WorkspaceId, email_key: &str) -> DbResult<Vec<RegistrationId>> {
    let mut ids: Vec<RegistrationId> = Vec::new();
    loop {
        let page = list_store::list_of_address(conn, workspace, email_key, ids.last().copied(), PAGE)?;
        if page.is_empty() {
            return Ok(ids);
        }
        ids.extend(page.into_iter().map(|registration| registration.id));
    }
}
