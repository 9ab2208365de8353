//! The tables, kept by hand because no generator serves two databases; a test compares them with both.
#![cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "the macro is given the SQL types by a glob"))]
#![expect(missing_docs, reason = "the macro takes no comments on columns; migrations and models say what they hold")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    workspaces (id) {
        id -> Uid,
        slug -> Text,
        name -> Text,
        timezone -> Text,
        language -> Text,
        sender_name -> Nullable<Text>,
        reply_to -> Nullable<Text>,
        calendar_method -> Text,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    members (id) {
        id -> Uid,
        workspace_id -> Uid,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Nullable<Text>,
        notices -> Text,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    tokens (id) {
        id -> Uid,
        workspace_id -> Uid,
        member_id -> Nullable<Uid>,
        name -> Text,
        role -> Text,
        scopes -> Text,
        token_hash -> Binary,
        expires_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    sign_in_failures (key) {
        key -> Text,
        failures -> Integer,
        last_failed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    outbox_messages (id) {
        id -> Uid,
        workspace_id -> Uid,
        kind -> Text,
        payload -> Text,
        dedupe_key -> Nullable<Text>,
        event_id -> Nullable<Uid>,
        registration_id -> Nullable<Uid>,
        state -> Text,
        attempts -> Integer,
        due_at -> Instant,
        lease_id -> Nullable<Uid>,
        leased_until -> Nullable<Instant>,
        last_error -> Nullable<Text>,
        created_at -> Instant,
        finished_at -> Nullable<Instant>,
        recipient_digest -> Nullable<Binary>,
        bounced_at -> Nullable<Instant>,
        bounce_kind -> Nullable<Text>,
        bounce_status -> Nullable<Text>,
        bounce_diagnostic -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    suppressions (id) {
        id -> Uid,
        workspace_id -> Uid,
        address_digest -> Binary,
        address -> Nullable<Text>,
        reason -> Text,
        status -> Nullable<Text>,
        diagnostic -> Nullable<Text>,
        message_id -> Nullable<Uid>,
        count -> Integer,
        first_seen_at -> Instant,
        last_seen_at -> Instant,
        search_text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    idempotency_keys (scope, key) {
        scope -> Text,
        key -> Text,
        request_hash -> Binary,
        status -> Integer,
        headers -> Text,
        body -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    organisations (id) {
        id -> Uid,
        workspace_id -> Uid,
        name -> Text,
        acronym -> Nullable<Text>,
        aliases -> Text,
        kind -> Text,
        country -> Nullable<Text>,
        url -> Nullable<Text>,
        description -> Nullable<Text>,
        legal_form -> Nullable<Text>,
        logo_url -> Nullable<Text>,
        logo_alt -> Nullable<Text>,
        parent_id -> Nullable<Uid>,
        sort_key -> Text,
        search_text -> Text,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        merged_into -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    memberships (id) {
        id -> Uid,
        workspace_id -> Uid,
        body_id -> Uid,
        category -> Text,
        holds_from -> Nullable<Text>,
        holds_until -> Nullable<Text>,
        from_day -> Nullable<Text>,
        until_day -> Nullable<Text>,
        note -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    membership_holders (membership_id, organisation_id) {
        membership_id -> Uid,
        organisation_id -> Uid,
        position -> Integer,
    }
}

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

    speakers (id) {
        id -> Uid,
        workspace_id -> Uid,
        name -> Text,
        bio -> Nullable<Text>,
        photo_url -> Nullable<Text>,
        links -> Text,
        email -> Nullable<Text>,
        timezone -> Nullable<Text>,
        sort_key -> Text,
        search_text -> Text,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        affiliations -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    speaker_organisations (speaker_id, organisation_id) {
        speaker_id -> Uid,
        organisation_id -> Uid,
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
        consented_at -> Instant,
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
        note -> Nullable<Text>,
        checked_in_at -> Nullable<Instant>,
        checked_in_by -> Nullable<Text>,
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
    registration_changes,
    materials,
);

diesel::joinable!(membership_holders -> memberships (membership_id));
diesel::joinable!(membership_holders -> organisations (organisation_id));
diesel::joinable!(event_organisations -> organisations (organisation_id));
diesel::joinable!(series_organisations -> organisations (organisation_id));
diesel::joinable!(appearances -> speakers (speaker_id));
diesel::joinable!(appearances -> organisations (organisation_id));
