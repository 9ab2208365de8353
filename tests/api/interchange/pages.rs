//! Programmes to read and to print.

use plenary::accounts::Role;
use serde_json::json;

use super::{SCHEDULE, congress, publish, take};
use crate::support::TestApp;

both!(a_page_shows_the_programme, a_page_does_nothing, markdown_shows_the_programme);

async fn a_page_shows_the_programme(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    owner.if_match("*").patch(&event, json!({ "languages": ["de", "en"] })).await.expect(200);
    publish(&owner, &event).await;
    take(&app, &owner, &event, "application/xml", SCHEDULE, "merge").await;
    let page = app.get(&format!("{event}/schedule.html")).await.expect(200);
    let text = page.text();
    for part in [
        "<html lang=\"de\">",
        "<h1 dir=\"auto\">A congress</h1>",
        "Alle Zeiten: Europe&#x2f;Berlin (UTC+01:00)",
        "<h2>Samstag 27. Dezember 2014</h2>",
        "<h2>Sonntag 28. Dezember 2014</h2>",
        "<span class=\"time\">11:00–11:30</span> <bdi>Opening &lt;b&gt;event&lt;&#x2f;b&gt; “=1+1” 🎉</bdi>",
        "<p dir=\"auto\">A new dawn</p>",
        "Saal 1 · Hardware &amp; Making · Sprache: de",
        "<li dir=\"auto\">Bahram Ghazi (tbc)</li>",
        "<em>Welcome</em>",
        "<p>At length.</p>",
        "<a href=\"https:&#x2f;&#x2f;example.org&#x2f;slides\" rel=\"nofollow noopener noreferrer\"><bdi>Slides &amp; more</bdi></a>",
        "Veranstaltet von: <bdi>Club</bdi>",
        "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\"",
        "@media print",
        "prefers-color-scheme: dark",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let place = |part: &str| text.find(part).unwrap();
    // What begins after midnight belongs to the day before.
    assert!(place("Past midnight") < place("Sonntag 28."), "{text}");
    assert!(place("<bdi>Opening") < place("<bdi>Solder") && place("Sonntag 28.") < place("<bdi>Closing"));
    owner.if_match("*").post(&format!("{event}/rooms"), json!({ "name": "Unused" })).await.expect(201);
    assert!(!app.get(&format!("{event}/schedule.html")).await.text().contains("Unused"));
}

async fn a_page_does_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let evil = "</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    let link = "[x](javascript:alert(1)) <a href=javascript:alert(1) onclick=alert(1)>y</a>";
    let any = owner.if_match("*");
    any.patch(&event, json!({ "title": evil, "abstract": format!("{evil}\n\n{link}"), "subtitle": evil }))
        .await
        .expect(200);
    let session = json!({
        "kind": "talk", "title": evil, "label": evil, "track": &evil[..60], "abstract": format!("{link} {evil}"),
        "guiding_questions": [format!("{evil} {link}")],
        "appearances": [{ "label": evil, "role": "speaker", "affiliation": evil }],
    });
    any.put(&format!("{event}/agenda"), json!({ "sessions": [session] })).await.expect(200);
    let page = owner.get(&format!("{event}/schedule.html")).await.expect(200);
    let lower = page.text().to_lowercase();
    assert_eq!(lower.matches("<script").count(), 1, "the data alone: {lower}");
    assert_eq!(lower.matches("</script").count(), 1);
    assert_eq!(lower.matches("</style").count(), 1);
    assert_eq!((lower.matches("<img").count(), lower.matches("<a ").count()), (0, 0));
    let tags: Vec<&str> = lower.split('<').skip(1).filter_map(|part| part.split('>').next()).collect();
    let has_handler = |tag: &&str| tag.contains(" on") || tag.contains("javascript:");
    assert!(!tags.iter().any(has_handler), "{tags:?}");
}

async fn markdown_shows_the_programme(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let room = owner.post(&format!("{event}/rooms"), json!({ "name": "Hall *1*" })).await.expect(201).id();
    let agenda = json!({ "sessions": [
        { "kind": "round", "label": "First round", "title": "Campaign", "sessions": [
            { "kind": "talk", "title": "Presentation", "local_start": "2014-12-27T11:30", "duration": "PT15M",
              "room_id": room, "abstract": "*How* a city joins.", "guiding_questions": ["Who?"],
              "appearances": [{ "label": "Representatives", "role": "speaker", "affiliation": "City", "status": "tbc" }] },
        ]},
        { "kind": "talk", "title": "Untimed", "duration": "PT20M" },
    ]});
    owner.if_match("*").put(&format!("{event}/agenda"), agenda).await.expect(200);
    let file = owner.get(&format!("{event}/schedule.md")).await.expect(200);
    let expected = "# A congress\n\n\
        - Saturday 27 December 2014, 10:00 – Monday 29 December 2014, 05:00 (Europe/Berlin, UTC+01:00)\n\
        - All times: Europe/Berlin (UTC+01:00)\n\n\
        ## Saturday 27 December 2014\n\n\
        ### 11:30–11:45 First round: Campaign\n\n\
        #### 11:30–11:45 Presentation\n\n\
        Hall \\*1\\*\n\n\
        - Representatives (tbc), City\n\n\
        *How* a city joins.\n\n\
        - Who?\n\n\
        ## Without a time\n\n\
        ### 20 min Untimed\n";
    assert_eq!(file.text(), expected);
}
