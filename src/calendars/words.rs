//! The few words of ours that stand in an entry, in every language that we write.

use crate::time::Language;

/// The words of one language.
pub struct Words {
    /// Where an online event takes place when no platform is named.
    pub online: &'static str,
    /// Before a date that is not known to the day.
    pub planned_for: &'static str,
    /// Above the questions.
    pub guiding_questions: &'static str,
    /// Above the sessions, before the zone of their times.
    pub agenda: &'static str,
    /// Above the people who appear.
    pub people: &'static str,
    /// Behind somebody who has not agreed yet.
    pub unconfirmed: &'static str,
    /// Before the organisers.
    pub organised_by: &'static str,
    /// Before the title of the series.
    pub series: &'static str,
    /// That there is a report.
    pub report: &'static str,
    /// Before the address of a report.
    pub report_link: &'static str,
    /// Before the address of a recording.
    pub recording: &'static str,
    /// Before the join link.
    pub join: &'static str,
    /// Before the passcode.
    pub passcode: &'static str,
    /// Before the address of the event.
    pub more: &'static str,
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
    online: "Online",
    planned_for: "Planned for: ",
    guiding_questions: "Guiding questions:",
    agenda: "Agenda",
    people: "With:",
    unconfirmed: " (tbc)",
    organised_by: "Organised by: ",
    series: "Series: ",
    report: "A report on this event is available.",
    report_link: "Report: ",
    recording: "Recording: ",
    join: "Join: ",
    passcode: "Passcode: ",
    more: "More: ",
};

const GERMAN: Words = Words {
    online: "Online",
    planned_for: "Geplant für: ",
    guiding_questions: "Leitfragen:",
    agenda: "Programm",
    people: "Mit:",
    unconfirmed: " (angefragt)",
    organised_by: "Veranstaltet von: ",
    series: "Reihe: ",
    report: "Zu dieser Veranstaltung gibt es einen Bericht.",
    report_link: "Bericht: ",
    recording: "Aufzeichnung: ",
    join: "Teilnehmen: ",
    passcode: "Kenncode: ",
    more: "Mehr: ",
};

const FRENCH: Words = Words {
    online: "En ligne",
    planned_for: "Prévu pour : ",
    guiding_questions: "Questions directrices :",
    agenda: "Programme",
    people: "Avec :",
    unconfirmed: " (à confirmer)",
    organised_by: "Organisé par : ",
    series: "Série : ",
    report: "Un compte rendu de cet événement est disponible.",
    report_link: "Compte rendu : ",
    recording: "Enregistrement : ",
    join: "Participer : ",
    passcode: "Code d’accès : ",
    more: "En savoir plus : ",
};

const DUTCH: Words = Words {
    online: "Online",
    planned_for: "Gepland voor: ",
    guiding_questions: "Kernvragen:",
    agenda: "Programma",
    people: "Met:",
    unconfirmed: " (onder voorbehoud)",
    organised_by: "Georganiseerd door: ",
    series: "Reeks: ",
    report: "Er is een verslag van deze bijeenkomst.",
    report_link: "Verslag: ",
    recording: "Opname: ",
    join: "Deelnemen: ",
    passcode: "Toegangscode: ",
    more: "Meer: ",
};
