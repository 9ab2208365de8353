//! Making an event after another one.

use serde_json::json;

use super::create::status_of;
use super::details::{EventDetails, OrganiserInput, RegistrationPolicy};
use super::error::EventError;
use super::inherit::{complete_when, defaults_of};
use super::model::{Event, SeriesId};
use super::store::{self, Change};
use crate::db::Conn;
use crate::time::{Context, When, WhenInput};

/// What is to be different in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventCopy {
    /// Another title.
    pub title: Option<String>,
    /// Another time.
    pub when: Option<WhenInput>,
    /// Another series.
    pub series_id: Option<SeriesId>,
    /// Its position there. The source's own is not taken over: it is the source's.
    pub series_position: Option<i32>,
    /// Whether the organisations of the source have the same parts in it.
    pub with_organisations: bool,
}

/// Makes a draft that is described like `source`, an event locked by the caller: with ids of its own, without what came of
/// the source, and without its history. Registration opens and closes as long before the start as it does for the source;
/// where one of the two has no time, it says nothing of that.
///
/// # Errors
/// What is to be different does not fit, or names a series that the workspace lacks.
pub fn copy_event(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    source: &Event,
    copy: EventCopy,
) -> Result<Event, EventError> {
    let workspace = source.workspace_id;
    let series_id = copy.series_id.or(source.details.0.series_id);
    let when = copy.when.unwrap_or_else(|| source.details.0.when.clone());
    let details = EventDetails {
        series_id,
        series_position: copy.series_position,
        title: copy.title.unwrap_or_else(|| source.details.0.title.clone()),
        report: None,
        outcomes: None,
        when: complete_when(conn, workspace, series_id, when)?,
        ..source.details.0.clone()
    };
    let when = details.check().map_err(EventError::Invalid)?;
    let mut details = details.normal(&when);
    let old = source.when()?;
    details.registration = details.registration.map(|policy| moved(policy, &old, &when));
    let defaults = defaults_of(conn, workspace, series_id)?;
    let event = store::insert_event(conn, context, workspace, &details, &defaults, (&when, status_of(&when)))?;
    if copy.with_organisations {
        let all = store::event_organisers(conn, source.id)?.into_iter().map(|one| OrganiserInput {
            organisation_id: one.organisation.id,
            role: one.role,
            position: Some(one.position),
        });
        store::replace_event_organisers(conn, event.id, &all.collect::<Vec<_>>())?;
    }
    let after = Some(json!({ "source_id": source.id, "title": details.title, "when": details.when }));
    let change = Change { actor, action: "cloned", reason: None, before: None, after };
    store::record_change(conn, context, event.id, &change)?;
    Ok(event)
}

/// A policy whose times stand to `new` as they stood to `old`.
fn moved(policy: RegistrationPolicy, old: &When, new: &When) -> RegistrationPolicy {
    if old == new {
        return policy;
    }
    match old.starts_at().zip(new.starts_at()) {
        Some((old, new)) => policy.moved(new - old),
        None => RegistrationPolicy { opens_at: None, closes_at: None, ..policy },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> When {
        WhenInput::local(local, "Europe/Berlin").parse().unwrap()
    }

    #[test]
    fn registration_moves_with_the_start() {
        let policy = RegistrationPolicy {
            opens_at: "2022-02-01T00:00:00Z".parse().ok(),
            closes_at: "2022-03-01T07:00:00Z".parse().ok(),
            ..RegistrationPolicy::default()
        };
        let old = at("2022-03-01T09:00");
        assert_eq!(moved(policy.clone(), &old, &old), policy);
        // An hour before it begins, on both sides of the change to summer time.
        let next = moved(policy.clone(), &old, &at("2022-04-01T09:00"));
        assert_eq!(next.closes_at, "2022-04-01T06:00:00Z".parse().ok());
        assert_eq!(next.opens_at, "2022-03-03T23:00:00Z".parse().ok());
        let open = RegistrationPolicy { opens_at: None, closes_at: None, ..policy.clone() };
        assert_eq!(moved(policy.clone(), &old, &When::none()), open);
        assert_eq!(moved(policy.clone(), &WhenInput::edtf("2022-03").parse().unwrap(), &old), open);
        assert_eq!(moved(policy.clone(), &When::none(), &When::none()), policy);
    }
}
