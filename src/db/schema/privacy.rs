//! What was erased.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Instant, Uid};

    erasures (id) {
        id -> Uid,
        workspace_id -> Uid,
        cause -> Text,
        actor -> Nullable<Text>,
        address_digest -> Nullable<Binary>,
        counts -> Text,
        created_at -> Instant,
    }
}
