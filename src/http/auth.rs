//! Who is asking: the staff principal behind a bearer token, and the scope that a route needs.
//!
//! A handler that takes [`Staff<S>`] cannot run without a token that carries scope `S`; one that takes [`Visitor`] answers
//! everybody and shows more to staff. Tokens are looked up by a product room through [`Authenticator`].

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use chrono::{DateTime, Utc};

use super::problem::{Code, Problem};
use super::state::State;
use crate::db::{Conn, DbError, DbResult};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a workspace, the account boundary.
    WorkspaceId
}
define_id! {
    /// Identifies a member of a workspace's staff.
    MemberId
}
define_id! {
    /// Identifies a bearer token.
    TokenId
}

define_text_enum! {
    /// What a token may do. A role stands for a set of these; a token may carry fewer.
    Scope {
        /// Read the workspace's settings.
        WorkspaceRead => "workspace:read",
        /// Change the workspace's settings.
        WorkspaceWrite => "workspace:write",
        /// Manage members and their roles.
        MembersWrite => "members:write",
        /// Manage API tokens.
        TokensWrite => "tokens:write",
        /// Read organisations and speakers, with what is private about them.
        DirectoryRead => "directory:read",
        /// Change organisations and speakers.
        DirectoryWrite => "directory:write",
        /// Read drafts, private links and checks of the programme.
        ProgrammeRead => "programme:read",
        /// Change series, events and agendas.
        ProgrammeWrite => "programme:write",
        /// Publish, reschedule and cancel.
        ProgrammePublish => "programme:publish",
        /// Read registrations.
        RegistrationsRead => "registrations:read",
        /// Change registrations.
        RegistrationsWrite => "registrations:write",
        /// Read the outbox.
        OutboxRead => "outbox:read",
        /// Send again from the outbox.
        OutboxWrite => "outbox:write",
        /// Export and erase what is held about a person.
        PrivacyWrite => "privacy:write",
    }
}

/// A scope as a type, for [`Staff`].
pub trait RequiredScope: 'static {
    /// The scope.
    const SCOPE: Scope;
}

/// One type for each scope, for use as `Staff<needs::ProgrammeWrite>`.
pub mod needs {
    use super::{RequiredScope, Scope};

    macro_rules! needs {
        ($($name:ident),+ $(,)?) => {$(
            #[doc = concat!("Needs the scope [`Scope::", stringify!($name), "`].")]
            pub struct $name;
            impl RequiredScope for $name { const SCOPE: Scope = Scope::$name; }
        )+};
    }
    needs!(
        WorkspaceRead,
        WorkspaceWrite,
        MembersWrite,
        TokensWrite,
        DirectoryRead,
        DirectoryWrite,
        ProgrammeRead,
        ProgrammeWrite,
        ProgrammePublish,
        RegistrationsRead,
        RegistrationsWrite,
        OutboxRead,
        OutboxWrite,
        PrivacyWrite,
    );
}

/// Who a valid token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The one workspace that the token opens.
    pub workspace: WorkspaceId,
    /// The token.
    pub token: TokenId,
    /// The member it stands for; none for a token of an application.
    pub member: Option<MemberId>,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl Principal {
    /// Whether the token carries `scope`.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Who did it, for the history of a change: `member:…` or `token:…`.
    pub fn actor(&self) -> String {
        match self.member {
            Some(member) => format!("member:{member}"),
            None => format!("token:{}", self.token),
        }
    }
}

/// Looks tokens up. The room that keeps them implements this; plumbing knows no room.
pub trait Authenticator: Send + Sync {
    /// The principal behind a token, or none if it is unknown, expired or revoked at `now`.
    ///
    /// # Errors
    /// The database failed.
    fn authenticate(&self, conn: &mut Conn, token: &str, now: DateTime<Utc>) -> DbResult<Option<Principal>>;
}

/// A staff member, or an application of theirs, whose token carries the scope `S`.
pub struct Staff<S> {
    principal: Principal,
    scope: PhantomData<S>,
}

impl<S> std::ops::Deref for Staff<S> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl<S: RequiredScope> FromRequest for Staff<S> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = find_principal(request);
        ready(found.and_then(|found| found.ok_or_else(|| Problem::new(Code::Unauthenticated))).and_then(|principal| {
            if principal.may(S::SCOPE) {
                return Ok(Self { principal, scope: PhantomData });
            }
            Err(Problem::new(Code::Forbidden)
                .with_detail(format!("This needs the scope {}.", S::SCOPE))
                .with("scope", S::SCOPE.as_str()))
        }))
    }
}

/// Whoever asks on a public route: staff with a token, or the public without one. A token that is not valid is an error,
/// so that an expired one is noticed and not taken for the public.
pub struct Visitor(pub Option<Principal>);

impl Visitor {
    /// Whether the visitor is staff of `workspace` and may do `scope` there.
    pub fn may(&self, workspace: WorkspaceId, scope: Scope) -> bool {
        self.0.as_ref().is_some_and(|principal| principal.workspace == workspace && principal.may(scope))
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(find_principal(request).map(Self))
    }
}

/// The raw bearer token of a request, for signing out.
pub struct BearerToken(pub String);

impl FromRequest for BearerToken {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(match bearer(request) {
            Ok(Some(token)) => Ok(Self(token)),
            Ok(None) => Err(Problem::new(Code::Unauthenticated)),
            Err(problem) => Err(problem),
        })
    }
}

fn bearer(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let unreadable = || Problem::new(Code::Unauthenticated).with_detail("Send `Authorization: Bearer <token>`.");
    let text = header.to_str().map_err(|_not_ascii| unreadable())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(unreadable)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(unreadable());
    }
    Ok(Some(token.trim().to_owned()))
}

/// What is known of who is asking, before any handler runs.
#[derive(Clone)]
enum Identity {
    Nobody,
    Known(Principal),
    Unreadable,
    Refused,
    Unanswered(String),
}

/// The middleware that looks the token of a request up. It refuses nothing: a route says by its extractors whether it needs
/// a token. It runs before them because they are polled together, and whoever may not do something is to hear that, and
/// not what is wrong with their body.
///
/// # Errors
/// What the rest of the chain returns.
pub async fn identify<B: actix_web::body::MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let identity = look_up(request.request()).await;
    request.extensions_mut().insert(identity);
    next.call(request).await
}

async fn look_up(request: &HttpRequest) -> Identity {
    let token = match bearer(request) {
        Ok(Some(token)) => token,
        Ok(None) => return Identity::Nobody,
        Err(_) => return Identity::Unreadable,
    };
    let Some(state) = request.app_data::<web::Data<State>>() else {
        return Identity::Unanswered("the state is not registered".to_owned());
    };
    let authenticator: Arc<dyn Authenticator> = Arc::clone(&state.authenticator);
    let now = state.clock.now();
    match state.db.read(move |conn| authenticator.authenticate(conn, &token, now)).await {
        Ok(Some(principal)) => Identity::Known(principal),
        Ok(None) => Identity::Refused,
        Err(error) => Identity::Unanswered(error.to_string()),
    }
}

/// Whether the request carries a valid token.
pub(super) fn is_known(request: &HttpRequest) -> bool {
    matches!(request.extensions().get::<Identity>(), Some(Identity::Known(_)))
}

fn find_principal(request: &HttpRequest) -> Result<Option<Principal>, Problem> {
    let refused = |detail: &str| Problem::new(Code::Unauthenticated).with_detail(detail);
    match request.extensions().get::<Identity>().cloned() {
        Some(Identity::Known(principal)) => Ok(Some(principal)),
        Some(Identity::Nobody) | None => Ok(None),
        Some(Identity::Unreadable) => Err(refused("Send `Authorization: Bearer <token>`.")),
        Some(Identity::Refused) => Err(refused("The token is unknown, expired or revoked.")),
        Some(Identity::Unanswered(reason)) => Err(DbError::Unavailable(reason).into()),
    }
}
