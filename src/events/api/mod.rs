//! Series and events over HTTP.

mod commands;
mod event_list;
mod events;
mod organisers;
mod series;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub use events::{reader_zone, visible_event};
pub use views::{EventResponse, EventSummary, SeriesResponse, SeriesSummary};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(series::list_series)
        .service(series::create_series)
        .service(series::get_series)
        .service(series::update_series)
        .service(commands::publish_series)
        .service(commands::unpublish_series)
        .service(event_list::list_series_events)
        .service(organisers::get_series_organisations)
        .service(organisers::set_series_organisations)
        .service(event_list::list_events)
        .service(event_list::list_organisation_events)
        .service(events::create_event)
        .service(events::get_event)
        .service(events::update_event)
        .service(events::list_event_changes)
        .service(commands::publish_event)
        .service(commands::unpublish_event)
        .service(organisers::get_event_organisations)
        .service(organisers::set_event_organisations);
}
