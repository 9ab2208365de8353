//! Speakers and appearances over HTTP.

mod answers;
mod appearances;
mod speakers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use answers::{AppearanceResponse, SpeakerResponse, SpeakerSummary};

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
        .service(appearances::delete_appearance);
}
