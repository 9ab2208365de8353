//! Every page that people are sent to can be used by everybody: a browser shows each, and axe looks at it.

use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::parsers::check_pages;
use crate::support::{Backend, Mail, TestApp, on, person};

/// What a page looks like does not depend on the database.
#[tokio::test]
async fn pages_can_be_used_by_everybody() {
    on(Backend::Sqlite, pages).await;
}

/// A title that is long, without a place to break it, and in two directions.
const TITLE: &str = "Menschenrechtsstädtebündnisvollversammlungsvorbereitungstreffen – اجتماع المدن & <Städte>";

/// The addresses of pages in the mails to one person.
fn pages_in(mails: &[Mail], to: &str, part: &str) -> Vec<String> {
    let own = mails.iter().filter(|mail| mail.to == to);
    own.flat_map(Mail::links).filter(|link| link.contains(part)).map(str::to_owned).collect()
}

async fn pages(app: TestApp) {
    let event =
        app.open_event(json!({ "title": TITLE, "abstract": "One **text**.\n\n| a | b |\n|---|---|\n| 1 | 2 |" })).await;
    let any = event.owner.if_match("*");
    let path = format!("/api/v1/events/{}", event.id);
    let speaker = json!({ "name": "Hans Sakkers", "email": "sakkers@example.org", "timezone": "America/New_York" });
    let speaker = event.owner.post("/api/v1/speakers", speaker).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
    let appearance = event.owner.post(&format!("{path}/appearances"), part).await.expect(201).id();
    let invite = json!({ "message": "Please come.", "respond_by": "2022-03-01T11:00:00Z" });
    any.post(&format!("/api/v1/appearances/{appearance}/invite"), invite).await.expect(200);
    let base = format!("http://{}", app.address());
    let invited = app.deliver().await;
    let invitation = pages_in(&invited, "sakkers@example.org", "/invitations/");
    assert_eq!(invitation.len(), 1, "{invited:?}");
    let mut addresses: Vec<String> = ["", "?lang=de"].iter().map(|query| format!("{}{query}", invitation[0])).collect();
    addresses.push(format!("{base}/invitations/unknown"));
    addresses.push(format!("{base}{path}/schedule.html"));
    addresses.extend(pages_of_events(&app, &base).await);
    let faults = check_pages(&addresses);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    app.leave_scheduled("the time to confirm an address");
}

/// What people see who come to an event, register, and follow the links in their mails.
async fn pages_of_events(app: &TestApp, base: &str) -> Vec<String> {
    let owner = app.staff(Role::Owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "autumn", "title": TITLE })).await.expect(201).id();
    let any = owner.if_match("*");
    any.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    let event = app.open_event(json!({ "series_id": series, "title": TITLE })).await;
    let asking = json!({ "series_id": series, "title": "Plain", "registration": { "verification": true } });
    app.open_event(asking).await;
    any.put(&format!("/api/v1/events/{}/questions", event.id), questions()).await.expect(200);
    let mut ada = person(TITLE, "ada@example.org");
    (ada["timezone"], ada["answers"]) = (json!("America/New_York"), json!({ "why": TITLE, "member": true }));
    app.post(&event.registrations, ada).await.expect(201);
    let mut bo = person("Bo", "bo@example.org");
    (bo["timezone"], bo["answers"]) = (json!("Asia/Tokyo"), json!({ "why": "So", "member": false }));
    app.post(&format!("/api/v1/series/{series}/registrations"), bo).await.expect(201);
    let mails = app.deliver().await;
    let one = |to: &str, part: &str| {
        let found = pages_in(&mails, to, part);
        found.first().cloned().unwrap_or_else(|| panic!("no {part} for {to}: {mails:?}"))
    };
    let (own, group) = (one("ada@example.org", "/registrations/"), one("bo@example.org", "/registrations/groups/"));
    // What is held about Cy is erased.
    app.post(&event.registrations, gone()).await.expect(201);
    let erased = pages_in(&app.deliver().await, "cy@example.org", "/registrations/").remove(0);
    app.send(Method::POST, &format!("{erased}/erase"), None).await.expect(303);
    let news = json!({ "subject": "News", "text": "All is well." });
    owner.post(&format!("/api/v1/events/{}/announcements", event.id), news).await.expect(201);
    let stop = pages_in(&app.deliver().await, "ada@example.org", "/unsubscribe/").remove(0);
    let event = format!("{base}/events/{}", event.id);
    let mut all = vec![one("ada@example.org", "/join/"), format!("{erased}/erase"), erased, stop];
    all.extend(["", "/cancel", "/edit", "/erase", "?lang=fr", "/erase?lang=de"].map(|place| format!("{own}{place}")));
    all.extend([group.clone(), format!("{group}?lang=nl"), format!("{base}/registrations/groups/unknown")]);
    all.extend(
        ["", "/register", "/registered/confirmed", "/send-link", "/link-sent?lang=fr", "?lang=de&tz=Asia/Tokyo"]
            .map(|place| format!("{event}{place}")),
    );
    let series = format!("{base}/series/{series}");
    all.extend(
        ["", "/register", "/registered/several", "?lang=fr&tz=Asia/Tokyo"].map(|place| format!("{series}{place}")),
    );
    all.push(format!("{own}?saved=1"));
    all
}

fn questions() -> Value {
    let options = json!([{ "value": "fish", "label": "Fish" }, { "value": "none", "label": TITLE }]);
    json!([
        { "key": "why", "label": "Why do you come?", "type": "long_text", "required": true, "help": "In short." },
        { "key": "meal", "label": "Meal", "type": "choice", "options": options },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": options },
        { "key": "member", "label": "Member?", "type": "boolean", "required": true },
        { "key": "phone", "label": "Telephone", "type": "phone" },
        { "key": "home", "label": "Country", "type": "country" },
    ])
}

fn gone() -> Value {
    let mut gone = person("Cy", "cy@example.org");
    gone["answers"] = json!({ "why": "So", "member": false });
    gone
}
