//! What the parts in an event are called, in every language that we write.

use super::model::AppearanceRole;
use crate::time::Language;

/// What a part is called.
pub const fn role(language: Language, role: AppearanceRole) -> &'static str {
    let [en, de, fr, nl] = match role {
        AppearanceRole::Speaker => ["Speaker", "Vortrag oder Gespräch", "Intervention", "Spreker"],
        AppearanceRole::Moderator => ["Moderator", "Moderation", "Modération", "Moderator"],
        AppearanceRole::Chair => ["Chair", "Vorsitz", "Présidence", "Voorzitter"],
        AppearanceRole::Panelist => ["Panellist", "Podium", "Participation à la table ronde", "Panellid"],
        AppearanceRole::Discussant => ["Discussant", "Diskussionsbeitrag", "Discussion", "Discussiant"],
        AppearanceRole::Host => ["Host", "Gastgeberin oder Gastgeber", "Accueil", "Gastheer of gastvrouw"],
        AppearanceRole::Interpreter => ["Interpreter", "Dolmetschen", "Interprétation", "Tolk"],
        AppearanceRole::Rapporteur => ["Rapporteur", "Berichterstattung", "Rapport de séance", "Rapporteur"],
    };
    match language {
        Language::En => en,
        Language::De => de,
        Language::Fr => fr,
        Language::Nl => nl,
    }
}
