//! Privacy over HTTP: for the staff, and for the person with the link of their mail.

mod answers;
mod erasure_page;
mod person;
mod staff;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(staff::export_person)
        .service(staff::erase_person_data)
        .service(staff::list_erasures)
        .service(person::export_managed_person)
        .service(person::erase_managed_person);
}

/// Adds the page of this room, to the root, where people see short addresses.
pub fn page_routes(config: &mut ServiceConfig) {
    config.service(erasure_page::get_erasure_page).service(erasure_page::erase_person_page);
}
