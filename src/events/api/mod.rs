//! Series and events over HTTP.

mod commands;
mod event_list;
mod events;
mod organisers;
mod series;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub use commands::{Target, check_reason, run_command};
pub use events::{event_reply, reader_zone, visible_event};
pub use views::{EventResponse, EventSummary, SeriesResponse, SeriesSummary};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(series::list_series)
        .service(series::create_series)
        .service(series::get_series)
        .service(series::update_series)
        .service(series::publish_series)
        .service(series::unpublish_series)
        .service(event_list::list_series_events)
        .service(organisers::get_series_organisations)
        .service(organisers::set_series_organisations)
        .service(event_list::list_events)
        .service(events::create_event)
        .service(events::get_event)
        .service(events::update_event)
        .service(events::list_event_changes)
        .service(commands::publish_event)
        .service(commands::unpublish_event)
        .service(commands::archive_event)
        .service(commands::postpone_event)
        .service(commands::cancel_event)
        .service(organisers::get_event_organisations)
        .service(organisers::set_event_organisations);
}
