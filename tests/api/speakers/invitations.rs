//! Inviting and answering, over the API.

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use plenary::accounts::Role;
use plenary::db::schema::events;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Client, add, draft, make_organisation, make_speaker};
use crate::support::{TestApp, TestAppBuilder};

both!(
    a_link_that_is_none_opens_nothing,
    an_answer_comes_too_late,
    an_invitation_is_to_whom_was_seen,
    another_person_has_said_nothing_yet,
    another_person_has_another_invitation,
    faults_of_an_answer_are_pointed_at,
    inviting_is_for_those_who_may,
    inviting_needs_a_person_with_an_address,
    one_key_invites_once,
    postponing_keeps_an_invitation_open,
    public_answers_are_counted,
    who_is_off_the_programme_gets_no_mail,
);

/// Makes a draft with a speaker who has an address, `tbc`, and returns the appearance's path.
async fn asked(owner: &Client) -> String {
    let event = draft(owner, json!({})).await;
    let speaker = make_speaker(owner, json!({ "name": "Hans Sakkers", "email": "sakkers@example.org" })).await;
    add(owner, &event, json!({ "speaker_id": speaker, "role": "speaker", "status": "tbc" })).await
}

/// Invites, and returns the path of the invitation in the API.
pub(super) async fn invited(app: &TestApp, owner: &Client, appearance: &str, body: Value) -> String {
    owner.if_match("*").post(&format!("{appearance}/invite"), body).await.expect(200);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    format!("/api/v1/invitations/{}", mail.link("/invitations/").rsplit('/').next().unwrap())
}

async fn answer(app: &Client, invitation: &str, answer: &str) -> Answer {
    app.post(invitation, json!({ "answer": answer })).await
}

fn cancel(app: &TestApp) {
    diesel::update(events::table).set(events::status.eq("cancelled")).execute(&mut app.database().connect()).unwrap();
}

async fn inviting_needs_a_person_with_an_address(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = draft(&owner, json!({})).await;
    let graz = make_organisation(&owner, "City of Graz").await;
    let silent = make_speaker(&owner, json!({ "name": "No address" })).await;
    let known = make_speaker(&owner, json!({ "name": "A", "email": "a@example.org" })).await;
    for body in [
        json!({ "label": "Representatives", "role": "speaker", "status": "tbc" }),
        json!({ "organisation_id": graz, "role": "speaker", "status": "tbc" }),
        json!({ "speaker_id": silent, "role": "speaker", "status": "tbc" }),
        // Who has said yes is not asked again.
        json!({ "speaker_id": known, "role": "speaker", "status": "confirmed" }),
    ] {
        let path = add(&owner, &event, body).await;
        let before = owner.get(&path).await.expect(200);
        owner.post(&format!("{path}/invite"), json!({})).await.problem(409, "not_possible_now");
        assert_eq!(owner.get(&path).await.json(), before.json());
    }
    let path = add(&owner, &event, json!({ "speaker_id": known, "role": "speaker", "status": "tbc" })).await;
    let wrong = json!({ "message": "\u{7}", "respond_by": "2022-02-01T09:00:00Z" });
    let faults = [("/message", "text_invalid"), ("/respond_by", "when_out_of_range")];
    owner.post(&format!("{path}/invite"), wrong).await.faults(&faults);
    let wrong = json!({ "respond_by": "tomorrow" });
    owner.post(&format!("{path}/invite"), wrong).await.faults(&[("/respond_by", "field_type")]);
    app.clock().set("2022-03-17T15:00:00Z".parse().unwrap());
    owner.post(&format!("{path}/invite"), json!({})).await.problem(409, "not_possible_now");
    app.clock().set("2022-02-01T09:00:00Z".parse().unwrap());
    cancel(&app);
    owner.post(&format!("{path}/invite"), json!({})).await.problem(409, "not_possible_now");
    app.expect_outbox(0);
}

async fn inviting_is_for_those_who_may(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let invite = format!("{}/invite", asked(&owner).await);
    app.post(&invite, json!({})).await.problem(401, "unauthenticated");
    app.staff(Role::Viewer).await.if_match("*").post(&invite, json!({})).await.problem(403, "forbidden");
    app.staff(Role::Assistant).await.if_match("*").post(&invite, json!({})).await.problem(403, "forbidden");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    stranger.post(&invite, json!({})).await.problem(404, "not_found");
    app.expect_outbox(0);
    app.staff(Role::Editor).await.if_match("*").post(&invite, json!({})).await.expect(200);
    assert_eq!(app.deliver().await.len(), 1);
}

async fn one_key_invites_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("invite-sakkers").if_match("*");
    let path = asked(&app.staff(Role::Owner).await).await;
    let body = json!({ "message": "Please come.", "respond_by": "2022-03-01T11:00:00Z" });
    let first = owner.post(&format!("{path}/invite"), body.clone()).await.expect(200);
    let again = owner.post(&format!("{path}/invite"), body).await.expect(200);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), Some("true")));
    let shown = ["status", "invited_at", "respond_by"].map(|name| first.json()[name].clone());
    assert_eq!(shown, ["invited", "2022-02-01T09:00:00Z", "2022-03-01T11:00:00Z"].map(|text| json!(text)));
    assert_eq!(first.json().get("answered_at"), None);
    assert_eq!(app.deliver().await.len(), 1);
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (first.json(), first.etag()));
}

async fn faults_of_an_answer_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let path = asked(&owner).await;
    let invitation = invited(&app, &owner, &path, json!({})).await;
    app.post(&invitation, json!({})).await.faults(&[("/answer", "field_required")]);
    app.post(&invitation, json!({ "answer": "perhaps" })).await.faults(&[("/answer", "field_type")]);
    let wrong = json!({ "answer": "accept", "note": "\u{0}" });
    app.post(&invitation, wrong).await.faults(&[("/note", "text_invalid")]);
    let wrong = json!({ "answer": "accept", "note": "x".repeat(20_001) });
    app.post(&invitation, wrong).await.faults(&[("/note", "text_invalid")]);
    let wrong = json!({ "answer": "accept", "status": "confirmed" });
    app.post(&invitation, wrong).await.faults(&[("/status", "field_unknown")]);
    assert_eq!(owner.get(&path).await.at("/status"), json!("invited"));
}

async fn a_link_that_is_none_opens_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let path = asked(&owner).await;
    let invitation = invited(&app, &owner, &path, json!({})).await;
    let (start, token) = invitation.rsplit_once('/').unwrap();
    let other = if token.ends_with('A') { "B" } else { "A" };
    // A token of another purpose is none here, and this one is none there.
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, crate::support::person("Ada", "ada@example.org")).await.expect(201);
    let manage = app.deliver().await[0].link("/manage/").rsplit('/').next().unwrap().to_owned();
    app.get(&format!("/api/v1/registrations/manage/{token}")).await.problem(404, "not_found");
    for wrong in [format!("{}{other}", &token[..token.len() - 1]), token[1..].to_owned(), "x".to_owned(), manage] {
        app.get(&format!("{start}/{wrong}")).await.problem(404, "not_found");
        answer(&app, &format!("{start}/{wrong}"), "accept").await.problem(404, "not_found");
        let page = app.get(&format!("/invitations/{wrong}")).await.expect(404);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    }
    app.if_match("*").delete(&path).await.problem(401, "unauthenticated");
    owner.if_match("*").delete(&path).await.expect(204);
    app.get(&invitation).await.problem(404, "not_found");
    answer(&app, &invitation, "accept").await.problem(404, "not_found");
}

async fn an_answer_comes_too_late(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let path = asked(&owner).await;
    let deadline = json!({ "respond_by": "2022-02-10T12:00:00Z" });
    let invitation = invited(&app, &owner, &path, deadline).await;
    app.clock().set("2022-02-10T11:59:59Z".parse().unwrap());
    assert_eq!(answer(&app, &invitation, "accept").await.expect(200).at("/can_answer"), json!(true));
    app.clock().set("2022-02-10T12:00:00Z".parse().unwrap());
    answer(&app, &invitation, "decline").await.problem(409, "not_possible_now");
    let shown = app.get(&invitation).await.expect(200);
    assert_eq!((shown.at("/status"), shown.at("/can_answer")), (json!("confirmed"), json!(false)));

    let path = asked(&owner).await;
    let invitation = invited(&app, &owner, &path, json!({})).await;
    app.clock().set("2022-03-17T14:59:59Z".parse().unwrap());
    answer(&app, &invitation, "decline").await.expect(200);
    app.deliver().await;
    app.clock().set("2022-03-17T15:00:00Z".parse().unwrap());
    answer(&app, &invitation, "accept").await.problem(409, "not_possible_now");
    app.clock().set("2022-03-17T14:00:00Z".parse().unwrap());
    // The staff took the part back.
    owner.if_match("*").patch(&path, json!({ "status": "tbc" })).await.expect(200);
    owner.if_match("*").patch(&path, json!({ "status": "withdrawn" })).await.expect(200);
    answer(&app, &invitation, "accept").await.problem(409, "not_possible_now");
    owner.if_match("*").patch(&path, json!({ "status": "tbc" })).await.expect(200);
    cancel(&app);
    answer(&app, &invitation, "accept").await.problem(410, "event_cancelled");
    let shown = app.get(&invitation).await.expect(200);
    assert_eq!((shown.at("/event/status"), shown.at("/can_answer")), (json!("cancelled"), json!(false)));
    assert_eq!(owner.get(&path).await.at("/status"), json!("tbc"));
}

async fn another_person_has_another_invitation(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let path = asked(&owner).await;
    let invitation = invited(&app, &owner, &path, json!({ "message": "For Hans" })).await;
    let decline = json!({ "answer": "decline", "note": "For the organisers", "recording_consent": false });
    app.post(&invitation, decline).await.expect(200);
    assert_eq!(owner.get(&path).await.at("/answer_note"), json!("For the organisers"));
    let other = make_speaker(&owner, json!({ "name": "Elsa Touré", "email": "toure@example.org" })).await;
    let change = json!({ "speaker_id": other, "status": "confirmed" });
    let changed = any.patch(&path, change).await.expect(200);
    for gone in ["invited_at", "answered_at", "answer_note"] {
        assert_eq!(changed.json().get(gone), None, "{gone}");
    }
    app.get(&invitation).await.problem(410, "link_revoked");
    answer(&app, &invitation, "decline").await.problem(410, "link_revoked");
    any.patch(&path, json!({ "status": "tbc" })).await.expect(200);
    // The new one has a link of their own, and nothing of what was written to the first.
    let next = invited(&app, &owner, &path, json!({})).await;
    assert_eq!(app.get(&next).await.expect(200).at("/name"), json!("Elsa Touré"));
    assert_eq!(app.get(&next).await.at("/message"), Value::Null);
    app.get(&invitation).await.problem(410, "link_revoked");
}

/// Two who look at the same part: the second would ask another person than they saw.
async fn an_invitation_is_to_whom_was_seen(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let path = asked(&owner).await;
    let invite = format!("{path}/invite");
    owner.post(&invite, json!({})).await.problem(428, "precondition_required");
    let seen = owner.get(&path).await.expect(200).etag();
    let other = make_speaker(&owner, json!({ "name": "Elsa Touré", "email": "toure@example.org" })).await;
    owner.if_match(&seen).patch(&path, json!({ "speaker_id": other })).await.expect(200);
    owner.if_match(&seen).post(&invite, json!({})).await.problem(412, "precondition_failed");
    app.expect_outbox(0);
    let seen = owner.get(&path).await.expect(200).etag();
    let keyed = owner.if_match(&seen).keyed("invite-toure");
    let first = keyed.post(&invite, json!({})).await.expect(200);
    // The repeated request is answered, though its tag is an old one by now.
    assert_eq!(keyed.post(&invite, json!({})).await.expect(200).json(), first.json());
    assert_eq!(app.deliver().await.len(), 1);
}

/// What one person agreed to is not what the next agrees to.
async fn another_person_has_said_nothing_yet(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let path = asked(&owner).await;
    let other = make_speaker(&owner, json!({ "name": "Elsa Touré", "email": "toure@example.org" })).await;
    let invitation = invited(&app, &owner, &path, json!({})).await;
    let accept = json!({ "answer": "accept", "note": "For the organisers", "recording_consent": true });
    app.post(&invitation, accept).await.expect(200);
    app.deliver().await;
    let said = |answer: &Answer| {
        let json = answer.json();
        ["status", "recording_consent", "answer_note"].map(|name| json.get(name).cloned().unwrap_or_default())
    };
    let kept = any.patch(&path, json!({ "job_title": "Strategist" })).await.expect(200);
    assert_eq!(said(&kept), [json!("confirmed"), json!(true), json!("For the organisers")]);
    let changed = any.patch(&path, json!({ "speaker_id": other })).await.expect(200);
    assert_eq!(said(&changed), [json!("tbc"), Value::Null, Value::Null]);
    // Unless the request says so itself.
    any.patch(&path, json!({ "status": "confirmed", "recording_consent": true })).await.expect(200);
    let hans = make_speaker(&owner, json!({ "name": "Hans Sakkers" })).await;
    let stated = json!({ "speaker_id": hans, "status": "confirmed", "recording_consent": false });
    assert_eq!(said(&any.patch(&path, stated).await.expect(200)), [json!("confirmed"), json!(false), Value::Null]);

    // An agenda says who will come; of consent it says only what is in it.
    let event = draft(&any, json!({})).await;
    let talk = |part: Value| json!({ "sessions": [{ "kind": "talk", "title": "Talk", "appearances": [part] }] });
    let part = json!({ "speaker_id": hans, "role": "speaker", "recording_consent": true });
    let agenda = any.put(&format!("{event}/agenda"), talk(part)).await.expect(200);
    let [session, part] = ["/sessions/0/id", "/sessions/0/appearances/0/id"].map(|pointer| agenda.string(pointer));
    let mut next = talk(json!({ "id": part, "speaker_id": other, "role": "speaker", "status": "confirmed" }));
    next["sessions"][0]["id"] = json!(session);
    any.put(&format!("{event}/agenda"), next).await.expect(200);
    let read = any.get(&format!("/api/v1/appearances/{part}")).await.expect(200);
    assert_eq!((read.at("/name"), said(&read)), (json!("Elsa Touré"), [json!("confirmed"), Value::Null, Value::Null]));
}

/// The old time is none any more: only the time that was set for the answer ends it.
async fn postponing_keeps_an_invitation_open(app: TestApp) {
    app.leave_outbox("whom a postponed event tells of it is not what is asked here");
    let any = app.staff(Role::Owner).await.if_match("*");
    let (open, until) = (asked(&any).await, asked(&any).await);
    let mut invitations = Vec::new();
    for (path, body) in [(&open, json!({})), (&until, json!({ "respond_by": "2022-03-20T12:00:00Z" }))] {
        let event = any.get(path).await.expect(200).string("/event_id");
        let event = format!("/api/v1/events/{event}");
        invitations.push(invited(&app, &any, path, body).await);
        super::publish(&any, &event).await;
        any.post(&format!("{event}/postpone"), json!({})).await.expect(200);
    }
    // The old time was the 17th.
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    for invitation in &invitations {
        assert_eq!(answer(&app, invitation, "accept").await.expect(200).at("/can_answer"), json!(true));
    }
    app.clock().set("2022-03-20T12:00:00Z".parse().unwrap());
    answer(&app, &invitations[0], "decline").await.expect(200);
    answer(&app, &invitations[1], "decline").await.problem(409, "not_possible_now");
    assert_eq!(app.get(&invitations[1]).await.expect(200).at("/can_answer"), json!(false));
    // Nobody is too late to be invited either.
    any.patch(&until, json!({ "status": "tbc" })).await.expect(200);
    any.post(&format!("{until}/invite"), json!({})).await.expect(200);
}

async fn who_is_off_the_programme_gets_no_mail(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for status in ["declined", "withdrawn", "tbc", "confirmed"] {
        let path = asked(&owner).await;
        owner.post(&format!("{path}/invite"), json!({})).await.expect(200);
        owner.if_match("*").patch(&path, json!({ "status": status })).await.expect(200);
        assert_eq!(app.deliver().await, [], "{status}");
    }
    let path = asked(&owner).await;
    owner.post(&format!("{path}/invite"), json!({})).await.expect(200);
    owner.if_match("*").delete(&path).await.expect(204);
    assert_eq!(app.deliver().await, []);
    let path = asked(&owner).await;
    owner.post(&format!("{path}/invite"), json!({})).await.expect(200);
    cancel(&app);
    assert_eq!(app.deliver().await, []);
    let states = owner.get("/api/v1/outbox?state=skipped").await.expect(200).at("/items");
    assert_eq!(states.as_array().map(Vec::len), Some(6));
}

async fn public_answers_are_counted(app: TestAppBuilder) {
    let app = app.rate_limit(2).start().await;
    let owner = app.staff(Role::Owner).await;
    let invitation = invited(&app, &owner, &asked(&owner).await, json!({})).await;
    answer(&app, &invitation, "accept").await.expect(200);
    answer(&app, &invitation, "accept").await.expect(200);
    answer(&app, &invitation, "accept").await.problem(429, "rate_limited");
    let page = invitation.replace("/api/v1", "");
    let form = Some(("application/x-www-form-urlencoded", b"answer=decline".to_vec()));
    let refused = app.with("accept-language", "de").send(Method::POST, &page, form).await.expect(429);
    assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(refused.header("retry-after").is_some(), "{refused}");
    assert!(refused.text().contains("<code>rate_limited</code>") && refused.text().contains("Zu viele Anfragen"));
    // Reading is not counted.
    app.get(&page).await.expect(200);
    app.deliver().await;
}
