//! Whose every column is: what is personal, and of whom.
//!
//! A column that may hold text stands here, and a test compares the list with both databases. Whoever adds one decides here
//! whose it is; what is a registrant's goes with the registration (`store::ABOUT_A_REGISTRATION`), and into the export.

/// Whom what stands in a column says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Nobody: words of the programme, states, keys, counts.
    Nobody,
    /// Somebody who registered. It is erased with the registration.
    Registrant,
    /// Somebody who gets mail, whoever they are: it goes when their address is erased.
    Recipient,
    /// A speaker, who is part of the programme. What is private of it is erased where it is asked for.
    Speaker,
    /// A member of the staff, who are managed as members.
    Staff,
    /// Whoever was in a request or a file. It is forgotten after a short time, and earlier where it names who is erased.
    Passing,
}

use Whose::{Nobody, Passing, Recipient, Registrant, Speaker, Staff};

/// Every column of text or bytes, by its table. Ids and times are no text.
pub const COLUMNS: &[(&str, &[(&str, Whose)])] = &[
    ("address_entries", &[("digest", Passing)]),
    ("announcements", &[("subject", Nobody), ("body", Nobody), ("audience", Nobody), ("actor", Staff)]),
    (
        "appearances",
        &[
            ("label", Speaker),
            ("role", Nobody),
            ("affiliation", Speaker),
            ("job_title", Speaker),
            ("status", Nobody),
            ("note", Speaker),
            ("invitation_message", Speaker),
            ("answer_note", Speaker),
        ],
    ),
    ("erasures", &[("cause", Nobody), ("actor", Staff), ("address_digest", Nobody), ("counts", Nobody)]),
    (
        "event_changes",
        &[
            ("actor", Staff),
            ("action", Nobody),
            ("reason", Nobody),
            // Names, parts and remarks of who appears, as the programme says them.
            ("before", Speaker),
            ("after", Speaker),
            ("notice", Nobody),
        ],
    ),
    ("event_organisations", &[("role", Nobody)]),
    (
        "events",
        &[
            ("uid", Nobody),
            ("kind", Nobody),
            ("title", Nobody),
            ("details", Nobody),
            ("languages", Nobody),
            ("precision", Nobody),
            ("edtf", Nobody),
            ("timezone", Nobody),
            ("timezone_label", Nobody),
            ("previous_whens", Nobody),
            ("visibility", Nobody),
            ("status", Nobody),
            ("search_text", Nobody),
            ("series_defaults", Nobody),
        ],
    ),
    (
        "idempotency_keys",
        &[("scope", Nobody), ("key", Passing), ("request_hash", Nobody), ("headers", Nobody), ("body", Passing)],
    ),
    (
        "imports",
        &[
            ("actor", Staff),
            ("format", Nobody),
            ("state", Nobody),
            ("mode", Nobody),
            ("body", Passing),
            ("counts", Nobody),
            ("findings", Speaker),
            ("result", Nobody),
        ],
    ),
    ("mail_wordings", &[("name", Nobody), ("language", Nobody), ("subject", Nobody), ("body", Nobody)]),
    (
        "materials",
        &[
            ("kind", Nobody),
            ("title", Nobody),
            ("url", Nobody),
            ("media_type", Nobody),
            ("language", Nobody),
            ("visibility", Nobody),
            ("license", Nobody),
            ("description", Nobody),
        ],
    ),
    (
        "members",
        &[
            ("email", Staff),
            ("email_key", Staff),
            ("name", Staff),
            ("role", Staff),
            ("password_hash", Staff),
            ("notices", Staff),
        ],
    ),
    (
        "memberships",
        &[
            ("category", Nobody),
            ("holds_from", Nobody),
            ("holds_until", Nobody),
            ("from_day", Nobody),
            ("until_day", Nobody),
            ("note", Nobody),
        ],
    ),
    (
        "organisations",
        &[
            ("name", Nobody),
            ("acronym", Nobody),
            ("aliases", Nobody),
            ("kind", Nobody),
            ("country", Nobody),
            ("url", Nobody),
            ("description", Nobody),
            ("legal_form", Nobody),
            ("logo_url", Nobody),
            ("logo_alt", Nobody),
            ("sort_key", Nobody),
            ("search_text", Nobody),
        ],
    ),
    (
        "outbox_messages",
        &[
            ("kind", Nobody),
            ("payload", Recipient),
            ("dedupe_key", Nobody),
            ("state", Nobody),
            ("last_error", Recipient),
            ("recipient_digest", Recipient),
            ("bounce_kind", Nobody),
            ("bounce_status", Nobody),
            ("bounce_diagnostic", Recipient),
        ],
    ),
    // Erased with the last registration of the address, by its own room.
    ("personal_feeds", &[("email_key", Recipient)]),
    ("programme_sources", &[("details", Speaker)]),
    ("registration_changes", &[("actor", Staff), ("action", Nobody), ("reason", Registrant), ("fields", Registrant)]),
    ("registration_forms", &[("questions", Nobody), ("consent_text", Nobody)]),
    (
        "registrations",
        &[
            ("name", Registrant),
            ("email", Registrant),
            ("email_key", Registrant),
            ("organisation", Registrant),
            ("timezone", Registrant),
            ("language", Nobody),
            ("answers", Registrant),
            ("state", Nobody),
            ("search_text", Registrant),
            ("attendance", Nobody),
            ("decided_by", Staff),
            ("decision_reason", Registrant),
            ("note", Registrant),
            ("checked_in_by", Staff),
        ],
    ),
    ("rooms", &[("name", Nobody)]),
    (
        "series",
        &[
            ("slug", Nobody),
            ("title", Nobody),
            ("details", Nobody),
            ("languages", Nobody),
            ("visibility", Nobody),
            ("search_text", Nobody),
        ],
    ),
    ("series_organisations", &[("role", Nobody)]),
    ("session_sources", &[("source_key", Nobody), ("details", Nobody)]),
    (
        "sessions",
        &[
            ("uid", Nobody),
            ("kind", Nobody),
            ("label", Nobody),
            ("title", Nobody),
            ("abstract_text", Nobody),
            ("guiding_questions", Nobody),
            ("track", Nobody),
            ("language", Nobody),
            ("search_text", Nobody),
        ],
    ),
    ("sign_in_failures", &[("key", Passing)]),
    ("speaker_sources", &[("source_key", Speaker)]),
    (
        "speakers",
        &[
            ("name", Speaker),
            ("bio", Speaker),
            ("photo_url", Speaker),
            ("links", Speaker),
            ("email", Speaker),
            ("timezone", Speaker),
            ("sort_key", Speaker),
            ("search_text", Speaker),
            ("affiliations", Speaker),
        ],
    ),
    (
        "suppressions",
        &[
            ("address_digest", Nobody),
            ("address", Recipient),
            ("reason", Nobody),
            ("status", Nobody),
            ("diagnostic", Recipient),
            ("search_text", Recipient),
        ],
    ),
    ("timezone_data", &[("version", Nobody)]),
    ("tokens", &[("name", Staff), ("role", Nobody), ("scopes", Nobody), ("token_hash", Nobody)]),
    ("unsubscriptions", &[("address_digest", Nobody)]),
    (
        "workspaces",
        &[
            ("slug", Nobody),
            ("name", Nobody),
            ("timezone", Nobody),
            ("language", Nobody),
            ("sender_name", Staff),
            ("reply_to", Staff),
            ("calendar_method", Nobody),
            ("links", Nobody),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::store::ABOUT_A_REGISTRATION;
    use super::*;

    /// Registrations themselves are erased by their own room.
    #[test]
    fn what_is_a_registrant_s_goes_with_the_registration() {
        for (table, columns) in COLUMNS.iter().filter(|(table, _)| *table != "registrations") {
            for (column, _) in columns.iter().filter(|(_, whose)| *whose == Registrant) {
                let erases = |statement: &&&str| {
                    statement.starts_with(&format!("DELETE FROM {table} "))
                        || statement.starts_with(&format!("UPDATE {table} SET "))
                            && statement.contains(&format!("{column} = "))
                };
                assert!(ABOUT_A_REGISTRATION.iter().any(|one| erases(&one)), "{table}.{column} is not erased");
            }
        }
    }
}
