//! Who takes part.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    registrations (id) {
        id -> Uid,
        workspace_id -> Uid,
        event_id -> Uid,
        name -> Text,
        email -> Text,
        email_key -> Text,
        organisation -> Nullable<Text>,
        timezone -> Nullable<Text>,
        language -> Text,
        answers -> Text,
        consented_at -> Nullable<Instant>,
        state -> Text,
        queue_position -> Nullable<BigInt>,
        offer_expires_at -> Nullable<Instant>,
        link_version -> Integer,
        confirmed_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        search_text -> Text,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        attendance -> Text,
        consent_version -> Nullable<Integer>,
        verify_by -> Nullable<Instant>,
        verified_at -> Nullable<Instant>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Text>,
        decision_reason -> Nullable<Text>,
        note -> Nullable<Text>,
        checked_in_at -> Nullable<Instant>,
        checked_in_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    registration_forms (event_id) {
        event_id -> Uid,
        workspace_id -> Uid,
        questions -> Text,
        consent_text -> Nullable<Text>,
        consent_version -> Integer,
        revision -> BigInt,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    registration_changes (id) {
        id -> Uid,
        registration_id -> Uid,
        actor -> Text,
        action -> Text,
        reason -> Nullable<Text>,
        fields -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    registration_visits (registration_id) {
        registration_id -> Uid,
        event_id -> Uid,
        first_joined_at -> Instant,
        last_joined_at -> Instant,
        joined_count -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    personal_feeds (id) {
        id -> Uid,
        workspace_id -> Uid,
        email_key -> Text,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    registration_groups (id) {
        id -> Uid,
        workspace_id -> Uid,
        series_id -> Uid,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::Uid;

    registration_group_members (group_id, registration_id) {
        group_id -> Uid,
        registration_id -> Uid,
        link_version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::Instant;

    address_entries (digest) {
        digest -> Binary,
        entries -> Integer,
        began_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    unsubscriptions (workspace_id, address_digest) {
        workspace_id -> Uid,
        address_digest -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    announcements (id) {
        id -> Uid,
        workspace_id -> Uid,
        event_id -> Uid,
        subject -> Text,
        body -> Text,
        audience -> Text,
        actor -> Text,
        created_at -> Instant,
        recipients -> Nullable<Integer>,
        unsubscribed -> Nullable<Integer>,
        suppressed -> Nullable<Integer>,
    }
}
