//! Lists of registrations: which, and in which order.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{self, Registration, RegistrationId, RegistrationState};
use super::store::search_text;
use crate::db::schema::registrations;
use crate::db::types::{At, Instant, Json, Uid};
use crate::db::{Conn, DbResult, MultiBackend, search};
use crate::define_text_enum;
use crate::events::EventId;
use crate::http::WorkspaceId;

define_text_enum! {
    /// Who was there, of those who have a seat.
    Attendance {
        /// Has a seat and has not been seen.
        Expected => "expected",
        /// Was checked in.
        Attended => "attended",
        /// Had a seat and did not come.
        NoShow => "no_show",
    }
}

define_text_enum! {
    /// The order of registrations.
    RegistrationOrder {
        /// In the order they were made.
        Made => "created_at",
        /// The latest first.
        Latest => "-created_at",
        /// By name; accents and case do not matter.
        Name => "name",
        /// In the order of their last changes.
        Changed => "updated_at",
    }
}

impl Attendance {
    const fn state(self) -> RegistrationState {
        match self {
            Self::Expected => RegistrationState::Confirmed,
            Self::Attended => RegistrationState::Attended,
            Self::NoShow => RegistrationState::NoShow,
        }
    }
}

/// Which registrations a list holds. Every part that is given has to hold.
#[derive(Debug, Clone, Default)]
pub struct RegistrationFilter {
    /// Standing here.
    pub state: Option<RegistrationState>,
    /// Of these who have a seat.
    pub attendance: Option<Attendance>,
    /// For this.
    pub takes_part: Option<model::Attendance>,
    /// Each of these words is in the name, the address or the organisation.
    pub q: Option<String>,
    /// Changed after this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Where a registration stands in a list of some order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListKey {
    /// In the order they were made, or its reverse.
    Made(RegistrationId),
    /// By name.
    Name(String, RegistrationId),
    /// By their last changes.
    Changed(DateTime<Utc>, RegistrationId),
}

impl ListKey {
    /// Where `row` stands in a list of this order.
    pub fn of(order: RegistrationOrder, row: &Registration) -> Self {
        match order {
            RegistrationOrder::Made | RegistrationOrder::Latest => Self::Made(row.id),
            RegistrationOrder::Name => {
                Self::Name(search_text(&row.name, &row.email, row.organisation.as_deref()), row.id)
            }
            RegistrationOrder::Changed => Self::Changed(row.updated_at.0, row.id),
        }
    }

    /// Whether it is a place in a list of this order.
    pub const fn fits(&self, order: RegistrationOrder) -> bool {
        matches!(
            (self, order),
            (Self::Made(_), RegistrationOrder::Made | RegistrationOrder::Latest)
                | (Self::Name(..), RegistrationOrder::Name)
                | (Self::Changed(..), RegistrationOrder::Changed)
        )
    }
}

/// The registrations of an event that a filter lets through, in an order, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list(
    conn: &mut Conn,
    event: EventId,
    filter: &RegistrationFilter,
    order: RegistrationOrder,
    after: Option<&ListKey>,
    limit: i64,
) -> DbResult<Vec<Registration>> {
    let mut query = filtered(event, filter);
    query = match after {
        None => query,
        Some(ListKey::Made(id)) if order == RegistrationOrder::Latest => query.filter(registrations::id.lt(*id)),
        Some(ListKey::Made(id)) => query.filter(registrations::id.gt(*id)),
        Some(ListKey::Name(name, id)) => {
            let behind = sql::<Bool>("(registrations.search_text, registrations.id) > (");
            let behind = behind.bind::<Text, _>(name.clone()).sql(", ").bind::<Uid, _>(*id).sql(")");
            query.filter(behind)
        }
        Some(ListKey::Changed(at, id)) => {
            let behind = sql::<Bool>("(registrations.updated_at, registrations.id) > (");
            let behind = behind.bind::<Instant, _>(At(*at)).sql(", ").bind::<Uid, _>(*id).sql(")");
            query.filter(behind)
        }
    };
    query = match order {
        RegistrationOrder::Made => query.order(registrations::id),
        RegistrationOrder::Latest => query.order(registrations::id.desc()),
        RegistrationOrder::Name => query.order((registrations::search_text, registrations::id)),
        RegistrationOrder::Changed => query.order((registrations::updated_at, registrations::id)),
    };
    Ok(query.limit(limit).select(Registration::as_select()).load(conn)?)
}

fn filtered(event: EventId, filter: &RegistrationFilter) -> registrations::BoxedQuery<'static, MultiBackend> {
    let mut query = registrations::table.filter(registrations::event_id.eq(event)).into_boxed::<MultiBackend>();
    if let Some(state) = filter.state {
        query = query.filter(registrations::state.eq(state));
    }
    if let Some(attendance) = filter.attendance {
        query = query.filter(registrations::state.eq(attendance.state()));
        query = query.filter(registrations::attendance.eq(model::Attendance::Live));
    }
    if let Some(takes_part) = filter.takes_part {
        query = query.filter(registrations::attendance.eq(takes_part));
    }
    for pattern in filter.q.as_deref().map(search::patterns).unwrap_or_default() {
        query = query.filter(registrations::search_text.like(pattern));
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(registrations::updated_at.gt(At(since)));
    }
    query
}

/// The keys of all addresses that have a registration of an event which has not come to its end.
///
/// # Errors
/// The database failed.
pub fn active_keys(conn: &mut Conn, event: EventId) -> DbResult<Vec<String>> {
    let over: Vec<RegistrationState> = RegistrationState::ALL.iter().copied().filter(|state| state.is_over()).collect();
    let active = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.ne_all(over))
        .select(registrations::email_key);
    Ok(active.load(conn)?)
}

/// The registrations of an address in a workspace, oldest first, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_of_address(
    conn: &mut Conn,
    workspace: WorkspaceId,
    email_key: &str,
    after: Option<RegistrationId>,
    limit: i64,
) -> DbResult<Vec<Registration>> {
    let mut query = registrations::table
        .filter(registrations::workspace_id.eq(workspace))
        .filter(registrations::email_key.eq(email_key.to_owned()))
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(registrations::id.gt(after));
    }
    Ok(query.order(registrations::id).limit(limit).select(Registration::as_select()).load(conn)?)
}

/// The answers of all who registered for an event and answered anything, in the order they did.
///
/// # Errors
/// The database failed.
pub fn answers_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<Map<String, Value>>> {
    let answered = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::answers.ne("{}"))
        .order(registrations::id);
    let rows: Vec<Json<Map<String, Value>>> = answered.select(registrations::answers).load(conn)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What statistics count of a registration.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = registrations)]
pub struct Counted {
    /// Where it stands.
    pub state: RegistrationState,
    /// The language of its mails.
    pub language: String,
    /// The organisation they come from.
    pub organisation: Option<String>,
    /// When it was made.
    pub created_at: At,
    /// When it came to its end.
    pub ended_at: Option<At>,
}

/// How many registrations of these events stand where.
///
/// # Errors
/// The database failed.
pub fn counts_of_events(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<(EventId, RegistrationState, i64)>> {
    let all = registrations::table
        .filter(registrations::event_id.eq_any(events.to_vec()))
        .group_by((registrations::event_id, registrations::state))
        .select((registrations::event_id, registrations::state, diesel::dsl::count_star()));
    Ok(all.load(conn)?)
}

/// By how many addresses there are registrations of these events that have not come to their end. Of whom was erased it is not
/// known whether they are one person or several: they are not counted.
///
/// # Errors
/// The database failed.
pub fn people_of_events(conn: &mut Conn, events: &[EventId]) -> DbResult<i64> {
    let over: Vec<RegistrationState> = RegistrationState::ALL.iter().copied().filter(|state| state.is_over()).collect();
    let active = registrations::table
        .filter(registrations::event_id.eq_any(events.to_vec()))
        .filter(registrations::state.ne_all(over))
        .filter(registrations::email.ne(""));
    let people = active.select(diesel::dsl::count(registrations::email_key).aggregate_distinct());
    Ok(people.first(conn)?)
}

/// What statistics count of an event.
///
/// # Errors
/// The database failed.
pub fn counted_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<Counted>> {
    let all = registrations::table.filter(registrations::event_id.eq(event)).order(registrations::id);
    Ok(all.select(Counted::as_select()).load(conn)?)
}
