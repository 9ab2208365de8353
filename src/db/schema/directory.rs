//! Organisations and speakers.

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
