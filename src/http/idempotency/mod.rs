//! `Idempotency-Key` on POST: a request that is repeated has one effect and one answer.
//!
//! The answer is stored in the transaction of its effect, so there is never the one without the other. The same key with
//! another request is refused (422); a key whose first request is still being worked on is refused (409) in this process,
//! and waits for the first to end when that runs in another.

mod store;

pub use store::{forget_about, forget_old};

use std::collections::HashSet;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use sha2::{Digest, Sha256};

use super::auth::Principal;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::state::State;
use crate::db::{Conn, DbError, in_savepoint};
use crate::time::Context;

/// The keys that this process is working on.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

struct Working {
    keys: InFlight,
    key: (String, String),
}

impl InFlight {
    fn enter(&self, scope: &str, key: &str) -> Option<Working> {
        let key = (scope.to_owned(), key.to_owned());
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        is_new.then(|| Working { keys: self.clone(), key })
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// The key of a request, if it has one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: Option<String>,
    target: String,
}

impl utoipa::IntoParams for IdempotencyKey {
    fn into_params(
        _parameter_in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        vec![super::header_parameter(
            "Idempotency-Key",
            false,
            "1 to 200 characters of your choice. A request that is repeated with the same key within two days has no \
             second effect and gets the first answer.",
            "2f6b8c1e-register-ada",
        )]
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let target = format!("{} {}", request.method(), request.uri());
        let Some(header) = request.headers().get("idempotency-key") else {
            return ready(Ok(Self { key: None, target }));
        };
        let readable = header.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
        ready(match readable {
            Some(key) => Ok(Self { key: Some(key.to_owned()), target }),
            None => {
                Err(Problem::new(Code::HeaderInvalid).with_detail("Idempotency-Key takes 1 to 200 ASCII characters."))
            }
        })
    }
}

impl IdempotencyKey {
    /// Runs `effect` in one transaction, once for this key. `body_hash` stands for what was sent.
    ///
    /// # Errors
    /// What `effect` returns; 409 while the first request is in flight; 422 when the key was used for another request.
    pub async fn run<F>(
        self,
        state: &State,
        principal: Option<&Principal>,
        body_hash: [u8; 32],
        effect: F,
    ) -> Result<Reply, Problem>
    where
        F: Fn(&mut Conn, &Context) -> Result<Reply, Problem> + Send + 'static,
    {
        let Some(key) = self.key else { return state.write(effect).await };
        // A token's keys are its own. The public shares those of an address, and so has to choose keys nobody guesses.
        let public = || format!("public {}", self.target);
        let scope = principal.map_or_else(public, |principal| principal.token.to_string());
        let request_hash = Sha256::new().chain_update(&self.target).chain_update(body_hash).finalize().to_vec();
        let Some(_working) = state.in_flight.enter(&scope, &key) else {
            return Err(Problem::new(Code::IdempotencyInFlight).with_header("retry-after", "1"));
        };
        state
            .write(move |conn, context| {
                if let Some(stored) = store::find(conn, &scope, &key)? {
                    return replay(stored, &request_hash);
                }
                // The key comes first: a second process waits here until the first has ended, and then finds its answer
                // instead of meeting what the first has done.
                match in_savepoint(conn, |conn| store::claim(conn, &scope, &key, &request_hash, context.now)) {
                    Ok(()) => {}
                    Err(DbError::UniqueViolation) => return Err(DbError::Crossed.into()),
                    Err(error) => return Err(error.into()),
                }
                let reply = effect(conn, context)?;
                store::complete(conn, &scope, &key, &reply)?;
                Ok(reply)
            })
            .await
    }
}

fn replay(stored: store::Stored, request_hash: &[u8]) -> Result<Reply, Problem> {
    if stored.request_hash != request_hash {
        return Err(Problem::new(Code::IdempotencyKeyReused));
    }
    let status = u16::try_from(stored.status).map_err(|error| Problem::internal(error.to_string()))?;
    let reply = Reply { status, headers: stored.headers.0, body: stored.body };
    Ok(reply.with_header("idempotency-replayed", "true"))
}
