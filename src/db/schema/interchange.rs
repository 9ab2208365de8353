//! Imports, and where things came from.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    imports (id) {
        id -> Uid,
        workspace_id -> Uid,
        event_id -> Uid,
        actor -> Text,
        format -> Text,
        state -> Text,
        mode -> Nullable<Text>,
        body -> Nullable<Binary>,
        counts -> Text,
        findings -> Text,
        event_revision -> BigInt,
        total -> Integer,
        done -> Integer,
        result -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        finished_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    session_sources (session_id) {
        session_id -> Uid,
        event_id -> Uid,
        source_key -> Nullable<Text>,
        details -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    programme_sources (event_id) {
        event_id -> Uid,
        details -> Text,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    speaker_sources (workspace_id, source_key) {
        workspace_id -> Uid,
        source_key -> Text,
        speaker_id -> Uid,
    }
}
