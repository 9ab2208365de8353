//! Lists of events, with their filters.

use actix_web::{HttpRequest, get, web};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::model::{EventKind, EventStatus, SeriesId};
use super::super::store::{self, EventFilter, EventKey, Order};
use super::events::reader_zone;
use super::series::{list_scope, visible_series};
use super::views::EventSummary;
use crate::db::Conn;
use crate::http::auth::Scope;
use crate::http::{Code, Page, Problem, Reply, State, Visitor};
use crate::organisations::api::{moved, visible_organisation};
use crate::organisations::{self, OrganisationId};
use crate::time::{Phase, Precision, Zone};
use crate::{define_page, define_text_enum};

define_page! {
    /// A page of events.
    EventPage of EventSummary
}

define_text_enum! {
    /// The order of a list of events.
    EventSort {
        /// Earliest first; those without a date last. Those of one moment by their position in their series, then by age.
        When => "when",
        /// Latest first.
        WhenReverse => "-when",
    }
}

/// Which events. Every filter that is given has to hold.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Of this workspace: its slug or id. Staff see their own without it.
    #[param(example = "cologne")]
    pub workspace: Option<String>,
    /// Of this series.
    pub series: Option<SeriesId>,
    /// In which this organisation has a part. One that was merged into another is found as that one.
    pub organisation: Option<OrganisationId>,
    /// In which this speaker appears.
    #[param(value_type = Option<String>, format = Uuid)]
    pub speaker: Option<uuid::Uuid>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// In this language: a BCP 47 tag.
    #[param(example = "en")]
    pub language: Option<String>,
    /// Of this status.
    pub status: Option<EventStatus>,
    /// Where they stand now.
    pub phase: Option<Phase>,
    /// Known to this precision.
    pub precision: Option<Precision>,
    /// `true`: known to the day or better; `false`: known to the month or less, or not at all.
    pub dated: Option<bool>,
    /// Not over at this time: `2022-02-23` or `2022-02-23T10:30:00Z`.
    #[param(example = "2022-02-23")]
    pub from: Option<String>,
    /// Begun before this time.
    #[param(example = "2022-03-23")]
    pub to: Option<String>,
    /// Words that each have to be in it, in the title of a session, or in the name of a speaker, an organisation or the series
    /// that it is shown with; case, accents and hyphens do not matter.
    #[param(example = "human rights")]
    pub q: Option<String>,
    /// The reader's IANA zone: adds `when.reader`, and changes nothing else.
    #[param(example = "America/New_York")]
    pub tz: Option<String>,
    /// The order; earliest first if absent.
    #[param(inline)]
    pub sort: Option<EventSort>,
    /// Changed after this time.
    pub updated_since: Option<DateTime<Utc>>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

impl EventQuery {
    /// Understands the whole query at `now`, before anything is looked up.
    fn read(&self, now: DateTime<Utc>) -> Result<EventList, Problem> {
        let order = match self.sort {
            None | Some(EventSort::When) => Order::Chronological,
            Some(EventSort::WhenReverse) => Order::Reverse,
        };
        let (filter, page, reader) = (self.filter(now)?, page_of(self)?, reader_zone(self.tz.as_deref())?);
        Ok(EventList { filter, order, page, now, reader })
    }

    fn filter(&self, now: DateTime<Utc>) -> Result<EventFilter, Problem> {
        Ok(EventFilter {
            series: self.series,
            organisation: self.organisation,
            speaker: self.speaker,
            kind: self.kind,
            language: self.language.clone(),
            status: self.status,
            phase: self.phase.map(|phase| (phase, now)),
            precision: self.precision,
            dated: self.dated,
            from: self.from.as_deref().map(|text| instant("from", text)).transpose()?,
            to: self.to.as_deref().map(|text| instant("to", text)).transpose()?,
            q: self.q.clone(),
            updated_since: self.updated_since.filter(|at| is_stored(*at)),
            ..EventFilter::default()
        })
    }
}

/// A day (its first moment in UTC) or a point in time.
fn instant(name: &str, text: &str) -> Result<DateTime<Utc>, Problem> {
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| at.and_utc());
    let at = day.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()));
    at.filter(|at| is_stored(*at)).ok_or_else(|| {
        Problem::new(Code::MalformedQuery)
            .with_detail(format!("{name} takes a day such as 2022-02-23, or a time such as 2022-02-23T10:30:00Z."))
    })
}

/// Whether a time can stand in either database.
fn is_stored(at: DateTime<Utc>) -> bool {
    (1..=9999).contains(&at.year())
}

/// The page that is asked for; a cursor that was made by hand may name a time that no row has.
fn page_of(query: &EventQuery) -> Result<Page<EventKey>, Problem> {
    let page = Page::<EventKey>::parse(query.cursor.as_deref(), query.limit)?;
    match page.after {
        Some((at, ..)) if !is_stored(at) => Err(Problem::new(Code::CursorInvalid)),
        _ => Ok(page),
    }
}

/// A list of events as it was asked for. Whose events, and whether drafts are among them, each list says itself.
struct EventList {
    filter: EventFilter,
    order: Order,
    page: Page<EventKey>,
    now: DateTime<Utc>,
    reader: Option<Zone>,
}

impl EventList {
    /// Looks for an organisation that was merged into another as that one.
    fn follow_merger(&mut self, conn: &mut Conn) -> Result<(), Problem> {
        if let Some(id) = self.filter.organisation {
            self.filter.organisation = Some(organisations::store::present_id(conn, id)?);
        }
        Ok(())
    }

    fn answer(&self, conn: &mut Conn) -> Result<Reply, Problem> {
        let rows = store::list_events(conn, &self.filter, self.order, self.page.after, self.page.fetch())?;
        let (rows, next_cursor) = self.page.finish(rows, |row| (row.when.sorts_at.0, row.rank(), row.id))?;
        let summary = |row| EventSummary::new(row, self.now, self.reader);
        let items = rows.into_iter().map(summary).collect::<Result<_, _>>()?;
        Reply::ok(&EventPage { items, next_cursor })
    }
}

/// List events
///
/// In chronological order: those known to the month stand where their month begins, those without a date at the end. The
/// public sees what is published; staff see the drafts of their workspace too.
#[utoipa::path(
    tag = "Events",
    params(EventQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = EventPage, description = "A page of events")),
    extensions(("x-codes" = json!(["timezone_unknown", "not_found"])))
)]
#[get("/events")]
pub async fn list_events(
    state: web::Data<State>,
    visitor: Visitor,
    query: web::Query<EventQuery>,
) -> Result<Reply, Problem> {
    let mut list = query.read(state.clock.now())?;
    let answer = move |conn: &mut Conn| {
        let (workspace, is_staff) = list_scope(conn, &visitor, query.workspace.as_deref())?;
        (list.filter.workspace, list.filter.published_only) = (workspace, !is_staff);
        list.follow_merger(conn)?;
        list.answer(conn)
    };
    state.read(answer).await
}

/// List the events of a series
///
/// Its programme in chronological order, dated, tentative and undated events together: those known to the month stand where
/// their month begins, those without a date at the end, and those of one moment by their position in the series.
#[utoipa::path(
    tag = "Series",
    params(EventQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = EventPage, description = "A page of events")),
    extensions(("x-codes" = json!(["timezone_unknown"])))
)]
#[get("/series/{series_id}/events")]
pub async fn list_series_events(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SeriesId>,
    query: web::Query<EventQuery>,
) -> Result<Reply, Problem> {
    let mut list = query.read(state.clock.now())?;
    let answer = move |conn: &mut Conn| {
        let series = visible_series(conn, &visitor, path.into_inner())?;
        list.filter.series = Some(series.id);
        list.follow_merger(conn)?;
        list.filter.published_only = !visitor.may(series.workspace_id, Scope::ProgrammeRead);
        list.answer(conn)
    };
    state.read(answer).await
}

/// List the events of an organisation
///
/// Those in which it has a part, in chronological order; an event without organisations of its own has those of its series.
/// The public read them where they may read the organisation.
#[utoipa::path(
    tag = "Organisations",
    params(EventQuery),
    security((), ("bearer" = ["programme:read"])),
    responses(
        (status = 200, body = EventPage, description = "A page of events"),
        (status = 308, description = "The organisation was merged into another: its events are at `Location`")
    ),
    extensions(("x-codes" = json!(["timezone_unknown"])))
)]
#[get("/organisations/{organisation_id}/events")]
pub async fn list_organisation_events(
    state: web::Data<State>,
    visitor: Visitor,
    request: HttpRequest,
    path: web::Path<OrganisationId>,
    query: web::Query<EventQuery>,
) -> Result<Reply, Problem> {
    let (id, asked) = (path.into_inner(), request.query_string().to_owned());
    let mut list = query.read(state.clock.now())?;
    let answer = move |conn: &mut Conn| {
        let organisation = visible_organisation(conn, &visitor, Scope::ProgrammeRead, id, list.now)?;
        if organisation.id != id {
            return Ok(moved(organisation.id, "/events", &asked));
        }
        (list.filter.workspace, list.filter.organisation) = (Some(organisation.workspace_id), Some(id));
        list.filter.published_only = !visitor.may(organisation.workspace_id, Scope::ProgrammeRead);
        list.answer(conn)
    };
    state.read(answer).await
}
