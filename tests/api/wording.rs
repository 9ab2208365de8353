//! What a workspace writes in its mails instead of ours.

use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, person};

both!(
    a_draft_that_cannot_be_used_is_refused_with_its_line,
    a_mail_goes_out_in_the_workspaces_words,
    a_preview_shows_and_sends_nothing,
    a_wording_is_read_set_and_taken_back,
    a_wording_that_fails_gives_way_to_ours,
    every_mail_can_be_worded_and_every_variable_used,
    of_wordings_at_the_same_moment_one_is_kept,
    only_organisers_word_mails,
    reminders_and_mails_about_a_series_are_worded,
    what_people_type_is_no_markup,
    without_a_day_no_entry_is_promised,
);

const LIST: &str = "/api/v1/mail/templates";
const CONFIRMED: &str = "/api/v1/mail/templates/registrations/confirmed/en";

fn draft(subject: &str, text: &str) -> Value {
    json!({ "subject": subject, "text": text })
}

/// A text that every mail takes.
fn plain(word: &str) -> Value {
    draft(&format!("{word}: {{{{ event.title }}}}"), &format!("{word}\n\n{{{{ details }}}}\n\n{{{{ actions }}}}"))
}

async fn a_wording_is_read_set_and_taken_back(app: TestApp) {
    let organiser = app.staff(Role::Organiser).await;
    let read = organiser.get(CONFIRMED).await.expect(200);
    assert_eq!((read.at("/is_overridden"), read.at("/revision")), (json!(false), json!(0)));
    assert_eq!(
        (read.at("/subject"), read.at("/text"), read.at("/updated_at")),
        (Value::Null, Value::Null, Value::Null)
    );
    assert_eq!(read.string("/built_in/subject"), "You are registered: Sample event: walking tour");
    assert!(read.string("/built_in/text").starts_with("You are registered\n\nHello Sam Sample,\n\n"));
    assert!(read.string("/built_in/html").starts_with("<!doctype html>\n<html lang=\"en\""));
    assert!(read.at("/variables").as_array().unwrap().iter().any(|one| one["name"] == "links.join"));
    assert_eq!(read.at("/samples"), json!(["seat", "day_open", "recording"]));
    organiser.with("if-none-match", &read.etag()).get(CONFIRMED).await.expect(304);

    organiser.put(CONFIRMED, plain("Yes")).await.problem(428, "precondition_required");
    let set = organiser.if_match(&read.etag()).put(CONFIRMED, plain("Yes")).await.expect(200);
    assert_eq!((set.at("/is_overridden"), set.at("/revision")), (json!(true), json!(1)));
    assert_eq!(set.string("/subject"), "Yes: {{ event.title }}");
    assert_eq!(set.string("/text"), "Yes\n\n{{ details }}\n\n{{ actions }}");
    assert_eq!(set.at("/built_in"), read.at("/built_in"));
    assert_eq!(organiser.get(CONFIRMED).await.expect(200).json(), set.json());
    organiser.if_match(&read.etag()).put(CONFIRMED, plain("No")).await.problem(412, "precondition_failed");
    organiser.if_match(&read.etag()).delete(CONFIRMED).await.problem(412, "precondition_failed");
    let same = organiser.if_match(&set.etag()).put(CONFIRMED, plain("Yes")).await.expect(200);
    assert_eq!(same.at("/revision"), json!(1), "setting what is there changes nothing");

    // It is that mail in that language, and no other.
    let list = organiser.get(LIST).await.expect(200).json();
    let overridden: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|mail| {
            let languages = mail["languages"].as_array().unwrap().iter();
            languages
                .filter(|one| one["is_overridden"] == true)
                .map(|one| format!("{} {}", mail["name"], one["language"]))
        })
        .collect();
    assert_eq!(overridden, ["\"registrations/confirmed\" \"en\""]);
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await.get(CONFIRMED).await.expect(200);
    assert_eq!(theirs.json(), read.json());

    organiser.if_match(&set.etag()).delete(CONFIRMED).await.expect(204);
    let gone = organiser.get(CONFIRMED).await.expect(200);
    assert_eq!((gone.at("/is_overridden"), gone.at("/text")), (json!(false), Value::Null));
    // An old tag never fits again.
    assert_eq!(gone.at("/revision"), json!(2));
    organiser.if_match(&read.etag()).put(CONFIRMED, plain("No")).await.problem(412, "precondition_failed");
    organiser.if_match(&gone.etag()).put(CONFIRMED, plain("Again")).await.expect(200);
    for nowhere in ["registrations/nothing/en", "registrations/confirmed/xx", "registrations/confirmed/EN", "a/b/c"] {
        organiser.get(&format!("{LIST}/{nowhere}")).await.problem(404, "not_found");
        let any = organiser.if_match("*");
        any.put(&format!("{LIST}/{nowhere}"), plain("a")).await.problem(404, "not_found");
    }
}

async fn a_mail_goes_out_in_the_workspaces_words(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let text = "Dear *{{ person.name }}*,\n\n- bring a **pen**\n\n{{ details }}\n\n[Join us]({{ links.join }})\n\n\
                {% if calendar %}See your calendar.{% endif %}\n\n{{ actions }}";
    let any = event.owner.if_match("*");
    any.put(CONFIRMED, draft("Welcome, {{ person.name }}", text)).await.expect(200);
    app.post(&event.registrations, person("Ada Lovelace", "ada@example.org")).await.expect(201);
    let mut german = person("Grete", "grete@example.org");
    german["language"] = json!("de");
    app.post(&event.registrations, german).await.expect(201);
    let mut mails = app.deliver().await;
    mails.sort_by(|a, b| a.to.cmp(&b.to));
    let [ada, grete] = mails.as_slice() else { panic!("two mails, not {mails:?}") };
    assert_eq!(ada.subject, "Welcome, Ada Lovelace");
    let begins = format!(
        "Welcome, Ada Lovelace\n\nDear Ada Lovelace,\n\n- bring a pen\n\nEvent:\n  Local complaint mechanisms: “what works” & \
         why\nWhen:\n  Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)\nWhere:\n  Zoom\n\nJoin us:\n{}\n\nSee your \
         calendar.\n\n",
        ada.links().into_iter().find(|link| link.contains("/join/")).expect("a link to join"),
    );
    let told = ada.text.replace("\r\n", "\n");
    assert!(told.starts_with(&begins), "{told}");
    assert!(told.contains(&format!("http://{}/registrations/", app.address())), "{told}");
    assert!(told.trim_end().ends_with("why”."), "the footer stays: {told}");
    for part in ["<p>Dear <em>Ada Lovelace</em>,</p>", "<li>bring a <strong>pen</strong></li>", ">Join us</a>", "</dl>"]
    {
        assert!(ada.html.contains(part), "{part}: {}", ada.html);
    }
    assert_eq!(ada.calendar.as_ref().map(|(method, _)| method.as_str()), Some("REQUEST"));
    assert!(grete.subject.starts_with("Sie sind angemeldet"), "{}", grete.subject);
}

async fn what_people_type_is_no_markup(app: TestApp) {
    let event = app.open_event(json!({ "title": "**Big** [event](https://evil.example) {{ person.name }}" })).await;
    let any = event.owner.if_match("*");
    any.put(CONFIRMED, draft("Hi {{ person.name }}", "Hi {{ person.name }}\n\n{{ details }}\n\n{{ actions }}"))
        .await
        .expect(200);
    // An address on the web is no name: see what abuse is tried. The title is the staff's.
    let name = "[Win](evil) <b onclick=x>*a*</b> {{ links.manage }} {% raw %}";
    app.post(&event.registrations, person(name, "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.subject, format!("Hi {name}"));
    assert!(mail.text.contains(&format!("\nHi {name}")), "{}", mail.text);
    assert!(mail.text.contains("  **Big** [event](https://evil.example) {{ person.name }}"), "{}", mail.text);
    for none in ["href=\"https://evil", "<b ", "<em>", "<strong>Big"] {
        assert!(!mail.html.contains(none), "{none}: {}", mail.html);
    }
}

async fn a_draft_that_cannot_be_used_is_refused_with_its_line(app: TestApp) {
    let organiser = app.staff(Role::Organiser).await.if_match("*");
    for (subject, text, pointer, detail) in [
        ("a", "Hello\n\n{{ person.nmae }}", "/text", "Line 3: This mail has no variable person.nmae."),
        ("a", "{{ event }} {{ actions }}", "/text", "Line 1: event is a group of variables: name one of them."),
        (
            "a",
            "{% for a in b %}{% endfor %}",
            "/text",
            "Line 1: Of the tags, only if, elif, else and endif can be used here.",
        ),
        (
            "a",
            "a\n{% include \"layout.txt\" %}",
            "/text",
            "Line 2: Of the tags, only if, elif, else and endif can be used here.",
        ),
        (
            "{{ details }}",
            "{{ actions }}",
            "/subject",
            "Line 1: details is a block of the text: it cannot be in the subject.",
        ),
        ("a\r\nBcc: b@example.org", "{{ actions }}", "/subject", "A subject is one line without control characters."),
        ("a", "{{ details }}", "/text", "The mail has to show links.manage or actions. (In the case “seat”.)"),
        (
            "a",
            "{{ details }} {{ links.manage }}",
            "/text",
            "details and actions stand alone, with an empty line before and after: not within a paragraph or a list. (In the case “seat”.)",
        ),
    ] {
        let problem = organiser.put(CONFIRMED, draft(subject, text)).await.expect(422).json();
        assert_eq!(problem["errors"][0]["code"], "template_invalid");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["detail"]),
            (&json!(pointer), &json!(detail))
        );
    }
    let both = organiser.put(CONFIRMED, draft("", "{{ a }}\n{{ b }}")).await;
    both.faults(&[("/subject", "template_invalid"), ("/text", "template_invalid"), ("/text", "template_invalid")]);
    organiser.put(CONFIRMED, json!({ "subject": "a" })).await.problem(422, "field_required");
    let html = json!({ "subject": "a", "text": "{{ actions }}", "html": "<p>" });
    organiser.put(CONFIRMED, html).await.problem(422, "field_unknown");
    let verify = format!("{LIST}/registrations/verify/en");
    let problem = organiser.put(&verify, draft("a", "{{ details }}")).await;
    problem.faults(&[("/text", "template_invalid"), ("/text", "template_invalid")]);
    assert_eq!(organiser.get(CONFIRMED).await.expect(200).at("/revision"), json!(0));
}

async fn only_organisers_word_mails(app: TestApp) {
    for (role, may) in [
        (Role::Owner, true),
        (Role::Organiser, true),
        (Role::Editor, false),
        (Role::Assistant, false),
        (Role::Viewer, false),
    ] {
        let client = app.staff(role).await.if_match("*");
        client.get(CONFIRMED).await.expect(200);
        client.get(LIST).await.expect(200);
        if may {
            client.put(CONFIRMED, plain("a")).await.expect(200);
            client.post(&format!("{CONFIRMED}/preview"), json!({})).await.expect(200);
            client.delete(CONFIRMED).await.expect(204);
        } else {
            client.put(CONFIRMED, plain("a")).await.problem(403, "forbidden");
            client.post(&format!("{CONFIRMED}/preview"), json!({})).await.problem(403, "forbidden");
            client.delete(CONFIRMED).await.problem(403, "forbidden");
        }
    }
    app.get(LIST).await.problem(401, "unauthenticated");
}

async fn a_preview_shows_and_sends_nothing(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let path = format!("{CONFIRMED}/preview");
    let ours = event.owner.post(&path, json!({})).await.expect(200);
    assert_eq!(ours.string("/subject"), "You are registered: Sample event: walking tour");
    let built_in = event.owner.get(CONFIRMED).await.expect(200);
    assert_eq!(ours.at("/subject"), built_in.at("/built_in/subject"));
    assert!(built_in.string("/built_in/text").contains("\nSample & Co\n"), "{built_in}");
    assert_eq!((ours.string("/from_name"), ours.at("/reply_to")), ("demo programme".to_owned(), Value::Null));
    let footer = "\n-- \ndemo programme\n";
    assert!(ours.string("/text").contains(footer) && !ours.string("/html").contains("Sample &amp; Co"), "{ours}");
    let base = format!("http://{}", app.address());
    assert!(ours.string("/text").contains(&format!("\n{base}/registrations/sample\n")), "{ours}");
    assert!(!ours.string("/text").contains("plenary.example") && !ours.string("/html").contains("plenary.example"));
    let recording = event.owner.post(&path, json!({ "sample": "recording" })).await.expect(200);
    assert!(recording.string("/text").contains("You are registered for the recording."));
    let real = json!({ "event_id": event.id, "draft": plain("Hi {{ person.name }}") });
    let real = event.owner.post(&path, real).await.expect(200);
    assert_eq!(real.string("/subject"), "Hi Sam Sample: Local complaint mechanisms: “what works” & why");
    assert!(real.string("/text").contains("\n  Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)\n"));
    assert!(real.string("/text").contains(&format!("/calendars/events/{}.ics", event.id)));
    let own = json!({ "event_id": event.id, "draft": draft("a", "{{ event.url }}\n\n{{ details }}\n\n{{ actions }}") });
    let own = event.owner.post(&path, own).await.expect(200);
    assert!(
        own.string("/text").starts_with(&format!("a\n\nhttp://{}/events/{}\n\n", app.address(), event.id)),
        "{own}"
    );
    assert!(!real.string("/text").contains("294857"), "what is secret about an event is not in a preview");
    // Where it does not take place as planned, the mails say so before its time.
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/postpone", event.id), json!({ "notify": false })).await.expect(200);
    let postponed = event.owner.post(&path, json!({ "event_id": event.id })).await.expect(200);
    let line = "\n  Postponed: Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)\n";
    assert!(postponed.string("/text").contains(line), "{postponed}");
    any.post(&format!("/api/v1/events/{}/reinstate", event.id), json!({ "notify": false })).await.expect(200);
    assert_eq!(event.owner.get(CONFIRMED).await.expect(200).at("/revision"), json!(0), "nothing is kept");

    let any = event.owner.if_match("*");
    any.put(CONFIRMED, plain("Own")).await.expect(200);
    let as_sent = json!({
        "sender_name": "Team Cologne", "reply_to": "team@cologne.example",
        "links": { "registration": "https://www.cologne.example/my#{token}", "event": "https://www.cologne.example/{event_id}" },
    });
    any.patch("/api/v1/workspaces/demo", as_sent).await.expect(200);
    let own = json!({ "event_id": event.id, "draft": draft("a", "{{ event.url }}\n\n{{ details }}\n\n{{ actions }}") });
    let own = event.owner.post(&path, own).await.expect(200);
    assert_eq!(
        (own.string("/from_name"), own.string("/reply_to")),
        ("Team Cologne".to_owned(), "team@cologne.example".to_owned())
    );
    for link in
        ["https://www.cologne.example/my#sample".to_owned(), format!("https://www.cologne.example/{}", event.id)]
    {
        assert!(own.string("/text").contains(&link) && own.string("/html").contains(&link), "{link}: {own}");
    }
    let own = event.owner.post(&path, json!({})).await.expect(200);
    assert_eq!(own.string("/subject"), "Own: Sample event: walking tour");
    let wrong = json!({ "draft": draft("a", "{{ nothing }}") });
    event.owner.post(&path, wrong).await.faults(&[("/draft/text", "template_invalid")]);
    event.owner.post(&path, json!({ "sample": "x" })).await.faults(&[("/sample", "field_type")]);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let foreign = stranger.post(&path, json!({ "event_id": event.id })).await;
    foreign.faults(&[("/event_id", "reference_unknown")]);
    assert_eq!(app.deliver().await, []);
}

/// A variable for the subject of a mail.
fn shown(mail: &Value) -> &'static str {
    let variables = mail["variables"].as_array().unwrap();
    if variables.iter().any(|one| one["name"] == "event.title") { "event.title" } else { "workspace.name" }
}

/// A text that shows every variable that the mail has can be set, and what is sent has the same ones as the cases have.
async fn every_mail_can_be_worded_and_every_variable_used(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let list = owner.get(LIST).await.expect(200).json();
    let mut count = 0;
    for mail in list["items"].as_array().unwrap() {
        let mut text = "OWN WORDS\n\n{{ details }}".to_owned();
        for name in mail["variables"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()) {
            // What is in a group that may be null is asked for with the groups before it.
            let groups: Vec<&str> = name.match_indices('.').map(|(at, _)| &name[..at]).collect();
            let (open, close) = (
                groups.iter().map(|group| format!("{{% if {group} %}}")).collect::<Vec<_>>().concat(),
                "{% endif %}".repeat(groups.len()),
            );
            text.extend(["\n\n", name, ": ", &open, "{{ ", name, " }}", &close]);
        }
        if mail["required"].to_string().contains("\"actions\"") {
            text.push_str("\n\n{{ actions }}");
        }
        for language in ["en", "de", "fr", "nl"] {
            let path = format!("{LIST}/{}/{language}", mail["name"].as_str().unwrap());
            owner.put(&path, draft(&format!("OWN {{{{ {} }}}}", shown(mail)), &text)).await.expect(200);
            let preview = owner.post(&format!("{path}/preview"), json!({})).await.expect(200);
            assert!(preview.string("/html").contains("<p>OWN WORDS</p>"));
            count += 1;
        }
    }
    assert_eq!(count, 4 * 19);

    // What is really sent has all of these, or our own words would come.
    let policy = json!({ "enabled": true, "wait_list": true });
    let event = app.open_event(json!({ "capacity": 1, "registration": policy })).await;
    let member = json!({ "email": "ann@example.org", "role": "owner", "notices": "each" });
    event.owner.post("/api/v1/members", member).await.expect(201);
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.post(&event.registrations, person("Bob", "bob@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let manage = mails.iter().find(|mail| mail.to == "ada@example.org").unwrap();
    app.post(&format!("{}/cancel", manage.link("/manage/")), Value::Null).await.expect(200);
    let later = app.deliver().await;
    let any = event.owner.if_match("*");
    let when =
        json!({ "when": { "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" } });
    let moved = json!({ "when": when["when"], "reason": "Illness", "notify": true });
    any.post(&format!("/api/v1/events/{}/reschedule", event.id), moved).await.expect(200);
    let last = app.deliver().await;
    let all: Vec<_> = mails.iter().chain(&later).chain(&last).collect();
    assert!(all.len() >= 6, "{}", all.len());
    for mail in all {
        assert!(
            mail.subject.starts_with("OWN ") && mail.html.contains("<p>OWN WORDS</p>"),
            "{}\n{}",
            mail.subject,
            mail.text
        );
    }
    app.leave_outbox("the offer to Bob runs out later");
}

/// A reminder and the mail about a series in the words of the workspace: what they are for stays.
async fn reminders_and_mails_about_a_series_are_worded(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({ "slug": "autumn", "title": "Autumn" });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    let any = owner.if_match("*");
    any.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    let reminder = json!({ "anchor": "start", "offset": "-P1D", "audience": "confirmed" });
    let event = app.open_event(json!({ "series_id": series, "reminders": [reminder] })).await;
    let text = "Dear {{ person.name }},\n\n{{ details }}\n\n{{ actions }}";
    any.put(&format!("{LIST}/registrations/series/en"), draft("All of {{ series.title }}", text)).await.expect(200);
    any.put(&format!("{LIST}/mailings/reminder/en"), draft("Soon: {{ event.title }}", text)).await.expect(200);
    any.put(&format!("{LIST}/mailings/announcement/en"), draft("a", text)).await.problem(404, "not_found");
    app.post(&format!("/api/v1/series/{series}/registrations"), person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [all] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(all.subject, "All of Autumn");
    let told = all.text.replace("\r\n", "\n");
    let begins =
        "All of Autumn\n\nDear Ada,\n\nSeries:\n  Autumn\n\n* Local complaint mechanisms: “what works” & why\nWhen:\n";
    assert!(told.starts_with(begins), "{told}");
    let ends = format!(
        "\n\nSee all of them:\n{}\n\nAll your events in one calendar that keeps itself up to date:\n{}\n\n-- \n",
        all.link("/registrations/groups/"),
        all.link("/calendars/personal/")
    );
    assert!(told.contains(&ends), "{told}");
    app.clock().set("2022-03-16T15:00:00Z".parse().unwrap());
    let mails = app.deliver().await;
    let [soon] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(soon.subject, "Soon: Local complaint mechanisms: “what works” & why");
    let told = soon.text.replace("\r\n", "\n");
    assert!(told.contains("\n\nDear Ada,\n\nEvent:\n"), "{told}");
    let end = format!("No more reminders and announcements:\n{}", soon.link("/unsubscribe/"));
    assert!(told.trim_end().ends_with(&end), "{told}");
    assert_eq!(soon.header("list-unsubscribe"), Some(format!("<{}>", soon.link("/unsubscribe/")).as_str()));
    assert_eq!(event.states().await.len(), 1);
}

async fn a_wording_that_fails_gives_way_to_ours(app: TestApp) {
    let event = app.open_event(json!({})).await;
    // It fits every case, and no event on Zoom: nothing can be taken from a title.
    let text = "{% if event.place == \"Zoom\" %}{{ event.title - 1 }}{% endif %}\n\n{{ details }}\n\n{{ actions }}";
    event.owner.if_match("*").put(CONFIRMED, draft("Own", text)).await.expect(200);
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert!(mail.subject.starts_with("You are registered: "), "{}", mail.subject);
}

async fn of_wordings_at_the_same_moment_one_is_kept(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let never = owner.get(CONFIRMED).await.expect(200).etag();
    let clients: Vec<_> = (0..8).map(|_| owner.if_match(&never)).collect();
    let tries = clients.iter().enumerate().map(|(index, client)| client.put(CONFIRMED, plain(&format!("W{index}"))));
    let answers = join_all(tries).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    let kept = answers.iter().find(|answer| answer.status == 200).unwrap();
    assert_eq!(owner.get(CONFIRMED).await.expect(200).json(), kept.json());
}

async fn without_a_day_no_entry_is_promised(app: TestApp) {
    let event = app.open_event(json!({ "when": { "edtf": "2022-03" } })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.calendar, None);
    for part in [&mail.text, &mail.html] {
        assert!(
            part.contains("The day of the event is not fixed yet.") && !part.contains("/calendars/events/"),
            "{part}"
        );
    }
    let any = event.owner.if_match("*");
    let when = json!({ "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let moved = json!({ "when": when, "notify": true });
    any.post(&format!("/api/v1/events/{}/reschedule", event.id), moved).await.expect(200);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert!(mail.calendar.is_some());
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("The new entry for your calendar is attached") && part.contains(".ics"), "{part}");
    }
}
