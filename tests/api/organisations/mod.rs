//! The directory of organisations: what they are, who belongs to whom, and two that turn out to be one.

mod countries;
mod directory;
mod events;
mod membership_lists;
mod memberships;
mod merging;
mod merging_memberships;
mod renaming;
mod search;

use serde_json::json;

use crate::support::{Answer, Client};

const ORGANISATIONS: &str = "/api/v1/organisations";
const MEMBERSHIPS: &str = "/api/v1/memberships";

/// Adds a membership of `body`.
async fn join(staff: &Client, body: &str, category: &str, holders: &[&str]) -> Answer {
    let membership = json!({ "category": category, "holders": holders });
    staff.post(&format!("{ORGANISATIONS}/{body}/memberships"), membership).await.expect(201)
}

/// Merges `old` into another.
async fn merge(staff: &Client, old: &str, into: &str) -> Answer {
    staff.if_match("*").post(&format!("{ORGANISATIONS}/{old}/merge"), json!({ "into": into })).await
}
