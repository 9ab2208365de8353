//! The tables, kept by hand because no generator serves two databases; a test compares them with both.
#![cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "the macro is given the SQL types by a glob"))]
#![expect(missing_docs, reason = "the macro takes no comments on columns; migrations and models say what they hold")]

mod accounts;
mod attendance;
mod directory;
mod interchange;
mod privacy;
mod programme;
mod promises;

pub use accounts::{members, sign_in_failures, tokens, workspaces};
pub use attendance::{
    address_entries, announcements, personal_feeds, registration_changes, registration_forms,
    registration_group_members, registration_groups, registration_visits, registrations, unsubscriptions,
};
pub use directory::{membership_holders, memberships, organisations, speaker_organisations, speakers};
pub use interchange::{imports, programme_sources, session_sources, speaker_sources};
pub use privacy::erasures;
pub use programme::{
    appearances, event_changes, event_organisations, event_seats, events, materials, rooms, series,
    series_organisations, sessions, timezone_data,
};
pub use promises::{idempotency_keys, mail_wordings, outbox_messages, suppressions};

diesel::allow_tables_to_appear_in_same_query!(
    workspaces,
    members,
    tokens,
    sign_in_failures,
    outbox_messages,
    suppressions,
    idempotency_keys,
    organisations,
    memberships,
    membership_holders,
    series,
    series_organisations,
    events,
    event_seats,
    event_organisations,
    event_changes,
    rooms,
    sessions,
    speakers,
    speaker_organisations,
    appearances,
    registrations,
    registration_forms,
    registration_changes,
    registration_visits,
    personal_feeds,
    registration_groups,
    registration_group_members,
    address_entries,
    materials,
    imports,
    session_sources,
    programme_sources,
    speaker_sources,
    unsubscriptions,
    announcements,
    mail_wordings,
    erasures,
    timezone_data,
);

diesel::joinable!(membership_holders -> memberships (membership_id));
diesel::joinable!(membership_holders -> organisations (organisation_id));
diesel::joinable!(event_organisations -> organisations (organisation_id));
diesel::joinable!(series_organisations -> organisations (organisation_id));
diesel::joinable!(appearances -> speakers (speaker_id));
diesel::joinable!(appearances -> organisations (organisation_id));
