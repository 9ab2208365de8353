//! Speakers and appearances over HTTP.

mod answers;
mod appearances;
mod invitation_page;
mod invitations;
mod speakers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use answers::{AffiliationResponse, AppearanceResponse, SpeakerResponse, SpeakerSummary};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(speakers::list_speakers)
        .service(speakers::create_speaker)
        .service(speakers::get_speaker)
        .service(speakers::update_speaker)
        .service(speakers::delete_speaker)
        .service(appearances::list_speaker_appearances)
        .service(appearances::list_event_appearances)
        .service(appearances::create_event_appearance)
        .service(appearances::create_session_appearance)
        .service(appearances::get_appearance)
        .service(appearances::update_appearance)
        .service(appearances::delete_appearance)
        .service(invitations::invite_speaker)
        .service(invitations::get_invitation)
        .service(invitations::answer_invitation);
}

/// Adds this room's pages, to the root.
pub fn page_routes(config: &mut ServiceConfig) {
    config.service(invitation_page::get_invitation_page).service(invitation_page::answer_invitation_page);
}
