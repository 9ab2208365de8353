//! Registrations over HTTP: the public form, the person's own links, and the staff's lists.

mod manage;
mod public;
mod staff;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(public::get_registration_form)
        .service(public::create_registration)
        .service(staff::list_registrations)
        .service(manage::get_managed_registration)
        .service(manage::cancel_managed_registration)
        .service(manage::accept_managed_offer)
        .service(manage::decline_managed_offer)
        .service(staff::get_registration)
        .service(staff::cancel_registration)
        .service(staff::get_registration_timeline);
}
