//! What each calendar on the web is told.

use super::*;
use crate::time::WhenInput;

const ICS: &str = "https://plenary.example/calendars/events/1.ics";
const PAGE: &str = "https://plenary.example/e/1?a=b&c";
/// As it stands in an address.
const ENCODED_PAGE: &str = "https%3A%2F%2Fplenary.example%2Fe%2F1%3Fa%3Db%26c";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn links(title: &str, place: Option<&str>, span: Span) -> CalendarLinks {
    links_to(ICS, Some(&Adding { title, place, page: PAGE, span }))
}

/// The values of an address by their names, as somebody else's reader decodes them.
fn query(link: &str) -> Vec<(String, String)> {
    url::Url::parse(link).unwrap().query_pairs().into_owned().collect()
}

fn timed() -> Span {
    Span::Timed(at("2022-02-23T10:30:00Z"), at("2022-02-23T12:00:00Z"))
}

#[test]
fn a_time_goes_out_in_utc() {
    let links = links("Rights & cities: 50 % + more", Some("Rathaus, Köln"), timed());
    let title = "Rights%20%26%20cities%3A%2050%20%25%20%2B%20more";
    assert_eq!((links.ics.as_str(), links.webcal.as_str()), (ICS, "webcal://plenary.example/calendars/events/1.ics"));
    assert_eq!(
        links.google.unwrap(),
        format!(
            "https://calendar.google.com/calendar/render?action=TEMPLATE&dates=20220223T103000Z/20220223T120000Z\
             &text={title}&location=Rathaus%2C%20K%C3%B6ln&details={ENCODED_PAGE}"
        )
    );
    for (host, link) in [("outlook.live.com", links.outlook), ("outlook.office.com", links.office365)] {
        assert_eq!(
            link.unwrap(),
            format!(
                "https://{host}/calendar/deeplink/compose?path=/calendar/action/compose&rru=addevent\
                 &startdt=2022-02-23T10:30:00Z&enddt=2022-02-23T12:00:00Z\
                 &subject={title}&location=Rathaus%2C%20K%C3%B6ln&body={ENCODED_PAGE}"
            )
        );
    }
    assert_eq!(
        links.yahoo.unwrap(),
        format!(
            "https://calendar.yahoo.com/?v=60&ST=20220223T103000Z&ET=20220223T120000Z\
             &TITLE={title}&in_loc=Rathaus%2C%20K%C3%B6ln&DESC={ENCODED_PAGE}"
        )
    );
}

#[test]
fn each_counts_whole_days_in_its_own_way() {
    let links = links("A", None, Span::Days(day("2021-12-30"), day("2021-12-31")));
    let tail = |name: &str, page: &str| format!("&{name}=A&{page}={ENCODED_PAGE}");
    assert!(links.google.unwrap().ends_with(&format!("&dates=20211230/20220101{}", tail("text", "details"))));
    let microsoft = format!("&startdt=2021-12-30&enddt=2022-01-01&allday=true{}", tail("subject", "body"));
    assert!(links.outlook.unwrap().ends_with(&microsoft));
    assert!(links.office365.unwrap().ends_with(&microsoft));
    assert!(
        links.yahoo.unwrap().ends_with(&format!("?v=60&ST=20211230&ET=20211231&DUR=allday{}", tail("TITLE", "DESC")))
    );
}

#[test]
fn what_is_not_known_to_the_day_has_its_file_alone() {
    assert_eq!(
        links_to(ICS, None),
        CalendarLinks {
            ics: ICS.to_owned(),
            webcal: "webcal://plenary.example/calendars/events/1.ics".to_owned(),
            google: None,
            outlook: None,
            office365: None,
            yahoo: None,
        }
    );
    let span = |input: WhenInput| Span::of(&input.parse().unwrap());
    for edtf in ["2022-03", "2021-24", "2022", "2022-03-15/2022-04"] {
        assert_eq!(span(WhenInput::edtf(edtf)), None, "{edtf}");
    }
    assert_eq!(span(WhenInput::default()), None);
    let days = |first, last| Some(Span::Days(day(first), day(last)));
    assert_eq!(span(WhenInput::edtf("2021-11-24")), days("2021-11-24", "2021-11-24"));
    assert_eq!(span(WhenInput::edtf("2024-02-28/2024-03-01")), days("2024-02-28", "2024-03-01"));
}

#[test]
fn an_hour_that_happens_twice_is_the_one_that_was_meant() {
    for (starts_at, expected) in
        [("2026-10-25T00:30:00Z", "20261025T003000Z"), ("2026-10-25T01:30:00Z", "20261025T013000Z")]
    {
        let input = WhenInput {
            starts_at: Some(starts_at.to_owned()),
            timezone: Some("Europe/Oslo".to_owned()),
            ..WhenInput::default()
        };
        let span = Span::of(&input.parse().unwrap()).unwrap();
        // Without an end it ends when it starts.
        assert_eq!(span, Span::Timed(at(starts_at), at(starts_at)));
        assert!(links("A", None, span).yahoo.unwrap().contains(&format!("&ST={expected}&ET={expected}&")));
    }
}

#[test]
fn hostile_texts_stay_in_their_value() {
    let (title, place) = ("a&dates=1#\r\nx=\"<b>{{ y }}%0A 老", "b&text=2\u{0}");
    let links = links(title, Some(place), timed());
    for (link, name) in
        [(links.google, "text"), (links.outlook, "subject"), (links.office365, "subject"), (links.yahoo, "TITLE")]
    {
        let link = link.unwrap();
        assert!(link.is_ascii() && !link.contains(['"', '<', ' ', '#', '\r', '\n']), "{link}");
        let values = query(&link);
        let of_name: Vec<&str> =
            values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(of_name, ["a&dates=1#  x=\"<b>{{ y }}%0A 老"]);
    }
}

#[test]
fn a_link_stays_short_enough_for_every_browser() {
    for (title, kept) in [("x".repeat(5_000), 591), ("老".repeat(5_000), 65), ("a".repeat(600), 600)] {
        let links = links(&title, Some(&"Köln ".repeat(1_000)), timed());
        for (link, name) in [(links.google, "text"), (links.outlook, "subject"), (links.yahoo, "TITLE")] {
            let link = link.unwrap();
            assert!(link.len() < 2_000, "{}", link.len());
            let values = query(&link);
            let shown = &values.iter().find(|(key, _)| key == name).unwrap().1;
            let cut: String = title.chars().take(kept).collect();
            assert_eq!(*shown, if kept == 600 { cut } else { format!("{cut}…") });
        }
    }
}
