//! Organisations as they are shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{LegalForm, Logo, Organisation, OrganisationId, OrganisationKind};

/// An organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganisationResponse {
    /// Its id.
    pub id: OrganisationId,
    /// Its full name.
    #[schema(example = "United Cities and Local Governments")]
    pub name: String,
    /// Its short name.
    #[schema(example = "UCLG")]
    pub acronym: Option<String>,
    /// Other names by which it is found.
    #[schema(example = json!(["CGLU"]))]
    pub aliases: Vec<String>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// The country it is in: ISO 3166-1 alpha-2.
    #[schema(example = "ES")]
    pub country: Option<String>,
    /// Its page on the web.
    #[schema(example = "https://uclg.example/")]
    pub url: Option<String>,
    /// What it is and does.
    #[schema(example = "The world organisation of local and regional governments.")]
    pub description: Option<String>,
    /// The form in which it exists in law.
    pub legal_form: Option<LegalForm>,
    /// A picture that stands for it.
    pub logo: Option<Logo>,
    /// The organisation that it is a part of.
    pub parent_id: Option<OrganisationId>,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<Organisation> for OrganisationResponse {
    fn from(organisation: Organisation) -> Self {
        Self {
            id: organisation.id,
            logo: organisation.logo(),
            name: organisation.name,
            acronym: organisation.acronym,
            aliases: organisation.aliases.0,
            kind: organisation.kind,
            country: organisation.country,
            url: organisation.url,
            description: organisation.description,
            legal_form: organisation.legal_form.map(|form| form.0),
            parent_id: organisation.parent_id,
            revision: organisation.revision,
            created_at: organisation.created_at.0,
            updated_at: organisation.updated_at.0,
        }
    }
}

/// An organisation in short, where something else names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganisationSummary {
    /// Its id.
    pub id: OrganisationId,
    /// Its full name.
    #[schema(example = "United Cities and Local Governments")]
    pub name: String,
    /// Its short name.
    #[schema(example = "UCLG")]
    pub acronym: Option<String>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// The country it is in: ISO 3166-1 alpha-2.
    #[schema(example = "ES")]
    pub country: Option<String>,
    /// Its page on the web.
    #[schema(example = "https://uclg.example/")]
    pub url: Option<String>,
}

impl From<&Organisation> for OrganisationSummary {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id,
            name: organisation.name.clone(),
            acronym: organisation.acronym.clone(),
            kind: organisation.kind,
            country: organisation.country.clone(),
            url: organisation.url.clone(),
        }
    }
}
