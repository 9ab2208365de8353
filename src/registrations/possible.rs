//! What a person can do with their registration at some moment: what pages and answers offer, and nothing that would be refused.

use chrono::{DateTime, Utc};

use super::model::{Registration, RegistrationState};
use super::rules;
use crate::db::DbResult;
use crate::define_text_enum;
use crate::events::Event;

define_text_enum! {
    /// What a person can do with their registration.
    OwnAction {
        /// Confirm the address.
        Verify => "verify",
        /// Accept an offered seat.
        AcceptOffer => "accept-offer",
        /// Decline it.
        DeclineOffer => "decline-offer",
        /// Cancel the registration.
        Cancel => "cancel",
        /// Change what they said of themself.
        Edit => "edit",
    }
}

/// What a person can do at `now` with their registration for an event.
///
/// # Errors
/// The event's `when` cannot be read: a hand in the database.
pub fn possible_actions(one: &Registration, event: &Event, now: DateTime<Utc>) -> DbResult<Vec<OwnAction>> {
    let phase = event.phase(now)?;
    let is_open = rules::is_attendable(event.visibility, event.status, phase);
    let is_settled = rules::is_settled(one.attendance, event.status, phase);
    let is_offered = is_open && rules::is_offer_live(one.state, one.offer_expires_at.map(|at| at.0), now);
    let is_held = matches!(
        one.state,
        RegistrationState::Confirmed
            | RegistrationState::Waitlisted
            | RegistrationState::PendingApproval
            | RegistrationState::PendingVerification
    );
    let is_possible = |action: &OwnAction| match action {
        OwnAction::Verify => is_open && rules::is_verifiable(one.state, one.verify_by.map(|at| at.0), now),
        OwnAction::AcceptOffer | OwnAction::DeclineOffer => is_offered,
        OwnAction::Cancel => is_held && !is_settled,
        OwnAction::Edit => !one.state.is_over() && !is_settled,
    };
    Ok(OwnAction::ALL.iter().copied().filter(is_possible).collect())
}
