//! What the programmes say: when, who, in which order.

use serde_json::{Value, json};

use super::{BERGEN, COLOGNE, Demo, WORKING_SESSION, column, entries};
use crate::support::TestAppBuilder;

both!(
    a_zone_is_never_guessed,
    abbreviations_and_wrong_weekdays_are_refused,
    events_without_a_date_are_listed_and_in_no_calendar,
    long_lines_and_accents_survive_calendars,
    somebody_is_at_one_place_at_a_time,
    speakers_may_be_known_or_only_expected,
    the_programme_of_a_series_is_in_order,
    the_time_table_fits,
    who_is_to_be_confirmed_is_marked_beside_the_name,
);

async fn the_programme_of_a_series_is_in_order(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let id = demo.series(COLOGNE).await;
    let series = demo.app.get(&format!("/api/v1/series/{id}")).await.expect(200);
    assert_eq!(
        series.at("/period"),
        json!({
            "edtf": "2021-23/2022-21",
            "label": "Autumn 2021 – Spring 2022",
            "display": "Autumn 2021 – Spring 2022",
        })
    );
    let all = demo.app.get(&format!("/api/v1/series/{id}/events")).await.expect(200);
    let titles = [
        "A Global Perspective on Local Human Rights Responsibility",
        "The Rise of Human Rights Cities in the EU – Why More Cities Should Join In",
        "Tracking & reporting progress: Monitoring of cities’ human rights engagement",
        "Strengthening of human rights in cities’ international relations and city-to-city partnerships",
        "Confronting & improving human rights reality: Local complaint mechanisms",
    ];
    assert_eq!(column(&all, "/title"), titles);
    assert_eq!(column(&all, "/when/edtf"), ["2021-11-24", "2021-12-03", "2022-03", "2022-04", "2022-05"]);
    assert_eq!(column(&all, "/series_position"), [1, 2, 3, 4, 5]);
    assert_eq!(column(&all, "/status"), ["scheduled", "scheduled", "tentative", "tentative", "tentative"]);
    assert_eq!(column(&all, "/has_report"), [true, true, false, false, false]);
    assert_eq!(column(&all, "/short_title")[1], "The rise of human rights cities in the EU");

    let dated = demo.app.get(&format!("/api/v1/series/{id}/events?dated=true")).await.expect(200);
    assert_eq!(column(&dated, "/title"), titles[..2]);
    let second = demo.app.get(&demo.event(titles[1]).await).await.expect(200);
    assert_eq!(second.at("/abstract"), Value::Null, "a report is no announcement");
    let part = |index: usize| {
        (second.string(&format!("/organisations/{index}/role")), {
            second.string(&format!("/organisations/{index}/organisation/name"))
        })
    };
    assert_eq!(part(0), ("organiser".to_owned(), "Cologne Human Rights City Initiative".to_owned()));
    assert_eq!(part(1), ("featured".to_owned(), "Utrecht".to_owned()));

    let feed = format!("/calendars/series/{id}.ics");
    let shown = entries(&demo.app, &feed).await;
    let shown: Vec<(&Value, &Value)> = shown.iter().map(|entry| (&entry["summary"], &entry["start"])).collect();
    assert_eq!(
        shown,
        [(&json!(titles[0]), &json!("2021-11-24")), (&json!(titles[1]), &json!("2021-12-03"))],
        "a month is no day"
    );
    let tentative = entries(&demo.app, &format!("{feed}?tentative=1")).await;
    let column: Vec<&Value> = tentative.iter().map(|entry| &entry["summary"]).collect();
    assert_eq!(column, titles.map(Value::from).iter().collect::<Vec<_>>());
    let days = [&tentative[2]["start"], &tentative[2]["end"], &tentative[2]["status"]];
    assert_eq!(days, ["2022-03-01", "2022-04-01", "TENTATIVE"]);
}

async fn a_zone_is_never_guessed(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let when = json!({ "local_start": "2020-12-10T09:00", "local_end": "2020-12-10T10:15" });
    let body = json!({ "title": BERGEN, "kind": "seminar", "when": when });
    demo.owner.post("/api/v1/events", body).await.faults(&[("/when/timezone", "timezone_required")]);

    let path = demo.event(BERGEN).await;
    let seminar = demo.owner.get(&path).await.expect(200);
    let when = |name: &str| seminar.string(&format!("/when/{name}"));
    assert_eq!(when("timezone"), "Europe/Oslo");
    assert_eq!((when("local_start"), when("local_end")), ("2020-12-10T09:00:00".into(), "2020-12-10T10:15:00".into()));
    assert_eq!((when("starts_at"), when("ends_at")), ("2020-12-10T08:00:00Z".into(), "2020-12-10T09:15:00Z".into()));
    assert_eq!(when("duration"), "PT1H15M");
    assert_eq!(seminar.at("/guiding_questions").as_array().unwrap().len(), 6);
    // Nobody is said to organise it: a draft may lack that, publishing may not.
    assert_eq!(seminar.string("/visibility"), "draft");
    demo.app.get(&path).await.problem(404, "not_found");
    let publishing = demo.owner.if_match("*").post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(publishing.problem(422, "publish_incomplete")["errors"][0]["pointer"], "/organisations");
}

async fn speakers_may_be_known_or_only_expected(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let agenda = demo.owner.get(&format!("{}/agenda", demo.event(BERGEN).await)).await.expect(200);
    let sessions = agenda.at("/sessions");
    let names = ["kind", "local_start", "duration"];
    let shape = |session: &Value| names.map(|name| session[name].clone());
    assert_eq!(shape(&sessions[0]), [json!("talk"), Value::Null, Value::Null]);
    assert_eq!(shape(&sessions[1]), [json!("panel"), Value::Null, Value::Null]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let who = |session: &Value| -> Vec<String> {
        let all = session["appearances"].as_array().unwrap().iter();
        let texts = ["role", "name", "affiliation", "job_title", "note"];
        all.map(|one| texts.map(|name| one[name].as_str().unwrap_or("-")).join(" | ")).collect()
    };
    assert_eq!(
        who(&sessions[0]),
        [
            "speaker | Representatives | City of Graz | - | the first European HRC",
            "speaker | Ulrika Dagård | City of Lund | Strategist Social Sustainability and Human Rights | -",
            "speaker | Hans Sakkers | City of Utrecht | - | -",
            "speaker | Lubna Boby Jaffry | City of Bergen | Commissioner for Work, Social Services and Housing | -",
        ]
    );
    let placeholder = agenda.at("/sessions/0/appearances/0");
    assert_eq!((&placeholder["speaker"], &placeholder["organisation"]["name"]), (&Value::Null, &json!("Graz")));
    assert_eq!(who(&sessions[1])[0], "moderator | Jostein Kobbeltvedt | Rafto Foundation | - | -");
    let moderators = sessions.to_string().matches("\"moderator\"").count();
    assert_eq!(moderators, 1);
}

async fn abbreviations_and_wrong_weekdays_are_refused(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let post = async |zone: &str, weekday: &str| {
        let when = json!({
            "local_start": "2022-02-23T11:30", "local_end": "2022-02-23T13:00", "timezone": zone, "weekday": weekday
        });
        let body = json!({ "title": WORKING_SESSION, "kind": "working_session", "when": when });
        demo.owner.post("/api/v1/events", body).await
    };
    let abbreviation = post("CET", "wednesday").await;
    abbreviation.faults(&[("/when/timezone", "timezone_abbreviation")]);
    let candidates = abbreviation.at("/errors/0/candidates");
    assert!(candidates.as_array().unwrap().contains(&json!("Europe/Paris")), "{candidates}");
    post("Europe/Paris", "thursday").await.faults(&[("/when/weekday", "weekday_mismatch")]);
    post("Europe/Paris", "wednesday").await.expect(201);
}

async fn the_time_table_fits(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let event = demo.event(WORKING_SESSION).await;
    let session = demo.app.get(&event).await.expect(200);
    assert_eq!(session.string("/when/starts_at"), "2022-02-23T10:30:00Z");
    assert_eq!(session.string("/when/ends_at"), "2022-02-23T12:00:00Z");
    assert_eq!(session.string("/when/timezone_label"), "CET");
    let organisers = session.at("/organisations");
    let organisers: Vec<_> = organisers.as_array().unwrap().iter().map(|one| &one["organisation"]["acronym"]).collect();
    assert_eq!(organisers, ["UCLG", "CSIPDHR"]);
    let committee = session.string("/organisations/1/organisation/id");
    let committee = demo.app.get(&format!("/api/v1/organisations/{committee}")).await.expect(200);
    assert_eq!(committee.at("/aliases")[0], "CISDP");
    assert_eq!(committee.string("/parent_id"), session.string("/organisations/0/organisation/id"));

    let agenda = demo.app.get(&format!("{event}/agenda")).await.expect(200);
    let rounds = ["/sessions/0", "/sessions/1"].map(|round| {
        let times = ["local_start", "local_end"].map(|name| agenda.string(&format!("{round}/{name}")));
        (times.map(|time| time[11..16].to_owned()).join("-"), agenda.at(&format!("{round}/sessions")))
    });
    assert_eq!((rounds[0].0.as_str(), rounds[1].0.as_str()), ("11:30-12:15", "12:15-13:00"));
    assert_eq!(rounds.each_ref().map(|(_, sessions)| sessions.as_array().unwrap().len()), [4, 4]);
    assert_eq!(rounds[0].1[1]["title"], rounds[0].1[3]["title"]);

    let check = demo.owner.get(&format!("{event}/schedule-check")).await.expect(200);
    assert_eq!((check.at("/total_minutes"), check.at("/event_minutes")), (json!(90), json!(90)));
    // Nothing but the speaker who is to be confirmed.
    let expected = ["unconfirmed_speaker", "/sessions/0/sessions/2/appearances/1", "info"];
    assert_eq!(demo.findings(&event).await, [expected]);

    demo.move_session(&event, "/sessions/1/sessions/0", "2022-02-23T12:20", "2022-02-23T12:25").await;
    assert_eq!(
        demo.findings(&event).await,
        [
            ["gap", "/sessions/1/sessions/0/local_start", "warning"],
            ["overlap", "/sessions/1/sessions/1/local_start", "warning"],
            expected,
        ]
    );
}

async fn who_is_to_be_confirmed_is_marked_beside_the_name(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let agenda = demo.app.get(&format!("{}/agenda", demo.event(WORKING_SESSION).await)).await.expect(200);
    let ghazi = agenda.at("/sessions/0/sessions/2/appearances/1");
    let shown = ["name", "affiliation", "status"].map(|name| ghazi[name].as_str().unwrap());
    assert_eq!(shown, ["Bahram Ghazi", "OHCHR", "tbc"]);
    assert_eq!(ghazi["speaker"]["name"], "Bahram Ghazi");
    let named = json!({ "name": "Bahram Ghazi (tbc)" });
    demo.owner.post("/api/v1/speakers", named).await.faults(&[("/name", "text_invalid")]);
    assert!(!agenda.text().contains("(tbc)"), "{agenda}");
    // On paper the mark stands beside the name, and so does a part that is not simply to speak.
    let paper = demo.app.get(&format!("{}/schedule.md", demo.event(WORKING_SESSION).await)).await.expect(200);
    let people: Vec<&str> = paper.text().lines().filter(|line| line.starts_with("- ")).collect();
    let expected =
        ["- Bahram Ghazi (tbc), OHCHR", "- Amanda Flety, UCLG CISDP (Moderator)", "- Amanda Flety, UCLG CISDP"];
    assert!(expected.iter().all(|line| people.contains(line)), "{people:?}");
}

async fn somebody_is_at_one_place_at_a_time(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let event = demo.event(WORKING_SESSION).await;
    let agenda = demo.owner.get(&format!("{event}/agenda")).await.expect(200);
    let (moderating, speaking) = ("/sessions/0/appearances/0", "/sessions/1/sessions/0/appearances/0");
    for (place, role) in [(moderating, "moderator"), (speaking, "speaker")] {
        assert_eq!(agenda.string(&format!("{place}/name")), "Amanda Flety");
        assert_eq!(agenda.string(&format!("{place}/role")), role);
    }
    let double_booked = async || {
        let all = demo.findings(&event).await;
        all.into_iter().filter(|[code, ..]| code == "double_booked").map(|[_, pointer, _]| pointer).collect::<Vec<_>>()
    };
    // She moderates until 12:15 and speaks from 12:15: intervals are half open.
    assert_eq!(double_booked().await, Vec::<String>::new());
    demo.move_session(&event, "/sessions/1/sessions/0", "2022-02-23T12:10", "2022-02-23T12:15").await;
    assert_eq!(double_booked().await, [speaking]);
}

async fn events_without_a_date_are_listed_and_in_no_calendar(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let id = demo.series("the-way-forward").await;
    let all = demo.app.get(&format!("/api/v1/series/{id}/events")).await.expect(200);
    assert_eq!(column(&all, "/title"), ["The way forward: first webinar", "The way forward: second webinar"]);
    assert_eq!(column(&all, "/when/precision"), ["none", "none"]);
    assert_eq!(column(&all, "/phase"), ["undated", "undated"]);
    assert_eq!(column(&all, "/has_report"), [true, true]);
    for feed in [format!("/calendars/series/{id}.ics"), "/calendars/workspaces/demo.ics".to_owned()] {
        let shown = entries(&demo.app, &format!("{feed}?tentative=1")).await;
        let way: Vec<_> = shown.iter().filter(|entry| entry["summary"].as_str().unwrap().contains("way")).collect();
        assert_eq!(way, Vec::<&Value>::new(), "{feed}");
    }
    let first = demo.app.get(&demo.event("The way forward: first webinar").await).await.expect(200);
    let parts = first.at("/organisations");
    let parts: Vec<(&str, &str)> = parts
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["role"].as_str().unwrap(), one["organisation"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(parts[0], ("organiser", "Human Rights Cities Network"));
    let cities = ["Middelburg", "Barcelona", "Utrecht", "Lund", "York", "Graz"];
    assert_eq!(parts[1..], cities.map(|city| ("participant", city)));
}

async fn long_lines_and_accents_survive_calendars(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let path = demo.event(WORKING_SESSION).await;
    // Names of two octets a letter, at every distance from the fold.
    let text = (1..=70).map(|length| format!("{} Dagård, Touré;", "x".repeat(length))).collect::<Vec<_>>().join(" ");
    let title = format!("{WORKING_SESSION}: Ulrika Dagård, Elsa Touré");
    let change = json!({ "title": title, "abstract": text });
    let event = demo.owner.if_match("*").patch(&path, change).await.expect(200);

    let feed = demo.app.get(&format!("/calendars/events/{}.ics", event.id())).await.expect(200);
    let raw = feed.body.split(|octet| *octet == b'\n').collect::<Vec<_>>();
    assert!(raw.len() > 80, "{} lines", raw.len());
    for line in raw {
        assert!(line.strip_suffix(b"\r").unwrap_or(line).len() <= 75, "{}", String::from_utf8_lossy(line));
        assert!(std::str::from_utf8(line).is_ok(), "a character is split: {line:?}");
    }
    let [entry] = entries(&demo.app, &format!("/calendars/events/{}.ics", event.id())).await.try_into().unwrap();
    assert_eq!(entry["summary"], title);
    assert_eq!(entry["description"].as_str().unwrap().split("\n\n").nth(1), Some(text.as_str()));
    let times = ["uid", "start", "end", "status"].map(|name| entry[name].as_str().unwrap().to_owned());
    assert_eq!(
        times,
        [event.string("/uid"), event.string("/when/starts_at"), event.string("/when/ends_at"), "CONFIRMED".into()]
    );
    assert_eq!((&entry["sequence"], &entry["all_day"]), (&event.at("/sequence"), &json!(false)));
}
