use serde_json::{Value, json};

use super::register;
use crate::support::parsers::read_csv;
use crate::support::{OpenEvent, TestApp};

both!(a_table_holds_what_a_list_holds, a_table_is_a_file, what_is_asked_for_is_sent, what_people_write_stays_text,);

const HEAD: [&str; 17] = [
    "id",
    "state",
    "name",
    "email",
    "organisation",
    "language",
    "timezone",
    "attendance",
    "registered_at",
    "consent_version",
    "consented_at",
    "confirmed_at",
    "checked_in_at",
    "joined_at",
    "ended_at",
    "queue_position",
    "note",
];

async fn table(event: &OpenEvent, query: &str) -> Vec<Vec<String>> {
    let path = format!("{}{query}", event.registrations);
    let rows = read_csv(&event.owner.with("accept", "text/csv").get(&path).await.expect(200).body);
    assert_eq!(rows[0], HEAD);
    rows[1..].to_vec()
}

async fn a_table_is_a_file(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let csv = event.owner.with("accept", "text/csv");
    let plain = csv.get(&event.registrations).await.expect(200);
    assert_eq!(plain.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let name = "registrations-local-complaint-mechanisms-what-works-why.csv";
    assert_eq!(plain.header("content-disposition"), Some(format!("attachment; filename=\"{name}\"").as_str()));
    assert!(plain.header("vary").unwrap().starts_with("accept, authorization, "), "{plain}");
    assert_eq!(plain.header("cache-control"), Some("private, no-store"));
    let marked = csv.get(&format!("{}?bom=true", event.registrations)).await.expect(200);
    assert_eq!(marked.body, [b"\xEF\xBB\xBF", plain.body.as_slice()].concat());
    let unmarked = csv.get(&format!("{}?bom=false", event.registrations)).await.expect(200);
    assert_eq!(unmarked.body, plain.body);
    for query in ["limit=1", "cursor=x"] {
        csv.get(&format!("{}?{query}", event.registrations)).await.problem(400, "malformed_query");
    }
}

async fn what_is_asked_for_is_sent(app: TestApp) {
    let event = app.open_event(json!({})).await;
    for (accept, media_type) in [
        ("*/*", "application/json"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.5, application/*", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8; header=present"),
    ] {
        let answer = event.owner.with("accept", accept).get(&event.registrations).await.expect(200);
        assert_eq!(answer.header("content-type"), Some(media_type), "{accept}");
    }
    for accept in ["text/html", "*/*;q=0", "application/json;q=0"] {
        let answer = event.owner.with("accept", accept).get(&event.registrations).await;
        answer.problem(406, "not_acceptable");
    }
}

async fn a_table_holds_what_a_list_holds(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    register(&app, &event, &["Zoe", "Bo", "Cy"]).await;
    app.deliver().await;
    let all = super::paths(&event).await;
    event.owner.post(&format!("{}/check-in", all[1]), Value::Null).await.expect(200);
    let list = event.owner.get(&event.registrations).await.expect(200);
    let ids: Vec<Value> = (0..3).map(|place| list.at(&format!("/items/{place}/id"))).collect();
    let rows = table(&event, "").await;
    let row = |cells: [&str; 17]| cells.map(str::to_owned).to_vec();
    let id = |place: usize| ids[place].as_str().unwrap();
    let (minute, later) = ("2022-02-01T09:00:00Z", "2022-02-01T09:01:00Z");
    let (third, now) = ("2022-02-01T09:02:00Z", "2022-02-01T09:03:00Z");
    assert_eq!(
        rows,
        [
            row([
                id(0),
                "confirmed",
                "Zoe",
                "zoe@example.org",
                "",
                "en",
                "",
                "live",
                minute,
                "0",
                minute,
                minute,
                "",
                "",
                "",
                "",
                "",
            ]),
            row([
                id(1),
                "attended",
                "Bo",
                "bo@example.org",
                "",
                "en",
                "",
                "live",
                later,
                "0",
                later,
                later,
                now,
                "",
                "",
                "",
                "",
            ]),
            row([
                id(2),
                "waitlisted",
                "Cy",
                "cy@example.org",
                "",
                "en",
                "",
                "live",
                third,
                "0",
                third,
                "",
                "",
                "",
                "",
                "1",
                "",
            ]),
        ]
    );
    let named = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row[2].clone()).collect::<Vec<_>>();
    assert_eq!(named(table(&event, "?sort=name").await), ["Bo", "Cy", "Zoe"]);
    assert_eq!(named(table(&event, "?attendance=attended").await), ["Bo"]);
    assert_eq!(named(table(&event, "?q=zoe").await), ["Zoe"]);
    assert_eq!(named(table(&event, "?state=cancelled").await), Vec::<String>::new());
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn what_people_write_stays_text(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let hostile = [
        "=HYPERLINK(\"evil.example\",\"x\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "a, \"quoted\" name; with ; all",
        "Zoë 🎉 العربية",
    ];
    for (number, name) in hostile.iter().enumerate() {
        let person = json!({
            "name": name, "organisation": name, "email": format!("p{number}@example.org"), "consent": true,
        });
        app.post(&event.registrations, person).await.expect(201);
    }
    app.deliver().await;
    let last = super::paths(&event).await.pop().unwrap();
    let note = json!({ "note": "=1+1\r\nsecond, line" });
    event.owner.if_match("*").patch(&last, note).await.expect(200);
    let rows = table(&event, "").await;
    for (row, name) in rows.iter().zip(hostile) {
        let mark = if name.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        assert_eq!((&row[2], &row[4]), (&format!("{mark}{name}"), &format!("{mark}{name}")));
    }
    assert_eq!(rows.len(), hostile.len());
    assert_eq!(rows.last().unwrap()[16], "'=1+1\r\nsecond, line");
}
