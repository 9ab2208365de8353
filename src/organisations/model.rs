//! Organisations as clients send them and as they are stored; memberships as they are stored.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::details::MembershipDetails;
use super::rules::Span;
use crate::db::schema::{memberships, organisations};
use crate::db::types::{At, Json};
use crate::db::{DbError, DbResult};
use crate::http::WorkspaceId;
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies an organisation.
    OrganisationId
}
define_id! {
    /// Identifies a membership.
    MembershipId
}

define_text_enum! {
    /// What sort of organisation it is.
    OrganisationKind {
        /// A city or another municipality.
        City => "city",
        /// A region, province or state of a country.
        Region => "region",
        /// A network or an association of organisations.
        Network => "network",
        /// A research or training institute.
        Institute => "institute",
        /// A university or a part of one.
        University => "university",
        /// A non-governmental organisation.
        Ngo => "ngo",
        /// A body of the United Nations.
        UnBody => "un_body",
        /// A national government, a ministry or a public agency.
        Government => "government",
        /// A company.
        Company => "company",
        /// A foundation.
        Foundation => "foundation",
        /// A committee or a working group, often below another organisation.
        Committee => "committee",
        /// None of these.
        Other => "other",
    }
}

/// The form in which an organisation exists in law, in the words of its own country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalForm {
    /// Its name.
    #[schema(example = "Association sans but lucratif")]
    pub text: String,
    /// The language of that name: a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "fr")]
    pub language: Option<String>,
}

/// A picture that stands for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Logo {
    /// Where the picture is.
    #[schema(example = "https://uclg.example/logo.svg")]
    pub url: String,
    /// What to say in its place to those who do not see it.
    #[schema(example = "United Cities and Local Governments")]
    pub alt: String,
}

/// What a client says about an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationDetails {
    /// Its full name.
    #[schema(example = "United Cities and Local Governments")]
    pub name: String,
    /// Its short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "UCLG")]
    pub acronym: Option<String>,
    /// Other names by which it is found: in another language, or written in another way.
    #[serde(default)]
    #[schema(example = json!(["CGLU"]))]
    pub aliases: Vec<String>,
    /// What sort of organisation it is.
    #[serde(default = "other")]
    #[schema(default = "other", example = "network")]
    pub kind: OrganisationKind,
    /// The country it is in: two capital letters of ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "ES", min_length = 2, max_length = 2)]
    pub country: Option<String>,
    /// Its page on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://uclg.example/")]
    pub url: Option<String>,
    /// What it is and does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "The world organisation of local and regional governments.")]
    pub description: Option<String>,
    /// The form in which it exists in law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<LegalForm>,
    /// A picture that stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// The organisation that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrganisationId>,
}

fn other() -> OrganisationKind {
    OrganisationKind::Other
}

impl OrganisationDetails {
    /// An organisation of which only this is known.
    pub fn new(name: impl Into<String>, kind: OrganisationKind) -> Self {
        Self {
            name: name.into(),
            acronym: None,
            aliases: Vec::new(),
            kind,
            country: None,
            url: None,
            description: None,
            legal_form: None,
            logo: None,
            parent_id: None,
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = organisations)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// Its full name.
    pub name: String,
    /// Its short name.
    pub acronym: Option<String>,
    /// Other names by which it is found.
    pub aliases: Json<Vec<String>>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// The country it is in, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its page on the web.
    pub url: Option<String>,
    /// What it is and does.
    pub description: Option<String>,
    /// The form in which it exists in law.
    pub legal_form: Option<Json<LegalForm>>,
    /// Where its logo is.
    pub logo_url: Option<String>,
    /// What to say in the logo's place.
    pub logo_alt: Option<String>,
    /// The organisation that it is a part of.
    pub parent_id: Option<OrganisationId>,
    /// The normal form of its name, which lists are sorted by.
    pub sort_key: String,
    /// The normal form of all its names, which is searched.
    pub search_text: String,
    /// Rises with each change.
    pub revision: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl Organisation {
    /// What a client would send to make it as it is.
    pub fn details(&self) -> OrganisationDetails {
        OrganisationDetails {
            name: self.name.clone(),
            acronym: self.acronym.clone(),
            aliases: self.aliases.0.clone(),
            kind: self.kind,
            country: self.country.clone(),
            url: self.url.clone(),
            description: self.description.clone(),
            legal_form: self.legal_form.clone().map(|form| form.0),
            logo: self.logo(),
            parent_id: self.parent_id,
        }
    }

    /// Its logo: the address and the text together, as they were sent.
    pub fn logo(&self) -> Option<Logo> {
        let (url, alt) = (self.logo_url.clone()?, self.logo_alt.clone()?);
        Some(Logo { url, alt })
    }
}

define_text_enum! {
    /// Which memberships of an organisation.
    MembershipSide {
        /// Those in it: who belongs to it.
        Members => "members",
        /// Those that it holds: where it belongs itself.
        Held => "held",
    }
}

/// That organisations belong to another one, the body, for some time.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = memberships)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The organisation that was joined.
    pub body_id: OrganisationId,
    /// In which way they belong to it.
    pub category: String,
    /// When it began, as it was sent.
    pub holds_from: Option<String>,
    /// When it ended, as it was sent.
    pub holds_until: Option<String>,
    /// The first day on which it holds, as `2019-06-01`: its text order is the order of time.
    pub from_day: Option<String>,
    /// The first day on which it no longer holds.
    pub until_day: Option<String>,
    /// A remark beside it.
    pub note: Option<String>,
    /// Rises with each change.
    pub revision: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl Membership {
    /// When it holds.
    ///
    /// # Errors
    /// The columns hold no days: a hand in the database.
    pub fn span(&self) -> DbResult<Span> {
        let read = |text: &Option<String>| {
            let day = text.as_deref().map(str::parse).transpose();
            day.map_err(|error| DbError::Corrupt(format!("the days of membership {}: {error}", self.id)))
        };
        Ok(Span { from: read(&self.from_day)?, until: read(&self.until_day)? })
    }
}

/// A membership with those who hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMembership {
    /// The membership.
    pub membership: Membership,
    /// When it holds.
    pub span: Span,
    /// Who holds it, in their order; at least one.
    pub holders: Vec<OrganisationId>,
}

impl HeldMembership {
    /// What a client would send to make it as it is.
    pub fn details(&self) -> MembershipDetails {
        MembershipDetails {
            category: self.membership.category.clone(),
            holders: self.holders.clone(),
            from: self.membership.holds_from.clone(),
            until: self.membership.holds_until.clone(),
            note: self.membership.note.clone(),
        }
    }
}
