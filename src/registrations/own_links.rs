//! Where a person finds what is theirs. Each address holds a secret: whoever has it acts for them.

use serde::Serialize;
use utoipa::ToSchema;

use super::join::join_url;
use super::model::{GROUP_LINK_VERSION, GroupId, Registration};
use crate::accounts::{PublicLinks, Workspace};
use crate::events::Event;
use crate::http::{Links, Purpose};

/// Where a person finds what is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnLinks {
    /// The page on which they see, change and cancel the registration.
    #[schema(example = "https://plenary.example/registrations/AZmhssPUfl…")]
    pub page: String,
    /// The page of the event.
    #[schema(example = "https://plenary.example/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    pub event: String,
    /// The event as a calendar file.
    #[schema(example = "https://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub calendar: String,
    /// Where they join online, while they have a seat.
    #[schema(example = "https://plenary.example/join/AZmhssPUfl…")]
    pub join: Option<String>,
    /// The calendar of all that they have registered for.
    #[schema(example = "https://plenary.example/calendars/personal/AZmhssPUfl….ics")]
    pub feed: Option<String>,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/personal/AZmhssPUfl….ics")]
    pub webcal: Option<String>,
}

impl OwnLinks {
    /// Those of a registration for an event of a workspace, with the address of the person's own calendar.
    pub fn new(
        links: &Links,
        workspace: &Workspace,
        event: &Event,
        registration: &Registration,
        feed: Option<String>,
    ) -> Self {
        let base = links.public_url();
        let public = PublicLinks::of(workspace, base);
        Self {
            page: page_url(links, workspace, registration),
            event: public.event_url(event.id.0, event.series_id.map(|series| series.0)),
            calendar: format!("{base}/calendars/events/{}.ics", event.id),
            join: join_url(links, event, registration),
            webcal: feed.as_ref().and_then(|url| Some(format!("webcal://{}", url.split_once("://")?.1))),
            feed,
        }
    }
}

/// The page on which a person sees, changes and cancels their registration.
pub fn page_url(links: &Links, workspace: &Workspace, registration: &Registration) -> String {
    let token = links.token(Purpose::Manage, registration.id.0, registration.link_version);
    PublicLinks::of(workspace, links.public_url()).registration_url(&token)
}

/// The page of all that a person registered for together.
pub fn group_url(links: &Links, group: GroupId) -> String {
    let token = links.token(Purpose::Group, group.0, GROUP_LINK_VERSION);
    format!("{}/registrations/groups/{token}", links.public_url())
}
