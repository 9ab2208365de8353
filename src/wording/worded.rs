//! A mail in a workspace's own words.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, filters};
use serde_json::Value as Json;

use super::catalogue::{self, ACTIONS, DETAILS, MailDescription, Sample};
use super::check::{Fault, check_subject, check_text};
use super::markdown;
use super::marks::{self, mark, unmark};
use super::model::{Draft, MailName};
use crate::mail::{Rendered, TemplateError, Templates, WordedPart, render_worded};

/// How much work a template may be. One that was checked has no loop and stays far below.
const FUEL: u64 = 200_000;

/// Why a text could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum WordedError {
    /// The subject is at fault.
    #[error("the subject: {}", .0.sentence())]
    Subject(Fault),
    /// The text is at fault.
    #[error("the text: {}", .0.sentence())]
    Text(Fault),
    /// One of our own templates is.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// The faults of a draft, by whether they are in the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Those of the subject.
    pub subject: Vec<Fault>,
    /// Those of the text.
    pub text: Vec<Fault>,
}

/// Renders a mail from a draft.
pub fn render(templates: &Templates, mail: MailName, draft: &Draft, context: &Json) -> Result<Rendered, WordedError> {
    let (subject, parts) = words(draft, context)?;
    Ok(render_worded(templates, mail.name, mail.language.code(), context, &subject, &parts)?)
}

/// What is wrong with a draft: its templates, and then what they make of each sample.
pub fn check(mail: &MailDescription, draft: &Draft, samples: &[Sample]) -> Faults {
    let mut faults = Faults { subject: check_subject(mail, &draft.subject), text: check_text(mail, &draft.text) };
    if !faults.subject.is_empty() || !faults.text.is_empty() {
        return faults;
    }
    for sample in samples {
        let in_sample =
            |fault: Fault| Fault { detail: format!("{} (In the case “{}”.)", fault.detail, sample.name), ..fault };
        match words(draft, &sample.context) {
            Err(WordedError::Subject(fault)) => faults.subject.push(in_sample(fault)),
            Err(WordedError::Text(fault)) => faults.text.push(in_sample(fault)),
            Err(WordedError::Template(_)) => {}
            Ok((_, parts)) => faults.text.extend(missing(mail, &parts, sample).into_iter().map(in_sample)),
        }
        if !faults.subject.is_empty() || !faults.text.is_empty() {
            break;
        }
    }
    faults
}

/// What a mail must not leave out and these parts do.
fn missing(mail: &MailDescription, parts: &[WordedPart], sample: &Sample) -> Vec<Fault> {
    let shows = |name: &str| match name {
        DETAILS => parts.contains(&WordedPart::Details),
        ACTIONS => parts.contains(&WordedPart::Actions),
        name => catalogue::lookup(&sample.context, name).is_some_and(|value| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parts.iter().any(|part| match part {
                WordedPart::Text { text, .. } => text.contains(&value),
                WordedPart::Button { url, label } => *url == value || label.contains(&value),
                _ => false,
            })
        }),
    };
    let is_block = |name: &str| name == DETAILS || name == ACTIONS;
    let applies = |name: &str| catalogue::lookup(&sample.context, name).is_some();
    let needed = mail.required.iter().filter(|names| {
        let variables: Vec<&&str> = names.iter().filter(|name| !is_block(name)).collect();
        variables.is_empty() || variables.into_iter().any(|name| applies(name))
    });
    needed
        .filter(|names| !names.iter().any(|name| shows(name)))
        .map(|names| {
            let detail = format!("The mail has to show {}.", names.join(" or "));
            Fault { line: None, detail, candidates: names.iter().map(|name| (*name).to_owned()).collect() }
        })
        .collect()
}

/// The subject and the parts of the text, with the values of a context in place.
fn words(draft: &Draft, context: &Json) -> Result<(String, Vec<WordedPart>), WordedError> {
    let environment = environment();
    let values = values(context);
    let run = |source: &str| environment.render_str(source, values.clone()).map_err(fault);
    let subject = unmark(&run(&draft.subject).map_err(WordedError::Subject)?);
    if subject.trim().is_empty() {
        return Err(WordedError::Subject(Fault::new(None, "The subject comes out empty.")));
    }
    let text = run(&draft.text).map_err(WordedError::Text)?;
    let parts = markdown::parts(&text).map_err(WordedError::Text)?;
    if parts.is_empty() {
        return Err(WordedError::Text(Fault::new(None, "The text comes out empty.")));
    }
    Ok((subject, parts))
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err gives")]
fn fault(error: Error) -> Fault {
    let detail = match error.kind() {
        ErrorKind::UndefinedError => "A variable is asked of something that is null: put it into an if.",
        ErrorKind::OutOfFuel => "This is too much work.",
        _ => error.detail().unwrap_or("This cannot be rendered."),
    };
    Fault::new(error.line(), detail)
}

/// Nothing but what [`check_text`] lets through.
fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(write_mark);
    environment.add_filter("default", or_default);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("upper", filters::upper);
    environment
}

/// Also for what is null: every variable of a context is there.
fn or_default(value: &Value, other: Value) -> Value {
    if value.is_none() { other } else { value.clone() }
}

/// Writes a value as marks. What is null is nothing; what is safe is an address of ours or one of our blocks.
fn write_mark(out: &mut Output<'_>, _state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    let text = value.to_string();
    let is_block = value.is_safe() && [marks::DETAILS, marks::ACTIONS].iter().any(|own| text == String::from(*own));
    let written = if is_block { text } else { mark(&text, value.is_safe()) };
    out.write_str(&written).map_err(|error| Error::new(ErrorKind::WriteFailure, "output").with_source(error))
}

/// The context as a template sees it: with the two blocks, and what is an address of ours told apart from what people typed.
fn values(context: &Json) -> Value {
    let mut all = BTreeMap::new();
    if let Json::Object(members) = context {
        for (name, value) in members {
            all.insert(name.clone(), to_value(value, name));
        }
    }
    for (name, block) in [(DETAILS, marks::DETAILS), (ACTIONS, marks::ACTIONS)] {
        all.insert(name.to_owned(), Value::from_safe_string(String::from(block)));
    }
    Value::from_object(all)
}

fn to_value(value: &Json, name: &str) -> Value {
    match value {
        Json::Object(members) => {
            let mut all = BTreeMap::new();
            for (member, value) in members {
                all.insert(member.clone(), to_value(value, &format!("{name}.{member}")));
            }
            Value::from_object(all)
        }
        Json::String(text) if is_own_address(name) => Value::from_safe_string(text.clone()),
        other => Value::from(Serde(other)),
    }
}

/// The variables that hold addresses of ours, or of a place to join that the staff have set.
fn is_own_address(name: &str) -> bool {
    let is_named =
        ["link", "links.manage", "links.join", "links.group", "links.feed", "mailing.report"].contains(&name);
    is_named || name.rsplit('.').next() == Some("url") || name.ends_with("_url")
}

#[cfg(test)]
#[path = "worded_tests.rs"]
mod tests;
