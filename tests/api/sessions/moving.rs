//! Agendas that move to another day: by one rule, whichever way they take.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_day, rows, talk, write_agenda};
use crate::api::events::make_event;
use crate::support::{Client, TestApp};

both!(
    a_proposed_time_takes_the_agenda_along,
    a_session_is_not_moved_into_an_hour_that_is_skipped,
    a_session_lasts_as_long_wherever_it_moves,
);

const TIMES: [&str; 4] = ["local_start", "local_end", "starts_at", "ends_at"];

fn paris(start: &str) -> Value {
    json!({ "local_start": start, "duration": "PT4H", "timezone": "Europe/Paris" })
}

/// The times of the sessions of an event.
async fn times(owner: &Client, event: &str) -> Vec<Vec<Value>> {
    rows(&owner.get(&format!("{event}/agenda")).await.expect(200), &TIMES)
}

async fn a_session_lasts_as_long_wherever_it_moves(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-10-29T01:00", "2022-10-29T05:00").await;
    write_agenda(&owner, &event, &[talk("A", "2022-10-29T01:30", "2022-10-29T03:30")]).await;
    // In the night to 30 October the hour from 2:00 comes twice, so that two hours end at 2:30.
    let when = paris("2022-10-30T01:00");
    let expected = [["2022-10-30T01:30:00", "2022-10-30T02:30:00", "2022-10-29T23:30:00Z", "2022-10-30T01:30:00Z"]];

    let cloned = owner.post(&format!("{event}/clone"), json!({ "when": when })).await.expect(201).id();
    assert_eq!(times(&owner, &format!("/api/v1/events/{cloned}")).await, expected);
    let other = make_event(&owner, json!({ "kind": "webinar", "title": "B", "when": when })).await.id();
    let (other, source) = (format!("/api/v1/events/{other}"), event.rsplit('/').next().unwrap());
    owner.post(&format!("{other}/agenda/copy-from"), json!({ "event_id": source })).await.expect(200);
    assert_eq!(times(&owner, &other).await, expected);
    owner.post(&format!("{event}/reschedule"), json!({ "when": when })).await.expect(200);
    assert_eq!(times(&owner, &event).await, expected);
    // In the second pass of that hour it stays there, although nothing says so again.
    owner.post(&format!("{event}/reschedule"), json!({ "when": paris("2022-10-30T00:30") })).await.expect(200);
    let earlier = [["2022-10-30T01:00:00", "2022-10-30T02:00:00", "2022-10-29T23:00:00Z", "2022-10-30T01:00:00Z"]];
    assert_eq!(times(&owner, &event).await, earlier);
    app.deliver().await;
}

async fn a_session_is_not_moved_into_an_hour_that_is_skipped(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-03-26T01:00", "2022-03-26T05:00").await;
    write_agenda(&owner, &event, &[talk("A", "2022-03-26T02:30", "2022-03-26T04:00")]).await;
    let before = owner.get(&event).await;
    let mut when = paris("2022-03-27T01:00");
    for path in ["reschedule", "clone", "schedule-check"] {
        let refused = owner.post(&format!("{event}/{path}"), json!({ "when": when })).await;
        refused.faults(&[("/when", "local_time_nonexistent")]);
        assert!(refused.at("/errors/0/detail").as_str().unwrap().starts_with("“A”, which would move along: "));
    }
    assert_eq!((owner.get(&event).await.json(), times(&owner, &event).await.len()), (before.json(), 1));
    when["disambiguation"] = json!("later");
    let expected = [["2022-03-27T03:30:00", "2022-03-27T05:00:00", "2022-03-27T01:30:00Z", "2022-03-27T03:00:00Z"]];
    owner.post(&format!("{event}/schedule-check"), json!({ "when": when })).await.expect(200);
    let cloned = owner.post(&format!("{event}/clone"), json!({ "when": when })).await.expect(201).id();
    assert_eq!(times(&owner, &format!("/api/v1/events/{cloned}")).await, expected);
    owner.post(&format!("{event}/reschedule"), json!({ "when": when })).await.expect(200);
    assert_eq!(times(&owner, &event).await, expected);
    app.deliver().await;
}

async fn a_proposed_time_takes_the_agenda_along(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    write_agenda(&owner, &event, &[talk("A", "2022-02-23T11:30", "2022-02-23T13:00")]).await;
    let when = json!({ "local_start": "2022-03-30T09:00", "timezone": "Europe/Paris", "duration": "PT1H30M" });
    let check = |agenda: Value| {
        let (owner, path) = (owner.clone(), format!("{event}/schedule-check"));
        let mut proposal = json!({ "when": when });
        if !agenda.is_null() {
            proposal["agenda"] = agenda;
        }
        async move { owner.post(&path, proposal).await }
    };
    assert_eq!(findings(&check(Value::Null).await), found(&[]));
    assert_eq!(findings(&check(json!("shift")).await), found(&[]));
    let kept = check(json!("keep")).await;
    assert!(findings(&kept).contains(&("outside_event".to_owned(), "/sessions/0/local_start".to_owned())));
    check(json!("drop")).await.faults(&[("/agenda", "field_type")]);
}
