//! What the steps have made so far, by the names that the data gives it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;
use uuid::Uuid;

use super::error::DemoError;

/// Begins a text that stands for an id.
const MARK: char = '@';

/// The ids of what was made, by `kind:key`.
#[derive(Debug, Default)]
pub struct References(HashMap<String, Uuid>);

impl References {
    /// Keeps the id of something new.
    ///
    /// # Errors
    /// The key is taken.
    pub fn add(&mut self, kind: &str, key: &str, id: Uuid) -> Result<(), DemoError> {
        match self.0.entry(format!("{kind}:{key}")) {
            Entry::Occupied(taken) => Err(DemoError::KeyTaken(taken.key().clone())),
            Entry::Vacant(free) => {
                free.insert(id);
                Ok(())
            }
        }
    }

    /// The id behind a name such as `event:opening`, which has to be of this kind.
    ///
    /// # Errors
    /// Nothing has this name, or it is of another kind.
    pub fn find(&self, kind: &str, name: &str) -> Result<Uuid, DemoError> {
        let is_of_kind = name.split_once(':').is_some_and(|(own, _)| own == kind);
        let id = self.0.get(name).filter(|_| is_of_kind).copied();
        id.ok_or_else(|| {
            DemoError::UnknownReference(if is_of_kind { name.to_owned() } else { format!("{kind} {name}") })
        })
    }

    /// The same JSON with the id in place of every `@kind:key`.
    ///
    /// # Errors
    /// Nothing has this name.
    pub fn resolve(&self, value: Value) -> Result<Value, DemoError> {
        match value {
            Value::String(text) => match text.strip_prefix(MARK) {
                None => Ok(Value::String(text)),
                Some(name) => {
                    let id = self.0.get(name).ok_or_else(|| DemoError::UnknownReference(name.to_owned()))?;
                    Ok(Value::String(id.to_string()))
                }
            },
            Value::Array(values) => {
                Ok(Value::Array(values.into_iter().map(|value| self.resolve(value)).collect::<Result<_, _>>()?))
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| Ok((name, self.resolve(value)?)));
                Ok(Value::Object(members.collect::<Result<_, DemoError>>()?))
            }
            other => Ok(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known() -> References {
        let mut references = References::default();
        references.add("speaker", "one", Uuid::from_u128(1)).unwrap();
        references
    }

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let body = json!({ "a": ["@speaker:one", { "b": "@speaker:one" }], "c": "speaker:one", "d": [1, null, true] });
        let id = "00000000-0000-0000-0000-000000000001";
        let resolved = json!({ "a": [id, { "b": id }], "c": "speaker:one", "d": [1, null, true] });
        assert_eq!(known().resolve(body).unwrap(), resolved);
    }

    #[test]
    fn what_was_not_made_is_named() {
        let name = |error: DemoError| error.to_string();
        assert_eq!(known().resolve(json!(["@speaker:two"])).map_err(name), Err("there is no speaker:two".to_owned()));
        assert_eq!(known().find("speaker", "speaker:two").map_err(name), Err("there is no speaker:two".to_owned()));
        assert_eq!(known().find("event", "speaker:one").map_err(name), Err("there is no event speaker:one".to_owned()));
        assert_eq!(known().find("speaker", "speaker:one").unwrap(), Uuid::from_u128(1));
    }

    #[test]
    fn a_key_is_given_once() {
        let mut references = known();
        let again = references.add("speaker", "one", Uuid::from_u128(2));
        assert_eq!(again.map_err(|error| error.to_string()), Err("there is a speaker:one already".to_owned()));
        references.add("event", "one", Uuid::from_u128(3)).unwrap();
        assert_eq!(references.find("speaker", "speaker:one").unwrap(), Uuid::from_u128(1));
    }
}
