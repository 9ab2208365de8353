//! A thousand events of any kind, from a seed: what both engines read of their feed is what the API says of them.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, one_line};
use crate::support::TestApp;

both!(a_thousand_events_are_read_back_equal);

/// Another one makes another thousand.
const SEED: u64 = 20_220_317;
const COUNT: usize = 1_000;

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

    /// A text of one line, not blank, of at most 300 characters.
    fn line(&mut self) -> String {
        let pieces = if self.below(8) == 0 { 120 } else { 1 + self.below(25) };
        let text: String = (0..pieces).map(|_| self.piece()).collect();
        let text: String = text.chars().take(299).collect();
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
        NaiveDate::from_ymd_opt(1970, 1, 2).unwrap() + Days::new(u64::try_from(self.below(47_000)).unwrap())
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
fn lines(text: &str) -> String {
    text.replace('\u{feff}', "").replace(['\u{2028}', '\u{2029}'], "\n")
}

async fn zones(app: &TestApp) -> Vec<String> {
    let all = app.get("/api/v1/timezones").await.expect(200).at("/items");
    all.as_array().unwrap().iter().map(|zone| zone["id"].as_str().unwrap().to_owned()).collect()
}

async fn a_thousand_events_are_read_back_equal(app: TestApp) {
    let mut random = Random(SEED);
    let zones = zones(&app).await;
    let staff = Staff::of(&app).await;
    let series = staff.series("random").await;
    let mut sent = Vec::new();
    let mut spans = Vec::new();
    for index in 0..COUNT {
        let (mut when, span) = when(&mut random, &zones);
        if index == 0 {
            // The last place whose clocks stood by seconds, and not every engine counts these.
            when = json!({ "local_start": "1971-06-01T12:00", "timezone": "Africa/Monrovia", "duration": "PT1H" });
        }
        spans.push(if index == 0 { None } else { span });
        sent.push(json!({
            "title": random.line(), "super_title": random.line(), "subtitle": random.line(),
            "abstract": random.paragraphs(), "when": when,
        }));
    }
    let ids = staff.publish_many(&app, &series, sent.clone()).await;
    // Some of those to come are cancelled, postponed or changed.
    let to_come = |one: &Value| {
        let when = &one["when"];
        let text = when["local_start"].as_str().or(when["edtf"].as_str()).unwrap_or("1970");
        text[..4].parse::<i32>().unwrap() > 2022
    };
    for (index, id) in ids.iter().enumerate().filter(|(index, _)| index % 10 == 0 && to_come(&sent[*index])) {
        let path = format!("{EVENTS}/{id}");
        let done = match index / 10 % 3 {
            0 => staff.owner.post(&format!("{path}/cancel"), json!({ "notify": false })).await,
            1 => staff.owner.post(&format!("{path}/postpone"), json!({ "notify": false })).await,
            _ => staff.owner.patch(&path, json!({ "keywords": ["changed"] })).await,
        };
        done.expect(200);
    }
    app.leave_outbox("nobody registered");
    let shown = staff.events(&ids).await;
    let answer = app.get(&format!("/calendars/series/{series}.ics?tentative=1")).await.expect(200);
    let calendar = Calendar::read(answer.text());
    let expected =
        spans.iter().zip(&sent).filter(|(span, one)| span.is_some() || one["when"]["local_start"].is_string());
    assert_eq!(calendar.events.len(), expected.count());

    for ((event, one), span) in shown.iter().zip(&sent).zip(spans) {
        if event.at("/when/precision") == "none" {
            continue;
        }
        let uid = event.string("/uid");
        let (entry, written) = (calendar.find(&uid), calendar.lines.event(&uid));
        assert_eq!(event.at("/title"), one["title"], "what is sent is kept");
        let prefix = match event.string("/status").as_str() {
            "cancelled" => "Cancelled: ",
            "postponed" => "Postponed: ",
            _ => "",
        };
        assert_eq!(entry["summary"], one_line(&format!("{prefix}{}", one["title"].as_str().unwrap())), "{one}");
        assert_eq!(entry["sequence"], event.at("/sequence"));
        let description = entry["description"].as_str().unwrap();
        let [above, below, text] =
            ["super_title", "subtitle", "abstract"].map(|name| lines(one[name].as_str().unwrap()));
        assert!(description.starts_with(&format!("{above}\n{below}\n\n")), "{one} in {description:?}");
        assert!(description.contains(&format!("\n\n{text}\n\n")), "{one} in {description:?}");
        let is_settled = ["datetime", "date"].contains(&event.string("/when/precision").as_str())
            || one["when"]["edtf"].as_str().is_some_and(|edtf| edtf.len() == "2022-03-01/2022-03-03".len());
        let status = match event.string("/status").as_str() {
            "cancelled" => "CANCELLED",
            "scheduled" if is_settled => "CONFIRMED",
            _ => "TENTATIVE",
        };
        assert_eq!(entry["status"], status, "{one}");
        if let Some((first, until)) = span {
            let days = [&entry["start"], &entry["end"]].map(|day| day.as_str().unwrap().to_owned());
            assert_eq!(days, [first.to_string(), until.to_string()], "{one}");
            continue;
        }
        assert_eq!(
            (&entry["start"], &entry["end"]),
            (&event.at("/when/starts_at"), &event.at("/when/ends_at")),
            "{one}"
        );
        let start = written.one("DTSTART");
        if let Some(zone) = start.parameter("TZID") {
            let local = event.string("/when/local_start").replace(['-', ':'], "");
            assert_eq!((zone, &start.value), (event.string("/when/timezone").as_str(), &local), "{one}");
        } else {
            assert!(start.value.ends_with('Z'), "{}", start.line);
        }
    }
}
