//! F1 to F7 and F9: lines, texts, names, addresses, and the properties that every object has.

use serde_json::{Value, json};

use super::lines::{self, Component};
use super::{Calendar, EVENTS, Staff, feed, feed_of, one_line};
use crate::support::TestApp;

both!(
    f01_lines_are_folded_between_characters,
    f02_no_text_opens_a_property,
    f03_there_are_no_control_characters,
    f04_hostile_names_are_names,
    f05_addresses_are_not_escaped,
    f06_there_is_one_calendar_without_a_method,
    f07_each_event_has_its_properties_once,
    f09_an_end_lies_after_its_start,
);

fn march(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

async fn f01_lines_are_folded_between_characters(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("folding").await;
    // Characters of one to four octets at every distance from the fold, and lines without a blank.
    let text = |shift: usize| format!("{}{}", "x".repeat(shift), "aé老🎉".repeat(60));
    let details = (0..40).map(|shift| {
        let title = text(shift);
        let abstract_text = format!("{} {}", text(shift), "words and words ".repeat(20));
        json!({ "title": title, "abstract": abstract_text, "when": march(17), "keywords": [text(shift % 10).chars().take(99).collect::<String>()] })
    });
    let made = staff.publish_many(&app, &series, details.collect()).await;
    let made = staff.events(&made).await;
    let answer = app.get(&format!("/calendars/series/{series}.ics")).await.expect(200);
    assert!(!answer.body.starts_with("\u{feff}".as_bytes()), "a mark at the beginning");
    let folded = lines::folded_lines(&answer.body).into_iter().filter(|line| line.starts_with(' ')).count();
    assert!(folded > 40 * 10, "{folded} folds");
    let calendar = Calendar::read(answer.text());
    for event in &made {
        assert_eq!(calendar.find(&event.string("/uid"))["summary"], event.at("/title"));
    }
}

/// Texts of one line that try to be something else, and what is read back of them.
fn hostile_lines() -> Vec<(String, String)> {
    let kept = |text: &str| (text.to_owned(), text.to_owned());
    vec![
        kept("x"),
        kept(r#"\ , ; : " ' ^n ^' ^^ \n \N \, \; \\ \\n"#),
        kept(r"ends in a backslash\"),
        kept("a;VALUE=DATE:b:c=d,\"e\":f"),
        kept("BEGIN:VALARM END:VEVENT X-INJECTED:1"),
        ("a\u{2028}X-INJECTED:1\u{2029}BEGIN:VALARM".to_owned(), "a X-INJECTED:1 BEGIN:VALARM".to_owned()),
        ("  blanks at both ends \u{2028}".to_owned(), "blanks at both ends".to_owned()),
        ("\u{feff}a mark\u{feff} inside".to_owned(), "a mark inside".to_owned()),
        kept("مرحبا \u{202e}abc\u{202c} שלום \u{2066}x\u{2069}"),
        kept("👩🏽‍🚀 🏳️‍🌈 e\u{301} Z\u{351}\u{36b} \u{10fffd}\u{e000}\u{378}\u{fffd}\u{fdd0}"),
        kept("=1+1 {{ 7 * 7 }} {% raw %} %00 &amp;<b>x</b> ${x}"),
        kept("mailto:eve@example.org https://example.org/a,b;c"),
        kept("two  blanks,,;;::"),
    ]
}

fn with_text(text: &str) -> Value {
    json!({
        "title": text, "super_title": text, "subtitle": text, "when": march(17), "attendance_mode": "in_person",
        "venue": { "name": text, "address": text }, "keywords": [text], "guiding_questions": ["x"], "abstract": "x",
    })
}

async fn f02_no_text_opens_a_property(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("hostile").await;
    let texts = hostile_lines();
    let made = staff.publish_many(&app, &series, texts.iter().map(|(text, _)| with_text(text)).collect()).await;
    let made = staff.events(&made).await;
    let calendar = feed(&app, &format!("/calendars/series/{series}.ics")).await;
    let plain = calendar.lines.event(&made[0].string("/uid"));
    for (event, (text, expected)) in made.iter().zip(&texts) {
        assert_eq!(event.string("/title"), *text, "what is sent is kept");
        let uid = event.string("/uid");
        let (read, written) = (calendar.find(&uid), calendar.lines.event(&uid));
        assert_eq!(written.names(), plain.names(), "{text:?}");
        assert_eq!(written.components, []);
        assert_eq!(read["summary"], *expected);
        assert_eq!(read["location"], one_line(&format!("{text}, {text}")), "{text:?}");
        // A text of several lines keeps its lines.
        let lines = text.replace('\u{feff}', "").replace(['\u{2028}', '\u{2029}'], "\n");
        let description = read["description"].as_str().unwrap();
        assert!(description.starts_with(&format!("{lines}\n{lines}\n\n")), "{text:?} in {description:?}");
        assert_eq!(written.one("CATEGORIES").text(), *expected, "{text:?}");
        assert_eq!(written.one("SUMMARY").parameters, plain.one("SUMMARY").parameters);
    }
    // Texts of several lines, whose ends are of any kind.
    let lines = "one\r\ntwo\rX-INJECTED:1\n\tthree\n\n\\nfour; five, six";
    let event = staff.publish(json!({ "abstract": lines, "when": march(18) })).await;
    let calendar = feed(&app, &feed_of(&event)).await;
    let description = calendar.event()["description"].as_str().unwrap();
    assert!(description.contains("X-INJECTED:1"), "{description}");
    assert_eq!(calendar.lines.event(&event.string("/uid")).all("X-INJECTED").count(), 0);
    // What no text is made of does not get in at all.
    for text in ["a\u{0}b", "a\u{7}b", "a\r\nX-INJECTED:1", "a\u{85}b", "a\tb"] {
        let refused = staff.owner.post(EVENTS, json!({ "kind": "webinar", "title": text })).await;
        refused.faults(&[("/title", "text_invalid")]);
    }
}

async fn f03_there_are_no_control_characters(app: TestApp) {
    let staff = Staff::of(&app).await;
    let text = "one\ttwo\r\n\r\nthree\rfour\u{2028}five\u{feff}";
    let event = staff.publish(json!({ "abstract": text, "guiding_questions": [text], "when": march(17) })).await;
    let answer = app.get(&feed_of(&event)).await.expect(200);
    let inside = answer.text().replace("\r\n", "");
    let controls: Vec<char> = inside.chars().filter(|each| each.is_control() && *each != '\t').collect();
    assert!(controls.is_empty(), "{controls:?}");
    assert!(!inside.contains(['\u{2028}', '\u{2029}', '\u{feff}']), "{inside}");
    let calendar = Calendar::read(answer.text());
    let description = calendar.event()["description"].as_str().unwrap();
    for word in ["one", "two", "three", "four", "five"] {
        assert_eq!(description.matches(word).count(), 2, "{description}");
    }
}

async fn f04_hostile_names_are_names(app: TestApp) {
    let staff = Staff::of(&app).await;
    let sender = r#"Köln; "the" city: a, b ^n ^' \n"#;
    staff.owner.patch("/api/v1/workspaces/demo", json!({ "name": sender })).await.expect(200);
    let event = staff.publish(json!({ "when": march(17) })).await;
    let names = [
        (r#"Ann "The Boss" O'Neil"#, "Ann 'The Boss' O'Neil"),
        ("Lovelace, Ada; Dr: =x", "Lovelace, Ada; Dr: =x"),
        ("^nBob^'s ^^", "nBob's "),
        (r"Back\slash \n", "Back/slash /n"),
        ("Ulrika Dagård 老 👩🏽‍🚀", "Ulrika Dagård 老 👩🏽‍🚀"),
        (r#"":mailto:eve@example.org"#, "':mailto:eve@example.org"),
    ];
    for (index, (name, _)) in names.iter().enumerate() {
        let body = json!({ "name": name, "email": format!("p{index}@example.org"), "consent": true });
        app.post(&format!("{EVENTS}/{}/registrations", event.id()), body).await.expect(201);
    }
    let mails = app.deliver().await;
    assert_eq!(mails.len(), names.len());
    for (mail, (index, (_, expected))) in mails.iter().zip(names.iter().enumerate()) {
        let calendar = Calendar::read(&mail.calendar.as_ref().expect("an entry").1);
        let entry = calendar.event();
        let (organizer, attendee) = (&entry["organizer"], &entry["attendees"][0]);
        assert_eq!(attendee["address"], format!("mailto:p{index}@example.org"));
        assert_eq!(attendee["name"], expected.trim());
        assert_eq!(organizer["address"], "mailto:plenary@events.example.org");
        assert_eq!(organizer["name"], "Köln; 'the' city: a, b n ' /n");
        assert_eq!(calendar.lines.components.last().unwrap().all("ATTENDEE").count(), 1);
    }
}

async fn f05_addresses_are_not_escaped(app: TestApp) {
    let staff = Staff::of(&app).await;
    let (plain, foreign) =
        ("https://meet.example.org/j/1,2;a=3?x=%C3%A9&y='z'#(t)", "https://bücher.example/é,老;x?ä=ö");
    let encoded = "https://xn--bcher-kva.example/%C3%A9,%E8%80%81;x?%C3%A4=%C3%B6";
    for (day, (given, expected)) in [(17, (plain, plain)), (18, (foreign, encoded))] {
        let place = json!({ "platform": "Zoom", "join_url": given, "visibility": "public" });
        let event = staff.publish(json!({ "when": march(day), "virtual_location": place })).await;
        let calendar = feed(&app, &feed_of(&event)).await;
        let entry = calendar.lines.event(&event.string("/uid"));
        assert_eq!(entry.one("CONFERENCE").value, expected);
        assert_eq!(calendar.event()["url"], entry.one("URL").value);
        assert!(entry.one("URL").value.ends_with(&format!("/events/{}", event.id())));
        for property in entry.all("CONFERENCE").chain(entry.all("URL")) {
            assert!(property.value.is_ascii() && property.value.starts_with("http"), "{}", property.line);
        }
    }
    for other in ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org", "file:///etc/passwd"]
    {
        let place = json!({ "platform": "Zoom", "join_url": other, "visibility": "public" });
        let body = json!({ "kind": "webinar", "title": "x", "virtual_location": place });
        staff.owner.post(EVENTS, body).await.faults(&[("/virtual_location/join_url", "url_invalid")]);
    }
}

/// The path of every feed that shows an event of a series with a speaker.
async fn every_feed(app: &TestApp, staff: &Staff) -> Vec<String> {
    let series = staff.series("everything").await;
    let event = staff.publish(json!({ "when": march(17), "series_id": series })).await;
    let speaker = staff.owner.post("/api/v1/speakers", json!({ "name": "Ada" })).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "speaker", "status": "confirmed" });
    staff.owner.post(&format!("{EVENTS}/{}/appearances", event.id()), part).await.expect(201);
    let feeds = [
        format!("events/{}", event.id()),
        format!("series/{series}"),
        format!("organisations/{}", staff.organisation),
        format!("speakers/{speaker}"),
        format!("workspaces/{}", app.workspace().slug),
    ];
    feeds.map(|feed| format!("/calendars/{feed}.ics")).to_vec()
}

async fn f06_there_is_one_calendar_without_a_method(app: TestApp) {
    let staff = Staff::of(&app).await;
    for path in every_feed(&app, &staff).await {
        let calendar = feed(&app, &path).await;
        assert_eq!(calendar.events.len(), 1, "{path}");
        let names = calendar.lines.names();
        assert_eq!(names[..2], ["VERSION", "PRODID"], "{path}");
        assert_eq!(calendar.lines.values("VERSION"), ["2.0"]);
        assert_eq!(calendar.lines.values("PRODID").len(), 1);
        assert_eq!(calendar.lines.values("CALSCALE"), ["GREGORIAN"]);
        assert_eq!(calendar.lines.values("METHOD"), [] as [&str; 0]);
        assert_eq!(calendar.ics.matches("BEGIN:VCALENDAR").count(), 1);
        let kinds: Vec<&str> = calendar.lines.components.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(kinds, ["VTIMEZONE", "VEVENT"], "a zone stands before what uses it");
    }
}

async fn f07_each_event_has_its_properties_once(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("once").await;
    let whens = [
        (march(17), true),
        (json!({ "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin" }), false),
        (json!({ "edtf": "2022-03-19" }), true),
        (json!({ "starts_at": "2022-03-20T16:00:00Z", "timezone": "UTC", "duration": "PT1H" }), true),
        (json!({ "edtf": "2022-04" }), true),
    ];
    let details = whens.iter().map(|(when, _)| json!({ "title": "x", "when": when })).collect();
    let made = staff.publish_many(&app, &series, details).await;
    let made = staff.events(&made).await;
    let calendar = feed(&app, &format!("/calendars/series/{series}.ics?tentative=1")).await;
    assert_eq!(calendar.events.len(), whens.len());
    for (event, (_, has_end)) in made.iter().zip(whens) {
        let entry = calendar.lines.event(&event.string("/uid"));
        let stamp = &entry.one("DTSTAMP").value;
        assert!(stamp.ends_with('Z') && stamp.len() == "20220317T150000Z".len(), "{stamp}");
        let count = |name: &str| entry.all(name).count();
        assert_eq!(
            (count("UID"), count("DTSTART"), count("DTEND"), count("DURATION")),
            (1, 1, usize::from(has_end), 0)
        );
        let mut names = entry.names();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
    }
}

async fn f09_an_end_lies_after_its_start(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("ends").await;
    let days = [
        ("2022-03-10", "20220310", "20220311"),
        ("2022-02-28", "20220228", "20220301"),
        ("2024-02-28", "20240228", "20240229"),
        ("2022-12-31", "20221231", "20230101"),
        ("2022-03-10/2022-03-12", "20220310", "20220313"),
        ("2022-03", "20220301", "20220401"),
        ("2022-21", "20220301", "20220601"),
        ("2022", "20220101", "20230101"),
    ];
    let mut details: Vec<Value> =
        days.iter().map(|(edtf, ..)| json!({ "title": edtf, "when": { "edtf": edtf } })).collect();
    // Over midnight, over the change of the clocks, and the shortest there is.
    for (start, end) in [
        ("2022-03-17T23:30", "2022-03-18T01:00"),
        ("2022-03-27T01:30", "2022-03-27T03:00"),
        ("2022-10-30T01:00", "2022-10-30T04:00"),
        ("2022-03-17T16:00:00", "2022-03-17T16:00:01"),
    ] {
        let when = json!({ "local_start": start, "local_end": end, "timezone": "Europe/Berlin" });
        details.push(json!({ "title": start, "when": when }));
    }
    let made = staff.publish_many(&app, &series, details).await;
    let made = staff.events(&made).await;
    let calendar = feed(&app, &format!("/calendars/series/{series}.ics?tentative=1")).await;
    let entry = |index: usize| -> &Component { calendar.lines.event(&made[index].string("/uid")) };
    for (index, (edtf, start, end)) in days.iter().enumerate() {
        let lines = ["DTSTART", "DTEND"].map(|name| entry(index).one(name).line.as_str());
        assert_eq!(lines, [format!("DTSTART;VALUE=DATE:{start}"), format!("DTEND;VALUE=DATE:{end}")], "{edtf}");
    }
    for event in &calendar.events {
        let [start, end] = ["start", "end"].map(|name| event[name].as_str().expect("a time"));
        assert!(start < end, "{event}");
    }
    for event in &made[days.len()..] {
        let read = calendar.find(&event.string("/uid"));
        assert_eq!((&read["start"], &read["end"]), (&event.at("/when/starts_at"), &event.at("/when/ends_at")));
    }
    let backwards =
        json!({ "local_start": "2022-03-17T16:00", "local_end": "2022-03-17T16:00", "timezone": "Europe/Berlin" });
    let refused = staff.owner.post(EVENTS, json!({ "kind": "webinar", "title": "x", "when": backwards })).await;
    refused.faults(&[("/when/local_end", "end_before_start")]);
}
