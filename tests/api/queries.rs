//! That no route asks the database once for each row: it runs as many statements with thirty rows as with three.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::events::{make_event, make_organisation, publish_event};
use crate::support::{Client, TestApp, person, publish_series};

both!(
    a_group_costs_the_same_however_many_belong_to_it,
    no_listing_asks_once_for_each_row,
    signing_in_and_keys_cost_the_same,
);

/// What a path of the table is about, and where its rows are: a pointer into the JSON, or a mark in the text of a calendar.
const ROUTES: [(&str, &str); 42] = [
    ("/api/v1/events", "/items"),
    ("/api/v1/events?organisation={organisation}", "/items"),
    ("/api/v1/events?speaker={speaker}&tz=Asia/Tokyo", "/items"),
    ("/api/v1/events?workspace=demo&q=event", "/items"),
    ("/api/v1/events/{event}", "/organisations"),
    ("/api/v1/events/{event}/agenda", "/sessions"),
    ("/api/v1/events/{event}/agenda?tz=Asia/Tokyo", "/sessions"),
    ("/api/v1/events/{event}/appearances", "/items"),
    ("/api/v1/events/{event}/history", "/items"),
    ("/api/v1/events/{event}/organisations", "/items"),
    ("/api/v1/events/{event}/registration-stats", ""),
    ("/api/v1/events/{event}/registrations", "/items"),
    ("/api/v1/events/{event}/registrations?sort=name&q=guest&attendance=expected", "/items"),
    ("/api/v1/events/{event}/rooms", "/items"),
    ("/api/v1/events/{event}/schedule-check", "/findings"),
    ("/api/v1/events/{event}/schedule-check?travel_buffer=PT1H", "/findings"),
    ("/api/v1/members", "/items"),
    ("/api/v1/organisations", "/items"),
    ("/api/v1/organisations/{organisation}", ""),
    ("/api/v1/organisations?q=organisation", "/items"),
    ("/api/v1/outbox", "/items"),
    ("/api/v1/series", "/items"),
    ("/api/v1/series?workspace=demo&q=series", "/items"),
    ("/api/v1/series/{series}", "/organisations"),
    ("/api/v1/series/{series}/events", "/items"),
    ("/api/v1/series/{series}/registration-stats", "/events"),
    ("/api/v1/sessions/{session}", "/sessions"),
    ("/api/v1/speakers", "/items"),
    ("/api/v1/speakers/{speaker}", ""),
    ("/api/v1/speakers/{speaker}/appearances", "/items"),
    ("/api/v1/tokens", "/items"),
    ("/calendars/events/{event}.ics", "BEGIN:VEVENT"),
    ("/calendars/events/{event}.ics?sessions=1", "BEGIN:VEVENT"),
    ("/calendars/organisations/{organisation}.ics", "BEGIN:VEVENT"),
    ("/calendars/series/{series}.ics", "BEGIN:VEVENT"),
    ("/calendars/series/{series}.ics?sessions=1", "BEGIN:VEVENT"),
    ("/calendars/sessions/{session}.ics", "BEGIN:VEVENT"),
    ("/calendars/speakers/{speaker}.ics", "BEGIN:VEVENT"),
    ("/calendars/workspaces/demo.ics", "BEGIN:VEVENT"),
    ("/calendars/workspaces/demo.ics?sessions=1", "BEGIN:VEVENT"),
    ("/series/{series}?tz=Asia/Tokyo", "<h3>"),
    ("/series/{series}/register", "name=\"event_ids\""),
];
/// Those of which there is one however much there is.
const SINGLE: [&str; 5] = [
    "/api/v1/events/{event}/registration-stats",
    "/api/v1/organisations/{organisation}",
    "/api/v1/speakers/{speaker}",
    "/calendars/events/{event}.ics",
    "/calendars/sessions/{session}.ics",
];

/// One event, one series, one organisation, one speaker and one session that everything else hangs on.
struct World {
    app: TestApp,
    owner: Client,
    ids: [(&'static str, String); 5],
    size: usize,
}

impl World {
    async fn start(app: TestApp) -> Self {
        app.leave_outbox("mails are not what is counted here");
        let owner = app.staff(Role::Owner).await.if_match("*");
        let organisation = make_organisation(&owner, "Main organisation").await;
        let speaker = owner.post("/api/v1/speakers", json!({ "name": "Main" })).await.expect(201).id();
        let series = json!({ "slug": "main", "title": "Main series" });
        let series = owner.post("/api/v1/series", series).await.expect(201).id();
        owner.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
        let mut main = at("Main event", 9);
        (main["registration"], main["series_id"]) = (json!({ "enabled": true }), json!(series));
        let event = make_event(&owner, main).await.id();
        publish_event(&owner, &event, &organisation).await;
        let part = json!({ "speaker_id": speaker, "role": "chair" });
        owner.post(&format!("/api/v1/events/{event}/appearances"), part).await.expect(201);
        let round = json!({ "kind": "round", "title": "Round" });
        let session = owner.post(&format!("/api/v1/events/{event}/sessions"), round).await.expect(201).id();
        let ids = [
            ("organisation", organisation),
            ("speaker", speaker),
            ("series", series),
            ("event", event),
            ("session", session),
        ];
        Self { app, owner, ids, size: 0 }
    }

    fn id(&self, name: &str) -> &str {
        self.ids.iter().find(|(own, _)| *own == name).map(|(_, id)| id.as_str()).unwrap()
    }

    async fn grow_to(&mut self, size: usize) {
        for number in self.size..size {
            self.add(number).await;
        }
        self.size = size;
    }

    /// One more of everything.
    async fn add(&self, number: usize) {
        let owner = &self.owner;
        let main = format!("/api/v1/events/{}", self.id("event"));
        let other = make_organisation(owner, &format!("Organisation {number}")).await;
        let speaker = json!({ "name": format!("Speaker {number}") });
        let speaker = owner.post("/api/v1/speakers", speaker).await.expect(201).id();
        let series = json!({ "slug": format!("series-{number}"), "title": format!("Series {number}") });
        let series = owner.post("/api/v1/series", series).await.expect(201).id();
        let parts = |first: &str| {
            json!([
                { "organisation_id": first, "role": "organiser" },
                { "organisation_id": self.id("organisation"), "role": "partner" },
            ])
        };
        owner.put(&format!("/api/v1/series/{series}/organisations"), parts(&other)).await.expect(200);

        let mut event = at(&format!("Event {number}"), 9);
        event["series_id"] = json!(self.id("series"));
        let event = format!("/api/v1/events/{}", make_event(owner, event).await.id());
        owner.put(&format!("{event}/organisations"), parts(&other)).await.expect(200);
        owner.post(&format!("{event}/publish"), json!({})).await.expect(200);
        let part = |who: &str| json!({ "speaker_id": who, "role": "speaker", "status": "tbc" });
        owner.post(&format!("{event}/appearances"), part(self.id("speaker"))).await.expect(201);
        let talk = |room: Value, parent: Value| {
            json!({
                "kind": "talk", "title": format!("Talk {number}"), "local_start": "2022-03-04T09:00",
                "duration": "PT30M", "room_id": room, "parent_id": parent, "appearances": [part(&speaker)],
            })
        };
        owner.post(&format!("{event}/sessions"), talk(Value::Null, Value::Null)).await.expect(201);

        let room = json!({ "name": format!("Room {number}"), "capacity": 5 });
        let room = owner.post(&format!("{main}/rooms"), room).await.expect(201).id();
        for parent in [Value::Null, json!(self.id("session"))] {
            owner.post(&format!("{main}/sessions"), talk(json!(room), parent)).await.expect(201);
        }
        owner
            .post(&format!("{main}/appearances"), json!({ "organisation_id": other, "role": "host" }))
            .await
            .expect(201);
        let guest = person("Guest", &format!("guest-{number}@example.org"));
        self.app.post(&format!("{main}/registrations"), guest).await.expect(201);
        self.app.staff(Role::Viewer).await;
        self.app.member(&format!("member-{number}@example.org"), Role::Viewer, None).await;
    }

    /// Gives the main event and the main series as many organisations as there are.
    async fn share(&self) {
        let all = self.owner.get("/api/v1/organisations?limit=100").await.expect(200).at("/items");
        let all: Vec<Value> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!({ "organisation_id": one["id"], "role": "organiser" }))
            .collect();
        for of in [format!("events/{}", self.id("event")), format!("series/{}", self.id("series"))] {
            self.owner.put(&format!("/api/v1/{of}/organisations"), json!(all)).await.expect(200);
        }
    }

    /// How many statements each route takes, and how many rows it shows.
    async fn measure(&self) -> Vec<(u64, usize)> {
        let mut measured = Vec::new();
        for (route, rows) in ROUTES {
            let path =
                self.ids.iter().fold(route.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
            let before = self.app.app().db().statements();
            let answer = self.owner.get(&path).await.expect(200);
            let count = self.app.app().db().statements() - before;
            let shown = match rows {
                "" => 1,
                pointer if pointer.starts_with('/') => answer.at(pointer).as_array().unwrap().len(),
                mark => answer.text().matches(mark).count(),
            };
            measured.push((count, shown));
        }
        measured
    }
}

fn at(title: &str, hour: u32) -> Value {
    json!({
        "kind": "webinar", "title": title, "attendance_mode": "mixed", "capacity": 100,
        "when": { "local_start": format!("2022-03-04T{hour:02}:00"), "timezone": "Europe/Paris", "duration": "PT1H" },
    })
}

async fn no_listing_asks_once_for_each_row(app: TestApp) {
    let mut world = World::start(app).await;
    world.grow_to(3).await;
    world.share().await;
    let few = world.measure().await;
    world.grow_to(30).await;
    world.share().await;
    let many = world.measure().await;
    let is_right = |route: &str, few: (u64, usize), many: (u64, usize)| {
        // A feed of many asks also what was public, of its own events and of all, and is kept then.
        let most = if route.starts_with("/calendars/") { 22 } else { 20 };
        few.0 == many.0 && (1..=most).contains(&many.0) && (SINGLE.contains(&route) || (few.1 < many.1 && many.1 >= 30))
    };
    let mut wrong = 0;
    let rows = ROUTES.iter().zip(few.into_iter().zip(many)).map(|((route, _), (few, many))| {
        let mark = if is_right(route, few, many) { ' ' } else { '!' };
        wrong += usize::from(mark == '!');
        format!("{mark} {:>3} {:>3}  {route} ({} → {})", few.0, many.0, few.1, many.1)
    });
    let table = rows.collect::<Vec<_>>().join("\n");
    assert_eq!(wrong, 0, "statements with 3 and with 30 of everything (rows shown):\n{table}");
}

/// Who asks is looked up once, and a key costs two statements and a savepoint, whatever is stored.
async fn signing_in_and_keys_cost_the_same(app: TestApp) {
    let mut world = World::start(app).await;
    let mut counts = Vec::new();
    for size in [3, 30] {
        world.grow_to(size).await;
        let statements = || world.app.app().db().statements();
        let mut row = Vec::new();
        let named = |name: &str| json!({ "name": format!("{name} {size}") });
        let me = statements();
        world.owner.get("/api/v1/me").await.expect(200);
        row.push(statements() - me);
        let plain = statements();
        world.owner.post("/api/v1/speakers", named("Plain")).await.expect(201);
        row.push(statements() - plain);
        let keyed = world.owner.keyed(&format!("key-{size}"));
        for _ in 0..2 {
            let before = statements();
            keyed.post("/api/v1/speakers", named("Keyed")).await.expect(201);
            row.push(statements() - before);
        }
        let proposal: Vec<Value> = (0..size)
            .map(|number| {
                let by = json!([{ "speaker_id": world.id("speaker"), "role": "speaker" }]);
                json!({ "kind": "talk", "title": format!("T {number}"), "appearances": by })
            })
            .collect();
        let before = statements();
        let path = format!("/api/v1/events/{}/schedule-check", world.id("event"));
        world.owner.post(&path, json!({ "sessions": proposal })).await.expect(200);
        row.push(statements() - before);
        let before = statements();
        let renamed = format!("/api/v1/speakers/{}", world.id("speaker"));
        world.owner.patch(&renamed, named("Main")).await.expect(200);
        row.push(statements() - before);
        counts.push(row);
    }
    assert_eq!(counts[0], counts[1], "me, a plain change, one with a key, the same again, a proposal, a new name");
    let [me, plain, keyed, replayed, ..] = counts[0][..] else { panic!("{counts:?}") };
    assert!(me > 0 && keyed > plain && replayed < plain, "{counts:?}");
    let metrics = world.app.get("/metrics").await.expect(200);
    let line = metrics.text().lines().find(|line| line.starts_with("plenary_db_statements_total ")).unwrap().to_owned();
    let shown: u64 = line.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(shown >= world.app.app().db().statements(), "the process counts for all its databases");
}

/// How many statements something takes.
async fn counted<T>(app: &TestApp, work: impl Future<Output = T>) -> (u64, T) {
    let before = app.app().db().statements();
    let done = work.await;
    (app.app().db().statements() - before, done)
}

/// What one registers for together is one mail, one page and one answer, in any state of its registrations.
async fn a_group_costs_the_same_however_many_belong_to_it(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let organisation = make_organisation(&owner, "Host").await;
    let mut costs = Vec::new();
    for size in [3, 30] {
        let series = publish_series(&owner, &organisation, &format!("series-{size}")).await;
        let details = (0..size).map(|number| {
            let mut one = at(&format!("Event {number}"), 9);
            (one["capacity"], one["registration"]) = (json!(1), json!({ "enabled": true, "verification": true }));
            one
        });
        app.publish_many(&series, details.collect()).await;
        let path = format!("/api/v1/series/{series}/registrations");
        // Bo has every seat, so that Ada waits, and Cy behind her.
        let mut links = Vec::new();
        let mut row = Vec::new();
        for name in ["bo", "ada", "cy"] {
            app.post(&path, person(name, &format!("{name}-{size}@example.org"))).await.expect(201);
            let (cost, mails) = counted(&app, app.deliver()).await;
            let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
            let page = mail.link("/registrations/groups/").to_owned();
            let group = page.replace("/registrations/groups/", "/api/v1/registrations/groups/");
            for address in [&page, &group] {
                row.push(counted(&app, app.get(address)).await.0);
            }
            row.push(cost);
            app.post(&format!("{group}/verify"), Value::Null).await.expect(200);
            app.deliver().await;
            links.push((page, group));
        }
        let (page, group) = &links[2];
        let (cost, answer) = counted(&app, app.get(group)).await;
        let waiting = answer.expect(200).at("/registrations");
        let waiting = waiting.as_array().unwrap();
        assert_eq!(waiting.len(), size);
        assert!(waiting.iter().all(|one| one["registration"]["ahead_in_queue"] == 1), "{waiting:?}");
        let (shown, answer) = counted(&app, app.get(page)).await;
        answer.expect(200);
        row.extend([cost, shown]);
        costs.push(row);
    }
    assert_eq!(costs[0], costs[1], "page, answer and mail for each of three, then answer and page for who waits");
    assert!(costs[0].iter().all(|cost| (1..=60).contains(cost)), "{costs:?}");
    app.leave_scheduled("the time to confirm addresses, and the ends of the events");
}
