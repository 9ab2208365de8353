//! Registrations over HTTP: the public form, the person's own links, and the staff's lists.

mod decisions;
mod form;
mod manage;
mod public;
mod staff;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(form::get_registration_form)
        .service(form::set_questions)
        .service(form::set_consent_text)
        .service(public::create_registration)
        .service(staff::list_registrations)
        .service(manage::get_managed_registration)
        .service(manage::cancel_managed_registration)
        .service(manage::verify_managed_registration)
        .service(manage::accept_managed_offer)
        .service(manage::decline_managed_offer)
        .service(staff::get_registration)
        .service(staff::cancel_registration)
        .service(decisions::approve_registration)
        .service(decisions::reject_registration)
        .service(staff::get_registration_timeline);
}
