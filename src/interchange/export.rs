//! Writing a programme: each format as a file.

use super::agenda::Agenda;
use super::error::InterchangeError;
use super::formats::{Published, write_csv, write_json, write_xml};
use super::pages::{PageView, content_security_policy, write_html, write_markdown};
use super::structured::{embeddable, event_data};
use crate::define_text_enum;
use crate::http::{Download, TailoredDownload, file_name};
use crate::time::Language;

define_text_enum! {
    /// What a programme is written as.
    ExportFormat {
        /// `schedule.xml`.
        Xml => "xml",
        /// `schedule.json`.
        Json => "json",
        /// The table.
        Csv => "csv",
        /// Markdown.
        Markdown => "md",
        /// A page to read and to print.
        Html => "html",
    }
}

impl ExportFormat {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// For whom a programme is written, and where.
#[derive(Debug, Clone)]
pub struct Audience {
    /// Whether they are its staff.
    pub is_staff: bool,
    /// The language of our words where we do not write the event's.
    pub language: Language,
    /// The address of this server.
    pub public_url: String,
}

/// The programme as a file.
///
/// # Errors
/// It cannot be written: a fault of ours.
pub fn export(
    agenda: &Agenda,
    format: ExportFormat,
    audience: &Audience,
) -> Result<TailoredDownload, InterchangeError> {
    let programme = agenda.programme(audience.is_staff);
    let event = &agenda.event;
    let url = format!("{}/api/v1/events/{}/schedule.{format}", audience.public_url, event.id);
    let published = Published { programme: &programme, version: format!("r{}", event.revision), url };
    let body = match format {
        ExportFormat::Xml => write_xml(&published)?,
        ExportFormat::Json => write_json(&published),
        ExportFormat::Csv => write_csv(&published)?,
        ExportFormat::Markdown => write_markdown(&PageView::new(agenda, audience.language)),
        ExportFormat::Html => {
            let data = embeddable(&event_data(agenda, &audience.public_url)?);
            write_html(&PageView::new(agenda, audience.language), &data)?
        }
    };
    let download = Download {
        media_type: format.media_type(),
        file_name: file_name(&event.details.0.title, "schedule", format.as_str()),
        modified_at: agenda.modified_at(),
        body,
    };
    let policy = (format == ExportFormat::Html).then(|| ("content-security-policy", content_security_policy()));
    let headers = policy.into_iter().chain([("x-content-type-options", "nosniff".to_owned())]).collect();
    Ok(TailoredDownload { download, is_private: audience.is_staff, headers })
}
