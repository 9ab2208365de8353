//! Agendas, sessions, rooms and the schedule check over HTTP.

mod agenda;
mod check;
mod copies;
mod moves;
mod publish;
mod rooms;
mod sessions;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub use views::{AgendaResponse, RoomSummary, SessionResponse};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(agenda::get_agenda)
        .service(agenda::set_agenda)
        .service(check::check_schedule)
        .service(copies::copy_agenda)
        .service(check::check_proposed_schedule)
        .service(publish::publish_event)
        .service(moves::reschedule_event)
        .service(moves::reinstate_event)
        .service(sessions::append_session)
        .service(sessions::get_session)
        .service(sessions::update_session)
        .service(sessions::delete_session)
        .service(rooms::list_rooms)
        .service(rooms::create_room)
        .service(rooms::get_room)
        .service(rooms::update_room)
        .service(rooms::delete_room);
}
