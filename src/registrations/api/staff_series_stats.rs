//! The statistics of the registrations of a series.

use std::collections::HashMap;

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::list_store;
use super::super::model::RegistrationState;
use super::super::stats::{self, AttendanceCount, States};
use crate::db::Conn;
use crate::events::store::{self as events, EventFilter, Order, Seats};
use crate::events::{Event, EventId, SeriesId};
use crate::http::auth::needs;
use crate::http::{Problem, Reply, Staff, State};

/// How many events of a series are counted.
const MOST: i64 = 10_000;

/// How many registered for an event of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesEventStats {
    /// The event.
    event_id: EventId,
    /// Its title.
    #[schema(example = "Local complaint mechanisms")]
    title: String,
    /// How many seats there are; null means no limit.
    #[schema(example = 100)]
    capacity: Option<i32>,
    /// How many are held: confirmed registrations and live offers.
    #[schema(example = 40)]
    seats_taken: i32,
    /// How many people wait.
    #[schema(example = 0)]
    waiting: i32,
    /// All registrations, those that came to their end too.
    #[schema(example = 43)]
    total: u32,
    /// How many stand where; every state is there.
    #[schema(value_type = Object, example = json!({ "confirmed": 40, "cancelled": 3 }))]
    states: States,
    /// Who was there.
    attendance: AttendanceCount,
}

/// The statistics of the registrations of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesRegistrationStats {
    /// The series.
    series_id: SeriesId,
    /// Its events, in the order of time.
    events: Vec<SeriesEventStats>,
    /// The seats that are held at all of them.
    #[schema(example = 120)]
    seats_taken: i32,
    /// How many wait at all of them.
    #[schema(example = 4)]
    waiting: i32,
    /// All registrations.
    #[schema(example = 131)]
    total: u32,
    /// How many addresses have registrations that have not come to their end: one counts once, at however many events.
    /// Who was erased is not among them: nobody knows any more who is the same.
    #[schema(example = 52)]
    people: i64,
    /// How many registrations stand where; every state is there.
    #[schema(value_type = Object, example = json!({ "confirmed": 120, "cancelled": 7, "waitlisted": 4 }))]
    states: States,
    /// Who was there.
    attendance: AttendanceCount,
}

fn statistics(conn: &mut Conn, series_id: SeriesId, all: Vec<Event>) -> Result<SeriesRegistrationStats, Problem> {
    let ids: Vec<EventId> = all.iter().map(|event| event.id).collect();
    let seats: HashMap<EventId, Seats> = events::seats_of(conn, &ids)?.into_iter().collect();
    let people = list_store::people_of_events(conn, &ids)?;
    let mut counts: HashMap<EventId, Vec<(RegistrationState, u32)>> = HashMap::new();
    for (event, state, count) in list_store::counts_of_events(conn, &ids)? {
        counts.entry(event).or_default().push((state, u32::try_from(count).unwrap_or(u32::MAX)));
    }
    let states = stats::states_of(counts.values().flatten().copied());
    let events: Vec<SeriesEventStats> = all
        .into_iter()
        .map(|event| {
            let seats = seats.get(&event.id).copied().unwrap_or(Seats { capacity: None, taken: 0, waiting: 0 });
            let states = stats::states_of(counts.remove(&event.id).unwrap_or_default().into_iter());
            SeriesEventStats {
                event_id: event.id,
                title: event.details.0.title,
                capacity: seats.capacity,
                seats_taken: seats.taken,
                waiting: seats.waiting,
                total: states.values().sum(),
                attendance: stats::attendance(&states),
                states,
            }
        })
        .collect();
    Ok(SeriesRegistrationStats {
        series_id,
        seats_taken: events.iter().map(|event| event.seats_taken).sum(),
        waiting: events.iter().map(|event| event.waiting).sum(),
        total: states.values().sum(),
        people,
        attendance: stats::attendance(&states),
        states,
        events,
    })
}

/// Read the statistics of a series' registrations
///
/// How many stand where at each of its events and at all of them, the seats, and who was there.
#[utoipa::path(
    tag = "Registrations",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = SeriesRegistrationStats, description = "The statistics"))
)]
#[get("/series/{series_id}/registration-stats")]
pub async fn get_series_registration_stats(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<SeriesId>,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let stats = state
        .read(move |conn| {
            let series = events::get_series(conn, workspace, id)?;
            let filter = EventFilter { series: Some(series.id), ..EventFilter::default() };
            let all = events::list_events(conn, &filter, Order::Chronological, None, MOST)?;
            statistics(conn, series.id, all)
        })
        .await?;
    Reply::ok(&stats)
}
