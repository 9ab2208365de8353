//! Who was there: those who were checked in, and those who followed their link.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{MEETING, direct_event, leads_there, link_of, register_all, seen, set};
use crate::support::{Backend, OpenEvent, TestApp, person};

both!(closing_an_event_counts_who_joined, each_visit_is_counted, visits_at_another_time_do_not_count);

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

/// What a timeline tells beside messages.
async fn told(event: &OpenEvent, index: usize) -> Vec<String> {
    let id = seen(event, index).await["id"].as_str().unwrap().to_owned();
    let timeline = event.owner.get(&format!("/api/v1/registrations/{id}/timeline")).await.expect(200).json();
    let items = timeline["items"].as_array().unwrap().iter();
    let own = items.filter(|entry| entry["message_state"].is_null());
    own.map(|entry| entry["what"].as_str().unwrap().to_owned()).collect()
}

async fn closing_an_event_counts_who_joined(app: TestApp) {
    let event = direct_event(&app, json!({ "capacity": 3, "registration": { "recording": true } })).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy", "di"]).await;
    let mut ed = person("ed", "ed@example.org");
    ed["attendance"] = json!("recording");
    app.post(&event.registrations, ed).await.expect(201);
    app.deliver().await;
    set(&app, "2022-03-17T14:40:00Z");
    leads_there(&app.get(mails[0].link("/join/")).await, MEETING);
    // A visit by itself makes nobody attended: they still can say that they will not come.
    assert_eq!(states(&event).await, ["confirmed", "confirmed", "confirmed", "waitlisted", "confirmed"]);
    let cy = seen(&event, 2).await["id"].as_str().unwrap().to_owned();
    set(&app, "2022-03-17T15:10:00Z");
    event.owner.post(&format!("/api/v1/registrations/{cy}/check-in"), Value::Null).await.expect(200);
    leads_there(&app.get(mails[2].link("/join/")).await, MEETING);
    set(&app, "2022-03-17T16:40:00Z");
    let close = format!("{}/close", event.registrations);
    for (attended, no_show) in [(1, 1), (0, 0)] {
        let closed = event.owner.post(&close, Value::Null).await.expect(200);
        assert_eq!(closed.json(), json!({ "event_id": event.id, "attended": attended, "no_show": no_show }));
    }
    assert_eq!(states(&event).await, ["attended", "no_show", "attended", "waitlisted", "confirmed"]);
    assert_eq!(told(&event, 0).await, ["registered", "confirmed", "joined", "attended"]);
    assert_eq!(told(&event, 1).await, ["registered", "confirmed", "no_show"]);
    assert_eq!(told(&event, 2).await, ["registered", "confirmed", "joined", "checked_in"]);
    assert_eq!(
        (seen(&event, 0).await["checked_in_at"].clone(), seen(&event, 0).await["revision"].clone()),
        (Value::Null, json!(2))
    );
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    assert_eq!(history.at("/items/0/after"), json!({ "attended": 1, "no_show": 1 }));
    // Who is there may go in again.
    leads_there(&app.get(mails[0].link("/join/")).await, MEETING);
    assert_eq!(seen(&event, 0).await["joined_count"], 2);
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    assert_eq!(stats.at("/states/attended"), json!(2));
    app.deliver().await;
}

async fn visits_at_another_time_do_not_count(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada", "bo"]).await;
    set(&app, "2022-03-17T15:00:00Z");
    for mail in &mails {
        leads_there(&app.get(mail.link("/join/")).await, MEETING);
    }
    // Nobody speaks: it is tried again a week later.
    let later = json!({
        "when": { "local_start": "2022-03-24T16:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" },
        "notify": false,
    });
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/reschedule", event.id), later).await.expect(200);
    set(&app, "2022-03-24T15:00:00Z");
    leads_there(&app.get(mails[1].link("/join/")).await, MEETING);
    set(&app, "2022-03-24T16:30:00Z");
    let closed = event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    assert_eq!((closed.at("/attended"), closed.at("/no_show")), (json!(1), json!(1)));
    assert_eq!(states(&event).await, ["no_show", "attended"]);
    app.deliver().await;
}

async fn each_visit_is_counted(backend: Backend) {
    let app = TestApp::start(backend).await;
    let event = direct_event(&app, json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    let link = link_of(&seen(&event, 0).await, 1);
    set(&app, "2022-03-17T15:00:00Z");
    let replica = app.replica();
    join_all((0..20).map(|index| {
        let (client, link) = (if index % 2 == 0 { &*app } else { &*replica }, &link);
        async move { leads_there(&client.get(link).await, MEETING) }
    }))
    .await;
    assert_eq!(seen(&event, 0).await["joined_count"], 20);
}
