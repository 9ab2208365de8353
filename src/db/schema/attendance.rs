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
    }
}
