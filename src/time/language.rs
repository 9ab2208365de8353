//! The languages in which dates are written out, and their words for months, weekdays and seasons.

use std::{fmt, str::FromStr};

use chrono::Weekday;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::edtf::Season;

/// A language that Plenary writes in, by its ISO 639-1 code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Dutch.
    Nl,
}

/// The text names no language that Plenary writes in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{given}` is none of the languages en, de, fr and nl")]
pub struct LanguageError {
    /// The text as it came.
    pub given: String,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::Nl];

    /// The language of a BCP 47 tag such as `de-AT`, whatever its region and case; `None` if it is another language.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The ISO 639-1 code, `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Nl => "nl",
        }
    }

    /// The name of a month from 1 to 12, written as inside a sentence.
    pub fn month(self, number: u32) -> &'static str {
        let names = match self {
            Self::En => MONTHS_EN,
            Self::De => MONTHS_DE,
            Self::Fr => MONTHS_FR,
            Self::Nl => MONTHS_NL,
        };
        pick(&names, number.wrapping_sub(1))
    }

    /// The name of a weekday, written as inside a sentence.
    pub fn weekday(self, weekday: Weekday) -> &'static str {
        let names = match self {
            Self::En => WEEKDAYS_EN,
            Self::De => WEEKDAYS_DE,
            Self::Fr => WEEKDAYS_FR,
            Self::Nl => WEEKDAYS_NL,
        };
        pick(&names, weekday.num_days_from_monday())
    }

    /// The name of a season.
    pub fn season(self, season: Season) -> &'static str {
        let names = match self {
            Self::En => ["Spring", "Summer", "Autumn", "Winter"],
            Self::De => ["Frühjahr", "Sommer", "Herbst", "Winter"],
            Self::Fr => ["printemps", "été", "automne", "hiver"],
            Self::Nl => ["voorjaar", "zomer", "najaar", "winter"],
        };
        pick(&names, season.number() - Season::Spring.number())
    }
}

/// Reads an English weekday name in full, in any case.
pub(super) fn parse_weekday(given: &str) -> Option<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    [Mon, Tue, Wed, Thu, Fri, Sat, Sun]
        .into_iter()
        .find(|weekday| Language::En.weekday(*weekday).eq_ignore_ascii_case(given.trim()))
}

fn pick(names: &[&'static str], index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given).ok_or_else(|| LanguageError { given: given.to_owned() })
    }
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS_DE: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const WEEKDAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const WEEKDAYS_NL: [&str; 7] = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_language() {
        for (tag, language) in [
            ("en", Some(Language::En)),
            ("de-AT", Some(Language::De)),
            ("FR", Some(Language::Fr)),
            ("fr_CH", Some(Language::Fr)),
            ("nl-Latn-BE", Some(Language::Nl)),
            ("no", None),
            ("deutsch", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(tag), language, "{tag}");
        }
        assert_eq!("sv".parse::<Language>(), Err(LanguageError { given: "sv".to_owned() }));
        assert_eq!(serde_json::to_string(&Language::De).unwrap(), "\"de\"");
    }

    #[test]
    fn every_language_has_twelve_months_seven_weekdays_and_four_seasons() {
        for language in Language::ALL {
            assert_eq!(language.code().parse(), Ok(language));
            let mut words: Vec<&str> = (1..=12).map(|month| language.month(month)).collect();
            words.extend((0..7).map(|day| language.weekday(Weekday::try_from(day).unwrap())));
            words.extend(Season::ALL.map(|season| language.season(season)));
            assert!(words.iter().all(|word| !word.is_empty()), "{language}");
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), 23, "{language}");
            assert_eq!((language.month(0), language.month(13)), ("", ""));
        }
        assert_eq!(Language::De.weekday(Weekday::Wed), "Mittwoch");
        assert_eq!(Language::Fr.month(8), "août");
    }

    #[test]
    fn weekdays_are_read_in_english_and_in_full() {
        assert_eq!(parse_weekday("thursday"), Some(Weekday::Thu));
        assert_eq!(parse_weekday(" WEDNESDAY "), Some(Weekday::Wed));
        for given in ["Thu", "Mittwoch", "", "Thursdays"] {
            assert_eq!(parse_weekday(given), None, "{given}");
        }
    }
}
