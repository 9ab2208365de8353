//! Which status may become which.

use plenary::accounts::Role;
use serde_json::json;

use super::{add, draft, make_speaker, publish};
use crate::support::TestApp;

both!(confirming_mails_nobody_and_changes_the_event, statuses_follow_their_table, an_agenda_follows_the_table_too);

const ALL: [&str; 5] = ["tbc", "invited", "confirmed", "declined", "withdrawn"];

fn may(from: &str) -> &'static [&'static str] {
    match from {
        "tbc" | "invited" => &ALL,
        "confirmed" => &["tbc", "confirmed", "withdrawn"],
        "declined" => &["tbc", "invited", "confirmed", "declined"],
        _ => &["tbc", "invited", "confirmed", "withdrawn"],
    }
}

async fn statuses_follow_their_table(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = draft(&owner, json!({})).await;
    let speaker = make_speaker(&owner, json!({ "name": "A", "email": "a@example.org" })).await;
    for from in ALL {
        for to in ALL {
            let body = json!({ "speaker_id": speaker, "role": "speaker", "status": from });
            let path = add(&owner, &event, body).await;
            let changed = owner.if_match("*").patch(&path, json!({ "status": to })).await;
            if may(from).contains(&to) {
                assert_eq!(changed.expect(200).at("/status"), json!(to), "{from} {to}");
            } else {
                let problem = changed.problem(409, "not_possible_now");
                assert_eq!(problem["errors"][0]["pointer"], "/status", "{from} {to}");
                assert_eq!(owner.get(&path).await.at("/status"), json!(from));
            }
        }
    }
    app.expect_outbox(0);
}

async fn an_agenda_follows_the_table_too(app: TestApp) {
    let any = app.staff(Role::Owner).await.if_match("*");
    let event = draft(&any, json!({})).await;
    let agenda = format!("{event}/agenda");
    let part = |more: serde_json::Value| {
        let mut part = json!({ "label": "A", "role": "speaker" });
        part.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        part
    };
    let session = json!({ "kind": "talk", "title": "Talk", "appearances": [part(json!({}))] });
    let made = any.put(&agenda, json!({ "sessions": [session] })).await.expect(200);
    let ids = ["/sessions/0/id", "/sessions/0/appearances/0/id"].map(|pointer| made.string(pointer));
    let with = |status: &str| {
        let own = part(json!({ "id": ids[1], "status": status }));
        json!({ "sessions": [{ "id": ids[0], "kind": "talk", "title": "Talk", "appearances": [own] }] })
    };
    let refused = any.put(&agenda, with("declined")).await.problem(409, "not_possible_now");
    assert_eq!(refused["errors"][0]["pointer"], "/sessions/0/appearances/0/status");
    let written = any.put(&agenda, with("withdrawn")).await.expect(200);
    assert_eq!(written.at("/sessions/0/appearances/0/status"), json!("withdrawn"));
}

async fn confirming_mails_nobody_and_changes_the_event(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let member = json!({ "email": "desk@example.org", "role": "organiser", "notices": "each" });
    owner.post("/api/v1/members", member).await.expect(201);
    let event = draft(&owner, json!({})).await;
    let ghazi = make_speaker(&owner, json!({ "name": "Bahram Ghazi", "email": "ghazi@example.org" })).await;
    let path = add(&owner, &event, json!({ "speaker_id": ghazi, "role": "speaker", "status": "tbc" })).await;
    publish(&owner, &event).await;
    let feed = format!("/calendars/events/{}.ics", event.rsplit('/').next().unwrap());
    assert!(app.get(&feed).await.expect(200).text().contains("Bahram Ghazi (tbc)"));
    let shown = app.get(&path).await.expect(200);
    assert_eq!((shown.at("/name"), shown.at("/status")), (json!("Bahram Ghazi"), json!("tbc")));

    let before = owner.get(&event).await.expect(200);
    app.pass(chrono::TimeDelta::hours(1));
    owner.if_match("*").patch(&path, json!({ "status": "confirmed" })).await.expect(200);
    let after = owner.get(&event).await.expect(200);
    let sequence = |event: &crate::support::Answer| event.at("/sequence").as_i64().unwrap();
    assert_eq!(sequence(&after), sequence(&before) + 1);
    assert_eq!(after.at("/updated_at"), json!("2022-02-01T10:00:00Z"));
    let text = app.get(&feed).await.expect(200);
    assert!(text.text().contains("Bahram Ghazi") && !text.text().contains("(tbc)"), "{text}");
    assert!(text.text().contains("LAST-MODIFIED:20220201T100000Z"), "{text}");
    app.expect_outbox(0);
}
