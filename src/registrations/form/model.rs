//! Questions, and the form as it is stored.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::registration_forms;
use crate::db::types::Json;
use crate::define_text_enum;

define_text_enum! {
    /// What an answer is.
    QuestionType {
        /// A text of one line.
        Text => "text",
        /// A text of several lines.
        LongText => "long_text",
        /// The value of one of the options.
        Choice => "choice",
        /// A list of values of the options.
        MultiChoice => "multi_choice",
        /// True or false.
        Boolean => "boolean",
        /// An e-mail address.
        Email => "email",
        /// A telephone number: digits, with spaces and signs between them, and perhaps a plus before them.
        Phone => "phone",
        /// A country: its two letters of ISO 3166-1, which are kept as capitals. `/api/v1/countries` lists them.
        Country => "country",
    }
}

impl QuestionType {
    /// Whether there are options to choose from.
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::MultiChoice)
    }

    /// Whether the length of an answer can be limited.
    pub const fn has_length(self) -> bool {
        matches!(self, Self::Text | Self::LongText)
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionOption {
    /// What an answer holds.
    #[schema(example = "vegan")]
    pub value: String,
    /// What people read.
    #[schema(example = "Vegan")]
    pub label: String,
}

/// A question of a registration form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What its answers are found by; unique in the form. Whoever renames it makes a new question.
    #[schema(example = "meal")]
    pub key: String,
    /// What people read.
    #[schema(example = "What would you like to eat?")]
    pub label: String,
    /// What helps them to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Lunch is served at noon.")]
    pub help: Option<String>,
    /// What an answer is. It may change while there are answers: these stay as they are.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// Whether it has to be answered: with a text that is not blank, an option at least, or with true or false.
    #[serde(default)]
    #[schema(example = false)]
    pub required: bool,
    /// What to choose from; only for `choice` and `multi_choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<QuestionOption>,
    /// How many characters an answer has at most; only for `text` (300 if absent) and `long_text` (5000).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5000, example = 200)]
    pub max_length: Option<i32>,
}

/// The form of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable)]
#[diesel(table_name = registration_forms)]
pub struct Form {
    /// Its questions, in order.
    pub questions: Json<Vec<Question>>,
    /// What people consent to: Markdown.
    pub consent_text: Option<String>,
    /// Rises with each change of that text; 0 where there never was one.
    pub consent_version: i32,
    /// Rises with each change; 0 where nobody has set it.
    pub revision: i64,
}
