//! Sessions that are removed while materials belong to them.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{column, make_event};
use super::slides;
use crate::support::{Answer, Client, TestApp};

both!(an_agenda_takes_no_materials_with_it_unasked);

/// An event with a round that contains a talk with slides, and a talk without any: its path and the ids of all three.
async fn programme(owner: &Client) -> (String, [String; 3]) {
    let event = format!("/api/v1/events/{}", make_event(owner, json!({ "kind": "webinar", "title": "A" })).await.id());
    let talk = |title: &str| json!({ "kind": "talk", "title": title });
    let round = json!({ "kind": "round", "title": "Round", "sessions": [talk("With slides")] });
    let agenda = json!({ "sessions": [round, talk("Without")] });
    let agenda = owner.put(&format!("{event}/agenda"), agenda).await.expect(200);
    let ids = ["/sessions/0/id", "/sessions/0/sessions/0/id", "/sessions/1/id"].map(|pointer| agenda.string(pointer));
    owner.post(&format!("/api/v1/sessions/{}/materials", ids[1]), slides()).await.expect(201);
    (event, ids)
}

/// The newest change of an event: what was done, and what it was before.
async fn newest(owner: &Client, event: &str) -> (String, Value) {
    let history = owner.get(&format!("{event}/history?limit=1")).await.expect(200);
    (history.string("/items/0/action"), history.at("/items/0/before"))
}

async fn an_agenda_takes_no_materials_with_it_unasked(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let other = make_event(&owner, json!({ "kind": "webinar", "title": "B" })).await.id();
    let copy = json!({ "event_id": other, "replace": true });
    let empty = json!({ "sessions": [] });
    for way in ["put", "delete", "copy"] {
        let (event, [round, talk, without]) = programme(&owner).await;
        let send = async |query: &str| -> Answer {
            match way {
                "put" => owner.put(&format!("{event}/agenda{query}"), empty.clone()).await,
                "delete" => owner.delete(&format!("/api/v1/sessions/{round}{query}")).await,
                _ => owner.post(&format!("{event}/agenda/copy-from{query}"), copy.clone()).await,
            }
        };
        let materials = format!("{event}/materials?sessions=true");
        let before = (owner.get(&event).await.json(), owner.get(&materials).await.json());
        for query in ["", "?remove_materials=false"] {
            send(query).await.problem(409, "in_use");
            assert_eq!((owner.get(&event).await.json(), owner.get(&materials).await.json()), before, "{way}");
        }
        send("?remove_materials=perhaps").await.problem(400, "malformed_query");
        // What has none goes at once, and what stays keeps what it has, wherever it stands then.
        owner.delete(&format!("/api/v1/sessions/{without}")).await.expect(204);
        let moved = json!({ "sessions": [{ "id": talk, "kind": "talk", "title": "With slides" }] });
        if way == "put" {
            owner.put(&format!("{event}/agenda"), moved).await.expect(200);
            assert_eq!(column(&owner.get(&materials).await, "session_id"), std::slice::from_ref(&talk));
        }
        let gone = send("?remove_materials=true").await;
        assert!(matches!(gone.status, 200 | 204), "{gone}");
        assert_eq!(owner.get(&materials).await.expect(200).json(), json!({ "items": [] }), "{way}");
        let expected = match way {
            "put" => ("agenda_replaced", json!({ "sessions": 1, "removed_materials": 1 })),
            "delete" => ("session_removed", json!({ "session_id": round, "title": "Round", "removed_materials": 1 })),
            _ => ("agenda_copied", json!({ "sessions": 2, "removed_materials": 1 })),
        };
        assert_eq!(newest(&owner, &event).await, (expected.0.to_owned(), expected.1), "{way}");
    }
}
