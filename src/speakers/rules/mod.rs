//! What speakers and appearances have to be like, and what may become of them, as pure functions.

mod affiliations;
mod fields;
mod invitation;
mod places;
mod session_times;

pub use affiliations::{check_affiliations, current_affiliation};
pub use fields::{check_appearance, check_id, check_speaker};
pub use invitation::{
    Unanswerable, answerable_until, check_answer, check_invitation, check_status, may_answer, may_become,
};
pub use places::make_room;
pub use session_times::{AgendaRow, when_of};
