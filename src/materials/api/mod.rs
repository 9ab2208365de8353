//! Materials over HTTP.

mod answers;
mod lists;
mod one;

use utoipa_actix_web::service_config::ServiceConfig;

pub use answers::{MaterialResponse, MaterialSpeaker};
pub use lists::MaterialsResponse;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(lists::list_series_materials)
        .service(lists::create_series_material)
        .service(lists::list_event_materials)
        .service(lists::create_event_material)
        .service(lists::list_session_materials)
        .service(lists::create_session_material)
        .service(one::get_material)
        .service(one::update_material)
        .service(one::delete_material);
}
