//! Everything that moves registrations at once, in two processes: no seat is given twice, nobody is overtaken in the queue, and no
//! message is lost or promised twice.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use futures_util::future::join_all;
use plenary::db::schema::{event_seats, outbox_messages};
use plenary::db::types::AnyId;
use plenary::events::EventId;
use serde_json::{Value, json};

use crate::support::{Answer, Client, OpenEvent, TestApp, person};

both!(two_processes_let_two_hundred_people_into_fifty_seats);

const PEOPLE: usize = 200;
const SEATS: usize = 50;

/// A registration as the staff see it, with its messages counted by kind.
struct Row {
    id: String,
    email: String,
    state: String,
    position: Option<i64>,
    messages: BTreeMap<String, usize>,
}

async fn rows(app: &TestApp, event: &OpenEvent) -> Vec<Row> {
    let promised: Vec<(Option<AnyId>, String)> = outbox_messages::table
        .select((outbox_messages::registration_id, outbox_messages::kind))
        .load(&mut app.database().connect())
        .unwrap();
    let mut all: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (id, kind) in promised {
        let kind = kind.strip_prefix("registrations.").unwrap_or(&kind).to_owned();
        let id = id.map(|id| id.0.to_string()).unwrap_or_default();
        *all.entry(id).or_default().entry(kind).or_default() += 1;
    }
    let mut rows = Vec::new();
    let mut path = format!("{}?limit=100", event.registrations);
    loop {
        let page = event.owner.get(&path).await.expect(200).json();
        for row in page["items"].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let (id, email, state) = (text("id"), text("email"), text("state"));
            let messages = all.remove(&id).unwrap_or_default();
            rows.push(Row { id, email, state, position: row["queue_position"].as_i64(), messages });
        }
        let Some(cursor) = page["next_cursor"].as_str() else { return rows };
        path = format!("{}?limit=100&cursor={cursor}", event.registrations);
    }
}

/// A server with more to do than it has connections says so, and is asked again.
async fn insist(client: &Client, path: &str, body: &Value) -> Answer {
    for _ in 0..100 {
        let answer = client.post(path, body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path} stays unavailable")
}

/// Seats are never more than there are, none stays free while somebody waits, and the queue is in order.
#[track_caller]
fn check_seats(app: &TestApp, event: &OpenEvent, rows: &[Row]) {
    let id = EventId(event.id.parse().unwrap());
    let counted: (i32, i32) = event_seats::table
        .filter(event_seats::event_id.eq(id))
        .select((event_seats::taken, event_seats::waiting))
        .first(&mut app.database().connect())
        .unwrap();
    let count = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let (taken, waiting) = (count("confirmed") + count("offered"), count("waitlisted"));
    let counted = (usize::try_from(counted.0).unwrap(), usize::try_from(counted.1).unwrap());
    assert_eq!(counted, (taken, waiting));
    assert!(taken == SEATS || (taken < SEATS && waiting == 0), "{taken} seats are taken while {waiting} people wait");
    let places = |state: &'static str| rows.iter().filter(move |row| row.state == state).filter_map(|row| row.position);
    if let (Some(last), Some(first)) = (places("offered").max(), places("waitlisted").min()) {
        assert!(last < first, "{last} is offered a seat before {first}");
    }
}

/// Each registration has the messages that its way demands, each once.
#[track_caller]
fn check_messages(rows: &[Row]) {
    for row in rows {
        let count = |kind: &str| row.messages.get(kind).copied().unwrap_or_default();
        let say = format!("{} {}: {:?}", row.id, row.state, row.messages);
        let (waited, offered, confirmed) = (count("waitlisted"), count("offered"), count("confirmed"));
        let (asked, cancelled, refused) = (count("pending"), count("cancelled"), count("rejected"));
        assert_eq!((count("verify"), count("verification_ends")), (1, 1), "{say}");
        assert_eq!(count("offer_ends"), offered, "{say}");
        assert_eq!(cancelled, usize::from(row.state == "cancelled"), "{say}");
        assert_eq!(refused, usize::from(row.state == "rejected"), "{say}");
        let way = (asked, waited, offered, confirmed, count("expired"));
        let is_right = match row.state.as_str() {
            "pending_verification" => way == (0, 0, 0, 0, 0),
            "rejected" | "pending_approval" => way == (1, 0, 0, 0, 0),
            "waitlisted" => way == (1, 1, 0, 0, 0),
            "offered" => way == (1, 1, 1, 0, 0),
            "confirmed" => matches!(way, (1, 0, 0, 1, 0) | (1, 1, 1, 1, 0)),
            "cancelled" => matches!(way, (0, 0, 0, 0, 0) | (1, 0, 0, 1, 0) | (1, 1, 0, 0, 0) | (1, 1, 1, 0 | 1, 0)),
            "expired" => matches!(way, (0, 0, 0, 0, 0) | (1, 1, 1, 0, 1)),
            _ => false,
        };
        assert!(is_right, "{say}");
        // The staff hear that it waits for them, where it comes to stand, that an offer is taken, and that it is cancelled; of an
        // address that nobody confirmed they hear nothing.
        let seated_later = usize::from(waited == 1 && confirmed == 1);
        let stood = usize::from(waited + confirmed > 0);
        assert_eq!(count("notice"), asked + stood + seated_later + cancelled * asked, "{say}");
    }
}

async fn act(client: &Client, link: &str, action: &str) {
    let answer = insist(client, &format!("{link}/{action}"), &Value::Null).await;
    assert!(matches!(answer.status, 200 | 409), "{action}: {answer}");
}

async fn two_processes_let_two_hundred_people_into_fifty_seats(app: TestApp) {
    let policy = json!({ "verification": true, "approval": true, "offer_hours": 1 });
    let event = app.open_event(json!({ "capacity": SEATS, "registration": policy })).await;
    let replica = app.replica();
    let side = |index: usize| -> &Client { if index.is_multiple_of(2) { &app } else { &replica } };
    join_all((0..PEOPLE).map(|index| {
        let (client, path) = (side(index), &event.registrations);
        async move { insist(client, path, &person("P", &format!("p{index}@example.org"))).await.expect(201) }
    }))
    .await;
    let mails = app.deliver().await;
    assert_eq!(mails.len(), PEOPLE);
    let found = rows(&app, &event).await;
    assert!(found.iter().all(|row| row.state == "pending_verification"));
    let desk = event.owner.if_match("*");

    // Everybody goes their way at once; each step is done twice, once in each process.
    let ids: BTreeMap<String, String> = found.into_iter().map(|row| (row.email, row.id)).collect();
    let here = format!("http://{}", app.address());
    let there = format!("http://{}", replica.address());
    join_all(mails.iter().enumerate().map(|(index, mail)| {
        let (near, far) = (side(index), side(index + 1));
        let own = mail.link("/registrations/manage/").to_owned();
        let (desk, id) = (&desk, &ids[&mail.to]);
        let path = own.strip_prefix(&here).or_else(|| own.strip_prefix(&there)).expect("a link").to_owned();
        async move {
            if index.is_multiple_of(11) {
                return; // never confirms
            }
            futures_util::join!(act(near, &path, "verify"), act(far, &path, "verify"));
            let decision = if index.is_multiple_of(13) { "reject" } else { "approve" };
            let (empty, path_of) = (json!({}), format!("/api/v1/registrations/{id}/{decision}"));
            let (one, two) = futures_util::join!(insist(desk, &path_of, &empty), insist(desk, &path_of, &empty));
            assert_eq!((one.status, two.status), (200, 200), "{one} {two}");
            if index.is_multiple_of(3) {
                futures_util::join!(act(near, &path, "cancel"), act(far, &path, "cancel"));
            }
        }
    }))
    .await;
    let found = rows(&app, &event).await;
    check_seats(&app, &event, &found);
    check_messages(&found);

    // Offers run out in both workers while others are accepted or cancelled.
    for round in 0..3 {
        app.pass(TimeDelta::hours(1));
        let (mine, theirs) = (app.app().worker(), replica.app().worker());
        let people = join_all(mails.iter().enumerate().filter(|(index, _)| index % 4 == round).map(|(index, mail)| {
            let own = mail.link("/registrations/manage/").to_owned();
            let path = own.strip_prefix(&here).or_else(|| own.strip_prefix(&there)).expect("a link").to_owned();
            let (near, far) = (side(index), side(index + 1));
            async move {
                futures_util::join!(act(near, &path, "accept-offer"), act(far, &path, "accept-offer"));
                if index.is_multiple_of(5) {
                    act(near, &path, "cancel").await;
                }
            }
        }));
        let (one, two, _) = futures_util::join!(mine.drain(), theirs.drain(), people);
        one.expect("the outbox can be worked off");
        two.expect("the outbox can be worked off");
        let found = rows(&app, &event).await;
        check_seats(&app, &event, &found);
        check_messages(&found);
    }
    // In the end who never confirmed is gone, and so is every offer that nobody took.
    app.pass(TimeDelta::days(3));
    while app.outbox().iter().any(|(kind, _)| kind != "registrations.waiting_ends") {
        app.deliver().await;
        app.pass(TimeDelta::hours(1));
    }
    app.leave_scheduled("the end of the event, for which people waited");
    let found = rows(&app, &event).await;
    check_seats(&app, &event, &found);
    check_messages(&found);
    let left = ["pending_verification", "pending_approval", "offered", "waitlisted"];
    assert!(found.iter().all(|row| !left.contains(&row.state.as_str())));
}
