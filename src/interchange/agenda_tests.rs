//! Days and short names.

use chrono::TimeDelta;

use super::*;

fn zone() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+01:00").parse().unwrap()
}

fn day(date: &str, starts: &str, ends: &str) -> Day {
    Day { date: date.parse().unwrap(), starts_at: at(starts), ends_at: at(ends) }
}

fn with(mut days: Vec<Day>, time: &str) -> Vec<Day> {
    let time = at(time);
    make_room(&mut days, day_of(date_of(time, DAY_CHANGE, zone()), DAY_CHANGE, zone()), time);
    days.sort_by_key(|day| day.starts_at);
    assert!(days.iter().any(|day| day.holds(time)));
    assert!(days.windows(2).all(|two| two[0].ends_at <= two[1].starts_at && two[0].date < two[1].date), "{days:?}");
    days
}

#[test]
fn days_make_room_for_what_lies_outside() {
    let first = day("2014-12-27", "2014-12-27T10:00", "2014-12-28T05:00");
    let second = day("2014-12-28", "2014-12-28T10:00", "2014-12-28T20:00");
    let both = || vec![first, second];
    // Early in the morning: the second day begins where the first ends.
    let early = with(both(), "2014-12-28T06:00");
    assert_eq!(early, [first, Day { starts_at: at("2014-12-28T05:00"), ends_at: at("2014-12-29T04:00"), ..second }]);
    // In the night behind the last: that day goes on.
    let late = with(both(), "2014-12-29T01:00");
    assert_eq!(late.last().map(|day| day.ends_at), Some(at("2014-12-29T04:00")));
    // Another day altogether.
    let third = with(both(), "2014-12-30T12:00");
    assert_eq!(third, [first, second, day("2014-12-30", "2014-12-30T04:00", "2014-12-31T04:00")]);
    assert_eq!(with(Vec::new(), "2014-12-28T03:59"), [day("2014-12-27", "2014-12-27T04:00", "2014-12-28T04:00")]);
    let mut days = Vec::new();
    for hour in 0..200 {
        let time = at("2014-12-27T00:00") + TimeDelta::hours(hour);
        if !days.iter().any(|day: &Day| day.holds(time)) {
            make_room(&mut days, day_of(date_of(time, DAY_CHANGE, zone()), DAY_CHANGE, zone()), time);
        }
    }
    assert_eq!(days.len(), 10);
}

#[test]
fn a_short_name_is_for_programs() {
    for (title, name) in [
        ("31. Chaos Communication Congress", "31-chaos-communication-congress"),
        ("Köln: rights & cities", "koln-rights-cities"),
        ("X", "x-event"),
        ("老虎", "event"),
        ("", "event"),
    ] {
        assert_eq!(acronym(title), name);
    }
    assert_eq!(acronym(&"word ".repeat(50)).len(), 39);
}
