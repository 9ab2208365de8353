//! What the staff ask of people who register, and what people answer.

mod answers;
mod forms;
