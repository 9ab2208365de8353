//! Dates and times in words.

use super::*;
use crate::time::WhenInput;

fn assert_display(input: &WhenInput, expected: [&str; 4]) {
    let when = input.parse().unwrap();
    assert_eq!(Language::ALL.map(|language| when.display(language)), expected);
}

#[test]
fn a_time_on_one_day() {
    assert_display(
        &WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris"),
        [
            "Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)",
            "Mittwoch, 23. Februar 2022, 11:30–13:00 Uhr (Europe/Paris, UTC+01:00)",
            "mercredi 23 février 2022, 11h30–13h00 (Europe/Paris, UTC+01:00)",
            "woensdag 23 februari 2022, 11:30–13:00 uur (Europe/Paris, UTC+01:00)",
        ],
    );
}

#[test]
fn a_label_stands_for_the_offset() {
    let input = WhenInput {
        timezone_label: Some("CET".to_owned()),
        ..WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris")
    };
    let when = input.parse().unwrap();
    assert_eq!(when.display(Language::En), "Wednesday 23 February 2022, 11:30–13:00 (CET, Europe/Paris)");
}

#[test]
fn a_time_over_midnight_and_over_a_change_of_the_clocks() {
    assert_display(
        &WhenInput::local_until("2026-03-28T22:00", "2026-03-29T04:00", "Europe/Oslo"),
        [
            "Saturday 28 March 2026, 22:00 – Sunday 29 March 2026, 04:00 (Europe/Oslo, UTC+01:00 – UTC+02:00)",
            "Samstag, 28. März 2026, 22:00 Uhr – Sonntag, 29. März 2026, 04:00 Uhr (Europe/Oslo, UTC+01:00 – UTC+02:00)",
            "samedi 28 mars 2026, 22h00 – dimanche 29 mars 2026, 04h00 (Europe/Oslo, UTC+01:00 – UTC+02:00)",
            "zaterdag 28 maart 2026, 22:00 uur – zondag 29 maart 2026, 04:00 uur (Europe/Oslo, UTC+01:00 – UTC+02:00)",
        ],
    );
}

#[test]
fn a_time_without_an_end_in_utc_and_with_seconds() {
    let when = WhenInput::local("2022-03-01T09:00", "UTC").parse().unwrap();
    assert_eq!(when.display(Language::En), "Tuesday 1 March 2022, 09:00 (UTC)");
    assert_eq!(when.display(Language::Fr), "mardi 1er mars 2022, 09h00 (UTC)");
    let when = WhenInput::local("2022-03-01T09:00:30", "UTC").parse().unwrap();
    assert_eq!(when.display(Language::Fr), "mardi 1er mars 2022, 09:00:30 (UTC)");
}

#[test]
fn dates_of_every_precision() {
    for (edtf, expected) in [
        ("2022", ["2022", "2022", "2022", "2022"]),
        ("2022-03", ["March 2022", "März 2022", "mars 2022", "maart 2022"]),
        ("2022-21", ["Spring 2022", "Frühjahr 2022", "printemps 2022", "voorjaar 2022"]),
        ("2021-24", ["Winter 2021/22", "Winter 2021/22", "hiver 2021/22", "winter 2021/22"]),
        ("2099-24", ["Winter 2099/00", "Winter 2099/00", "hiver 2099/00", "winter 2099/00"]),
        ("2021-11-24", ["24 November 2021", "24. November 2021", "24 novembre 2021", "24 november 2021"]),
        (
            "2021-23/2022-21",
            [
                "Autumn 2021 – Spring 2022",
                "Herbst 2021 – Frühjahr 2022",
                "automne 2021 – printemps 2022",
                "najaar 2021 – voorjaar 2022",
            ],
        ),
        (
            "2022-09/2022-10",
            [
                "September 2022 – October 2022",
                "September 2022 – Oktober 2022",
                "septembre 2022 – octobre 2022",
                "september 2022 – oktober 2022",
            ],
        ),
    ] {
        assert_display(&WhenInput::edtf(edtf), expected);
    }
}

#[test]
fn no_date() {
    assert_display(
        &WhenInput::default(),
        [
            "Date to be announced",
            "Termin wird noch bekannt gegeben",
            "Date à annoncer",
            "Datum wordt nog bekendgemaakt",
        ],
    );
}
