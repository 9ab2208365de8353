//! What was promised, how mails are worded, what came back, and the keys of requests.

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
        dated_at -> Nullable<Instant>,
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

    mail_wordings (workspace_id, name, language) {
        workspace_id -> Uid,
        name -> Text,
        language -> Text,
        subject -> Nullable<Text>,
        body -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
    }
}
