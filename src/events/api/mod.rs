//! Series and events over HTTP.

mod commands;
mod event_list;
mod events;
mod organisers;
mod reminders;
mod series;
mod series_views;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub use commands::{Command, CommandRequest, Said, check_reason, run_command};
pub use events::{event_reply, reader_zone, visible_event};
pub use series::visible_series;
pub use series_views::SeriesResponse;
pub use views::{EventResponse, EventSummary, SeriesSummary};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(series::list_series)
        .service(series::create_series)
        .service(series::get_series)
        .service(series::update_series)
        .service(series::publish_series)
        .service(series::unpublish_series)
        .service(series::order_series_events)
        .service(event_list::list_series_events)
        .service(organisers::get_series_organisations)
        .service(organisers::set_series_organisations)
        .service(event_list::list_events)
        .service(event_list::list_organisation_events)
        .service(events::create_event)
        .service(events::get_event)
        .service(events::update_event)
        .service(events::list_event_changes)
        .service(reminders::get_event_reminders)
        .service(reminders::set_event_reminders)
        .service(commands::unpublish_event)
        .service(commands::archive_event)
        .service(commands::postpone_event)
        .service(commands::cancel_event)
        .service(organisers::get_event_organisations)
        .service(organisers::set_event_organisations);
}
