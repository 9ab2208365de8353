//! What [`render`] writes, octet by octet.

use super::*;

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn timed(starts_at: &str, ends_at: &str, name: &str) -> EntryTime {
    EntryTime::Timed { starts_at: instant(starts_at), ends_at: Some(instant(ends_at)), zone: zone(name) }
}

/// An entry with the required values alone.
pub fn entry() -> Entry {
    Entry {
        uid: "018f-1@plenary".to_owned(),
        parent_uid: None,
        sequence: 0,
        created_at: instant("2026-01-02T03:04:05Z"),
        updated_at: instant("2026-02-03T04:05:06.789Z"),
        stamped_at: None,
        status: Status::Confirmed,
        is_opaque: true,
        summary: "Opening".to_owned(),
        description: None,
        location: None,
        url: None,
        conference: None,
        image: None,
        categories: Vec::new(),
        language: None,
        organizer: None,
        attendee: None,
        time: timed("2026-06-01T10:00:00Z", "2026-06-01T11:30:00Z", "UTC"),
    }
}

/// An entry with every value.
pub fn full_entry() -> Entry {
    Entry {
        sequence: 7,
        stamped_at: Some(instant("2026-05-05T05:05:05Z")),
        status: Status::Tentative,
        is_opaque: false,
        summary: "Opening; part 1, A\\B".to_owned(),
        description: Some("First line,\r\nsecond line".to_owned()),
        location: Some("Hall 1,\nOslo".to_owned()),
        url: Some("https://example.org/e?a=1,2;b=3".to_owned()),
        conference: Some(Conference {
            uri: "https://meet.example.org/1,2".to_owned(),
            label: Some("Video: \"main\"".to_owned()),
        }),
        image: Some("https://example.org/p.png".to_owned()),
        categories: vec!["Talks, keynotes".to_owned(), String::new(), "Climate".to_owned()],
        language: Some("nb".to_owned()),
        organizer: Some(Person { name: "Plenary; team".to_owned(), email: "team@example.org".to_owned() }),
        attendee: Some(Attendee {
            name: "Åse O'Neil".to_owned(),
            email: "ase+1@example.org".to_owned(),
            participation: Participation::Accepted,
        }),
        time: timed("2026-06-01T10:00:00Z", "2026-06-01T11:30:00Z", "Europe/Oslo"),
        ..entry()
    }
}

pub fn calendar(method: Option<Method>, entries: Vec<Entry>) -> Calendar {
    Calendar {
        name: "Programme".to_owned(),
        is_collection: true,
        description: None,
        url: None,
        timezone: None,
        refresh: None,
        method,
        entries,
    }
}

const OSLO: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\n\
    BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n\
    END:VTIMEZONE\r\n";

#[test]
fn a_feed_with_everything() {
    let feed = Calendar {
        name: "Programme, spring; \"2026\"".to_owned(),
        is_collection: true,
        description: Some("All sessions,\nin order".to_owned()),
        url: Some("https://example.org/programme?a,b".to_owned()),
        timezone: Some(zone("Europe/Oslo")),
        refresh: Some(Duration::minutes(60)),
        method: None,
        entries: vec![full_entry()],
    };
    let expected = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Plenary//Plenary 1.0//EN\r\nCALSCALE:GREGORIAN\r\n\
         NAME:Programme\\, spring\\; \"2026\"\r\nX-WR-CALNAME:Programme\\, spring\\; \"2026\"\r\n\
         DESCRIPTION:All sessions\\,\\nin order\r\nX-WR-CALDESC:All sessions\\,\\nin order\r\n\
         URL:https://example.org/programme?a,b\r\nX-WR-TIMEZONE:Europe/Oslo\r\n\
         X-PUBLISHED-TTL:PT1H\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n\
         {OSLO}\
         BEGIN:VEVENT\r\n\
         CREATED:20260102T030405Z\r\n\
         DESCRIPTION;LANGUAGE=nb:First line\\,\\nsecond line\r\n\
         DTEND;TZID=Europe/Oslo:20260601T133000\r\nDTSTAMP:20260203T040506Z\r\n\
         DTSTART;TZID=Europe/Oslo:20260601T120000\r\nLAST-MODIFIED:20260203T040506Z\r\n\
         LOCATION:Hall 1\\, Oslo\r\nORGANIZER;CN=\"Plenary; team\":mailto:team@example.org\r\n\
         SEQUENCE:7\r\nSTATUS:TENTATIVE\r\nSUMMARY;LANGUAGE=nb:Opening\\; part 1\\, A\\\\B\r\n\
         TRANSP:TRANSPARENT\r\nUID:018f-1@plenary\r\nURL:https://example.org/e?a=1,2;b=3\r\n\
         CATEGORIES:Talks\\, keynotes,Climate\r\n\
         CONFERENCE;FEATURE=VIDEO;LABEL=\"Video: 'main'\";VALUE=URI:https://meet.examp\r\n le.org/1,2\r\n\
         IMAGE;DISPLAY=BADGE;FMTTYPE=image/png;VALUE=URI:https://example.org/p.png\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(render(&feed), expected);
}

#[test]
fn only_what_is_subscribed_to_makes_a_calendar_of_its_own() {
    let methods = [None, Some(Method::Publish), Some(Method::Request), Some(Method::Cancel)];
    let named = [true, false].map(|is_collection| {
        methods.map(|method| {
            let text = render(&Calendar { is_collection, ..calendar(method, vec![entry()]) });
            assert!(text.contains("\r\nNAME:Programme\r\n"), "{text}");
            text.contains("X-WR-CALNAME")
        })
    });
    assert_eq!(named, [[true, false, false, false], [false; 4]]);
}

#[test]
fn the_smallest_calendar() {
    assert_eq!(
        render(&calendar(None, vec![entry()])),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Plenary//Plenary 1.0//EN\r\nCALSCALE:GREGORIAN\r\n\
         NAME:Programme\r\nX-WR-CALNAME:Programme\r\n\
         BEGIN:VEVENT\r\nCREATED:20260102T030405Z\r\nDTEND:20260601T113000Z\r\nDTSTAMP:20260203T040506Z\r\n\
         DTSTART:20260601T100000Z\r\nLAST-MODIFIED:20260203T040506Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\n\
         SUMMARY:Opening\r\nTRANSP:OPAQUE\r\nUID:018f-1@plenary\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
}

#[test]
fn an_empty_calendar_is_its_head() {
    assert_eq!(
        render(&Calendar { name: " \n".to_owned(), ..calendar(None, Vec::new()) }),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Plenary//Plenary 1.0//EN\r\nCALSCALE:GREGORIAN\r\nEND:VCALENDAR\r\n"
    );
}

#[test]
fn each_zone_is_described_once_before_the_entries() {
    let entries = ["Europe/Oslo", "Asia/Kolkata", "UTC", "Europe/Oslo"]
        .map(|name| Entry { time: timed("2026-06-01T10:00:00Z", "2026-06-01T11:30:00Z", name), ..entry() });
    let text = render(&calendar(None, entries.to_vec()));
    let heads: Vec<&str> =
        text.split("\r\n").filter(|line| line.starts_with("TZID:") || *line == "BEGIN:VEVENT").collect();
    assert_eq!(
        heads,
        ["TZID:Asia/Kolkata", "TZID:Europe/Oslo", "BEGIN:VEVENT", "BEGIN:VEVENT", "BEGIN:VEVENT", "BEGIN:VEVENT"]
    );
}

#[test]
fn a_zone_covers_all_entries() {
    let entries = ["2024-06-01T10:00:00Z", "2031-12-31T23:30:00Z"].map(|starts_at| Entry {
        time: EntryTime::Timed { starts_at: instant(starts_at), ends_at: None, zone: zone("America/Nuuk") },
        ..entry()
    });
    let text = render(&calendar(None, entries.to_vec()));
    let expected = vtimezone_of("America/Nuuk", "2024-01-01T00:00:00Z", "2033-01-01T00:00:00Z");
    assert_eq!(text.split_once("BEGIN:VTIMEZONE").map(|(_, rest)| rest.starts_with(&expected)), Some(true));
}

fn vtimezone_of(name: &str, from: &str, until: &str) -> String {
    let text = crate::calendars::vtimezone::vtimezone(zone(name), instant(from), instant(until));
    text.strip_prefix("BEGIN:VTIMEZONE").unwrap().to_owned()
}

#[test]
fn the_order_of_the_entries_given_does_not_matter() {
    let at = |uid: &str, time| Entry { uid: uid.to_owned(), time, ..entry() };
    let days = EntryTime::AllDay { first: day("2026-06-01"), last: day("2026-06-02") };
    let entries = [
        at("d", timed("2026-05-31T22:00:00Z", "2026-06-01T23:00:00Z", "Europe/Oslo")),
        at("c", days),
        at("a", timed("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z", "Asia/Kolkata")),
        at("b", timed("2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z", "UTC")),
    ];
    let text = render(&calendar(None, entries.to_vec()));
    let uids: Vec<&str> = text.split("\r\n").filter_map(|line| line.strip_prefix("UID:")).collect();
    assert_eq!(uids, ["d", "c", "a", "b"]);
    let mut reversed = entries.to_vec();
    reversed.reverse();
    assert_eq!(render(&calendar(None, reversed)), text);
}

#[test]
fn refresh_intervals_are_whole_minutes_and_not_too_short() {
    let minutes = [0, 15, 60, 90, 1440].map(|minutes| format_duration(Duration::minutes(minutes)));
    assert_eq!(minutes, ["PT15M", "PT15M", "PT1H", "PT1H30M", "PT24H"]);
    assert_eq!(format_duration(Duration::milliseconds(1_800_500)), "PT30M");
}
