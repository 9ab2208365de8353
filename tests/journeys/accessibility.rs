//! Every page that people are sent to can be used by everybody: a browser shows each, and axe looks at it.

use serde_json::json;

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
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;

    let base = format!("http://{}", app.address());
    let invitation = pages_in(&mails, "sakkers@example.org", "/invitations/");
    assert_eq!(invitation.len(), 1, "{mails:?}");
    let mut addresses: Vec<String> = ["", "?lang=de"].iter().map(|query| format!("{}{query}", invitation[0])).collect();
    addresses.push(format!("{base}/invitations/unknown"));
    addresses.push(format!("{base}{path}/schedule.html"));
    let faults = check_pages(&addresses);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
