//! One step of a data file: what it does, with a body that is the body of a request.

use serde::Deserialize;
use serde_json::Value;

use crate::events::{EventDetails, OrganiserInput, SeriesDetails};
use crate::materials::MaterialDetails;
use crate::organisations::{MembershipDetails, OrganisationDetails};
use crate::sessions::AgendaInput;
use crate::speakers::{AppearanceInput, SpeakerDetails};

/// One step.
#[derive(Debug)]
pub enum Step {
    /// Makes something.
    Make(Box<Make>),
    /// Sets something of what is there.
    Set(Set),
    /// Shows something to everybody.
    Publish(Publish),
}

/// Makes something; `as` is the key that later steps name it by.
#[derive(Debug, Deserialize)]
#[serde(tag = "make", rename_all = "snake_case", deny_unknown_fields)]
pub enum Make {
    /// `POST /organisations`
    Organisation {
        #[serde(rename = "as")]
        key: String,
        body: OrganisationDetails,
    },
    /// `POST /speakers`
    Speaker {
        #[serde(rename = "as")]
        key: String,
        body: SpeakerDetails,
    },
    /// `POST /series`
    Series {
        #[serde(rename = "as")]
        key: String,
        body: SeriesDetails,
    },
    /// `POST /events`
    Event {
        #[serde(rename = "as")]
        key: String,
        body: Box<EventDetails>,
    },
    /// `POST /organisations/{organisation_id}/memberships`
    Membership { of: String, body: MembershipDetails },
    /// `POST /events/{event_id}/appearances`
    Appearance { of: String, body: AppearanceInput },
    /// `POST /series/{series_id}/materials` or `POST /events/{event_id}/materials`
    Material { of: String, body: MaterialDetails },
}

/// Sets something.
#[derive(Debug, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case", deny_unknown_fields)]
pub enum Set {
    /// `PUT /series/{series_id}/organisations`
    SeriesOrganisations { of: String, body: Vec<OrganiserInput> },
    /// `PUT /events/{event_id}/organisations`
    EventOrganisations { of: String, body: Vec<OrganiserInput> },
    /// `PUT /events/{event_id}/agenda`
    Agenda { of: String, body: AgendaInput },
}

/// `POST /series/{series_id}/publish` or `POST /events/{event_id}/publish`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// `series:key` or `event:key`.
    pub publish: String,
}

impl Step {
    /// Reads a step whose references are resolved.
    ///
    /// # Errors
    /// It has not the form of a step.
    pub fn read(value: Value) -> Result<Self, serde_json::Error> {
        if value.get("make").is_some() {
            Ok(Self::Make(serde_json::from_value(value)?))
        } else if value.get("set").is_some() {
            Ok(Self::Set(serde_json::from_value(value)?))
        } else {
            Ok(Self::Publish(serde_json::from_value(value)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(value: Value) -> String {
        Step::read(value).map(|step| format!("{step:?}")).unwrap_err().to_string()
    }

    #[test]
    fn a_slip_of_the_pen_is_found() {
        let speaker = |body: Value| json!({ "make": "speaker", "as": "one", "body": body });
        let Step::Make(made) = Step::read(speaker(json!({ "name": "One" }))).unwrap() else { panic!("it makes") };
        assert!(matches!(*made, Make::Speaker { key, body } if key == "one" && body == SpeakerDetails::new("One")));
        assert!(fault(speaker(json!({ "nam": "One" }))).starts_with("unknown field `nam`"));
        assert!(fault(json!({ "make": "speaker", "body": { "name": "One" } })).starts_with("missing field `as`"));
        assert!(fault(json!({ "make": "person", "as": "one", "body": {} })).starts_with("unknown variant `person`"));
        let slides =
            json!({ "make": "material", "of": "event:one", "body": { "kind": "slide", "title": "A", "url": "b" } });
        assert!(fault(slides).starts_with("unknown variant `slide`"));
        assert!(fault(json!({ "set": "agenda", "of": "event:one" })).starts_with("missing field `body`"));
        assert!(fault(json!({ "publish": "event:one", "as": "one" })).starts_with("unknown field `as`"));
        assert!(fault(json!({ "do": "event:one" })).starts_with("unknown field `do`"));
    }
}
