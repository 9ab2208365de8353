//! What stands behind the question mark of a calendar's address. Such addresses are pasted, shortened and decorated, and a program whose
//! calendar is once refused may never ask again, so they are read with patience: what is unknown is ignored, of a parameter that is there
//! twice the last counts, and one that is empty is not there. A yes that cannot be read is a no.
//!
//! Only what chooses the events has to be right: ignoring a choice would fill the calendars of its readers with what they did not ask
//! for, and taking it at its word would empty them. It is refused, which leaves them as they are.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use super::super::feed::FeedOptions;
use super::super::which::WorkspaceFilter;
use crate::events::EventKind;
use crate::http::{Code, Problem, is_language};
use crate::organisations::OrganisationId;

/// A yes or no in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub enum Flag {
    /// Yes.
    #[serde(rename = "1")]
    On,
    /// No.
    #[default]
    #[serde(rename = "0")]
    Off,
}

/// What to show. Calendar programs add parameters of their own, so unknown ones are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// `1`: events that are known to the month, season or year are shown as well, as spans of days.
    #[param(inline, required = false, example = "1")]
    pub tentative: Flag,
    /// `1`: each session that has a time stands for itself, and an event of which one has is left out.
    #[param(inline, required = false, example = "1")]
    pub sessions: Flag,
}

/// Which events. Every filter that is given has to hold; unknown parameters are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkspaceFeedQuery {
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// In this language: a BCP 47 tag. Anything else is refused, rather than being the language of no event.
    #[param(example = "en")]
    pub language: Option<String>,
    /// In which this organisation of the workspace has a part; 404 where there is none.
    pub organisation: Option<OrganisationId>,
    /// `1`: events that are known to the month, season or year are shown as well, as spans of days.
    #[param(inline, required = false, example = "1")]
    pub tentative: Flag,
    /// `1`: each session that has a time stands for itself, and an event of which one has is left out.
    #[param(inline, required = false, example = "1")]
    pub sessions: Flag,
}

impl From<FeedQuery> for FeedOptions {
    fn from(query: FeedQuery) -> Self {
        Self { shows_tentative: query.tentative == Flag::On, shows_sessions: query.sessions == Flag::On }
    }
}

impl From<WorkspaceFeedQuery> for (WorkspaceFilter, FeedOptions) {
    fn from(query: WorkspaceFeedQuery) -> Self {
        let WorkspaceFeedQuery { kind, language, organisation, tentative, sessions } = query;
        (WorkspaceFilter { kind, language, organisation }, FeedQuery { tentative, sessions }.into())
    }
}

impl FeedQuery {
    fn read(query: &str) -> Self {
        Self { tentative: flag(query, "tentative"), sessions: flag(query, "sessions") }
    }
}

impl WorkspaceFeedQuery {
    fn read(query: &str) -> Result<Self, Problem> {
        let FeedQuery { tentative, sessions } = FeedQuery::read(query);
        let kind = chosen(query, "kind", "one of the kinds of events", |text| {
            EventKind::ALL.iter().copied().find(|kind| kind.as_str() == text)
        })?;
        // Tags differ in case only (RFC 5646 section 2.1.1).
        let language = chosen(query, "language", "a BCP 47 tag such as en or pt-BR", |text| {
            Some(text.to_ascii_lowercase()).filter(|tag| is_language(tag))
        })?;
        let organisation =
            chosen(query, "organisation", "the id of an organisation", |text| text.parse().ok().map(OrganisationId))?;
        Ok(Self { kind, language, organisation, tentative, sessions })
    }
}

impl FromRequest for FeedQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::read(request.query_string())))
    }
}

impl FromRequest for WorkspaceFeedQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request.query_string()))
    }
}

/// The last value of a parameter, unless it is empty.
fn last(query: &str, name: &str) -> Option<String> {
    let values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    values.last().map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}

fn flag(query: &str, name: &str) -> Flag {
    match last(query, name).as_deref() {
        Some("1" | "true") => Flag::On,
        _ => Flag::Off,
    }
}

/// What chooses the events.
fn chosen<T>(query: &str, name: &str, takes: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    let Some(text) = last(query, name) else { return Ok(None) };
    let wrong = || Problem::new(Code::MalformedQuery).with_detail(format!("{name} takes {takes}."));
    read(&text).map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_on_where_its_last_value_says_so() {
        for (query, tentative, sessions) in [
            ("", Flag::Off, Flag::Off),
            ("tentative=1&sessions=true", Flag::On, Flag::On),
            ("tentative=yes&sessions=2", Flag::Off, Flag::Off),
            ("tentative&sessions=", Flag::Off, Flag::Off),
            ("tentative=0&tentative=1&sessions=1&sessions=0", Flag::On, Flag::Off),
            ("tentative=1&tentative=", Flag::Off, Flag::Off),
            ("%ff=%ff&&=&utm_source=x&sessions=%31", Flag::Off, Flag::On),
        ] {
            assert_eq!(FeedQuery::read(query), FeedQuery { tentative, sessions }, "{query}");
        }
    }

    #[test]
    fn what_chooses_events_has_to_be_right() {
        let read = |query: &str| WorkspaceFeedQuery::read(query).map_err(|problem| problem.code());
        let id = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
        let all = read(&format!("kind=webinar&language=PT-br&organisation={id}&sessions=1")).unwrap();
        assert_eq!((all.kind, all.language.as_deref()), (Some(EventKind::Webinar), Some("pt-br")));
        assert_eq!((all.organisation, all.sessions), (id.parse().ok().map(OrganisationId), Flag::On));
        assert_eq!(read("kind=&language=&organisation=&tentative=x"), Ok(WorkspaceFeedQuery::default()));
        assert_eq!(read("language=english&language=de").unwrap().language.as_deref(), Some("de"));
        for query in
            ["kind=party", "kind=Webinar", "language=english", "language=%25", "language=de_DE", "organisation=x"]
        {
            assert_eq!(read(query), Err(Code::MalformedQuery), "{query}");
        }
    }
}
