//! People who appear, and their appearances on events and sessions.
//!
//! A **speaker** is a person of one workspace. Name, biography, photograph and links may be read by everybody once they
//! appear on an event that everybody may read, or a material is by them that everybody sees; the e-mail address and the zone are for staff alone, always. Who appears
//! anywhere, or whom a material is by, cannot be deleted.
//!
//! An **appearance** is a part in an event, or in one of its sessions: of a speaker, of an organisation, or of somebody of
//! whom only a label is known (`representatives`). It has a status of its own (`tbc`, `invited`, `confirmed`, `declined`,
//! `withdrawn`): what is not confirmed yet stands there and never in a name. Who declined or withdrew is shown to staff
//! alone.
//!
//! A speaker is asked to take a part by an **invitation**, a mail with a link to a page. Its link is bound to the appearance
//! and a version of its own: inviting again, or another person in the place, makes every earlier link worthless. The answer
//! may be changed until the event begins; while it is postponed, only the time that was set for the answer ends this. The staff are told, and so is the history; the note that comes with it is theirs
//! alone.
//!
//! ```text
//! tbc ─▶ any          invited ─▶ any          confirmed ─▶ withdrawn | tbc
//! declined | withdrawn ─▶ tbc | invited | confirmed
//! invitation: ─▶ invited ── accept ──▶ confirmed ◀──▶ declined ◀── decline ──┘   (by the speaker, while it is open)
//! ```
//!
//! Where a speaker belongs is dated: an **affiliation** names an organisation of the directory, which then cannot be deleted,
//! or what it is called. Nothing of it goes into an appearance by itself, which says where they belonged then.
//!
//! Invariants:
//! - an appearance has exactly one of a speaker, an organisation and a label, save that a label may stand beside an
//!   organisation;
//! - a change of an appearance locks its event, raises the event's sequence and revision, and stands in its history;
//! - a changed name or biography raises sequence and revision of every event where the speaker appears.

mod answer;
pub mod api;
mod appear;
mod change;
mod copy;
mod create;
mod delete;
mod details;
pub mod emails;
mod error;
mod invitation;
mod invite;
mod messages;
mod model;
pub mod pages;
mod preview;
mod references;
mod replace;
pub mod rules;
pub mod store;
pub mod templates;
pub mod words;

pub use answer::answer_invitation;
pub use api::{AppearanceResponse, SpeakerResponse, SpeakerSummary};
pub use appear::{add_appearance, change_appearance, remove_appearance};
pub use change::change_speaker;
pub use copy::copy_event_appearances;
pub use create::create_speaker;
pub use delete::delete_speaker;
pub use details::{
    Affiliation, AnswerInput, AppearanceInput, InvitationAnswer, InvitationInput, SpeakerDetails, SpeakerLink,
};
pub use error::SpeakerError;
pub use invitation::{Invitation, load_invitation, open_invitation};
pub use invite::invite_speaker;
pub use model::{Appearance, AppearanceId, AppearanceRole, AppearanceStatus, Speaker, SpeakerId};
pub use preview::preview_agenda_appearances;
pub use replace::{SessionAppearances, replace_agenda_appearances, replace_session_appearances};
