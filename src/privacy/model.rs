//! Erasures as they are recorded.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::erasures;
use crate::db::types::{At, Json};
use crate::events::EventId;
use crate::registrations::{Attendance, RegistrationId};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies an erasure.
    ErasureId
}

define_text_enum! {
    /// Why something was erased.
    ErasureCause {
        /// The staff did it, for one person.
        Staff => "staff",
        /// The person did it, with the link of a mail.
        Person => "person",
        /// The workspace keeps it no longer.
        Retention => "retention",
    }
}

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErasureCounts {
    /// Registrations.
    #[schema(example = 3)]
    pub registrations: usize,
    /// How many of them were for what may still take place, and were cancelled.
    #[schema(example = 1)]
    pub cancelled: usize,
    /// Messages of the outbox, sent or dropped.
    #[schema(example = 7)]
    pub messages: usize,
    /// Suppressed addresses, which stay suppressed.
    #[schema(example = 0)]
    pub suppressions: usize,
    /// Answers that were kept for requests that are repeated.
    #[schema(example = 0)]
    pub kept_answers: usize,
    /// Files of imports that were waiting.
    #[schema(example = 0)]
    pub files: usize,
    /// Speakers of whom what is private was erased.
    #[schema(example = 0)]
    pub speakers: usize,
}

/// An erasure. It does not say of whom.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = erasures)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// Why.
    pub cause: ErasureCause,
    /// Which of the staff: `member:…` or `token:…`.
    pub actor: Option<String>,
    /// SHA-256 of the address in lower case: who has the address can tell that it was erased.
    pub address_digest: Option<Vec<u8>>,
    /// How much.
    pub counts: Json<ErasureCounts>,
    /// When.
    pub created_at: At,
}

/// An erasure to record.
pub(super) struct NewErasure {
    pub cause: ErasureCause,
    pub actor: Option<String>,
    pub address_digest: Option<Vec<u8>>,
    pub counts: ErasureCounts,
}

/// A registration whose event was over long enough ago.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct Candidate {
    pub id: RegistrationId,
    pub attendance: Attendance,
    pub event: EventId,
    /// When the event was over.
    pub until_at: Option<At>,
}
