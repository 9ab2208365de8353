//! Series, events, agendas, and what belongs to them.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    series (id) {
        id -> Uid,
        workspace_id -> Uid,
        slug -> Text,
        title -> Text,
        details -> Text,
        languages -> Text,
        visibility -> Text,
        search_text -> Text,
        revision -> BigInt,
        published_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    series_organisations (series_id, organisation_id, role) {
        series_id -> Uid,
        organisation_id -> Uid,
        role -> Text,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    events (id) {
        id -> Uid,
        workspace_id -> Uid,
        series_id -> Nullable<Uid>,
        series_position -> Nullable<Integer>,
        uid -> Text,
        kind -> Text,
        title -> Text,
        details -> Text,
        languages -> Text,
        precision -> Text,
        edtf -> Nullable<Text>,
        local_start -> Nullable<Timestamp>,
        local_end -> Nullable<Timestamp>,
        timezone -> Nullable<Text>,
        timezone_label -> Nullable<Text>,
        starts_at -> Nullable<Instant>,
        ends_at -> Nullable<Instant>,
        sorts_at -> Instant,
        until_at -> Nullable<Instant>,
        previous_whens -> Text,
        visibility -> Text,
        status -> Text,
        search_text -> Text,
        sequence -> Integer,
        revision -> BigInt,
        published_at -> Nullable<Instant>,
        cancelled_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        series_defaults -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    event_seats (event_id) {
        event_id -> Uid,
        capacity -> Nullable<Integer>,
        taken -> Integer,
        waiting -> Integer,
        queue_tail -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    event_organisations (event_id, organisation_id, role) {
        event_id -> Uid,
        organisation_id -> Uid,
        role -> Text,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    event_changes (id) {
        id -> Uid,
        event_id -> Uid,
        actor -> Text,
        action -> Text,
        reason -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        created_at -> Instant,
        notice -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    rooms (id) {
        id -> Uid,
        event_id -> Uid,
        name -> Text,
        capacity -> Nullable<Integer>,
        position -> Integer,
        revision -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    sessions (id) {
        id -> Uid,
        event_id -> Uid,
        parent_id -> Nullable<Uid>,
        position -> Integer,
        uid -> Text,
        kind -> Text,
        label -> Nullable<Text>,
        title -> Text,
        abstract_text -> Nullable<Text>,
        guiding_questions -> Text,
        local_start -> Nullable<Timestamp>,
        local_end -> Nullable<Timestamp>,
        starts_at -> Nullable<Instant>,
        ends_at -> Nullable<Instant>,
        duration_seconds -> Nullable<Integer>,
        room_id -> Nullable<Uid>,
        track -> Nullable<Text>,
        language -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        search_text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    appearances (id) {
        id -> Uid,
        workspace_id -> Uid,
        event_id -> Uid,
        session_id -> Nullable<Uid>,
        position -> Integer,
        speaker_id -> Nullable<Uid>,
        organisation_id -> Nullable<Uid>,
        label -> Nullable<Text>,
        role -> Text,
        affiliation -> Nullable<Text>,
        job_title -> Nullable<Text>,
        status -> Text,
        note -> Nullable<Text>,
        recording_consent -> Nullable<Integer>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        invitation_version -> Integer,
        invitation_message -> Nullable<Text>,
        invited_at -> Nullable<Instant>,
        respond_by -> Nullable<Instant>,
        answered_at -> Nullable<Instant>,
        answer_note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    materials (id) {
        id -> Uid,
        workspace_id -> Uid,
        series_id -> Nullable<Uid>,
        event_id -> Nullable<Uid>,
        session_id -> Nullable<Uid>,
        position -> Integer,
        kind -> Text,
        title -> Text,
        url -> Text,
        media_type -> Nullable<Text>,
        language -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
        duration_seconds -> Nullable<Integer>,
        speaker_id -> Nullable<Uid>,
        organisation_id -> Nullable<Uid>,
        visibility -> Text,
        available_from -> Nullable<Instant>,
        license -> Nullable<Text>,
        description -> Nullable<Text>,
        published_at -> Nullable<Instant>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    timezone_data (id) {
        id -> Integer,
        version -> Text,
        seen_at -> Nullable<Instant>,
        behind_id -> Nullable<Uid>,
        done_at -> Nullable<Instant>,
    }
}
