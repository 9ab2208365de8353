//! Countries: the codes of ISO 3166-1, and what they are called in the languages that we write.

use std::collections::HashMap;
use std::sync::LazyLock;

use i18n_country_translations_data::ALL_LOCALES;

use crate::db::search::normalise;
use crate::time::Language;

/// The officially assigned codes of ISO 3166-1 alpha-2, and `XK`, which the standard leaves to its users and which the
/// European Union and CLDR use for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
     BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
     FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
     IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
     MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
     PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
     TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Names in the order of [`Language::ALL`] where the data is older than the CLDR of today (48).
const RENAMED: [(&str, [&str; 4]); 10] = [
    ("BY", ["Belarus", "Belarus", "Biélorussie", "Belarus"]),
    ("CV", ["Cape Verde", "Cabo Verde", "Cap-Vert", "Kaapverdië"]),
    ("CZ", ["Czechia", "Tschechien", "Tchéquie", "Tsjechië"]),
    ("KP", ["North Korea", "Nordkorea", "Corée du Nord", "Noord-Korea"]),
    ("KR", ["South Korea", "Südkorea", "Corée du Sud", "Zuid-Korea"]),
    ("MK", ["North Macedonia", "Nordmazedonien", "Macédoine du Nord", "Noord-Macedonië"]),
    ("RU", ["Russia", "Russland", "Russie", "Rusland"]),
    ("SX", ["Sint Maarten", "Sint Maarten", "Saint-Martin (partie néerlandaise)", "Sint-Maarten"]),
    ("SZ", ["Eswatini", "Eswatini", "Eswatini", "Eswatini"]),
    ("TR", ["Türkiye", "Türkei", "Turquie", "Turkije"]),
];

/// The countries by the code of a language, each list in the order of its names.
static NAMED: LazyLock<HashMap<&'static str, Vec<(&'static str, String)>>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|language| (language.code(), named(language))).collect());

/// Whether this is a country's code of two capital letters.
pub fn is_country(code: &str) -> bool {
    COUNTRIES.split(' ').any(|country| country == code)
}

/// The code of the country that somebody means who writes it in letters of any case.
pub fn country_code(text: &str) -> Option<&'static str> {
    COUNTRIES.split(' ').find(|country| country.eq_ignore_ascii_case(text))
}

/// The code and the name of each country, in the order of the names.
pub fn countries(language: Language) -> &'static [(&'static str, String)] {
    NAMED.get(language.code()).map(Vec::as_slice).unwrap_or_default()
}

/// What the country with this code is called.
pub fn country_name(code: &str, language: Language) -> Option<&'static str> {
    countries(language).iter().find(|(own, _)| *own == code).map(|(_, name)| name.as_str())
}

fn named(language: Language) -> Vec<(&'static str, String)> {
    let data = ALL_LOCALES.iter().find(|(tag, _)| *tag == language.code()).map(|(_, data)| *data);
    let names = data.and_then(|data| serde_json::from_str::<HashMap<String, String>>(data).ok()).unwrap_or_default();
    let renamed = |code: &str| {
        let (_, names) = RENAMED.iter().find(|(own, _)| *own == code)?;
        Language::ALL.into_iter().zip(names).find(|(own, _)| *own == language).map(|(_, name)| *name)
    };
    let name_of = |code| renamed(code).or_else(|| names.get(code).map(String::as_str)).unwrap_or(code);
    let mut all: Vec<(&'static str, String)> =
        COUNTRIES.split(' ').map(|code| (code, name_of(code).to_owned())).collect();
    all.sort_by_cached_key(|(_, name)| normalise(name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_codes_of_the_standard() {
        let codes: Vec<&str> = COUNTRIES.split(' ').collect();
        assert_eq!(codes.len(), 249 + 1);
        assert!(codes.is_sorted_by(|one, next| one < next));
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
        for code in ["NO", "AT", "KR", "XK"] {
            assert!(is_country(code), "{code}");
        }
        for code in ["", " ", "no", "NOR", "UK", "EU", "AD AE"] {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn a_code_is_known_in_any_case() {
        assert_eq!((country_code("nl"), country_code("Nl"), country_code("NL")), (Some("NL"), Some("NL"), Some("NL")));
        assert_eq!((country_code("uk"), country_code(""), country_code("nl ")), (None, None, None));
    }

    #[test]
    fn every_country_has_a_name_in_every_language() {
        for language in Language::ALL {
            let all = countries(language);
            assert_eq!(all.len(), 249 + 1);
            let nameless: Vec<_> = all.iter().filter(|(code, name)| name == code || name.trim() != name).collect();
            assert!(nameless.is_empty(), "{language}: {nameless:?}");
            let different: std::collections::BTreeSet<&String> = all.iter().map(|(_, name)| name).collect();
            assert_eq!(different.len(), all.len(), "{language}");
        }
        let names = |code: &str| Language::ALL.map(|language| country_name(code, language).unwrap());
        assert_eq!(names("NL"), ["Netherlands", "Niederlande", "Pays-Bas", "Nederland"]);
        assert_eq!(names("SZ"), ["Eswatini"; 4]);
        assert_eq!(names("MK")[1..], ["Nordmazedonien", "Macédoine du Nord", "Noord-Macedonië"]);
        assert_eq!(country_name("nl", Language::En), None);
    }

    #[test]
    fn names_stand_where_a_reader_looks_for_them() {
        let german: Vec<&str> = countries(Language::De).iter().map(|(_, name)| name.as_str()).collect();
        let place = |name: &str| german.iter().position(|one| *one == name).unwrap();
        assert!(place("Nordmazedonien") < place("Österreich") && place("Österreich") < place("Pakistan"), "{german:?}");
    }
}
