//! The keys and answers that were kept.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::super::auth::TokenId;
use super::super::reply::Reply;
use crate::db::schema::idempotency_keys;
use crate::db::types::{At, Json};
use crate::db::{Conn, DbResult};

/// How long a key is remembered.
const KEPT: Duration = Duration::hours(48);

#[derive(Queryable)]
pub(super) struct Stored {
    pub(super) request_hash: Vec<u8>,
    pub(super) status: i32,
    pub(super) headers: Json<Vec<(String, String)>>,
    pub(super) body: String,
}

pub(super) fn find(conn: &mut Conn, scope: &str, key: &str) -> DbResult<Option<Stored>> {
    Ok(idempotency_keys::table
        .find((scope, key))
        .select((
            idempotency_keys::request_hash,
            idempotency_keys::status,
            idempotency_keys::headers,
            idempotency_keys::body,
        ))
        .first(conn)
        .optional()?)
}

/// Takes a key, without an answer yet.
pub(super) fn claim(conn: &mut Conn, scope: &str, key: &str, request_hash: &[u8], now: DateTime<Utc>) -> DbResult<()> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::scope.eq(scope),
            idempotency_keys::key.eq(key),
            idempotency_keys::request_hash.eq(request_hash),
            idempotency_keys::status.eq(0),
            idempotency_keys::headers.eq(Json(Vec::<(String, String)>::new())),
            idempotency_keys::body.eq(""),
            idempotency_keys::created_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the answer that belongs to a key, in the transaction that took it.
pub(super) fn complete(conn: &mut Conn, scope: &str, key: &str, reply: &Reply) -> DbResult<()> {
    diesel::update(idempotency_keys::table.find((scope, key)))
        .set((
            idempotency_keys::status.eq(i32::from(reply.status)),
            idempotency_keys::headers.eq(Json(reply.headers.clone())),
            idempotency_keys::body.eq(&reply.body),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets keys that are older than two days; returns how many.
///
/// # Errors
/// The database failed.
pub fn forget_old(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize> {
    let before = idempotency_keys::created_at.lt(At(now - KEPT));
    Ok(diesel::delete(idempotency_keys::table.filter(before)).execute(conn)?)
}

/// How many keys stand in one statement.
const CHUNK: usize = 200;

/// Forgets the answers to these tokens in which one of `words` stands, and the keys of the public that hold one. Words are in
/// lower case, and compared so. A request that is repeated afterwards is a new one.
///
/// # Errors
/// The database failed.
pub fn forget_about(conn: &mut Conn, tokens: &[TokenId], words: &[String]) -> DbResult<usize> {
    let speaks = |text: &str| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word.as_str()))
    };
    let scopes: Vec<String> = tokens.iter().map(ToString::to_string).collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for chunk in scopes.chunks(CHUNK) {
        let rows: Vec<(String, String, String)> = idempotency_keys::table
            .filter(idempotency_keys::scope.eq_any(chunk.to_vec()))
            .select((idempotency_keys::scope, idempotency_keys::key, idempotency_keys::body))
            .load(conn)?;
        let about = rows.into_iter().filter(|(_, key, body)| speaks(key) || speaks(body));
        found.extend(about.map(|(scope, key, _)| (scope, key)));
    }
    let public: Vec<(String, String)> = idempotency_keys::table
        .filter(idempotency_keys::scope.like("public %"))
        .select((idempotency_keys::scope, idempotency_keys::key))
        .load(conn)?;
    found.extend(public.into_iter().filter(|(_, key)| speaks(key)));
    for (scope, key) in &found {
        diesel::delete(idempotency_keys::table.find((scope, key))).execute(conn)?;
    }
    Ok(found.len())
}
