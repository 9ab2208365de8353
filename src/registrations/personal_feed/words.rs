//! The few words of ours that stand in a personal feed beside those of every feed, in every language that we write.

use crate::time::Language;

/// The words of one language. Those of a state are what stands before the title, and what is said above the description.
pub struct Words {
    /// Before the name of the workspace: what the calendar is called.
    pub mine: &'static str,
    /// They wait for a seat.
    pub waitlisted: (&'static str, &'static str),
    /// A seat is held for them.
    pub offered: (&'static str, &'static str),
    /// The organisers have not decided.
    pub pending: (&'static str, &'static str),
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
    mine: "My events: ",
    waitlisted: ("Waiting list: ", "You are on the waiting list."),
    offered: ("Seat offered: ", "A seat is held for you. Please accept it in time, with the link in our mail."),
    pending: ("Not approved yet: ", "The organisers have not yet decided on your registration."),
};

const GERMAN: Words = Words {
    mine: "Meine Veranstaltungen: ",
    waitlisted: ("Warteliste: ", "Sie stehen auf der Warteliste."),
    offered: (
        "Platz angeboten: ",
        "Ein Platz wird für Sie freigehalten. Bitte nehmen Sie ihn rechtzeitig mit dem Link in unserer E-Mail an.",
    ),
    pending: ("Noch nicht zugesagt: ", "Die Veranstalter haben noch nicht über Ihre Anmeldung entschieden."),
};

const FRENCH: Words = Words {
    mine: "Mes événements : ",
    waitlisted: ("Liste d’attente : ", "Vous êtes sur la liste d’attente."),
    offered: (
        "Place proposée : ",
        "Une place vous est réservée. Veuillez l’accepter à temps par le lien de notre message.",
    ),
    pending: ("Pas encore accepté : ", "Les organisateurs n’ont pas encore décidé de votre inscription."),
};

const DUTCH: Words = Words {
    mine: "Mijn evenementen: ",
    waitlisted: ("Wachtlijst: ", "U staat op de wachtlijst."),
    offered: (
        "Plaats aangeboden: ",
        "Er wordt een plaats voor u vrijgehouden. Neem die op tijd aan met de link in onze e-mail.",
    ),
    pending: ("Nog niet toegezegd: ", "De organisatoren hebben nog niet over uw aanmelding beslist."),
};
