//! The list of countries, for whoever shows one to choose from.

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{HttpRequest, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::countries;
use crate::http::{Problem, Reply, accepted_language};
use crate::time::Language;

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CountryQuery {
    /// A BCP 47 tag, such as the `language` of a registration. Absent, or where it is none of `en`, `de`, `fr` and `nl`: the language
    /// that the client accepts, or else English.
    #[param(example = "de")]
    language: Option<String>,
}

/// A country.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountryResponse {
    /// Its code of ISO 3166-1 alpha-2: what is stored, and the answer to a question for a country.
    #[schema(example = "NL")]
    code: &'static str,
    /// What it is called in that language.
    #[schema(example = "Niederlande")]
    name: &'static str,
}

/// The countries.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountriesResponse {
    /// The language of the names.
    #[schema(value_type = String, example = "de")]
    language: Language,
    /// In the order of their names.
    items: Vec<CountryResponse>,
}

/// List the countries
///
/// What a country may be, in an organisation or in the answer to a question for one, with names to choose it by.
#[utoipa::path(
    tag = "Reference",
    params(CountryQuery),
    responses((status = 200, body = CountriesResponse, description = "The countries"))
)]
#[get("/countries")]
pub async fn list_countries(request: HttpRequest, query: web::Query<CountryQuery>) -> Result<Reply, Problem> {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chosen = query.language.as_deref().and_then(Language::parse);
    let language = chosen.or_else(|| header.and_then(accepted_language)).unwrap_or_default();
    let items = countries(language).iter().map(|(code, name)| CountryResponse { code, name }).collect();
    let reply = Reply::ok(&CountriesResponse { language, items })?.with_revision(1);
    Ok(reply.open_to_caches("accept-language, accept-encoding").with_header("content-language", language.code()))
}
