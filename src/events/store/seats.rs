//! The seats of an event: the one row that registrations contend for.
//!
//! Every limit stands in the `WHERE` of an `UPDATE`, so that it holds however many transactions run side by side. Who
//! changes the row holds it until the transaction ends; therefore one event's seats change one transaction at a time.

use diesel::prelude::*;

use super::super::model::EventId;
use crate::db::schema::event_seats;
use crate::db::{Conn, DbResult};

/// An event's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = event_seats)]
pub struct Seats {
    /// How many there are; none means no limit.
    pub capacity: Option<i32>,
    /// How many are held: confirmed registrations and live offers.
    pub taken: i32,
    /// How many people wait.
    pub waiting: i32,
}

impl Seats {
    /// Whether a newcomer gets a seat at once: there is one, and nobody waits for it.
    pub fn has_room(self) -> bool {
        self.waiting == 0 && self.capacity.is_none_or(|capacity| self.taken < capacity)
    }
}

/// The seats of an event.
///
/// # Errors
/// There is no such event, or the database failed.
pub fn find_seats(conn: &mut Conn, event: EventId) -> DbResult<Seats> {
    Ok(event_seats::table.find(event).select(Seats::as_select()).first(conn)?)
}

/// The seats of several events.
///
/// # Errors
/// The database failed.
pub fn seats_of(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<(EventId, Seats)>> {
    let rows = event_seats::table.filter(event_seats::event_id.eq_any(events.to_vec()));
    Ok(rows.select((event_seats::event_id, Seats::as_select())).load(conn)?)
}

/// Takes a seat for a newcomer if one is free and nobody waits. Returns whether it did.
///
/// # Errors
/// The database failed.
pub fn take_seat(conn: &mut Conn, event: EventId) -> DbResult<bool> {
    let free = event_seats::table
        .find(event)
        .filter(event_seats::waiting.eq(0))
        .filter(event_seats::capacity.is_null().or(event_seats::capacity.gt(event_seats::taken.nullable())));
    Ok(diesel::update(free).set(event_seats::taken.eq(event_seats::taken + 1)).execute(conn)? == 1)
}

/// Adds a seat to an event that has a limit, and takes it, whoever waits. Returns the seats as they are then.
///
/// # Errors
/// The database failed.
pub fn add_taken_seat(conn: &mut Conn, event: EventId) -> DbResult<Seats> {
    diesel::update(event_seats::table.find(event))
        .set((event_seats::capacity.eq(event_seats::capacity + 1), event_seats::taken.eq(event_seats::taken + 1)))
        .execute(conn)?;
    find_seats(conn, event)
}

/// Puts a newcomer at the end of the queue if there is no free seat or others wait. Returns the place's number, which
/// only grows; none if a seat has come free in the meantime.
///
/// # Errors
/// The database failed.
pub fn join_queue(conn: &mut Conn, event: EventId) -> DbResult<Option<i64>> {
    let full = event_seats::table
        .find(event)
        .filter(event_seats::waiting.gt(0).or(event_seats::capacity.le(event_seats::taken.nullable())));
    let joined = diesel::update(full)
        .set((
            event_seats::waiting.eq(event_seats::waiting + 1),
            event_seats::queue_tail.eq(event_seats::queue_tail + 1),
        ))
        .execute(conn)?;
    if joined == 0 {
        return Ok(None);
    }
    Ok(Some(event_seats::table.find(event).select(event_seats::queue_tail).first(conn)?))
}

/// Locks an event's seats until the transaction ends. Whoever ends a registration does this first, so that two of them
/// take the rows they need in the same order.
///
/// # Errors
/// The database failed.
pub fn lock_seats(conn: &mut Conn, event: EventId) -> DbResult<()> {
    diesel::update(event_seats::table.find(event)).set(event_seats::taken.eq(event_seats::taken)).execute(conn)?;
    Ok(())
}

/// Gives a seat back and returns the seats as they are then, locked for this transaction.
///
/// # Errors
/// The database failed.
pub fn free_seat(conn: &mut Conn, event: EventId) -> DbResult<Seats> {
    let held = event_seats::table.find(event).filter(event_seats::taken.gt(0));
    diesel::update(held).set(event_seats::taken.eq(event_seats::taken - 1)).execute(conn)?;
    find_seats(conn, event)
}

/// Takes one off the queue; with `into_seat` the freed seat becomes theirs, if there still is one. Returns whether it did.
///
/// # Errors
/// The database failed.
pub fn leave_queue(conn: &mut Conn, event: EventId, into_seat: bool) -> DbResult<bool> {
    let row = event_seats::table.find(event).filter(event_seats::waiting.gt(0));
    let changed = if into_seat {
        let free =
            row.filter(event_seats::capacity.is_null().or(event_seats::capacity.gt(event_seats::taken.nullable())));
        diesel::update(free)
            .set((event_seats::waiting.eq(event_seats::waiting - 1), event_seats::taken.eq(event_seats::taken + 1)))
            .execute(conn)?
    } else {
        diesel::update(row).set(event_seats::waiting.eq(event_seats::waiting - 1)).execute(conn)?
    };
    Ok(changed == 1)
}

/// Gives back the seats of `count` people, who wait again.
///
/// # Errors
/// The database failed.
pub fn return_to_queue(conn: &mut Conn, event: EventId, count: i32) -> DbResult<()> {
    let held = event_seats::table.find(event).filter(event_seats::taken.ge(count));
    diesel::update(held)
        .set((event_seats::taken.eq(event_seats::taken - count), event_seats::waiting.eq(event_seats::waiting + count)))
        .execute(conn)?;
    Ok(())
}

/// Takes `waiting` people out of the queue and gives the seats back that `offered` more were offered, since it is over for them.
///
/// # Errors
/// The database failed.
pub fn end_waiting(conn: &mut Conn, event: EventId, waiting: i32, offered: i32) -> DbResult<()> {
    let counted =
        event_seats::table.find(event).filter(event_seats::waiting.ge(waiting)).filter(event_seats::taken.ge(offered));
    diesel::update(counted)
        .set((
            event_seats::waiting.eq(event_seats::waiting - waiting),
            event_seats::taken.eq(event_seats::taken - offered),
        ))
        .execute(conn)?;
    Ok(())
}

/// Sets the capacity and returns the seats as they are then. Nobody who holds a seat loses it when it is lowered.
///
/// # Errors
/// The database failed.
pub fn set_capacity(conn: &mut Conn, event: EventId, capacity: Option<i32>) -> DbResult<Seats> {
    diesel::update(event_seats::table.find(event)).set(event_seats::capacity.eq(capacity)).execute(conn)?;
    find_seats(conn, event)
}
