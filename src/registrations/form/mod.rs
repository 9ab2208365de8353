//! The registration form of an event: the questions that it asks beyond name and address, and what people consent to.
//!
//! Answers are stored as they were sent, by the key of their question. They were checked against the form of that moment and stay
//! as they are when a question changes or goes.

mod answers;
mod copy;
mod gather;
mod model;
mod rules;
mod set;
mod shown;
pub mod store;

pub use answers::{check_answers, normal_answers};
pub use copy::copy_form;
pub use gather::{Asked, gather};
pub use model::{Form, Question, QuestionOption, QuestionType};
pub use set::{set_consent_text, set_questions};
pub use shown::{ShownAnswer, shown_answers};
