//! HTTP as every room needs it: problems, principals, strict JSON, conditional and idempotent requests, lists, limits, and
//! the few pages that people see in a browser ([`page`]).
//!
//! This room knows no feature. A handler takes the extractors from here ([`Json`], [`Staff`], [`IfMatch`] …), calls one use
//! case inside [`State::write`] or [`State::read`] and answers with a [`Reply`] or a [`Problem`].

mod accept;
mod address_token;
pub mod auth;
mod checks;
mod conditional;
pub mod cors;
pub mod docs;
mod documentation;
mod download;
mod glance;
pub mod health;
mod idempotency;
mod json;
mod limits;
mod links;
mod observe;
pub mod page;
mod paging;
pub mod problem;
pub mod reference;
mod reply;
pub mod routing;
mod state;
mod telemetry;
mod upload;

pub use accept::{Accept, accepted_language};
pub use address_token::AddressClaim;
pub use auth::{Staff, Visitor, WorkspaceId};
pub use checks::{Checks, LINE, is_language};
pub use conditional::{IfMatch, entity_tag, matches_any};
pub use documentation::{complete, header_parameter};
pub use download::{Download, ReadyDownload, TailoredDownload, file_name};
pub use glance::Glance;
pub use idempotency::{IdempotencyKey, InFlight, forget_about, forget_old};
pub use json::{Json, MergePatch, RawBody, read_json};
pub use limits::PublicWrites;
pub use links::{CalendarAddress, Claim, Links, Purpose, Worth, webcal};
pub use observe::observe;
pub use paging::{Page, PageQuery};
pub use problem::{Code, FieldError, Problem};
pub use reply::Reply;
pub use state::State;
pub use telemetry::start_metrics;
pub use upload::{Upload, UploadKind};
