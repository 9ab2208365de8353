//! What materials have to be like, who sees them and when, as pure functions.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::details::MaterialDetails;
use super::model::{Audience, Material, MaterialFields, MaterialKind, MaterialVisibility};
use crate::db::types::At;
use crate::http::{Checks, Code, FieldError, LINE};
use crate::time::IsoDuration;

/// How many materials a series may have, or an event with its sessions.
pub const MOST: i64 = 500;
/// For how many days something is new.
pub const NEW_DAYS: i64 = 14;
/// The largest number that every reader of JSON keeps exact.
const MAX_BYTES: i64 = (1 << 53) - 1;
/// The longest duration, in seconds: a leap year.
const MAX_SECONDS: i64 = 366 * 86_400;
/// The longest half of a media type (RFC 6838 section 4.2).
const MEDIA_TYPE_PART: usize = 127;

/// Checks a material. What comes back is what is to be stored.
///
/// # Errors
/// Every field that does not fit.
pub fn check_material(details: &MaterialDetails) -> Result<MaterialFields, Vec<FieldError>> {
    let mut checks = Checks::new();
    checks.range("/position", details.position, 1..=10_000);
    checks.line("/title", &details.title, LINE);
    checks.optional_url("/url", Some(&details.url));
    check_media_type(&mut checks, details.media_type.as_deref());
    if let Some(tag) = &details.language {
        checks.language("/language", tag);
    }
    if details.size_bytes.is_some_and(|bytes| !(0..=MAX_BYTES).contains(&bytes)) {
        checks.fault("/size_bytes", Code::NumberInvalid, format!("A number from 0 to {MAX_BYTES}."));
    }
    let duration_seconds = read_duration(&mut checks, details.duration.as_deref());
    let available_from = read_instant(&mut checks, details.available_from);
    checks.optional_line("/license", details.license.as_deref(), LINE);
    checks.optional_text("/description", details.description.as_deref());
    let errors = checks.into_errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(MaterialFields {
        kind: details.kind,
        title: details.title.clone(),
        url: details.url.clone(),
        media_type: details.media_type.clone(),
        language: details.language.clone(),
        size_bytes: details.size_bytes,
        duration_seconds,
        speaker_id: details.speaker_id,
        organisation_id: details.organisation_id,
        visibility: details.visibility,
        available_from,
        license: details.license.clone(),
        description: details.description.clone(),
    })
}

fn check_media_type(checks: &mut Checks, media_type: Option<&str>) {
    let is_part = |part: &str| {
        let begins = part.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_fine = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        begins && part.len() <= MEDIA_TYPE_PART && part.chars().all(is_fine)
    };
    let is_media_type = |text: &str| text.split_once('/').is_some_and(|(kind, sub)| is_part(kind) && is_part(sub));
    if !media_type.is_none_or(is_media_type) {
        checks.fault("/media_type", Code::MediaTypeInvalid, "A media type such as application/pdf or video/mp4.");
    }
}

fn read_duration(checks: &mut Checks, text: Option<&str>) -> Option<i32> {
    let duration = match IsoDuration::parse(text?) {
        Ok(duration) => duration.as_delta(),
        Err(error) => {
            checks.fault("/duration", Code::DurationInvalid, format!("{error}."));
            return None;
        }
    };
    let is_whole = duration.subsec_nanos() == 0 && (1..=MAX_SECONDS).contains(&duration.num_seconds());
    let seconds = i32::try_from(duration.num_seconds()).ok().filter(|_| is_whole);
    if seconds.is_none() {
        let detail = "It runs a second or more, a year or less, and no fraction of a second.";
        checks.fault("/duration", Code::DurationInvalid, detail);
    }
    seconds
}

/// Cut to microseconds, which is what both databases keep.
fn read_instant(checks: &mut Checks, at: Option<DateTime<Utc>>) -> Option<At> {
    let at = at?;
    if !(1900..=2200).contains(&at.year()) {
        checks.fault("/available_from", Code::WhenOutOfRange, "The years 1900 to 2200 are supported.");
    }
    DateTime::from_timestamp_micros(at.timestamp_micros()).map(At)
}

/// Whether something of this visibility, not before `available_from`, is shown to `audience` at `now`.
pub fn is_shown_to(
    audience: Audience,
    visibility: MaterialVisibility,
    available_from: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let is_available = available_from.is_none_or(|at| at <= now);
    match audience {
        Audience::Staff => true,
        Audience::Registrants => is_available && visibility != MaterialVisibility::Staff,
        Audience::Public => is_available && visibility == MaterialVisibility::Public,
    }
}

/// Whether everybody sees a material, and could not before the last [`NEW_DAYS`] days: it was made public, its time came,
/// or its owner was published within them.
pub fn is_new(material: &Material, owner_published_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    let Some((published_at, owner_published_at)) = material.published_at.zip(owner_published_at) else { return false };
    let opened_at = material.fields.available_from.unwrap_or(published_at);
    let since = published_at.0.max(owner_published_at).max(opened_at.0);
    material.is_shown_to(Audience::Public, now) && since <= now && now < since + TimeDelta::days(NEW_DAYS)
}

/// The kinds of material that calendars name.
pub const DOCUMENTATION: [MaterialKind; 2] = [MaterialKind::Recording, MaterialKind::Report];

/// Whether calendars name a material, by now or once its time comes.
pub fn is_documentation(material: &Material) -> bool {
    DOCUMENTATION.contains(&material.fields.kind) && material.fields.visibility == MaterialVisibility::Public
}

/// Whether a promise that was made for `available_from` still holds at `now`: the material is public from then on.
pub fn opens_now(material: &Material, available_from: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    material.fields.available_from == Some(At(available_from)) && material.is_shown_to(Audience::Public, now)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
