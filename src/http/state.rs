//! What every handler may use.

use std::sync::Arc;

use super::auth::Authenticator;
use super::idempotency::InFlight;
use super::links::Links;
use super::page::Pages;
use super::problem::Problem;
use crate::config::LimitConfig;
use crate::db::{Conn, Db};
use crate::time::{Clock, Context, Ids};

/// The plumbing behind the handlers. `app.rs` builds one for each process.
pub struct State {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Where ids and secrets come from.
    pub ids: Ids,
    /// Looks bearer tokens up.
    pub authenticator: Arc<dyn Authenticator>,
    /// Makes and checks the links that attendees and speakers are sent.
    pub links: Links,
    /// The pages that those links lead to.
    pub pages: Arc<Pages>,
    /// Sizes and rates.
    pub limits: LimitConfig,
    /// Idempotency keys that this process is working on.
    pub in_flight: InFlight,
}

impl State {
    /// What a use case is given besides its connection and its input: the time of this request, and new ids.
    pub fn context(&self) -> Context {
        Context::new(&self.clock, &self.ids)
    }

    /// Reads for a handler.
    ///
    /// # Errors
    /// What `query` returns, or 503.
    pub async fn read<T, F>(&self, query: F) -> Result<T, Problem>
    where
        F: FnOnce(&mut Conn) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        self.db.read(query).await
    }

    /// Changes for a handler that is idempotent by its nature (PATCH, PUT, DELETE, a command that may be repeated).
    ///
    /// # Errors
    /// What `change` returns, or 503.
    pub async fn write<T, F>(&self, change: F) -> Result<T, Problem>
    where
        F: Fn(&mut Conn, &Context) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let context = self.context();
        self.db.write(move |conn| change(conn, &context)).await
    }
}
