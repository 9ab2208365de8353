//! How many people a mail that they may do without reaches.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::remind::PAGE;
use super::store::{self, Whom};
use super::unsubscribe::digest;
use crate::bounces::suppressed_among;
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;

/// Of those whom a mail is for: how many get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Reach {
    /// How many are written to.
    #[schema(example = 120)]
    pub recipients: i32,
    /// How many are not, since they want no such mails.
    #[schema(example = 2)]
    pub unsubscribed: i32,
    /// How many are not, since their address is suppressed: it is dead, or its owner complained.
    #[schema(example = 1)]
    pub suppressed: i32,
}

/// Counts them, a page at a time. Who is erased is none of them.
///
/// # Errors
/// The database failed.
pub fn reach(conn: &mut Conn, workspace: WorkspaceId, whom: &Whom<'_>) -> DbResult<Reach> {
    let (mut reach, mut after) = (Reach::default(), None);
    loop {
        let page = store::addresses_of(conn, whom, after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(reach) };
        after = Some(*last);
        let digests: Vec<Vec<u8>> =
            page.iter().filter(|(_, email)| !email.is_empty()).map(|(_, email)| digest(email).to_vec()).collect();
        let unwanted: HashSet<Vec<u8>> = store::unsubscribed_among(conn, workspace, &digests)?.into_iter().collect();
        let dead: HashSet<Vec<u8>> = suppressed_among(conn, workspace, &digests)?.into_iter().collect();
        for one in &digests {
            let count = match (unwanted.contains(one), dead.contains(one)) {
                (true, _) => &mut reach.unsubscribed,
                (false, true) => &mut reach.suppressed,
                (false, false) => &mut reach.recipients,
            };
            *count += 1;
        }
    }
}
