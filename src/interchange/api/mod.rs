//! Imports and exports over HTTP.

mod exports;
mod imports;
mod structured_data;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(imports::create_import)
        .service(imports::list_imports)
        .service(imports::get_import)
        .service(imports::apply_import)
        .service(exports::export_schedule_json)
        .service(exports::export_schedule_xml)
        .service(exports::export_schedule_csv)
        .service(exports::export_schedule_markdown)
        .service(exports::export_schedule_html)
        .service(structured_data::get_event_data)
        .service(structured_data::get_series_data);
}
