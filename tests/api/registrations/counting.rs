use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{paths, register};
use crate::support::TestApp;

both!(statistics_add_up, statistics_are_for_the_staff_of_the_workspace, statistics_of_nobody,);

async fn statistics_add_up(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 3 })).await;
    for (name, organisation, language) in
        [("Ada", "City of Lund", "en"), ("Bo", "city of LUND", "de"), ("Cy", "Rafto", "de-AT"), ("Di", "Rafto", "en")]
    {
        let person = json!({
            "name": name, "email": format!("{name}@example.org"), "organisation": organisation,
            "language": language, "consent": true,
        });
        app.post(&event.registrations, person).await.expect(201);
        // The others register after midnight in Berlin, and before it in UTC.
        app.clock().set("2022-02-01T23:00:00Z".parse().unwrap());
    }
    app.deliver().await;
    let all = paths(&event).await;
    app.clock().set("2022-02-05T12:00:00Z".parse().unwrap());
    event.owner.if_match("*").post(&format!("{}/cancel", all[2]), Value::Null).await.expect(200);
    event.owner.post(&format!("{}/check-in", all[0]), Value::Null).await.expect(200);
    app.deliver().await;
    app.leave_scheduled("the end of the offer");
    let stats = app.staff(Role::Viewer).await.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await;
    let stats = stats.expect(200).json();
    let day = |date: &str, counts: [u32; 4]| {
        json!({
            "date": date, "registered": counts[0], "cancelled": counts[1],
            "registered_total": counts[2], "cancelled_total": counts[3],
        })
    };
    let states = json!({
        "attended": 1, "cancelled": 1, "confirmed": 1, "expired": 0, "no_show": 0, "offered": 1,
        "pending_approval": 0, "pending_verification": 0, "rejected": 0, "waitlisted": 0,
    });
    assert_eq!(
        stats,
        json!({
            "event_id": event.id, "capacity": 3, "seats_taken": 3, "seats_free": 0, "waiting": 0, "total": 4,
            "states": states, "timezone": "Europe/Berlin",
            "days": [
                day("2022-02-01", [1, 0, 1, 0]), day("2022-02-02", [3, 0, 4, 0]), day("2022-02-05", [0, 1, 4, 1]),
            ],
            "languages": [{ "value": "en", "count": 2 }, { "value": "de", "count": 1 }],
            "organisations": [{ "value": "City of Lund", "count": 2 }, { "value": "Rafto", "count": 1 }],
            "attendance": { "expected": 1, "attended": 1, "no_show": 0, "rate": 0.5 },
        })
    );
}

async fn statistics_of_nobody(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    let counts = (stats.at("/total"), stats.at("/seats_free"), stats.at("/days"), stats.at("/attendance/rate"));
    assert_eq!(counts, (json!(0), Value::Null, json!([]), Value::Null));
}

async fn statistics_are_for_the_staff_of_the_workspace(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = format!("/api/v1/events/{}/registration-stats", event.id);
    app.get(&path).await.problem(401, "unauthenticated");
    let other = app.other_workspace("second").await;
    app.staff_of(&other, Role::Owner).await.get(&path).await.problem(404, "not_found");
}
