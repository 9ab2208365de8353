//! Queries on how often strangers entered an address.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use crate::db::schema::address_entries;
use crate::db::types::At;
use crate::db::{Conn, DbError, DbResult};

/// How long entries count: the day that begins with the first of them.
const DAY: Duration = Duration::hours(24);

/// Counts one entry more of an address, if there were fewer than `most` in its day, or begins a new day. Returns none if it
/// did, else the end of the day. Entries side by side all count: the limit stands in the statement, and two that are both the
/// first meet at the key, where one runs again.
pub(super) fn count(conn: &mut Conn, digest: &[u8], most: i32, now: DateTime<Utc>) -> DbResult<Option<DateTime<Utc>>> {
    let row = address_entries::table.find(digest);
    let day_ago = At(now - DAY);
    let today = row.filter(address_entries::began_at.gt(day_ago)).filter(address_entries::entries.lt(most));
    if diesel::update(today).set(address_entries::entries.eq(address_entries::entries + 1)).execute(conn)? == 1 {
        return Ok(None);
    }
    let past = row.filter(address_entries::began_at.le(day_ago));
    let anew = (address_entries::entries.eq(1), address_entries::began_at.eq(At(now)));
    if diesel::update(past).set(anew).execute(conn)? == 1 {
        return Ok(None);
    }
    let found: Option<(i32, At)> =
        row.select((address_entries::entries, address_entries::began_at)).first(conn).optional()?;
    match found {
        // Made by somebody else since the statement above looked for it.
        Some((entries, _)) if entries < most => return Err(DbError::Crossed),
        Some((_, began)) => return Ok(Some(began.0 + DAY)),
        None => {}
    }
    let first = (address_entries::digest.eq(digest), anew);
    match diesel::insert_into(address_entries::table).values(first).execute(conn).map_err(DbError::from) {
        Ok(_) => Ok(None),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

/// Forgets entries that no longer count; returns of how many addresses.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
    let past = address_entries::table.filter(address_entries::began_at.le(At(now - DAY)));
    Ok(diesel::delete(past).execute(conn)?)
}
