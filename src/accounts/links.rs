//! Where a workspace's people find things: on the pages of its own frontend, or else on ours.

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Workspace;
use crate::http::{Checks, Code};

/// Longest template, in bytes. With a token in it an address still fits into what mail programs and calendars take.
const LONGEST: usize = 300;
const EVENT: &str = "{event_id}";
const SERIES: &str = "{series_id}";
const TOKEN: &str = "{token}";
const REGISTRATION: &str = "{registration_id}";

/// The addresses of a workspace's own frontend, with placeholders in braces. Each is `https` (or `http` on this machine); where
/// one is absent, links lead to our own page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkTemplates {
    /// The page of an event: has to have `{event_id}` in it, and may have `{series_id}`. An event without a series is shown on
    /// our own page then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://www.example.org/events/{event_id}")]
    pub event: Option<String>,
    /// The page on which a person sees, changes and cancels their registration: has to have `{token}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://www.example.org/my-registration#{token}")]
    pub registration: Option<String>,
    /// The page on which a speaker answers an invitation: has to have `{token}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://www.example.org/invitation#{token}")]
    pub invitation: Option<String>,
    /// The page on which a person stops reminders and announcements: has to have `{token}` in it. What mail programs call by
    /// themselves (RFC 8058) stays ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://www.example.org/unsubscribe#{token}")]
    pub unsubscribe: Option<String>,
    /// The page on which the staff see who registered for an event: has to have `{event_id}` in it, and may have
    /// `{registration_id}`. There is none of ours: where it is absent, mails to the staff have no such link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://desk.example.org/events/{event_id}/registrations#{registration_id}")]
    pub staff: Option<String>,
}

impl LinkTemplates {
    /// Adds what is wrong with them to `checks`, at `/links/…`.
    pub fn check(&self, checks: &mut Checks) {
        for (name, template, required, optional) in [
            ("event", &self.event, EVENT, Some(SERIES)),
            ("registration", &self.registration, TOKEN, None),
            ("invitation", &self.invitation, TOKEN, None),
            ("unsubscribe", &self.unsubscribe, TOKEN, None),
            ("staff", &self.staff, EVENT, Some(REGISTRATION)),
        ] {
            if let Some(fault) = template.as_deref().and_then(|text| fault_of(text, required, optional)) {
                checks.fault(format!("/links/{name}"), Code::UrlInvalid, fault);
            }
        }
    }
}

/// What is wrong with a template.
fn fault_of(template: &str, required: &str, optional: Option<&str>) -> Option<String> {
    let fill = |word: &str| template.replace(required, word).replace(optional.unwrap_or(required), word);
    let (one, other) = (fill("a"), fill("b"));
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c);
    if template.len() > LONGEST {
        return Some(format!("At most {LONGEST} bytes."));
    }
    if !template.contains(required) {
        return Some(format!("It has to have {required} in it."));
    }
    if !one.chars().all(is_plain) {
        let known = optional.map(|name| format!(" and {name}")).unwrap_or_default();
        return Some(format!("An address in ASCII, in which {required}{known} may stand and no other placeholder."));
    }
    let (Ok(one), Ok(other)) = (Url::parse(&one), Url::parse(&other)) else {
        return Some(format!("An absolute address such as https://www.example.org/page/{required}."));
    };
    let is_encrypted = one.scheme() == "https" || (one.scheme() == "http" && is_loopback(&one));
    // A placeholder says which page of a site, never which site.
    let is_one_site = one.has_host() && one.origin() == other.origin();
    let is_anonymous = one.username().is_empty() && one.password().is_none();
    (!is_encrypted || !is_one_site || !is_anonymous)
        .then(|| format!("An https address such as https://www.example.org/page/{required}, without a user in it."))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Makes the addresses that mails, calendars and pages of a workspace give to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicLinks {
    base: String,
    templates: LinkTemplates,
}

impl PublicLinks {
    /// With these templates, and under `public_url`, the address of this server without a slash at its end, where there is none.
    pub fn new(public_url: &str, templates: &LinkTemplates) -> Self {
        Self { base: public_url.to_owned(), templates: templates.clone() }
    }

    /// Those of a workspace.
    pub fn of(workspace: &Workspace, public_url: &str) -> Self {
        Self::new(public_url, &workspace.links.0)
    }

    /// The address of this server, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The page of an event, by its id and that of its series.
    pub fn event_url(&self, event: Uuid, series: Option<Uuid>) -> String {
        let own = self.templates.event.as_deref();
        match (own, series) {
            (Some(template), Some(series)) => {
                template.replace(EVENT, &event.to_string()).replace(SERIES, &series.to_string())
            }
            (Some(template), None) if !template.contains(SERIES) => template.replace(EVENT, &event.to_string()),
            _ => format!("{}/events/{event}", self.base),
        }
    }

    /// The page of a series, which no frontend of a workspace takes the place of.
    pub fn series_page(&self, series: Uuid) -> String {
        format!("{}/series/{series}", self.base)
    }

    /// The page of one registration, by its token.
    pub fn registration_url(&self, token: &str) -> String {
        self.with_token(self.templates.registration.as_deref(), "registrations", token)
    }

    /// The page of a speaker's invitation, by its token.
    pub fn invitation_url(&self, token: &str) -> String {
        self.with_token(self.templates.invitation.as_deref(), "invitations", token)
    }

    /// The page on which mails are stopped, by its token.
    pub fn unsubscribe_url(&self, token: &str) -> String {
        self.with_token(self.templates.unsubscribe.as_deref(), "unsubscribe", token)
    }

    /// The page on which the staff see a registration, if the workspace has one.
    pub fn staff_url(&self, event: Uuid, registration: Uuid) -> Option<String> {
        let template = self.templates.staff.as_deref()?;
        Some(template.replace(EVENT, &event.to_string()).replace(REGISTRATION, &registration.to_string()))
    }

    fn with_token(&self, template: Option<&str>, ours: &str, token: &str) -> String {
        match template {
            Some(template) => template.replace(TOKEN, token),
            None => format!("{}/{ours}/{token}", self.base),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(templates: &LinkTemplates) -> Vec<String> {
        let mut checks = Checks::new();
        templates.check(&mut checks);
        checks.into_errors().into_iter().map(|error| format!("{} {}", error.pointer, error.code)).collect()
    }

    fn event(template: &str) -> LinkTemplates {
        LinkTemplates { event: Some(template.to_owned()), ..LinkTemplates::default() }
    }

    fn registration(template: &str) -> LinkTemplates {
        LinkTemplates { registration: Some(template.to_owned()), ..LinkTemplates::default() }
    }

    #[test]
    fn an_address_is_that_of_the_workspace_or_ours() {
        let (event_id, series_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let ours = PublicLinks::new("https://plenary.example", &LinkTemplates::default());
        assert_eq!(ours.event_url(event_id, None), format!("https://plenary.example/events/{event_id}"));
        assert_eq!(ours.registration_url("T"), "https://plenary.example/registrations/T");
        assert_eq!(ours.invitation_url("T"), "https://plenary.example/invitations/T");
        assert_eq!(ours.unsubscribe_url("T"), "https://plenary.example/unsubscribe/T");
        let templates = LinkTemplates {
            event: Some("https://x.example/{series_id}/{event_id}#{event_id}".to_owned()),
            registration: Some("https://x.example/r?t={token}".to_owned()),
            invitation: Some("https://x.example/i/{token}/".to_owned()),
            unsubscribe: Some("https://x.example/#{token}".to_owned()),
            staff: Some("https://desk.example/{event_id}#{registration_id}".to_owned()),
        };
        assert_eq!(faults(&templates), Vec::<String>::new());
        let own = PublicLinks::new("https://plenary.example", &templates);
        let expected = format!("https://x.example/{series_id}/{event_id}#{event_id}");
        assert_eq!(own.event_url(event_id, Some(series_id)), expected);
        assert_eq!(own.event_url(event_id, None), ours.event_url(event_id, None), "it has no series to name");
        assert_eq!(own.registration_url("T"), "https://x.example/r?t=T");
        assert_eq!(own.invitation_url("T"), "https://x.example/i/T/");
        assert_eq!(own.unsubscribe_url("T"), "https://x.example/#T");
        assert_eq!(own.staff_url(event_id, series_id), Some(format!("https://desk.example/{event_id}#{series_id}")));
        assert_eq!(ours.staff_url(event_id, series_id), None, "there is no such page of ours");
        let plain = PublicLinks::new("https://plenary.example", &event("https://x.example/e/{event_id}"));
        assert_eq!(plain.event_url(event_id, None), format!("https://x.example/e/{event_id}"));
    }

    #[test]
    fn what_is_no_address_of_one_site_is_refused() {
        for right in [
            "https://x.example/{token}",
            "https://x.example:8443/a/b?c=d&t={token}#{token}",
            "http://localhost:3000/{token}",
            "http://127.0.0.1/{token}",
            "http://[::1]:3000/{token}",
        ] {
            assert_eq!(faults(&registration(right)), Vec::<String>::new(), "{right}");
        }
        for wrong in [
            "",
            "https://x.example/",
            "/registrations/{token}",
            "//x.example/{token}",
            "http://x.example/{token}",
            "http://localhost.x.example/{token}",
            "ftp://x.example/{token}",
            "javascript:alert('{token}')",
            "https://{token}.x.example/{token}",
            "https://x.example{token}/",
            "https://x.example:{token}/",
            "https://{token}@x.example/",
            "https://user:secret@x.example/{token}",
            "https://x.example/{token}/{event_id}",
            "https://x.example/{token}/{{token}}",
            "https://x.example/{ token }/{token}",
            "https://x.example/{token}\r\nBCC:x",
            "https://x.example/{token} y",
            "https://x.example/{token}\"><script>",
            "https://bücher.example/{token}",
            &format!("https://x.example/{}{{token}}", "a".repeat(300)),
        ] {
            assert_eq!(faults(&registration(wrong)), ["/links/registration url_invalid"], "{wrong}");
        }
        assert_eq!(faults(&event("https://x.example/{series_id}")), ["/links/event url_invalid"]);
        assert_eq!(faults(&event("https://x.example/{event_id}/{token}")), ["/links/event url_invalid"]);
    }
}
