//! What stands in the form to register for events of a series, and what it says.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::form::{Asked, check_answers};
use super::super::model::Attendance;
use super::super::pages::{EnteredDetails, SeriesPage, field_name};
use super::super::register_for_series::MOST_EVENTS;
use super::super::{OwnPart, SeriesEntry};
use super::public::RegistrationRequest;
use crate::events::EventId;
use crate::http::page::{one_or_more, yes_or_no};
use crate::http::{Checks, Code, Problem};

/// What stands in the form for one of the events alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventFields {
    /// Answers to what it alone asks: `events/{id}/answers/meal` is that to its question `meal`.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// The version of its text that they were shown.
    #[serde(default)]
    #[schema(example = "0")]
    consent_version: Option<String>,
}

/// What stands in the form to register for events of a series. Every value is a text, or a list of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesForm {
    /// Their name; has to be given.
    #[serde(default)]
    #[schema(example = "Ulrika Lindqvist")]
    pub(super) name: Option<String>,
    /// Their address; has to be given, and is never shown in public.
    #[serde(default)]
    #[schema(format = Email, example = "ulrika@example.org")]
    pub(super) email: Option<String>,
    /// The organisation they come from.
    #[serde(default)]
    #[schema(example = "City of Lund")]
    organisation: Option<String>,
    /// Their IANA zone.
    #[serde(default)]
    #[schema(example = "Europe/Stockholm")]
    pub(super) timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; that of the page if absent.
    #[serde(default)]
    #[schema(example = "en")]
    language: Option<String>,
    /// The events that they register for, at least one.
    #[serde(default, deserialize_with = "one_or_more")]
    pub(super) event_ids: Vec<EventId>,
    /// Their answers: `answers/meal` is that to the question `meal` of every event that asks it.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// What is for one of the events alone, by its id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, EventFields>, example = json!({}))]
    events: BTreeMap<EventId, EventFields>,
    /// That they consent to what the form says; has to be `true`.
    #[serde(default, deserialize_with = "yes_or_no")]
    #[schema(example = true)]
    pub(super) consent: Option<bool>,
    /// Nobody sees this field; whoever fills it in is a program.
    #[serde(default)]
    #[schema(example = "")]
    website: Option<String>,
}

impl SeriesForm {
    /// What stands in it before anything is entered.
    pub(super) fn empty(event_ids: Vec<EventId>, timezone: Option<String>) -> Self {
        Self { timezone, event_ids, ..Self::default() }
    }

    /// What a person says of themself.
    pub(super) fn details(&self) -> EnteredDetails {
        let Self { name, organisation, timezone, language, answers, .. } = self.clone();
        EnteredDetails { name, organisation, timezone, language, answers }
    }

    /// What was answered to a question.
    pub(super) fn answer(&self, one: &Asked) -> Option<&Value> {
        let answers = one.event.map_or(Some(&self.answers), |event| Some(&self.events.get(&event)?.answers));
        answers?.get(&one.question.key)
    }

    /// What is different for one event: its own answers, none to what others ask under the same key, and what was consented to.
    fn own_part(&self, event: EventId, asked: &[Asked]) -> OwnPart {
        let sent = self.events.get(&event).cloned().unwrap_or_default();
        let own: Vec<_> = asked.iter().filter(|one| one.event == Some(event)).map(|one| one.question.clone()).collect();
        let mut answers: Map<String, Value> = own.iter().map(|one| (one.key.clone(), Value::Null)).collect();
        let entered = EnteredDetails { answers: sent.answers, ..EnteredDetails::default() };
        answers.extend(entered.answers(&own));
        // A version that is none is not the present one.
        let consent_version = sent.consent_version.map(|text| text.parse().unwrap_or(-1));
        OwnPart { answers, attendance: None, consent_version }
    }

    /// What the API is sent by others, or everything that does not fit.
    ///
    /// # Errors
    /// 422 with every fault.
    pub(super) fn entry(&self, page: &SeriesPage, asked: &[Asked]) -> Result<SeriesEntry, Problem> {
        let chosen: Vec<EventId> = self.event_ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        if chosen.len() > MOST_EVENTS {
            let mut checks = Checks::new();
            checks.count("/event_ids", chosen.len(), MOST_EVENTS);
            return Err(Problem::invalid(checks.into_errors()));
        }
        let shared: Vec<_> = asked.iter().filter(|one| one.event.is_none()).map(|one| one.question.clone()).collect();
        // What only an event asks that is not chosen says nothing to the others, whatever stands there.
        let is_asked = |key: &str| {
            let mut forms = page.forms.iter().filter(|(event, _)| chosen.contains(event));
            forms.any(|(_, form)| form.questions.0.iter().any(|question| question.key == key))
        };
        let mut answers = self.details().answers(&shared);
        answers.retain(|key, _| is_asked(key) || !shared.iter().any(|one| one.key == *key));
        let request = RegistrationRequest {
            name: self.name.clone().unwrap_or_default(),
            email: self.email.clone().unwrap_or_default(),
            organisation: self.organisation.clone(),
            timezone: self.timezone.clone(),
            language: self.language.clone(),
            answers,
            attendance: Attendance::Live,
            consent: self.consent.unwrap_or_default(),
            consent_version: None,
            website: self.website.clone(),
        };
        let own: BTreeMap<EventId, OwnPart> =
            chosen.iter().map(|event| (*event, self.own_part(*event, asked))).collect();
        let mut checks = Checks::new();
        if chosen.is_empty() {
            checks.fault("/event_ids", Code::FieldRequired, "Name at least one event.");
        }
        for (event, form) in page.forms.iter().filter(|(event, _)| chosen.contains(event)) {
            let mut answers = request.answers.clone();
            answers.retain(|key, _| form.questions.0.iter().any(|question| question.key == *key));
            answers.extend(own.get(event).map(|part| part.answers.clone()).unwrap_or_default());
            checks.add_all(&format!("/events/{event}"), check_answers(&form.questions.0, &answers));
        }
        let is_pretended = request.is_trapped();
        let person = request.check().map_err(|faults| checks.add_all("", faults)).ok();
        let faults = checks.into_errors();
        match person {
            Some(person) if faults.is_empty() => Ok(SeriesEntry { person, chosen: Some(chosen), own, is_pretended }),
            _ => Err(Problem::invalid(faults)),
        }
    }
}

/// The field in which a fault of one event's form is mended.
pub(super) fn field_of(name: &str, asked: &[Asked]) -> Option<String> {
    let (event, rest) = name.strip_prefix("events/")?.split_once('/')?;
    if rest == "consent_version" {
        return Some(rest.to_owned());
    }
    let key = rest.strip_prefix("answers/")?;
    let is_own =
        asked.iter().any(|one| one.question.key == key && one.event.is_some_and(|own| own.to_string() == event));
    (!is_own).then(|| field_name(None, key))
}
