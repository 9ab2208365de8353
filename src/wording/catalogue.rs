//! Every mail of the house, as the room that sends it describes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::MailName;
use crate::events::display_instant;
use crate::time::{Language, WhenInput, Zone};

/// Stands for our block of facts in a text.
pub const DETAILS: &str = "details";
/// Stands for our block of what can be done now in a text.
pub const ACTIONS: &str = "actions";

/// A variable that a text may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name with those of the groups that it is in: `event.title`.
    pub name: &'static str,
    /// What it holds. Null where that does not apply.
    pub meaning: &'static str,
}

/// Something that a mail must not leave out, in one of several ways: variables or blocks.
pub type Requirement = &'static [&'static str];

/// An invented case of a mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What it is a case of, in a word.
    pub name: &'static str,
    /// What the template is given.
    pub context: Value,
}

impl Sample {
    /// The names of all that is in the context, groups left out. What is null counts by its own name.
    pub fn names(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        collect(&self.context, "", &mut found);
        found
    }
}

fn collect(value: &Value, name: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                let name = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                collect(value, &name, found);
            }
        }
        _ => drop(found.insert(name.to_owned())),
    }
}

/// A mail of the house.
#[derive(Debug, Clone, Copy)]
pub struct MailDescription {
    /// The name under which it is rendered: `registrations/confirmed`.
    pub name: &'static str,
    /// When it is sent, and to whom.
    pub purpose: &'static str,
    /// What its context holds, without the two blocks.
    pub variables: &'static [Variable],
    /// Whether it has a block of what can be done now.
    pub has_actions: bool,
    /// What it must not leave out. A variable that is null in a case need not be there in that case.
    pub required: &'static [Requirement],
    /// Cases of it, the usual one first.
    pub samples: fn(Language) -> Vec<Sample>,
}

impl MailDescription {
    /// Whether a name is that of a variable or a block.
    pub fn has_variable(&self, name: &str) -> bool {
        name == DETAILS || (name == ACTIONS && self.has_actions) || self.variables.iter().any(|one| one.name == name)
    }

    /// Whether a name is that of a group of variables.
    pub fn has_group(&self, name: &str) -> bool {
        self.variables.iter().any(|one| one.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }

    /// The names that a text may use.
    pub fn names(&self) -> Vec<&'static str> {
        let blocks = [Some(DETAILS), self.has_actions.then_some(ACTIONS)];
        self.variables.iter().map(|one| one.name).chain(blocks.into_iter().flatten()).collect()
    }
}

/// All mails of the house.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    mails: Vec<MailDescription>,
}

impl Catalogue {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the mails of a room.
    pub fn add(&mut self, mails: &[MailDescription]) {
        self.mails.extend_from_slice(mails);
    }

    /// All of them, in the order in which the rooms added them.
    pub fn mails(&self) -> &[MailDescription] {
        &self.mails
    }

    /// The mail of this name.
    pub fn find(&self, name: &str) -> Option<&MailDescription> {
        self.mails.iter().find(|mail| mail.name == name)
    }

    /// The mail and the language that an address names; a language has to be spelt as its code.
    pub(super) fn named(&self, room: &str, name: &str, language: &str) -> Option<(&MailDescription, MailName)> {
        let mail = self.find(&format!("{room}/{name}"))?;
        let language = Language::ALL.into_iter().find(|one| one.code() == language)?;
        Some((mail, MailName { name: mail.name, language }))
    }
}

/// The value of a name in a context, if it is there and not null.
pub(super) fn lookup<'a>(context: &'a Value, name: &str) -> Option<&'a Value> {
    name.split('.').try_fold(context, |value, member| value.get(member)).filter(|value| !value.is_null())
}

/// An invented event, as the contexts of mails hold it.
pub fn sample_event(language: Language) -> Value {
    let (title, place) = match language {
        Language::En => ("Sample event: walking tour", "Sample hall, 1 Example Street"),
        Language::De => ("Beispiel: Stadtrundgang", "Beispielsaal, Musterstraße 1"),
        Language::Fr => ("Exemple : visite de la ville", "Salle d’exemple, 1 rue du Modèle"),
        Language::Nl => ("Voorbeeld: stadswandeling", "Voorbeeldzaal, Voorbeeldstraat 1"),
    };
    let input = WhenInput {
        local_start: Some("2030-05-14T16:00".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        duration: Some("PT1H30M".to_owned()),
        ..WhenInput::default()
    };
    let when = input.parse().ok();
    let reader = Zone::parse("Europe/Helsinki").ok();
    json!({
        "title": title,
        "super_title": null,
        "when": when.as_ref().map(|when| when.display(language)),
        "reader_when": when.zip(reader).and_then(|(when, zone)| when.display_for(zone, language)),
        "place": place,
        "url": "https://plenary.example/events/sample",
        "ics_url": "https://plenary.example/calendars/events/sample.ics",
    })
}

/// An invented time limit, written out for the zone of the event.
pub fn sample_instant(language: Language) -> Option<String> {
    let at = chrono::DateTime::from_timestamp(1_904_716_800, 0)?;
    display_instant(at, Zone::parse("Europe/Berlin").ok()?, language)
}
