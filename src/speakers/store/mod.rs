//! Every query on speakers, appearances and invitations.

mod appearances;
mod invitations;
mod lookups;
mod speakers;

pub use appearances::{
    AppearanceWith, Place, appearances_of_event, appearances_of_events, find_appearance, get_appearance,
};
pub(super) use appearances::{
    delete_appearances, insert_appearance, next_position, places, rows_of_event, set_position, update_appearance,
};
pub use invitations::SessionName;
pub(super) use invitations::{agenda_rows, forget_invitation, get_session_name, set_answered, set_invited};
pub use lookups::{
    SpeakerAppearances, appearances_of_speaker, appearances_of_speakers, event_of_session, events_of_speaker, is_public,
};
pub(super) use speakers::{delete_speaker, insert_speaker, lock_speakers, update_speaker};
pub use speakers::{find_many_speakers, find_speaker, find_speakers, get_speaker, list_speakers};
