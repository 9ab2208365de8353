//! What a person changes in their own registration, with the link that they were sent.

use actix_web::{patch, web};

use super::super::{OwnDetails, revise_registration};
use super::manage::{ManagedRegistration, managed, opened_and_locked};
use crate::http::{IfMatch, MergePatch, Problem, Reply, State};

/// Change one's registration
///
/// A merge patch (RFC 7396) of what a person said of themself, but for the address. What they change has to fit as it had to when
/// they registered; what they leave as it is stays, also an answer to a question that is not asked any more. It cannot be done
/// once the registration has come to its end, or the event is over; who waits for the recording alone still can.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body(content = OwnDetails, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ManagedRegistration, description = "The registration as it is now")),
    extensions(("x-codes" = json!([
        "link_revoked", "data_erased", "not_possible_now", "timezone_unknown", "timezone_abbreviation", "language_invalid",
        "email_invalid", "phone_invalid"
    ])))
)]
#[patch("/registrations/manage/{token}")]
pub async fn update_managed_registration(
    state: web::Data<State>,
    path: web::Path<String>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    let managed = state
        .write(move |conn, context| {
            let locked = opened_and_locked(conn, &links, &token)?;
            if_match.check(locked.revision)?;
            let own = changes.apply(&OwnDetails::of(&locked))?;
            let revised = revise_registration(conn, context, &locked, own)?;
            managed(conn, &links, revised, context.now)
        })
        .await?;
    managed.reply()
}
