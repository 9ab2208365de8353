//! Suppressions for the staff, and the way in for reports.

mod intake;
mod list;

pub use intake::{BounceReport, BounceReports, IntakeKey};
pub use list::{SuppressionPage, SuppressionRequest, SuppressionResponse};

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_suppressions)
        .service(list::create_suppression)
        .service(list::get_suppression)
        .service(list::delete_suppression)
        .service(intake::receive_bounces);
}
