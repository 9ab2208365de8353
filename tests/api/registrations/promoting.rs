//! Somebody who waits, to whom the staff give a seat out of turn.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{paths, plain, register, told};
use crate::support::{OpenEvent, TestApp};

both!(
    a_seat_is_given_out_of_turn,
    an_offer_becomes_a_seat,
    many_promotions_never_sell_a_seat_twice,
    only_who_waits_can_be_given_a_seat,
);

fn promote(path: &str) -> String {
    format!("{path}/promote")
}

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

async fn seats(event: &OpenEvent) -> [Value; 3] {
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    ["capacity", "seats_taken", "waiting"].map(|name| stats.at(&format!("/{name}")))
}

async fn a_seat_is_given_out_of_turn(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo", "Cy"]).await;
    app.deliver().await;
    let all = paths(&event).await;
    let any = event.owner.if_match("*");
    event.owner.post(&promote(&all[2]), json!({})).await.problem(428, "precondition_required");
    // No seat is free, and nobody said that there should be one more.
    for body in [json!({}), json!({ "override_capacity": false })] {
        any.post(&promote(&all[2]), body).await.problem(409, "event_full");
    }
    assert_eq!(seats(&event).await, [json!(1), json!(1), json!(2)]);
    app.leave_scheduled("the end of the event, for which somebody waits");
    assert_eq!(app.deliver().await.len(), 0);

    let promoted = any.post(&promote(&all[2]), json!({ "override_capacity": true })).await.expect(200);
    assert_eq!((promoted.at("/state"), promoted.at("/queue_position")), (json!("confirmed"), Value::Null));
    assert_eq!(states(&event).await, ["confirmed", "waitlisted", "confirmed"]);
    assert_eq!(seats(&event).await, [json!(2), json!(2), json!(1)]);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.envelope_to, "cy@example.org");
    assert!(mail.subject.starts_with("You are registered: ") && mail.calendar.is_some(), "{}", mail.subject);
    assert!(told(&event, &all[2]).await.contains(&plain("promoted")));
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    let capacity = ["before", "after"].map(|when| history.at(&format!("/items/0/{when}/capacity")));
    assert_eq!((history.at("/items/0/action"), capacity), (json!("changed"), [json!(1), json!(2)]));

    // Once more changes nothing.
    let again = any.post(&promote(&all[2]), json!({ "override_capacity": true })).await.expect(200);
    assert_eq!(again.at("/revision"), promoted.at("/revision"));
    assert_eq!(seats(&event).await, [json!(2), json!(2), json!(1)]);
    assert_eq!(app.deliver().await.len(), 0);
    // Bo is still the first in the queue.
    any.post(&format!("{}/cancel", all[0]), Value::Null).await.expect(200);
    assert_eq!(states(&event).await, ["cancelled", "offered", "confirmed"]);
    app.deliver().await;
}

async fn an_offer_becomes_a_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    let all = paths(&event).await;
    let any = event.owner.if_match("*");
    any.post(&format!("{}/cancel", all[0]), Value::Null).await.expect(200);
    app.deliver().await;
    let promoted = any.post(&promote(&all[1]), json!({})).await.expect(200);
    assert_eq!((promoted.at("/state"), promoted.at("/offer_expires_at")), (json!("confirmed"), Value::Null));
    assert_eq!(seats(&event).await, [json!(1), json!(1), json!(0)]);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.envelope_to).collect();
    assert_eq!(to, ["bo@example.org"]);
    // The time of the offer goes by, and takes nothing away.
    app.pass(TimeDelta::days(20));
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "confirmed"]);
    app.leave_scheduled("the end of the event, for which somebody waited");
}

async fn only_who_waits_can_be_given_a_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "verification": true } })).await;
    register(&app, &event, &["Ada"]).await;
    let unverified = paths(&event).await.remove(0);
    let any = event.owner.if_match("*");
    let anyway = json!({ "override_capacity": true });
    any.post(&promote(&unverified), anyway.clone()).await.problem(409, "not_possible_now");
    let other = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &other, &["Ada", "Bo", "Cy"]).await;
    app.deliver().await;
    let all = paths(&other).await;
    any.post(&format!("{}/cancel", all[2]), Value::Null).await.expect(200);
    any.post(&promote(&all[2]), anyway.clone()).await.problem(409, "not_possible_now");
    // Nobody can be where nothing takes place.
    any.post(&format!("/api/v1/events/{}/postpone", other.id), json!({ "notify": false })).await.expect(200);
    any.post(&promote(&all[1]), anyway.clone()).await.problem(409, "not_possible_now");
    app.staff(Role::Viewer).await.if_match("*").post(&promote(&all[1]), anyway.clone()).await.problem(403, "forbidden");
    let strangers = app.other_workspace("other").await;
    let stranger = app.staff_of(&strangers, Role::Owner).await.if_match("*");
    stranger.post(&promote(&all[1]), anyway).await.problem(404, "not_found");
    assert_eq!(seats(&other).await, [json!(1), json!(1), json!(1)]);
    app.deliver().await;
    app.leave_scheduled("the time to confirm an address, and the end of the event");
}

async fn many_promotions_never_sell_a_seat_twice(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let names: Vec<String> = (0..8).map(|number| format!("P{number}")).collect();
    register(&app, &event, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    app.deliver().await;
    let all = paths(&event).await;
    let (any, replica) = (event.owner.if_match("*"), app.replica());
    let other = any.at(&format!("http://{}", replica.address()));
    // Three with one seat more each, the others only where one is free.
    let answers = join_all(all[1..].iter().enumerate().map(|(number, path)| {
        let client = if number % 2 == 0 { &any } else { &other };
        async move {
            loop {
                let answer = client.post(&promote(path), json!({ "override_capacity": number < 3 })).await;
                if answer.status != 503 {
                    return (number, answer);
                }
            }
        }
    }));
    for (number, answer) in answers.await {
        if number < 3 {
            answer.expect(200);
        } else {
            answer.problem(409, "event_full");
        }
    }
    assert_eq!(seats(&event).await, [json!(4), json!(4), json!(4)]);
    let confirmed = states(&event).await.into_iter().filter(|state| state == "confirmed").count();
    assert_eq!(confirmed, 4);
    assert_eq!(app.deliver().await.len(), 3);
    app.leave_scheduled("the end of the event, for which people wait");
}
