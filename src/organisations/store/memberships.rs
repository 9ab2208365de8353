//! Queries on memberships and those who hold them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::super::details::MembershipDetails;
use super::super::model::{HeldMembership, Membership, MembershipId, MembershipSide, OrganisationId};
use super::super::rules::Span;
use super::organisations::lock_directory;
use super::shown::{is_one_public, is_public};
use crate::db::schema::{membership_holders, memberships, organisations};
use crate::db::types::{AnyId, At, Uid};
use crate::db::{Conn, DbError, DbResult, MultiBackend, search};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Which memberships of an organisation.
#[derive(Debug, Clone)]
pub struct MembershipFilter {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Those in it, or those that it holds.
    pub side: MembershipSide,
    /// Of this category.
    pub category: Option<String>,
    /// That hold on this day.
    pub at: Option<NaiveDate>,
}

/// How many memberships there are of a category.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct MembershipCount {
    /// The category.
    pub category: String,
    /// How many of them.
    pub memberships: i64,
    /// How many organisations hold them, each counted once.
    pub organisations: i64,
}

/// The columns that follow from the details.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = memberships)]
#[diesel(treat_none_as_null = true)]
struct Described {
    category: String,
    holds_from: Option<String>,
    holds_until: Option<String>,
    from_day: Option<String>,
    until_day: Option<String>,
    note: Option<String>,
}

fn described(details: &MembershipDetails, span: Span) -> Described {
    Described {
        category: details.category.clone(),
        holds_from: details.from.clone(),
        holds_until: details.until.clone(),
        from_day: span.from.map(|day| day.to_string()),
        until_day: span.until.map(|day| day.to_string()),
        note: details.note.clone(),
    }
}

pub(in super::super) fn insert_membership(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    body: OrganisationId,
    details: &MembershipDetails,
    span: Span,
) -> DbResult<HeldMembership> {
    let id = MembershipId(context.uuid());
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(id),
            memberships::workspace_id.eq(workspace),
            memberships::body_id.eq(body),
            described(details, span),
            memberships::revision.eq(1_i64),
            memberships::created_at.eq(At(context.now)),
            memberships::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    replace_holders(conn, id, &details.holders)?;
    get_membership(conn, workspace, id)
}

pub(in super::super) fn update_membership(
    conn: &mut Conn,
    current: &HeldMembership,
    details: &MembershipDetails,
    span: Span,
    now: DateTime<Utc>,
) -> DbResult<HeldMembership> {
    let own = &current.membership;
    diesel::update(memberships::table.find(own.id))
        .set((
            described(details, span),
            memberships::revision.eq(memberships::revision + 1),
            memberships::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    if details.holders != current.holders {
        replace_holders(conn, own.id, &details.holders)?;
    }
    get_membership(conn, own.workspace_id, own.id)
}

pub(super) fn replace_holders(conn: &mut Conn, id: MembershipId, holders: &[OrganisationId]) -> DbResult<()> {
    diesel::delete(membership_holders::table.filter(membership_holders::membership_id.eq(id))).execute(conn)?;
    for (position, holder) in (1_i32..).zip(holders) {
        diesel::insert_into(membership_holders::table)
            .values((
                membership_holders::membership_id.eq(id),
                membership_holders::organisation_id.eq(*holder),
                membership_holders::position.eq(position),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub(in super::super) fn delete_membership(conn: &mut Conn, id: MembershipId) -> DbResult<()> {
    diesel::delete(memberships::table.find(id)).execute(conn)?;
    Ok(())
}

fn get_membership(conn: &mut Conn, workspace: WorkspaceId, id: MembershipId) -> DbResult<HeldMembership> {
    let found = find_membership(conn, id)?.filter(|held| held.membership.workspace_id == workspace);
    found.ok_or(DbError::NotFound)
}

/// Locks the directory of this workspace until the transaction ends, and reads a membership of it.
///
/// # Errors
/// There is none, or the database failed.
pub fn lock_membership(conn: &mut Conn, workspace: WorkspaceId, id: MembershipId) -> DbResult<HeldMembership> {
    lock_directory(conn, workspace)?;
    get_membership(conn, workspace, id)
}

/// A membership of any workspace: who may see it is for the caller to decide.
///
/// # Errors
/// The database failed.
pub fn find_membership(conn: &mut Conn, id: MembershipId) -> DbResult<Option<HeldMembership>> {
    let row: Vec<Membership> =
        memberships::table.filter(memberships::id.eq(id)).select(Membership::as_select()).load(conn)?;
    Ok(with_holders(conn, row)?.pop())
}

/// The same memberships with those who hold them, in their order, in one query more.
///
/// # Errors
/// The database failed.
pub fn with_holders(conn: &mut Conn, rows: Vec<Membership>) -> DbResult<Vec<HeldMembership>> {
    let ids: Vec<MembershipId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let holders = membership_holders::table
        .filter(membership_holders::membership_id.eq_any(ids))
        .order((membership_holders::membership_id, membership_holders::position))
        .select((membership_holders::membership_id, membership_holders::organisation_id))
        .load(conn)?;
    join(rows, holders)
}

/// Every membership of a workspace.
pub(in super::super) fn memberships_of_workspace(
    conn: &mut Conn,
    workspace: WorkspaceId,
) -> DbResult<Vec<HeldMembership>> {
    let rows = memberships::table.filter(memberships::workspace_id.eq(workspace)).order(memberships::id);
    let rows: Vec<Membership> = rows.select(Membership::as_select()).load(conn)?;
    let holders = membership_holders::table
        .inner_join(memberships::table)
        .filter(memberships::workspace_id.eq(workspace))
        .order((membership_holders::membership_id, membership_holders::position))
        .select((membership_holders::membership_id, membership_holders::organisation_id))
        .load(conn)?;
    join(rows, holders)
}

fn join(rows: Vec<Membership>, holders: Vec<(MembershipId, OrganisationId)>) -> DbResult<Vec<HeldMembership>> {
    let mut of: HashMap<MembershipId, Vec<OrganisationId>> = HashMap::new();
    for (membership, holder) in holders {
        of.entry(membership).or_default().push(holder);
    }
    let held = rows.into_iter().map(|membership| {
        let (span, holders) = (membership.span()?, of.remove(&membership.id).unwrap_or_default());
        Ok(HeldMembership { membership, span, holders })
    });
    held.collect()
}

/// Whether everybody may read a membership at `now`: something that is published names its body, or one of those who hold it.
///
/// # Errors
/// The database failed.
pub fn is_membership_public(conn: &mut Conn, membership: &Membership, now: DateTime<Utc>) -> DbResult<bool> {
    let holders = "SELECT holder.organisation_id FROM membership_holders AS holder WHERE holder.membership_id = ";
    Ok(is_public(conn, membership.body_id, now)? || is_one_public(conn, holders, AnyId(membership.id.0), now)?)
}

/// The memberships in an organisation; its id follows.
const IN_IT: &str = "(memberships.body_id IN (";
/// The memberships that an organisation holds; its id follows.
const HELD_BY_IT: &str = "(memberships.id IN (SELECT own.membership_id FROM membership_holders AS own \
    WHERE own.organisation_id = ";

/// What a filter says, for a query on `memberships`. Written out, so that two queries can share it.
macro_rules! matching {
    ($filter:expr) => {{
        let filter: &MembershipFilter = $filter;
        let at = filter.at.map(|day| day.to_string());
        let side = match filter.side {
            MembershipSide::Members => IN_IT,
            MembershipSide::Held => HELD_BY_IT,
        };
        sql::<Bool>(side)
            .bind::<Uid, _>(filter.organisation)
            .sql(") AND (")
            .bind::<Nullable<Text>, _>(filter.category.clone())
            .sql(" IS NULL OR memberships.category = ")
            .bind::<Nullable<Text>, _>(filter.category.clone())
            .sql(") AND (")
            .bind::<Nullable<Text>, _>(at.clone())
            .sql(" IS NULL OR ((memberships.from_day IS NULL OR memberships.from_day <= ")
            .bind::<Nullable<Text>, _>(at.clone())
            .sql(") AND (memberships.until_day IS NULL OR memberships.until_day > ")
            .bind::<Nullable<Text>, _>(at)
            .sql("))))")
    }};
}

/// At most `limit` memberships by category, then by the name of the first who holds it, behind `after`. Each comes with the
/// normal form of that name.
///
/// # Errors
/// The database failed.
pub fn list_memberships(
    conn: &mut Conn,
    filter: &MembershipFilter,
    after: Option<(String, String, MembershipId)>,
    limit: i64,
) -> DbResult<Vec<(Membership, String)>> {
    let mut rows = memberships::table
        .inner_join(membership_holders::table.inner_join(organisations::table))
        .filter(membership_holders::position.eq(1))
        .filter(matching!(filter))
        .into_boxed::<MultiBackend>();
    if let Some((category, name, id)) = after {
        // A cursor comes from outside: what is no normal form is made one.
        let is_behind = sql::<Bool>("(memberships.category, organisations.sort_key, memberships.id) > (")
            .bind::<Text, _>(category)
            .sql(", ")
            .bind::<Text, _>(search::normalise(&name))
            .sql(", ")
            .bind::<Uid, _>(id)
            .sql(")");
        rows = rows.filter(is_behind);
    }
    let page = rows.order((memberships::category, organisations::sort_key, memberships::id)).limit(limit);
    Ok(page.select((Membership::as_select(), organisations::sort_key)).load(conn)?)
}

/// How many memberships there are of each category, by its name.
///
/// # Errors
/// The database failed.
pub fn count_memberships(conn: &mut Conn, filter: &MembershipFilter) -> DbResult<Vec<MembershipCount>> {
    let rows = memberships::table
        .inner_join(membership_holders::table)
        .filter(matching!(filter))
        .group_by(memberships::category)
        .order(memberships::category)
        .select((
            memberships::category,
            count(memberships::id).aggregate_distinct(),
            count(membership_holders::organisation_id).aggregate_distinct(),
        ));
    Ok(rows.load(conn)?)
}
