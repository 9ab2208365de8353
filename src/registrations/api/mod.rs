//! Registrations over HTTP: the public form, the person's own links, and the staff's lists.

mod decisions;
mod form;
mod manage;
mod public;
mod staff;
mod staff_actions;
mod staff_bulk;
mod staff_enter;
mod staff_list;
mod staff_stats;
mod staff_table;
mod staff_timeline;

use utoipa_actix_web::service_config::ServiceConfig;

pub use manage::opened;
pub use staff::RegistrationResponse;
pub use staff_timeline::{TimelineEntry, timeline};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(form::get_registration_form)
        .service(form::set_questions)
        .service(form::set_consent_text)
        .service(public::create_registration)
        .service(staff_list::list_registrations)
        .service(staff_list::find_registrations)
        .service(staff_enter::enter_manual_registration)
        .service(staff_bulk::act_on_registrations)
        .service(staff_bulk::close_event_registrations)
        .service(staff_stats::get_registration_stats)
        .service(manage::get_managed_registration)
        .service(manage::cancel_managed_registration)
        .service(manage::verify_managed_registration)
        .service(manage::accept_managed_offer)
        .service(manage::decline_managed_offer)
        .service(staff::get_registration)
        .service(staff::update_registration)
        .service(decisions::approve_registration)
        .service(decisions::reject_registration)
        .service(staff_actions::cancel_registration)
        .service(staff_actions::check_in_registration)
        .service(staff_actions::undo_registration_check_in)
        .service(staff_actions::resend_registration)
        .service(staff_actions::rotate_registration_links)
        .service(staff_timeline::get_registration_timeline);
}
