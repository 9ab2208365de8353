//! What the forms of several events ask together, as a pure function.

use super::model::{Form, Question};
use crate::events::EventId;

/// A question that is asked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question. It has to be answered in any case if every one of the events wants that.
    pub question: Question,
    /// The one event whose question it is; none if it is that of all events that ask it.
    pub event: Option<EventId>,
}

/// The questions of several events. What several of them ask in the same words is asked once; where an event asks something else
/// under the same key, that is a question of its own.
pub fn gather(forms: &[(EventId, Form)]) -> Vec<Asked> {
    let mut asked: Vec<(Asked, usize)> = Vec::new();
    for (event, form) in forms {
        for question in &form.questions.0 {
            let wanted = usize::from(question.required);
            let before = asked.iter_mut().find(|(one, _)| one.event.is_none() && one.question.key == question.key);
            match before {
                Some((one, count)) if is_same(&one.question, question) => *count += wanted,
                Some(_) => asked.push((Asked { question: question.clone(), event: Some(*event) }, wanted)),
                None => asked.push((Asked { question: question.clone(), event: None }, wanted)),
            }
        }
    }
    asked
        .into_iter()
        .map(|(Asked { question, event }, count)| Asked {
            question: Question { required: count == forms.len(), ..question },
            event,
        })
        .collect()
}

fn is_same(one: &Question, other: &Question) -> bool {
    let other = Question { required: one.required, ..other.clone() };
    *one == other
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::db::types::Json;

    fn form(event: u128, questions: Value) -> (EventId, Form) {
        let questions = Json(serde_json::from_value(questions).unwrap());
        (EventId(Uuid::from_u128(event)), Form { questions, ..Form::default() })
    }

    #[test]
    fn what_is_the_same_is_asked_once() {
        let why = json!({ "key": "why", "label": "Why?", "type": "text", "required": true });
        let meal = json!({ "key": "meal", "label": "Meal?", "type": "text" });
        let other = json!({ "key": "meal", "label": "Which meal?", "type": "text", "required": true });
        let forms = [form(1, json!([why, meal])), form(2, json!([meal, why])), form(3, json!([why, other]))];
        let asked: Vec<_> =
            gather(&forms).into_iter().map(|one| (one.question.label, one.question.required, one.event)).collect();
        let third = Some(EventId(Uuid::from_u128(3)));
        let expected = [("Why?", true, None), ("Meal?", false, None), ("Which meal?", false, third)];
        assert_eq!(asked, expected.map(|(label, required, event)| (label.to_owned(), required, event)));
    }

    #[test]
    fn nobody_has_to_answer_what_only_some_events_want() {
        let wanted = json!([{ "key": "why", "label": "Why?", "type": "text", "required": true }]);
        let free = json!([{ "key": "why", "label": "Why?", "type": "text" }]);
        for forms in [[form(1, wanted.clone()), form(2, free.clone())], [form(1, free), form(2, wanted.clone())]] {
            assert!(!gather(&forms)[0].question.required);
        }
        assert!(!gather(&[form(1, wanted.clone()), form(2, json!([]))])[0].question.required);
        assert!(gather(&[form(1, wanted)])[0].question.required);
        assert_eq!(gather(&[]), []);
    }
}
