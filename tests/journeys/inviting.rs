//! A speaker is invited by mail, follows the link, answers on the page, and the organisers hear of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, Client, Mail, TestApp};

both!(
    a_form_with_faults_is_shown_again,
    a_moderator_is_told_when_the_round_is,
    a_second_invitation_replaces_the_first,
    a_speaker_accepts_on_the_page,
    the_page_speaks_the_reader_s_language,
    what_others_wrote_is_escaped,
);

/// An event with somebody to invite.
struct Asked {
    owner: Client,
    event: String,
    appearance: String,
}

async fn ask(app: &TestApp, speaker: Value) -> Asked {
    let open = app.open_event(json!({})).await;
    let speaker = open.owner.post("/api/v1/speakers", speaker).await.expect(201).id();
    let event = format!("/api/v1/events/{}", open.id);
    let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
    let appearance = open.owner.post(&format!("{event}/appearances"), part).await.expect(201).id();
    Asked { owner: open.owner, event, appearance: format!("/api/v1/appearances/{appearance}") }
}

fn hans() -> Value {
    json!({ "name": "Hans Sakkers", "email": "sakkers@example.org", "timezone": "America/New_York" })
}

impl Asked {
    async fn invite(&self, app: &TestApp, body: Value) -> Mail {
        self.owner.if_match("*").post(&format!("{}/invite", self.appearance), body).await.expect(200);
        let mut mails = app.deliver().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }

    async fn state(&self) -> Value {
        self.owner.get(&self.appearance).await.expect(200).json()
    }

    async fn sequence(&self) -> i64 {
        self.owner.get(&self.event).await.expect(200).at("/sequence").as_i64().unwrap()
    }
}

async fn send_form(client: &Client, page: &str, form: &str) -> Answer {
    client.send(Method::POST, page, Some(("application/x-www-form-urlencoded", form.as_bytes().to_vec()))).await
}

async fn a_speaker_accepts_on_the_page(app: TestApp) {
    for (email, notices) in [("desk@example.org", "each"), ("quiet@example.org", "none")] {
        let member = json!({ "email": email, "name": "Desk", "role": "organiser", "notices": notices });
        app.staff(Role::Owner).await.post("/api/v1/members", member).await.expect(201);
    }
    let asked = ask(&app, hans()).await;
    let before = asked.sequence().await;
    let mail = asked.invite(&app, json!({ "message": "Please come.", "respond_by": "2022-03-01T11:00:00Z" })).await;
    assert_eq!((mail.to.as_str(), mail.from_name.as_deref()), ("sakkers@example.org", Some("demo programme")));
    assert_eq!(mail.subject, "Invitation: Local complaint mechanisms: “what works” & why");
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    for text in [&mail.text, &mail.html] {
        for wanted in [
            "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)",
            "Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)",
            "Tuesday 1 March 2022, 12:00 (Europe/Berlin, UTC+01:00)",
            "Tuesday 1 March 2022, 06:00 (America/New_York, UTC-05:00)",
            "Panellist",
            "Please come.",
            "Zoom",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(!text.contains("meet.example.org") && !text.contains("294857"), "{text}");
    }
    let page = mail.link("/invitations/").to_owned();
    let api = page.replace("/invitations/", "/api/v1/invitations/");

    // Looking changes nothing, however often.
    let read = (asked.state().await, asked.sequence().await);
    assert_eq!(read.1, before + 1);
    for _ in 0..2 {
        let shown = app.get(&page).await.expect(200);
        assert!(shown.text().contains("You have not answered yet."), "{shown}");
        assert!(shown.text().contains("Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)"), "{shown}");
        for secret in ["meet.example.org", "294857", "sakkers@example.org"] {
            assert!(!shown.text().contains(secret), "{shown}");
        }
        let json = app.get(&api).await.expect(200);
        assert_eq!(json.header("cache-control"), Some("no-store"));
        assert_eq!((json.at("/status"), json.at("/event/place")), (json!("invited"), json!("Zoom")));
        assert_eq!(json.at("/event/when/reader/local_start"), json!("2022-03-17T11:00:00"));
        assert!(!json.text().contains("meet.example.org") && !json.text().contains('@'), "{json}");
        app.head(&page).await.expect(200);
    }
    assert_eq!((asked.state().await, asked.sequence().await), read);

    let form = "answer=accept&recording_consent=true&note=Until+noon%0D%0Aonly+%26+no+longer";
    for _ in 0..2 {
        let answered = send_form(&app, &page, form).await.expect(303);
        let token = page.rsplit('/').next().unwrap();
        assert_eq!((answered.header("location"), answered.text()), (Some(token), ""));
    }
    let state = asked.state().await;
    assert_eq!((&state["status"], &state["recording_consent"]), (&json!("confirmed"), &json!(true)));
    assert_eq!(state["answer_note"], json!("Until noon\nonly & no longer"));
    assert_eq!(state["answered_at"], json!("2022-02-01T09:00:00Z"));
    assert_eq!(asked.sequence().await, before + 2);
    let shown = app.get(&page).await.expect(200);
    assert!(shown.text().contains("You said that you will take part."), "{shown}");
    // The note is the organisers' alone.
    assert!(!shown.text().contains("Until noon"), "{shown}");
    assert!(!app.get(&api).await.text().contains("Until noon"));
    let public = app.get(&asked.appearance).await.expect(200);
    assert_eq!(public.at("/status"), json!("confirmed"));
    for hidden in ["answer_note", "answered_at", "invited_at", "respond_by", "recording_consent"] {
        assert_eq!(public.json().get(hidden), None, "{hidden}");
    }

    let told = app.deliver().await;
    let [notice] = told.as_slice() else { panic!("one mail, not {told:?}") };
    assert_eq!(notice.to, "desk@example.org");
    assert_eq!(notice.subject, "Invitation accepted: Local complaint mechanisms: “what works” & why");
    assert!(
        notice.text.contains("Hans Sakkers will take part.") && notice.text.contains("only & no longer"),
        "{notice:?}"
    );
    assert!(!notice.text.contains(page.rsplit('/').next().unwrap()), "{notice:?}");

    // They change their mind, and back: what does not hold any more when the notice is sent is not told.
    app.post(&api, json!({ "answer": "decline" })).await.expect(200);
    app.post(&api, json!({ "answer": "accept" })).await.expect(200);
    app.post(&api, json!({ "answer": "decline" })).await.expect(200);
    let subjects: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.iter().all(|subject| subject.starts_with("Invitation declined: ")), "{subjects:?}");
    assert_eq!(asked.state().await["status"], json!("declined"));
    assert_eq!(asked.sequence().await, before + 5);
    app.get(&asked.appearance).await.problem(404, "not_found");
    let changes = asked.owner.get(&format!("{}/history", asked.event)).await.expect(200);
    let speaker = asked.state().await["speaker"]["id"].as_str().unwrap().to_owned();
    assert_eq!(changes.at("/items/0/actor"), json!(format!("speaker:{speaker}")));
    assert_eq!(changes.at("/items/0/action"), json!("invitation_answered"));
    assert!(!changes.text().contains("Until noon") && !changes.text().contains('@'), "{changes}");
}

async fn a_second_invitation_replaces_the_first(app: TestApp) {
    let asked = ask(&app, hans()).await;
    let first = asked.invite(&app, json!({})).await.link("/invitations/").to_owned();
    let second = asked.invite(&app, json!({})).await.link("/invitations/").to_owned();
    assert_ne!(first, second);
    let api = |page: &str| page.replace("/invitations/", "/api/v1/invitations/");
    app.get(&api(&first)).await.problem(410, "link_revoked");
    app.post(&api(&first), json!({ "answer": "accept" })).await.problem(410, "link_revoked");
    for gone in [app.get(&first).await, send_form(&app, &first, "answer=accept").await] {
        let gone = gone.expect(410);
        assert_eq!(gone.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(gone.text().contains("<code>link_revoked</code>") && !gone.text().contains("Sakkers"), "{gone}");
    }
    assert_eq!(asked.state().await["status"], json!("invited"));
    send_form(&app, &second, "answer=decline").await.expect(303);
    assert_eq!(asked.state().await["status"], json!("declined"));
    // Two invitations before the worker comes are one mail: that of the link which works.
    let invite = format!("{}/invite", asked.appearance);
    asked.owner.if_match("*").post(&invite, json!({})).await.expect(200);
    asked.owner.if_match("*").post(&invite, json!({})).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    app.get(mails[0].link("/invitations/")).await.expect(200);
}

async fn the_page_speaks_the_reader_s_language(app: TestApp) {
    let asked = ask(&app, hans()).await;
    let page = asked.invite(&app, json!({})).await.link("/invitations/").to_owned();
    for (client, query, language, title) in [
        ((*app).clone(), "", "en", "Will you take part?"),
        (app.with("accept-language", "es, de-AT;q=0.8, en;q=0.5"), "", "de", "Wirken Sie mit?"),
        (app.with("accept-language", "de"), "?lang=fr", "fr", "Souhaitez-vous participer ?"),
        (app.with("accept-language", "de"), "?lang=xx", "de", "Wirken Sie mit?"),
        ((*app).clone(), "?lang=nl&utm_source=mail", "nl", "Doet u mee?"),
    ] {
        let shown = client.get(&format!("{page}{query}")).await.expect(200);
        assert_eq!(shown.header("content-language"), Some(language));
        assert!(shown.text().contains(&format!("<html lang=\"{language}\">")), "{shown}");
        assert!(shown.text().contains(&format!("<h1>{title}</h1>")), "{shown}");
    }
    let german = app.get(&format!("{page}?lang=de")).await.expect(200);
    assert!(german.text().contains("Donnerstag, 17. März 2022"), "{german}");
    // After the form, the chosen language stays.
    let answered = send_form(&app, &format!("{page}?lang=de"), "answer=accept").await.expect(303);
    let expected = format!("{}?lang=de", page.rsplit('/').next().unwrap());
    assert_eq!(answered.header("location"), Some(expected.as_str()));

    let style = german.text().split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let digest = STANDARD.encode(Sha256::digest(style));
    for answer in [german, answered, app.get("/invitations/x").await] {
        let headers = [
            "content-security-policy",
            "referrer-policy",
            "x-robots-tag",
            "cache-control",
            "x-content-type-options",
            "x-frame-options",
            "cross-origin-resource-policy",
        ];
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let expected = [policy.as_str(), "no-referrer", "noindex", "no-store", "nosniff", "DENY", "same-origin"];
        assert_eq!(headers.map(|name| answer.header(name).unwrap_or_default()), expected, "{}", answer.request);
        assert_eq!(answer.header("set-cookie"), None);
    }
    app.deliver().await;
}

async fn a_form_with_faults_is_shown_again(app: TestApp) {
    let asked = ask(&app, hans()).await;
    let page = asked.invite(&app, json!({})).await.link("/invitations/").to_owned();
    let missing = send_form(&app, &page, "note=kept+%3Cb%3E&recording_consent=false").await.expect(422);
    for wanted in [
        "role=\"alert\"",
        "<a href=\"#answer\">Will you take part? – Please fill this in.</a>",
        "kept &lt;b&gt;</textarea>",
        "value=\"false\" checked>",
    ] {
        assert!(missing.text().contains(wanted), "{wanted}: {missing}");
    }
    let control = send_form(&app, &page, "answer=accept&note=%07").await.expect(422);
    assert!(control.text().contains("<a href=\"#note\">"), "{control}");
    for (form, status, code) in [
        ("answer=perhaps", 422, "field_type"),
        ("answer=accept&status=confirmed", 422, "field_unknown"),
        ("answer=accept&answer=decline", 422, "field_type"),
        ("answer=accept&recording_consent=perhaps", 422, "field_type"),
    ] {
        let refused = send_form(&app, &page, form).await.expect(status);
        assert!(refused.text().contains(&format!("<code>{code}</code>")), "{code}: {refused}");
    }
    let long = send_form(&app, &page, &format!("answer=accept&note={}", "x".repeat(1 << 20))).await.expect(413);
    assert!(long.text().contains("<code>body_too_large</code>"), "{long}");
    let json = app.post(&page, json!({ "answer": "accept" })).await.expect(415);
    assert!(json.text().contains("<code>unsupported_media_type</code>"), "{json}");
    app.if_match("*").delete(&page).await.problem(405, "method_not_allowed");
    assert_eq!(asked.state().await["status"], json!("invited"));
}

async fn what_others_wrote_is_escaped(app: TestApp) {
    let hostile = "<script>alert('x')</script>\"><b>{{ 7 * 7 }}";
    let speaker = json!({ "name": hostile, "email": "x@example.org" });
    let asked = ask(&app, speaker).await;
    let member = json!({ "email": "desk@example.org", "name": hostile, "role": "organiser", "notices": "each" });
    asked.owner.post("/api/v1/members", member).await.expect(201);
    let title =
        json!({ "title": hostile, "super_title": hostile, "venue": { "name": hostile }, "attendance_mode": "mixed" });
    asked.owner.if_match("*").patch(&asked.event, title).await.expect(200);
    let mail = asked.invite(&app, json!({ "message": hostile })).await;
    let page = app.get(mail.link("/invitations/")).await.expect(200);
    send_form(&app, mail.link("/invitations/"), "answer=accept&note=%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E")
        .await;
    let answered = app.get(mail.link("/invitations/")).await.expect(200);
    let notice = app.deliver().await.remove(0);
    for html in [mail.html.as_str(), page.text(), answered.text(), notice.html.as_str()] {
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(
            html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&gt;&lt;b&gt;{{ 7 * 7 }}"),
            "{html}"
        );
    }
}

async fn a_moderator_is_told_when_the_round_is(app: TestApp) {
    let asked = ask(&app, hans()).await;
    let any = asked.owner.if_match("*");
    let speaker = asked.state().await["speaker"]["id"].clone();
    let talk = |title: &str, start: &str, end: &str| json!({ "kind": "talk", "title": title, "local_start": format!("2022-03-17T{start}"), "local_end": format!("2022-03-17T{end}") });
    let part = json!({ "speaker_id": speaker, "role": "moderator", "status": "tbc" });
    let round = json!({
        "kind": "round", "label": "Round 1", "title": "What works", "appearances": [part],
        "sessions": [talk("One", "16:00", "16:20"), talk("Two", "16:20", "16:45")],
    });
    let agenda = any.put(&format!("{}/agenda", asked.event), json!({ "sessions": [round] })).await.expect(200);
    let id = agenda.string("/sessions/0/appearances/0/id");
    any.post(&format!("/api/v1/appearances/{id}/invite"), json!({})).await.expect(200);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    for wanted in [
        "Round 1",
        "What works",
        "Moderator",
        "Thursday 17 March 2022, 16:00–16:45 (Europe/Berlin, UTC+01:00)",
        "Thursday 17 March 2022, 11:00–11:45 (America/New_York, UTC-04:00)",
    ] {
        assert!(mail.text.contains(wanted), "{wanted}: {}", mail.text);
    }
    let page = mail.link("/invitations/");
    let shown = app.get(&page.replace("/invitations/", "/api/v1/invitations/")).await.expect(200);
    assert_eq!(shown.at("/session/title"), json!("What works"));
    assert_eq!(shown.at("/session/when/starts_at"), json!("2022-03-17T15:00:00Z"));
    assert_eq!(shown.at("/session/when/ends_at"), json!("2022-03-17T15:45:00Z"));
    assert!(app.get(page).await.text().contains("Round 1: What works"));
}
