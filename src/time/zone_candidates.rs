//! What somebody may have meant who wrote an abbreviation, an offset or a misspelt zone.

use chrono_tz::TZ_VARIANTS;

/// So many suggestions are readable.
const MAX_CANDIDATES: usize = 8;

/// The ids of the time zone database that are abbreviations or fixed offsets in disguise, beside `Etc/…`.
const REFUSED_IDS: [&str; 18] = [
    "CET",
    "CST6CDT",
    "EET",
    "EST",
    "EST5EDT",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "MET",
    "MST",
    "MST7MDT",
    "PST8PDT",
    "UCT",
    "WET",
    "Zulu",
];

/// Abbreviations in upper case, and the zones that use them. The likeliest comes first.
const ABBREVIATIONS: &[(&str, &[&str])] = &[
    ("CET CEST MET MEST MEZ MESZ", CENTRAL_EUROPE),
    ("EET EEST", &["Europe/Helsinki", "Europe/Athens", "Europe/Kyiv", "Europe/Bucharest", "Africa/Cairo"]),
    ("WET WEST", &["Europe/Lisbon", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Faroe"]),
    ("GMT GMT0 GREENWICH", &["Europe/London", "Europe/Dublin", "Atlantic/Reykjavik", "Africa/Accra", "UTC"]),
    ("UCT ZULU Z UNIVERSAL", &["UTC"]),
    ("BST", &["Europe/London", "Asia/Dhaka"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("IDT", &["Asia/Jerusalem"]),
    ("MSK", &["Europe/Moscow"]),
    ("TRT", &["Europe/Istanbul"]),
    ("EST EDT ET EST5EDT", &["America/New_York", "America/Toronto", "America/Jamaica", "America/Panama"]),
    (
        "CST CDT CT CST6CDT",
        &["America/Chicago", "America/Mexico_City", "America/Costa_Rica", "America/Havana", "Asia/Shanghai"],
    ),
    ("MST MDT MT MST7MDT", &["America/Denver", "America/Phoenix", "America/Edmonton"]),
    ("PST PDT PT PST8PDT", &["America/Los_Angeles", "America/Vancouver", "America/Tijuana", "Asia/Manila"]),
    ("AKST AKDT", &["America/Anchorage"]),
    ("HST HDT", &["Pacific/Honolulu", "America/Adak"]),
    ("AST ADT", &["America/Halifax", "America/Puerto_Rico", "Atlantic/Bermuda", "Asia/Riyadh"]),
    ("NST NDT", &["America/St_Johns"]),
    ("BRT", &["America/Sao_Paulo"]),
    ("ART", &["America/Argentina/Buenos_Aires"]),
    ("CLT CLST", &["America/Santiago"]),
    ("COT", &["America/Bogota"]),
    ("PET", &["America/Lima"]),
    ("GST", &["Asia/Dubai"]),
    ("PKT", &["Asia/Karachi"]),
    ("NPT", &["Asia/Kathmandu"]),
    ("ICT", &["Asia/Bangkok", "Asia/Ho_Chi_Minh"]),
    ("WIB", &["Asia/Jakarta"]),
    ("HKT", &["Asia/Hong_Kong"]),
    ("SGT", &["Asia/Singapore"]),
    ("PHT", &["Asia/Manila"]),
    ("JST", &["Asia/Tokyo"]),
    ("KST", &["Asia/Seoul"]),
    ("AWST", &["Australia/Perth"]),
    ("ACST ACDT", &["Australia/Adelaide", "Australia/Darwin"]),
    ("AEST AEDT", &["Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"]),
    ("NZST NZDT NZT", &["Pacific/Auckland"]),
    ("SAST", &["Africa/Johannesburg"]),
    ("EAT", &["Africa/Nairobi", "Africa/Addis_Ababa"]),
    ("CAT", &["Africa/Maputo", "Africa/Harare"]),
    ("WAT", &["Africa/Lagos", "Africa/Kinshasa"]),
];

const CENTRAL_EUROPE: &[&str] =
    &["Europe/Paris", "Europe/Berlin", "Europe/Oslo", "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "Europe/Warsaw"];

/// Standard offsets in minutes east of UTC, and zones that keep them outside summer time.
const OFFSETS: &[(i32, &[&str])] = &[
    (-720, &[]),
    (-660, &["Pacific/Pago_Pago"]),
    (-600, &["Pacific/Honolulu"]),
    (-570, &["Pacific/Marquesas"]),
    (-540, &["America/Anchorage"]),
    (-480, &["America/Los_Angeles", "America/Tijuana"]),
    (-420, &["America/Denver", "America/Phoenix"]),
    (-360, &["America/Chicago", "America/Mexico_City", "America/Costa_Rica"]),
    (-300, &["America/New_York", "America/Toronto", "America/Bogota", "America/Lima"]),
    (-240, &["America/Halifax", "America/Puerto_Rico", "America/Santiago", "America/La_Paz"]),
    (-210, &["America/St_Johns"]),
    (-180, &["America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Montevideo"]),
    (-120, &["America/Noronha", "America/Nuuk"]),
    (-60, &["Atlantic/Azores", "Atlantic/Cape_Verde"]),
    (0, &["UTC", "Europe/London", "Europe/Lisbon", "Europe/Dublin", "Africa/Accra", "Atlantic/Reykjavik"]),
    (
        60,
        &[
            "Europe/Paris",
            "Europe/Berlin",
            "Europe/Oslo",
            "Europe/Madrid",
            "Europe/Rome",
            "Africa/Lagos",
            "Africa/Tunis",
        ],
    ),
    (
        120,
        &["Europe/Athens", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo", "Africa/Johannesburg", "Asia/Jerusalem"],
    ),
    (180, &["Europe/Istanbul", "Europe/Moscow", "Africa/Nairobi", "Asia/Riyadh", "Asia/Baghdad"]),
    (210, &["Asia/Tehran"]),
    (240, &["Asia/Dubai", "Asia/Tbilisi", "Asia/Yerevan"]),
    (270, &["Asia/Kabul"]),
    (300, &["Asia/Karachi", "Asia/Tashkent", "Asia/Almaty"]),
    (330, &["Asia/Kolkata", "Asia/Colombo"]),
    (345, &["Asia/Kathmandu"]),
    (360, &["Asia/Dhaka", "Asia/Bishkek"]),
    (390, &["Asia/Yangon"]),
    (420, &["Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh"]),
    (480, &["Asia/Shanghai", "Asia/Singapore", "Asia/Hong_Kong", "Asia/Manila", "Australia/Perth"]),
    (525, &["Australia/Eucla"]),
    (540, &["Asia/Tokyo", "Asia/Seoul"]),
    (570, &["Australia/Adelaide", "Australia/Darwin"]),
    (600, &["Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"]),
    (630, &["Australia/Lord_Howe"]),
    (660, &["Pacific/Noumea", "Pacific/Guadalcanal"]),
    (720, &["Pacific/Auckland", "Pacific/Fiji"]),
    (765, &["Pacific/Chatham"]),
    (780, &["Pacific/Tongatapu", "Pacific/Apia"]),
    (840, &["Pacific/Kiritimati"]),
];

/// Whether the time zone database knows `name`, but it is an abbreviation or a fixed offset rather than a place.
/// `UTC` (and `Etc/UTC`) is what it says and stays.
pub(super) fn is_refused_id(name: &str) -> bool {
    REFUSED_IDS.contains(&name) || name == "Universal" || name.starts_with("Etc/") && name != "Etc/UTC"
}

/// The zones that `given` may mean if it is an abbreviation or a fixed offset; `None` if it is neither. The list can
/// be empty: some offsets belong to no place.
pub(super) fn suggest_for_abbreviation(given: &str) -> Option<Vec<&'static str>> {
    let upper = given.trim().to_ascii_uppercase();
    let (body, is_etc) = match upper.strip_prefix("ETC/") {
        Some(body) => (body, true),
        None => (upper.as_str(), false),
    };
    if body == "UTC" {
        return None;
    }
    let named = ABBREVIATIONS.iter().find(|(names, _)| names.split(' ').any(|name| name == body));
    if let Some((_, zones)) = named {
        return Some(zones.to_vec());
    }
    // `Etc/GMT-5` follows POSIX and lies five hours *east*.
    let minutes = read_offset(body)? * if is_etc { -1 } else { 1 };
    let zones = OFFSETS.iter().find(|(offset, _)| *offset == minutes).map(|(_, zones)| zones.to_vec());
    Some(zones.unwrap_or_default())
}

/// Reads `+1`, `+01`, `+01:00`, `+0100`, with `UTC`, `GMT` or `UT` in front or without, as minutes east of UTC.
fn read_offset(text: &str) -> Option<i32> {
    let rest = ["UTC", "GMT", "UT"].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let (sign, digits) = match (rest.strip_prefix('+'), rest.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?))
}

/// The zones whose name is spelt like `given`, the closest first: another case, spaces for underscores, the city alone,
/// the beginning of a city, or up to two wrong letters.
pub(super) fn suggest_for_misspelling(given: &str) -> Vec<&'static str> {
    let wanted = normalise(given);
    let city_wanted = wanted.rsplit('/').next().unwrap_or(&wanted);
    let mut ranked: Vec<(usize, &'static str)> = TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| !is_refused_id(name))
        .filter_map(|name| Some((rank(&wanted, city_wanted, name)?, name)))
        .collect();
    ranked.sort_unstable();
    let Some(&(best, _)) = ranked.first() else { return Vec::new() };
    // An exact match in another spelling leaves nothing to guess.
    let keep = if best <= 1 { best } else { usize::MAX };
    ranked.into_iter().filter(|(rank, _)| *rank <= keep).map(|(_, name)| name).take(MAX_CANDIDATES).collect()
}

/// How far a zone's name lies from what was wanted; `None` is too far.
fn rank(wanted: &str, city_wanted: &str, name: &str) -> Option<usize> {
    let name = normalise(name);
    let city = name.rsplit('/').next().unwrap_or(&name);
    if name == wanted {
        return Some(0);
    }
    if city == city_wanted && !city.is_empty() {
        return Some(1);
    }
    if city_wanted.len() >= 3 && city.starts_with(city_wanted) {
        return Some(2);
    }
    // Two wrong letters in a short word make another word.
    let allowed = city_wanted.chars().count() / 4;
    let distance = edit_distance(city_wanted, city).min(edit_distance(wanted, &name));
    (distance <= allowed.min(2)).then_some(2 + distance)
}

/// Lower case, and one sign for all that separates words.
fn normalise(name: &str) -> String {
    let fold = |c: char| if c == '/' || c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.trim().chars().take(60).map(fold).collect()
}

/// Levenshtein's distance: how many letters to insert, delete or replace.
fn edit_distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (cell, r) in row.iter_mut().skip(1).zip(right.chars()) {
            let cost = diagonal + usize::from(l != r);
            diagonal = *cell;
            before = cost.min(before + 1).min(*cell + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "zone_candidates_tests.rs"]
mod tests;
