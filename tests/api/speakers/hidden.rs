//! That nobody but staff learns who declined or withdrew, or what is private about a speaker.

use plenary::accounts::Role;
use serde_json::json;

use super::{SPEAKERS, add, column, draft, make_speaker, publish};
use crate::support::TestApp;

both!(who_declined_or_withdrew_is_nowhere_to_be_seen);

async fn who_declined_or_withdrew_is_nowhere_to_be_seen(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = draft(&owner, json!({})).await;
    let talk = json!({ "kind": "talk", "title": "Talk" });
    let talk = any.post(&format!("{event}/sessions"), talk).await.expect(201).id();
    let session = format!("/api/v1/sessions/{talk}");
    let mut gone = Vec::new();
    for (name, status) in [("Declaia", "declined"), ("Withdraia", "withdrawn")] {
        let body = json!({ "name": name, "email": "leak@leak.example", "bio": format!("{name} leaks") });
        let speaker = make_speaker(&owner, body).await;
        for place in [&event, &session] {
            let body = json!({
                "speaker_id": speaker, "role": "speaker", "status": status, "affiliation": format!("{name} Institute"),
                "note": format!("{name} note"),
            });
            gone.push((name, speaker.clone(), add(&owner, place, body).await));
        }
    }
    let here = json!({ "name": "Hereia", "email": "leak@leak.example", "timezone": "Asia/Tehran" });
    let here = make_speaker(&owner, here).await;
    let part = json!({ "speaker_id": here, "role": "chair", "status": "tbc", "recording_consent": true });
    add(&owner, &session, part).await;
    publish(&owner, &event).await;
    let id = event.rsplit('/').next().unwrap();

    let pages = [
        event.clone(),
        format!("{event}/appearances"),
        format!("{event}/agenda"),
        session.clone(),
        "/api/v1/events?limit=100".to_owned(),
        format!("{SPEAKERS}/{here}"),
        format!("{SPEAKERS}/{here}/appearances"),
        format!("/calendars/events/{id}.ics"),
        format!("/calendars/speakers/{here}.ics"),
        "/calendars/workspaces/demo.ics".to_owned(),
    ];
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    for client in [&*app, &stranger] {
        for page in &pages {
            let shown = client.get(page).await.expect(200);
            for secret in ["Declaia", "Withdraia", "leak", "Tehran", "recording_consent", "invited_at", "answer_note"] {
                assert!(!shown.text().contains(secret), "{secret}: {shown}");
            }
        }
        for (_, speaker, appearance) in &gone {
            client.get(appearance).await.problem(404, "not_found");
            client.get(&format!("{SPEAKERS}/{speaker}")).await.problem(404, "not_found");
            client.get(&format!("{SPEAKERS}/{speaker}/appearances")).await.problem(404, "not_found");
            client.get(&format!("/calendars/speakers/{speaker}.ics")).await.problem(404, "not_found");
            let listed = client.get(&format!("/api/v1/events?speaker={speaker}&workspace=demo")).await;
            assert_eq!(column(&listed, "title"), Vec::<String>::new());
        }
        let listed = client.get(&format!("/api/v1/events?speaker={here}&workspace=demo")).await;
        assert_eq!(column(&listed, "title"), ["Local complaint mechanisms"]);
    }
    // Staff see them.
    let staff = owner.get(&format!("{event}/agenda")).await.expect(200);
    for name in ["Declaia", "Withdraia", "Hereia"] {
        assert!(staff.text().contains(name), "{name}: {staff}");
    }
}
