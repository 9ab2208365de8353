//! The few words of ours on a page, in every language that we write.

use crate::time::Language;

/// The words of one language.
pub struct Words {
    /// Before the zone of all times.
    pub all_times: &'static str,
    /// Above what has no time.
    pub untimed: &'static str,
    /// Where an online event takes place when no platform is named.
    pub online: &'static str,
    /// Before the organisers.
    pub organised_by: &'static str,
    /// Before the title of the series.
    pub series: &'static str,
    /// Above who appears at the event as a whole.
    pub with: &'static str,
    /// That the event was cancelled.
    pub cancelled: &'static str,
    /// That the event waits for a new time.
    pub postponed: &'static str,
    /// Before a language.
    pub language: &'static str,
    /// Before files.
    pub attachments: &'static str,
    /// Before pages.
    pub links: &'static str,
}

/// The words of a language.
pub const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
        Language::Fr => &FRENCH,
        Language::Nl => &DUTCH,
    }
}

const ENGLISH: Words = Words {
    all_times: "All times:",
    untimed: "Without a time",
    online: "Online",
    organised_by: "Organised by:",
    series: "Series:",
    with: "With:",
    cancelled: "This event was cancelled.",
    postponed: "This event was postponed.",
    language: "Language:",
    attachments: "Files:",
    links: "Links:",
};

const GERMAN: Words = Words {
    all_times: "Alle Zeiten:",
    untimed: "Ohne Uhrzeit",
    online: "Online",
    organised_by: "Veranstaltet von:",
    series: "Reihe:",
    with: "Mit:",
    cancelled: "Diese Veranstaltung wurde abgesagt.",
    postponed: "Diese Veranstaltung wurde verschoben.",
    language: "Sprache:",
    attachments: "Dateien:",
    links: "Links:",
};

const FRENCH: Words = Words {
    all_times: "Tous les horaires :",
    untimed: "Sans horaire",
    online: "En ligne",
    organised_by: "Organisé par :",
    series: "Série :",
    with: "Avec :",
    cancelled: "Cet événement a été annulé.",
    postponed: "Cet événement a été reporté.",
    language: "Langue :",
    attachments: "Fichiers :",
    links: "Liens :",
};

const DUTCH: Words = Words {
    all_times: "Alle tijden:",
    untimed: "Zonder tijd",
    online: "Online",
    organised_by: "Georganiseerd door:",
    series: "Reeks:",
    with: "Met:",
    cancelled: "Deze bijeenkomst is geannuleerd.",
    postponed: "Deze bijeenkomst is uitgesteld.",
    language: "Taal:",
    attachments: "Bestanden:",
    links: "Links:",
};
