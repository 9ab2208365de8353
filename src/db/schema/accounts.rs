//! Workspaces, their staff, and how these sign in.

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
        links -> Text,
        retention_days -> Nullable<Integer>,
        retention_since -> Nullable<Instant>,
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
