//! What feeds hold, read from a database.

use serde_json::{Value, json};

use super::super::gather::event_parts;
use super::super::which::WorkspaceFilter;
use super::*;
use crate::accounts::{NewWorkspace, create_workspace};
use crate::db::types::At;
use crate::db::{Db, DbUrl, PoolSize, migrate};
use crate::events::store::{EventFilter, Order, find_event, get_series, list_events, update_event};
use crate::events::{
    self, EventId, EventStatus, OrganisationRole, OrganiserInput, SeriesDetails, SeriesId, Visibility,
};
use crate::http::{Problem, WorkspaceId};
use crate::organisations::{OrganisationDetails, OrganisationId, OrganisationKind, create_organisation};
use crate::speakers::{
    AppearanceInput, AppearanceRole, AppearanceStatus, SpeakerDetails, add_appearance, create_speaker,
};
use crate::time::{Clock, Context, Ids};

const URL: &str = "https://plenary.example";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A workspace in a database of its own, on 1 March 2022.
struct World {
    db: Db,
    clock: Clock,
    workspace: WorkspaceId,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DbUrl::parse(&format!("sqlite:{}", folder.path().join("test.db").display())).unwrap();
        migrate::run(&url).unwrap();
        let db = Db::open(&url, PoolSize::default()).unwrap();
        let clock = Clock::fixed(at("2022-03-01T12:00:00Z"));
        let mut world = Self { db, clock, workspace: WorkspaceId(uuid::Uuid::nil()), _folder: folder };
        world.workspace = world
            .change(|conn, context, _| {
                let new = NewWorkspace {
                    slug: "cologne".to_owned(),
                    name: "Cologne".to_owned(),
                    timezone: Zone::parse("Europe/Berlin").unwrap(),
                    language: "de".to_owned(),
                };
                Ok(create_workspace(conn, context, &new)?.id)
            })
            .await;
        world
    }

    /// One second later, in one transaction.
    async fn change<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Conn, &Context, WorkspaceId) -> Result<T, Problem> + Send + 'static,
    ) -> T {
        self.clock.advance(TimeDelta::seconds(1));
        let (context, workspace) = (Context::new(&self.clock, &Ids::random()), self.workspace);
        self.db.write(move |conn| change(conn, &context, workspace)).await.unwrap()
    }

    async fn read(
        &self,
        read: impl FnOnce(&mut Conn, DateTime<Utc>) -> Result<Feed, CalendarError> + Send + 'static,
    ) -> Result<Feed, CalendarError> {
        let now = self.clock.now();
        self.db.read(move |conn| read(conn, now)).await
    }

    async fn event(&self, details: Value, visibility: Visibility, status: EventStatus) -> EventId {
        let mut whole = json!({ "kind": "webinar" });
        whole.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
        self.change(move |conn, context, workspace| {
            let details = serde_json::from_value(whole.clone()).unwrap();
            let mut event = events::create_event(conn, context, workspace, "test", details)?;
            (event.visibility, event.status) = (visibility, status);
            event.published_at = (visibility != Visibility::Draft).then_some(At(context.now));
            Ok(update_event(conn, &event, context.now)?.id)
        })
        .await
    }

    async fn published(&self, details: Value) -> EventId {
        self.event(details, Visibility::Published, EventStatus::Scheduled).await
    }

    async fn organisation(&self, name: &'static str) -> OrganisationId {
        self.change(move |conn, context, workspace| {
            let details = OrganisationDetails::new(name, OrganisationKind::Network);
            Ok(create_organisation(conn, context, workspace, &details)?.id)
        })
        .await
    }

    async fn series(&self, organiser: OrganisationId) -> SeriesId {
        self.change(move |conn, context, workspace| {
            let details = json!({ "slug": "rights", "title": "Rights: a series" });
            let details: SeriesDetails = serde_json::from_value(details).unwrap();
            let series = events::create_series(conn, context, workspace, &details)?;
            events::set_series_organisers(conn, context, &series, &[organises(organiser)])?;
            Ok(events::publish_series(conn, context, workspace, series.id)?.id)
        })
        .await
    }
}

fn organises(organisation_id: OrganisationId) -> OrganiserInput {
    OrganiserInput { organisation_id, role: OrganisationRole::Organiser, position: None }
}

fn all_of(workspace: &str) -> Which {
    Which::Workspace(workspace.to_owned(), WorkspaceFilter::default())
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.events.iter().map(|parts| parts.event.details.0.title.as_str()).collect()
}

#[tokio::test]
async fn only_what_is_public_is_in_a_feed() {
    let world = World::new().await;
    let date = json!({ "edtf": "2022-03-17" });
    let event = |title: &str| json!({ "title": title, "when": date });
    let draft = world.event(event("Draft"), Visibility::Draft, EventStatus::Scheduled).await;
    let archived = world.event(event("Archived"), Visibility::Archived, EventStatus::Scheduled).await;
    world.event(event("Cancelled"), Visibility::Published, EventStatus::Cancelled).await;
    world.published(event("Published")).await;

    let options = FeedOptions::default();
    let all = move |conn: &mut Conn, now| read_feed(conn, now, &all_of("cologne"), options);
    let feed = world.read(all).await.unwrap();
    assert_eq!(titles(&feed), ["Cancelled", "Published"]);
    assert_eq!((feed.name.as_str(), feed.file_name.as_str()), ("Cologne", "cologne.ics"));
    assert_eq!(feed.timezone.map(Zone::name), Some("Europe/Berlin"));
    assert!(feed.is_programme);

    let one = world.read(move |conn, now| read_feed(conn, now, &Which::Event(archived), options)).await.unwrap();
    assert_eq!((titles(&one), one.is_programme), (vec!["Archived"], false));
    let hidden = world.read(move |conn, now| read_feed(conn, now, &Which::Event(draft), options)).await;
    assert!(matches!(hidden, Err(CalendarError::NotFound)));
    let unknown = world.read(move |conn, now| read_feed(conn, now, &all_of("x"), options)).await;
    assert!(matches!(unknown, Err(CalendarError::NotFound)));
}

#[tokio::test]
async fn a_workspace_shows_ninety_days_of_its_past_and_a_series_all_of_it() {
    let world = World::new().await;
    let organiser = world.organisation("UCLG").await;
    let series = world.series(organiser).await;
    for (title, edtf) in [("Old", "2020-01-01"), ("Gone", "2021-11-29"), ("Kept", "2021-11-30"), ("Next", "2022-03-17")]
    {
        world.published(json!({ "title": title, "when": { "edtf": edtf }, "series_id": series })).await;
    }
    world.published(json!({ "title": "Some day", "when": {}, "series_id": series })).await;
    world.published(json!({ "title": "Month", "when": { "edtf": "2022-05" }, "series_id": series })).await;
    let options = FeedOptions::default();
    let recent = move |conn: &mut Conn, now| read_feed(conn, now, &all_of("cologne"), options);
    assert_eq!(titles(&world.read(recent).await.unwrap()), ["Kept", "Next", "Month"]);

    let feed = world.read(move |conn, now| read_feed(conn, now, &Which::Series(series), options)).await.unwrap();
    let summaries = |feed: &Feed| -> Vec<String> {
        let body = feed.render(URL, at("2022-03-01T12:00:00Z")).unwrap().body;
        body.lines().filter_map(|line| line.strip_prefix("SUMMARY:")).map(str::to_owned).collect()
    };
    assert_eq!(summaries(&feed), ["Old", "Gone", "Kept", "Next"]);
    let vague = Feed { options: FeedOptions { shows_tentative: true, ..options }, ..feed };
    assert_eq!(summaries(&vague), ["Old", "Gone", "Kept", "Next", "Month"]);
}

#[tokio::test]
async fn an_organisation_has_its_events_and_those_of_its_series() {
    let world = World::new().await;
    let (uclg, utrecht, nobody) =
        (world.organisation("UCLG").await, world.organisation("Utrecht").await, world.organisation("Nobody").await);
    let series = world.series(uclg).await;
    let event = |title: &str| json!({ "title": title, "when": { "edtf": "2022-03-17" }, "series_id": series });
    world.published(event("Inherited")).await;
    let own = world.published(event("Own")).await;
    world
        .change(move |conn, context, _| {
            let event = find_event(conn, own)?.unwrap();
            Ok(events::set_event_organisers(conn, context, "test", &event, &[organises(utrecht)]).map(|_| ())?)
        })
        .await;
    let feed_of =
        |id| world.read(move |conn, now| read_feed(conn, now, &Which::Organisation(id), FeedOptions::default()));
    let (of_uclg, of_utrecht) = (feed_of(uclg).await.unwrap(), feed_of(utrecht).await.unwrap());
    assert_eq!((titles(&of_uclg), titles(&of_utrecht)), (vec!["Inherited"], vec!["Own"]));
    let organisers = |feed: &Feed| -> Vec<String> {
        feed.events.iter().flat_map(|parts| parts.organisers.iter().map(|one| one.organisation.name.clone())).collect()
    };
    assert_eq!((organisers(&of_uclg), organisers(&of_utrecht)), (vec!["UCLG".to_owned()], vec!["Utrecht".to_owned()]));
    assert!(matches!(feed_of(nobody).await, Err(CalendarError::NotFound)));
}

#[tokio::test]
async fn a_feed_is_as_new_as_what_was_last_shown_or_hidden_in_it() {
    let world = World::new().await;
    let organiser = world.organisation("UCLG").await;
    let series = world.series(organiser).await;
    let event = |title: &str| json!({ "title": title, "when": { "edtf": "2022-03-17" }, "series_id": series });
    let first = world.published(event("First")).await;
    world.published(event("Second")).await;
    let read = || world.read(move |conn, now| read_feed(conn, now, &Which::Series(series), FeedOptions::default()));
    let before = read().await.unwrap();
    assert_eq!(before.modified_at, world.clock.now());
    world.clock.advance(TimeDelta::hours(5));
    let again = read().await.unwrap();
    assert_eq!(again.modified_at, before.modified_at);
    let bytes = |feed: &Feed| feed.render(URL, world.clock.now()).unwrap();
    assert_eq!(bytes(&again), bytes(&before));

    world
        .change(move |conn, context, _| {
            let mut event = find_event(conn, first)?.unwrap();
            event.visibility = Visibility::Draft;
            Ok(update_event(conn, &event, context.now).map(|_| ())?)
        })
        .await;
    let after = read().await.unwrap();
    assert_eq!((titles(&after), after.modified_at), (vec!["Second"], world.clock.now()));

    world
        .change(move |conn, context, workspace| {
            let mut series = get_series(conn, workspace, series)?;
            series.visibility = Visibility::Draft;
            Ok(events::store::update_series(conn, &series, context.now).map(|_| ())?)
        })
        .await;
    assert!(matches!(read().await, Err(CalendarError::NotFound)));
    let events = world
        .db
        .read(|conn| {
            list_events(
                conn,
                &EventFilter { published_only: true, ..EventFilter::default() },
                Order::Chronological,
                None,
                10,
            )
        })
        .await
        .unwrap();
    let parts = world.db.read(move |conn| event_parts(conn, events)).await.unwrap();
    assert!(parts.iter().all(|parts| parts.series.is_none() && parts.organisers.len() == 1));
}

#[tokio::test]
async fn a_speaker_has_the_events_where_they_appear() {
    let world = World::new().await;
    let event = |title: &str| json!({ "title": title, "when": { "edtf": "2022-03-17" } });
    let (first, second) = (world.published(event("First")).await, world.published(event("Second")).await);
    let [ghazi, flety, nobody] = world
        .change(|conn, context, workspace| {
            let mut add = |name: &str| {
                let details =
                    SpeakerDetails { email: Some("private@x.example".to_owned()), ..SpeakerDetails::new(name) };
                create_speaker(conn, context, workspace, &details).map(|speaker| speaker.id)
            };
            Ok([add("Bahram Ghazi")?, add("Amanda Flety")?, add("Nobody")?])
        })
        .await;
    world
        .change(move |conn, context, _| {
            let (first, second) = (find_event(conn, first)?.unwrap(), find_event(conn, second)?.unwrap());
            let part = |speaker, role, status| AppearanceInput {
                speaker_id: Some(speaker),
                status,
                affiliation: Some("OHCHR".to_owned()),
                ..AppearanceInput::new(role)
            };
            let label = |label: &str| AppearanceInput {
                label: Some("Representatives".to_owned()),
                affiliation: Some(label.to_owned()),
                ..AppearanceInput::new(AppearanceRole::Speaker)
            };
            let (speaks, leads) = (AppearanceRole::Speaker, AppearanceRole::Moderator);
            let (tbc, confirmed, declined) =
                (AppearanceStatus::Tbc, AppearanceStatus::Confirmed, AppearanceStatus::Declined);
            for (event, input) in [
                (&first, part(ghazi, speaks, tbc)),
                (&first, part(flety, leads, confirmed)),
                (&first, part(flety, speaks, confirmed)),
                (&first, label("Graz")),
                (&first, label("Lund")),
                (&second, part(ghazi, speaks, declined)),
            ] {
                add_appearance(conn, context, "test", event, None, &input)?;
            }
            Ok(())
        })
        .await;
    let feed_of = |id| world.read(move |conn, now| read_feed(conn, now, &Which::Speaker(id), FeedOptions::default()));
    let feed = feed_of(ghazi).await.unwrap();
    assert_eq!((titles(&feed), feed.name.as_str()), (vec!["First"], "Bahram Ghazi"));
    assert_eq!(feed.modified_at, world.clock.now());
    let body = feed.render(URL, world.clock.now()).unwrap().body.replace("\r\n ", "");
    let people = "Mit:\\n- Bahram Ghazi\\, OHCHR (angefragt)\\n- Amanda Flety\\, OHCHR\\n- Representatives\\, Graz\\n\
                  - Representatives\\, Lund\\n\\nMehr: ";
    assert!(body.contains(&format!("DESCRIPTION:{people}")), "{body}");
    assert!(!body.contains('@'), "{body}");
    assert!(matches!(feed_of(nobody).await, Err(CalendarError::NotFound)));
}
