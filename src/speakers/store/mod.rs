//! Every query on speakers and appearances.

mod appearances;
mod lookups;
mod speakers;

pub use appearances::{
    AppearanceWith, Place, appearances_of_event, appearances_of_events, find_appearance, get_appearance,
};
pub(super) use appearances::{delete_appearances, insert_appearance, next_position, rows_of_event, update_appearance};
pub use lookups::{
    SpeakerAppearances, appearances_of_speaker, appearances_of_speakers, event_of_session, events_of_speaker, is_public,
};
pub(super) use speakers::{delete_speaker, insert_speaker, lock_speakers, update_speaker};
pub use speakers::{find_many_speakers, find_speaker, get_speaker, list_speakers};
