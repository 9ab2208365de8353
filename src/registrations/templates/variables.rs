//! What mails to people have in common: the variables that their texts may use, and what these must not leave out.

macro_rules! variables {
    ($($name:literal $meaning:literal)*) => {
        &[
            Variable { name: "person.name", meaning: "The name of the person who registered." },
            Variable { name: "event.title", meaning: "The title of the event." },
            Variable { name: "event.super_title", meaning: "What stands above the title, if anything." },
            Variable { name: "event.when", meaning: "When the event is, as well as it is known, with its zone." },
            Variable { name: "event.reader_when", meaning: "The same in the person's zone, if they have another." },
            Variable { name: "event.place", meaning: "The venue, the platform, or both, if known." },
            Variable { name: "event.url", meaning: "The address of the event." },
            Variable { name: "event.ics_url", meaning: "The address of the event's calendar file." },
            Variable { name: "workspace.name", meaning: "The name of the workspace." },
            $(Variable { name: $name, meaning: $meaning }),*
        ]
    };
}

macro_rules! for_a_person {
    ($($name:literal $meaning:literal)*) => {
        variables!(
            "links.manage" "Where the person sees, confirms, accepts or cancels the registration. It is theirs alone."
            "state" "Where the registration stands: confirmed, recording, waitlisted, offered, pending_verification and so on."
            $($name $meaning)*
        )
    };
}

macro_rules! with_join_link {
    ($($name:literal $meaning:literal)*) => {
        for_a_person!(
            "links.join" "Where to join online, for who has a seat."
            "links.passcode" "The passcode for that."
            $($name $meaning)*
        )
    };
}

pub(in crate::registrations) use {for_a_person, variables, with_join_link};

/// Which event it is.
pub(in crate::registrations) const WHAT: &[&str] = &["event.title", "details"];
/// When that is.
pub(in crate::registrations) const WHEN: &[&str] = &["event.when", "details"];
/// Where that is.
pub(in crate::registrations) const WHERE: &[&str] = &["event.place", "details"];
/// The link to the registration.
pub(in crate::registrations) const MANAGE: &[&str] = &["links.manage", "actions"];
/// The way into the meeting.
pub(in crate::registrations) const JOIN: &[&str] = &["links.join", "actions"];
/// The passcode for that.
pub(in crate::registrations) const PASSCODE: &[&str] = &["links.passcode", "actions"];
