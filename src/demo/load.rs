//! Loading the demo: everything in one transaction, through the use cases of the rooms.

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde_json::{Value, json};

use super::WORKSPACE;
use super::error::DemoError;
use super::loaded::{Loaded, Places, TRY_TITLE};
use super::references::References;
use super::step::{Make, Publish, Set, Step};
use crate::accounts::{self, AccountError, NewToken, NewWorkspace, Role};
use crate::db::{Conn, Db};
use crate::events::{self, EventId, SeriesId};
use crate::http::WorkspaceId;
use crate::materials::MaterialOwner;
use crate::organisations::OrganisationId;
use crate::time::{Context, Zone};
use crate::{materials, organisations, sessions, speakers};

/// The data files, in the order in which they are loaded: a later one refers to earlier ones.
const PROGRAMMES: [(&str, &str); 5] = [
    ("0_cologne", include_str!("programmes/0_cologne.json")),
    ("1_bergen", include_str!("programmes/1_bergen.json")),
    ("2_network", include_str!("programmes/2_network.json")),
    ("3_uclg", include_str!("programmes/3_uclg.json")),
    ("4_covid", include_str!("programmes/4_covid.json")),
];
/// What the steps that are not in a file are called.
const TRY: &str = "try";
/// The zone of the workspace and of the event to try.
const ZONE: &str = "Europe/Berlin";
/// Who stands in the history of what is loaded.
const ACTOR: &str = "demo";
/// How long the token works.
const TOKEN_DAYS: i64 = 90;
/// How far the event to try lies ahead.
const TRY_AHEAD: Days = Days::new(30);

/// Loads the demo, unless its workspace is there already; then nothing is written. `public_url` is the address of this
/// server, without a slash at its end.
///
/// # Errors
/// Storage failed, or the data does not fit the rooms any more: a fault of ours. Nothing is left behind.
pub async fn load_demo(db: &Db, context: Context, public_url: &str) -> Result<Loaded, DemoError> {
    let now = context.now;
    let token = match db.write(move |conn| load(conn, &context)).await {
        // Another process was a moment faster.
        Err(DemoError::Account(AccountError::SlugTaken)) => None,
        result => result?,
    };
    let places = db.read(move |conn| Places::find(conn, now)).await?;
    Ok(Loaded::new(public_url, places, token))
}

/// Returns the owner's token; none if the workspace is there already.
fn load(conn: &mut Conn, context: &Context) -> Result<Option<String>, DemoError> {
    if accounts::store::find_workspace_by_slug(conn, WORKSPACE)?.is_some() {
        return Ok(None);
    }
    let new = NewWorkspace {
        slug: WORKSPACE.to_owned(),
        name: "Human rights cities (demo)".to_owned(),
        timezone: Zone::parse(ZONE).unwrap_or(Zone::UTC),
        language: "en".to_owned(),
    };
    let workspace = accounts::create_workspace(conn, context, &new)?.id;
    let mut loading = Loading { conn, context, workspace, references: References::default() };
    for (programme, text) in PROGRAMMES {
        let steps = serde_json::from_str::<Vec<Value>>(text).map_err(|error| at(programme, 0)(error.into()))?;
        loading.take_all(programme, steps)?;
    }
    loading.take_all(TRY, event_to_try(context.now))?;
    let expires_at = Some(context.now + TimeDelta::days(TOKEN_DAYS));
    let token = NewToken { name: "demo".to_owned(), role: Role::Owner, scopes: None, expires_at };
    let (token, _row) = accounts::create_token(conn, context, workspace, None, None, &token)?;
    Ok(Some(token))
}

/// An event at which a newcomer can register: the day depends on the clock, and so it stands in no file. Its join link is
/// for registrants.
fn event_to_try(now: DateTime<Utc>) -> Vec<Value> {
    let today = Zone::parse(ZONE).unwrap_or(Zone::UTC).to_local(now).date();
    let day = today.checked_add_days(TRY_AHEAD).unwrap_or(today);
    let body = json!({
        "kind": "webinar",
        "title": TRY_TITLE,
        "abstract": "Not one of the programmes: an event for your first registration. Three seats; who comes later waits.",
        "when": { "local_start": format!("{day}T16:00"), "duration": "PT1H", "timezone": ZONE },
        "virtual_location": {
            "platform": "Online",
            "join_url": "https://join.example/demo",
            "passcode": "472913",
            "visibility": "registrants",
        },
        "languages": ["en"],
        "capacity": 3,
    });
    let organisers = json!([{ "organisation_id": "@organisation:cologne", "role": "organiser" }]);
    vec![
        json!({ "make": "event", "as": TRY, "body": body }),
        json!({ "set": "event_organisations", "of": "event:try", "body": organisers }),
        json!({ "publish": "event:try" }),
    ]
}

/// Says where an error happened; steps count from 1, and 0 is the file as a whole.
fn at(programme: &'static str, step: usize) -> impl FnOnce(DemoError) -> DemoError {
    move |error| DemoError::Step { programme, step, error: Box::new(error) }
}

/// A loading under way.
struct Loading<'a> {
    conn: &'a mut Conn,
    context: &'a Context,
    workspace: WorkspaceId,
    references: References,
}

impl Loading<'_> {
    fn take_all(&mut self, programme: &'static str, steps: Vec<Value>) -> Result<(), DemoError> {
        for (number, step) in (1..).zip(steps) {
            self.take(step).map_err(at(programme, number))?;
        }
        Ok(())
    }

    fn take(&mut self, step: Value) -> Result<(), DemoError> {
        match Step::read(self.references.resolve(step)?)? {
            Step::Make(step) => self.make(*step),
            Step::Set(step) => self.set(&step),
            Step::Publish(Publish { publish }) => self.publish(&publish),
        }
    }

    fn make(&mut self, step: Make) -> Result<(), DemoError> {
        let (context, workspace) = (self.context, self.workspace);
        match step {
            Make::Organisation { key, body } => {
                let made = organisations::create_organisation(self.conn, context, workspace, &body)?;
                self.references.add("organisation", &key, made.id.0)
            }
            Make::Speaker { key, body } => {
                let made = speakers::create_speaker(self.conn, context, workspace, &body)?;
                self.references.add("speaker", &key, made.id.0)
            }
            Make::Series { key, body } => {
                let made = events::create_series(self.conn, context, workspace, &body)?;
                self.references.add("series", &key, made.id.0)
            }
            Make::Event { key, body } => {
                let made = events::create_event(self.conn, context, workspace, ACTOR, *body)?;
                self.references.add("event", &key, made.id.0)
            }
            Make::Membership { of, body } => {
                let joined = self.organisation(&of)?;
                organisations::add_membership(self.conn, context, workspace, joined, &body)?;
                Ok(())
            }
            Make::Appearance { of, body } => {
                let event = events::store::lock_event(self.conn, workspace, self.event(&of)?)?;
                speakers::add_appearance(self.conn, context, ACTOR, &event, None, &body)?;
                Ok(())
            }
            Make::Material { of, body } => {
                let owner = self.owner(&of)?;
                materials::add_material(self.conn, context, ACTOR, &owner, &body)?;
                Ok(())
            }
        }
    }

    fn set(&mut self, step: &Set) -> Result<(), DemoError> {
        let (context, workspace) = (self.context, self.workspace);
        match step {
            Set::SeriesOrganisations { of, body } => {
                let series = events::store::lock_series(self.conn, workspace, self.series(of)?)?;
                events::set_series_organisers(self.conn, context, &series, body)?;
            }
            Set::EventOrganisations { of, body } => {
                let event = events::store::lock_event(self.conn, workspace, self.event(of)?)?;
                events::set_event_organisers(self.conn, context, ACTOR, &event, body)?;
            }
            Set::Agenda { of, body } => {
                let event = events::store::lock_event(self.conn, workspace, self.event(of)?)?;
                sessions::replace_agenda(self.conn, context, ACTOR, &event, &body.sessions, false)?;
            }
        }
        Ok(())
    }

    fn publish(&mut self, name: &str) -> Result<(), DemoError> {
        let (context, workspace) = (self.context, self.workspace);
        if name.starts_with("series:") {
            events::publish_series(self.conn, context, workspace, self.series(name)?)?;
        } else {
            let event = events::store::lock_event(self.conn, workspace, self.event(name)?)?;
            sessions::publish_event(self.conn, context, ACTOR, &event, None)?;
        }
        Ok(())
    }

    /// A series or an event, locked.
    fn owner(&mut self, name: &str) -> Result<MaterialOwner, DemoError> {
        if name.starts_with("series:") {
            let series = events::store::lock_series(self.conn, self.workspace, self.series(name)?)?;
            return Ok(MaterialOwner::Series(Box::new(series)));
        }
        let event = events::store::lock_event(self.conn, self.workspace, self.event(name)?)?;
        Ok(MaterialOwner::Event(Box::new(event), None))
    }

    fn organisation(&self, name: &str) -> Result<OrganisationId, DemoError> {
        Ok(OrganisationId(self.references.find("organisation", name)?))
    }

    fn event(&self, name: &str) -> Result<EventId, DemoError> {
        Ok(EventId(self.references.find("event", name)?))
    }

    fn series(&self, name: &str) -> Result<SeriesId, DemoError> {
        Ok(SeriesId(self.references.find("series", name)?))
    }
}
