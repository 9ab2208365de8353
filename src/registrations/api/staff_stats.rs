//! The statistics of an event's registrations.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::list_store;
use super::super::stats::{self, AttendanceCount, DayCount, Ranked, States};
use crate::accounts;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{Problem, Reply, Staff, State};
use crate::time::Zone;

/// The statistics of an event's registrations.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationStats {
    /// The event.
    event_id: EventId,
    /// How many seats there are; null means no limit.
    #[schema(example = 100)]
    capacity: Option<i32>,
    /// How many are held: confirmed registrations and live offers.
    #[schema(example = 40)]
    seats_taken: i32,
    /// How many are free; null means no limit.
    #[schema(example = 60)]
    seats_free: Option<i32>,
    /// How many people wait.
    #[schema(example = 0)]
    waiting: i32,
    /// All registrations, those that came to their end too.
    #[schema(example = 43)]
    total: usize,
    /// How many stand where; every state is there.
    #[schema(value_type = Object, example = json!({ "confirmed": 40, "cancelled": 3 }))]
    states: States,
    /// The zone of the days: the event's, or the workspace's if it has none.
    #[schema(example = "Europe/Berlin")]
    timezone: &'static str,
    /// What happened on each day, in their order. A day on which nothing happened is left out.
    days: Vec<DayCount>,
    /// The ten most frequent languages of those who take part or may still.
    languages: Vec<Ranked>,
    /// The ten most frequent organisations of those who take part or may still.
    organisations: Vec<Ranked>,
    /// Who was there.
    attendance: AttendanceCount,
}

/// Read the statistics of an event's registrations
///
/// How many stand where, the seats, what happened on each day, and who was there.
#[utoipa::path(
    tag = "Registrations",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = RegistrationStats, description = "The statistics"))
)]
#[get("/events/{event_id}/registration-stats")]
pub async fn get_registration_stats(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let (event, home, seats, all) = state
        .read(move |conn| {
            let event = events::get_event(conn, workspace, id)?;
            let home = accounts::store::get_workspace(conn, workspace)?.timezone;
            Ok((event, home, events::find_seats(conn, id)?, list_store::counted_of_event(conn, id)?))
        })
        .await?;
    let home = || Zone::parse(&home).map_err(|error| Problem::internal(error.to_string()));
    let zone = event.when()?.zone().map_or_else(home, Ok)?;
    let states = stats::states(&all);
    Reply::ok(&RegistrationStats {
        event_id: id,
        capacity: seats.capacity,
        seats_taken: seats.taken,
        seats_free: seats.capacity.map(|capacity| (capacity - seats.taken).max(0)),
        waiting: seats.waiting,
        total: all.len(),
        attendance: stats::attendance(&states),
        states,
        timezone: zone.name(),
        days: stats::days(&all, zone),
        languages: stats::languages(&all),
        organisations: stats::organisations(&all),
    })
}
