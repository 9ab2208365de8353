//! Workspaces and their staff.
//!
//! A **workspace** is the account boundary: every other row belongs to one, and to everybody outside it that row does not
//! exist (404, never 403). A **member** is a person of the staff with one role. A **token** opens one workspace with some
//! of its role's scopes; it is shown once and stored as a digest. Signing in makes a token that expires.
//!
//! People are led to the pages of the workspace's own frontend where it names them ([`LinkTemplates`]), and else to ours:
//! [`PublicLinks`] makes every such address, for mails, calendars and pages alike.
//!
//! Failed sign-ins are counted by address in the database, so that they count across replicas; after five, each further
//! one doubles the wait.

pub mod api;
mod authenticate;
mod change;
mod create;
mod error;
mod letter;
mod links;
pub mod links_store;
mod members;
mod model;
mod notices;
mod retention;
mod rules;
mod sign_in;
pub mod store;
mod tokens;

pub use authenticate::TokenAuthenticator;
pub use change::change_workspace;
pub use create::{create_member, create_workspace, hash_password};
pub use error::AccountError;
pub use letter::{letter, send_letter};
pub use links::{LinkTemplates, PublicLinks};
pub use model::{CalendarMethod, Member, NewMember, NewWorkspace, Notices, Role, Workspace};
pub use notices::{find_told, tell_members};
pub use retention::{RETENTION, Retention, promise_retention};
pub use sign_in::{Credentials, SignedIn, sign_in, sign_out};
pub use tokens::{NewToken, create_token};
