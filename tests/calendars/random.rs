//! A thousand events of any kind, from a seed: what both engines read of their feeds is what the API says of them.
//!
//! They stand in ten series, and each engine is started once for all of them.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed_of, lines, one_line};
use crate::support::parsers::read_calendars;
use crate::support::{Answer, TestApp};

both!(a_thousand_events_are_read_back_equal);

/// Another one makes another thousand.
const SEED: u64 = 20_220_317;
const SERIES: usize = 10;
const OF_EACH: usize = 100;
/// The calendar of one event in so many is read as well.
const SAMPLED: usize = 20;

/// `SplitMix64`: the same numbers everywhere, for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A piece of text: mostly what breaks formats, else any character that is no control.
    fn piece(&mut self) -> String {
        const BREAKING: [&str; 36] = [
            "\\",
            ",",
            ";",
            ":",
            "\"",
            "'",
            "^",
            "\\n",
            "\\N",
            "=",
            "\\,",
            "\\\\",
            " ",
            "  ",
            "%0D%0A",
            "BEGIN:VEVENT",
            ";TZID=x:",
            "👩🏽‍🚀",
            "🏳️‍🌈",
            "👨‍👩‍👧‍👦",
            "e\u{301}",
            "\u{202e}",
            "\u{202c}",
            "\u{2066}",
            "\u{200f}",
            "\u{200b}",
            "\u{2028}",
            "\u{2029}",
            "\u{feff}",
            "\u{ffff}",
            "\u{fdd0}",
            "\u{e000}",
            "\u{378}",
            "\u{10ffff}",
            "\u{a0}",
            "ﷺ",
        ];
        if self.below(3) == 0 {
            return (*self.one(&BREAKING)).to_owned();
        }
        let character = match self.below(4) {
            0 => u32::try_from(0x20 + self.below(0x5f)).ok(),
            1 => u32::try_from(self.below(0x3000)).ok(),
            _ => u32::try_from(self.below(0x11_0000)).ok(),
        };
        character
            .and_then(char::from_u32)
            .filter(|each| !each.is_control())
            .map_or_else(|| "x".to_owned(), String::from)
    }

    /// A text of one line, not blank, of at most so many characters.
    fn line(&mut self, most: usize) -> String {
        let pieces = if self.below(8) == 0 { 120 } else { 1 + self.below(25) };
        let text: String = (0..pieces).map(|_| self.piece()).collect();
        let text: String = text.chars().take(most - 1).collect();
        if text.trim().is_empty() { format!("{text}x") } else { text }
    }

    /// Paragraphs without a mark that could be Markdown, and words as long as they like.
    fn paragraphs(&mut self) -> String {
        let word = |random: &mut Self| -> String {
            let length = if random.below(20) == 0 { 200 } else { 1 + random.below(12) };
            let is_plain = |each: &char| {
                !each.is_ascii_punctuation() && !each.is_control() && !each.is_whitespace() && *each != '\u{feff}'
            };
            let letters = (0..length).map(|_| random.piece().chars().find(is_plain).unwrap_or('é'));
            letters.collect()
        };
        let paragraph = |random: &mut Self| {
            let words: Vec<String> = (0..=random.below(12)).map(|_| word(random)).collect();
            words.join(" ")
        };
        let all: Vec<String> = (0..=self.below(3)).map(|_| paragraph(self)).collect();
        all.join("\n\n")
    }

    fn date(&mut self) -> NaiveDate {
        NaiveDate::from_ymd_opt(1970, 1, 2).unwrap() + Days::new(u64::try_from(self.below(47_845)).unwrap())
    }
}

/// When an event takes place, and the days that calendars show of it: the first, and the first that is not.
fn when(random: &mut Random, zones: &[String]) -> (Value, Option<(NaiveDate, NaiveDate)>) {
    let date = random.date();
    let days = |from: NaiveDate, until: NaiveDate| Some((from, until));
    let month = date.with_day(1).unwrap();
    match random.below(20) {
        0 | 1 => (json!({ "edtf": date.to_string() }), days(date, date + Days::new(1))),
        2 => {
            let last = date + Days::new(u64::try_from(1 + random.below(400)).unwrap());
            (json!({ "edtf": format!("{date}/{last}") }), days(date, last + Days::new(1)))
        }
        3 | 4 => (json!({ "edtf": month.format("%Y-%m").to_string() }), days(month, month + Months::new(1))),
        5 => {
            let season = u32::try_from(random.below(3)).unwrap();
            let first = NaiveDate::from_ymd_opt(date.year(), 3 + 3 * season, 1).unwrap();
            (json!({ "edtf": format!("{}-{}", date.year(), 21 + season) }), days(first, first + Months::new(3)))
        }
        6 => {
            let first = NaiveDate::from_ymd_opt(date.year(), 1, 1).unwrap();
            (json!({ "edtf": date.year().to_string() }), days(first, first + Months::new(12)))
        }
        7 => (json!({}), None),
        _ => {
            let start = date.and_hms_opt(0, 0, 0).unwrap()
                + chrono::TimeDelta::seconds(i64::try_from(random.below(86_400)).unwrap());
            let side = if random.below(2) == 0 { "earlier" } else { "later" };
            let mut when = json!({ "local_start": start.to_string().replace(' ', "T"), "timezone": random.one(zones), "disambiguation": side });
            if random.below(4) != 0 {
                when["duration"] = json!(format!("PT{}S", 1 + random.below(260_000)));
            }
            (when, None)
        }
    }
}

/// What is left of a text of several lines.
fn several_lines(text: &str) -> String {
    text.replace('\u{feff}', "").replace(['\u{2028}', '\u{2029}'], "\n")
}

async fn zones(app: &TestApp) -> Vec<String> {
    let all = app.get("/api/v1/timezones").await.expect(200).at("/items");
    all.as_array().unwrap().iter().map(|zone| zone["id"].as_str().unwrap().to_owned()).collect()
}

/// An event as it was sent, and the days that calendars show of it, if it is known by days.
struct Sent {
    details: Value,
    days: Option<(NaiveDate, NaiveDate)>,
}

impl Sent {
    fn some(random: &mut Random, zones: &[String]) -> Self {
        let (when, days) = when(random, zones);
        // A long title stands alone; those beside it leave room for the abstract where there is little.
        let (title, above, below) = (random.line(300), random.line(60), random.line(60));
        let text = random.paragraphs();
        Self {
            details: json!({ "title": title, "super_title": above, "subtitle": below, "abstract": text, "when": when }),
            days,
        }
    }

    fn text(&self, name: &str) -> String {
        several_lines(self.details[name].as_str().unwrap())
    }

    fn titles(&self) -> String {
        format!("{}\n{}", self.text("super_title"), self.text("subtitle"))
    }

    fn has_date(&self) -> bool {
        self.days.is_some() || self.details["when"]["local_start"].is_string()
    }

    /// Whether some of it is to come, so that it can be cancelled.
    fn is_to_come(&self) -> bool {
        let when = &self.details["when"];
        let text = when["local_start"].as_str().or(when["edtf"].as_str()).unwrap_or("1970");
        text[..4].parse::<i32>().unwrap() > 2022
    }
}

/// What is cancelled, postponed or changed.
async fn change(staff: &Staff, id: &str, number: usize) {
    let path = format!("{EVENTS}/{id}");
    let done = match number % 3 {
        0 => staff.owner.post(&format!("{path}/cancel"), json!({ "notify": false })).await,
        1 => staff.owner.post(&format!("{path}/postpone"), json!({ "notify": false })).await,
        _ => staff.owner.patch(&path, json!({ "keywords": ["changed"] })).await,
    };
    done.expect(200);
}

/// Holds what an entry says about its event, among many, against what was sent. Returns whether all of it is there.
#[track_caller]
fn assert_brief(sent: &Sent, description: &str) -> bool {
    let description = without_date(description);
    let (said, _more) = description.rsplit_once("\n\nMore: http").expect("an address");
    let (said, _organisers) = said.rsplit_once("\n\nOrganised by: City of Cologne\nSeries: ").expect("organisers");
    let (titles, text) = (sent.titles(), sent.text("abstract"));
    let Some(shown) = said.strip_prefix(&titles) else { panic!("{titles:?} in {description:?}") };
    let shown = shown.strip_prefix("\n\n").unwrap_or(shown);
    let is_beginning = || shown.is_empty() || shown.strip_suffix('…').is_some_and(|shown| text.starts_with(shown));
    assert!(shown == text || is_beginning(), "{text:?} in {description:?}");
    shown == text
}

/// Holds an entry against what the API says of its event, which was made of `sent`.
#[track_caller]
fn assert_same(event: &Value, sent: &Sent, entry: &Value, written: &lines::Component) {
    let details = &sent.details;
    assert_eq!(event["title"], details["title"], "what is sent is kept");
    let status = event["status"].as_str().unwrap();
    let prefix = match status {
        "cancelled" => "Cancelled: ",
        "postponed" => "Postponed: ",
        _ => "",
    };
    assert_eq!(entry["summary"], one_line(&format!("{prefix}{}", details["title"].as_str().unwrap())), "{details}");
    let is_settled = ["datetime", "date"].contains(&event["when"]["precision"].as_str().unwrap())
        || details["when"]["edtf"].as_str().is_some_and(|edtf| edtf.len() == "2022-03-01/2022-03-03".len());
    let status = match status {
        "cancelled" => "CANCELLED",
        "scheduled" if is_settled => "CONFIRMED",
        _ => "TENTATIVE",
    };
    assert_eq!(entry["status"], status, "{details}");
    if let Some((first, until)) = sent.days {
        let days = [&entry["start"], &entry["end"]].map(|day| day.as_str().unwrap().to_owned());
        assert_eq!(days, [first.to_string(), until.to_string()], "{details}");
        return;
    }
    let when = &event["when"];
    assert_eq!((&entry["start"], &entry["end"]), (&when["starts_at"], &when["ends_at"]), "{details}");
    let start = written.one("DTSTART");
    if let Some(zone) = start.parameter("TZID") {
        let local = when["local_start"].as_str().unwrap().replace(['-', ':'], "");
        assert_eq!((zone, &start.value), (when["timezone"].as_str().unwrap(), &local), "{details}");
    } else {
        assert!(start.value.ends_with('Z'), "{}", start.line);
    }
}

async fn a_thousand_events_are_read_back_equal(app: TestApp) {
    let mut random = Random(SEED);
    let zones = zones(&app).await;
    let staff = Staff::of(&app).await;
    // Each series with its events as they were sent, and their ids.
    let mut programmes: Vec<(String, Vec<Sent>, Vec<String>)> = Vec::new();
    for number in 0..SERIES {
        let series = staff.series(&format!("random-{number}")).await;
        let mut sent: Vec<Sent> = (0..OF_EACH).map(|_| Sent::some(&mut random, &zones)).collect();
        if number == 0 {
            // The last place whose clocks stood by seconds, and not every engine counts these.
            sent[0].details["when"] =
                json!({ "local_start": "1971-06-01T12:00", "timezone": "Africa/Monrovia", "duration": "PT1H" });
            sent[0].days = None;
        }
        let ids = staff.publish_many(&app, &series, sent.iter().map(|one| one.details.clone()).collect()).await;
        let changed = sent.iter().zip(&ids).step_by(10).filter(|(one, _)| one.is_to_come());
        for (index, (_, id)) in changed.enumerate() {
            change(&staff, id, index).await;
        }
        programmes.push((series, sent, ids));
    }
    app.leave_outbox("nobody registered");

    let mut bodies = Vec::new();
    for (series, ..) in &programmes {
        let path = format!("/calendars/series/{series}.ics?tentative=1");
        bodies.push(app.get(&path).await.expect(200).text().to_owned());
    }
    let (mut count, mut wholes) = (0, 0);
    for ((series, sent, ids), (body, read)) in programmes.iter().zip(bodies.iter().zip(read_calendars(&bodies))) {
        let calendar = Calendar::of(body, &read);
        assert_eq!(calendar.events.len(), sent.iter().filter(|one| one.has_date()).count());
        let rows = app.get(&format!("/api/v1/series/{series}/events?limit=100")).await.expect(200).at("/items");
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), OF_EACH);
        for (sent, id) in sent.iter().zip(ids).filter(|(sent, _)| sent.has_date()) {
            let event = rows.iter().find(|row| row["id"] == id.as_str()).expect("it is in the series");
            let entry = calendar.find(id);
            assert_same(event, sent, entry, calendar.lines.event(id));
            wholes += usize::from(assert_brief(sent, entry["description"].as_str().unwrap()));
            count += 1;
        }
    }
    assert!(count > 900 && wholes > 200 && count - wholes > 200, "{wholes} of {count} are whole");
    let all: Vec<(&Sent, &String)> = programmes.iter().flat_map(|(_, sent, ids)| sent.iter().zip(ids)).collect();
    alone(&app, &staff, all.into_iter().filter(|(sent, _)| sent.has_date()).step_by(SAMPLED).collect()).await;
}

/// The calendars of some events say all that was sent.
async fn alone(app: &TestApp, staff: &Staff, some: Vec<(&Sent, &String)>) {
    let (mut events, mut bodies): (Vec<Answer>, Vec<String>) = (Vec::new(), Vec::new());
    for (_, id) in &some {
        let event = staff.event(id).await;
        bodies.push(app.get(&format!("{}?tentative=1", feed_of(&event))).await.expect(200).text().to_owned());
        events.push(event);
    }
    for (((sent, id), event), (body, read)) in some.iter().zip(&events).zip(bodies.iter().zip(read_calendars(&bodies)))
    {
        let calendar = Calendar::of(body, &read);
        let (entry, uid) = (calendar.event(), event.string("/uid"));
        assert_eq!((&uid, entry["uid"].as_str(), &entry["sequence"]), (*id, Some(id.as_str()), &event.at("/sequence")));
        assert_same(&event.json(), sent, entry, calendar.lines.event(&uid));
        let description = entry["description"].as_str().unwrap();
        let whole = format!("{}\n\n{}\n\nOrganised by: ", sent.titles(), sent.text("abstract"));
        assert!(without_date(description).starts_with(&whole), "{whole:?} in {description:?}");
    }
}

/// A description without the paragraph for a date that an entry cannot say.
fn without_date(description: &str) -> String {
    let Some((before, planned)) = description.split_once("\n\nPlanned for: ") else { return description.to_owned() };
    let (_, after) = planned.split_once("\n\n").expect("the address is behind it");
    format!("{before}\n\n{after}")
}
