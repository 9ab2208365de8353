//! Registrations over HTTP: the public form, the person's own links, and the staff's lists.

mod announcements;
mod clone;
mod decisions;
mod edit_page;
mod event_page;
mod form;
mod group;
mod group_page;
mod join;
mod manage;
mod own_details;
mod page;
mod personal_feed;
mod public;
mod send_link;
mod series;
mod series_form;
mod series_page;
mod staff;
mod staff_actions;
mod staff_bulk;
mod staff_enter;
mod staff_import;
mod staff_list;
mod staff_series_stats;
mod staff_stats;
mod staff_table;
mod staff_timeline;
mod unsubscribe_page;

use utoipa_actix_web::service_config::ServiceConfig;

pub use manage::opened;
pub use staff::RegistrationResponse;
pub use staff_timeline::{TimelineEntry, timeline};
pub use unsubscribe_page::is_way_out;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(clone::clone_event)
        .service(form::get_registration_form)
        .service(form::set_questions)
        .service(form::set_consent_text)
        .service(public::create_registration)
        .service(send_link::send_registration_link)
        .service(series::create_series_registration)
        .service(group::get_registration_group)
        .service(group::verify_registration_group)
        .service(staff_list::list_registrations)
        .service(staff_list::find_registrations)
        .service(staff_enter::enter_manual_registration)
        .service(staff_import::import_event_registrations)
        .service(staff_bulk::act_on_registrations)
        .service(staff_bulk::close_event_registrations)
        .service(staff_stats::get_registration_stats)
        .service(staff_series_stats::get_series_registration_stats)
        .service(manage::get_managed_registration)
        .service(manage::cancel_managed_registration)
        .service(manage::verify_managed_registration)
        .service(manage::accept_managed_offer)
        .service(manage::decline_managed_offer)
        .service(own_details::update_managed_registration)
        .service(manage::get_managed_materials)
        .service(personal_feed::rotate_managed_feed)
        .service(staff::get_registration)
        .service(staff::update_registration)
        .service(decisions::approve_registration)
        .service(decisions::reject_registration)
        .service(decisions::promote_registration)
        .service(staff_actions::cancel_registration)
        .service(staff_actions::check_in_registration)
        .service(staff_actions::undo_registration_check_in)
        .service(staff_actions::resend_registration)
        .service(staff_actions::rotate_registration_links)
        .service(staff_timeline::get_registration_timeline)
        .service(announcements::create_announcement)
        .service(announcements::list_announcements)
        .service(announcements::get_announcement);
}

/// Adds the page of the way out of mails, to the root.
pub fn unsubscribe_routes(config: &mut ServiceConfig) {
    config.service(unsubscribe_page::get_unsubscribe_page).service(unsubscribe_page::unsubscribe_by_link);
}

/// Adds what stands at the root, where people see short addresses: pages, the way into the meeting, personal calendars.
pub fn page_routes(config: &mut ServiceConfig) {
    config
        .service(join::get_join_page)
        .service(personal_feed::get_personal_calendar)
        .service(event_page::get_event_page)
        .service(event_page::get_register_page)
        .service(event_page::register_page)
        .service(event_page::get_registered_page)
        .service(send_link::get_send_link_page)
        .service(send_link::send_link_page)
        .service(send_link::get_link_sent_page)
        .service(series_page::get_series_page)
        .service(series_page::get_series_register_page)
        .service(series_page::register_for_series_page)
        .service(series_page::get_series_registered_page)
        .service(group_page::get_registration_group_page)
        .service(group_page::verify_registration_group_page)
        .service(page::get_registration_page)
        .service(page::verify_registration_page)
        .service(page::accept_offer_page)
        .service(page::decline_offer_page)
        .service(page::get_cancellation_page)
        .service(page::cancel_registration_page)
        .service(edit_page::get_edit_page)
        .service(edit_page::edit_registration_page);
}
