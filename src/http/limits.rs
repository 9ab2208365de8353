//! The rate limit on public writes: every POST, PUT, PATCH or DELETE without a valid token, counted by client network, but for
//! what mail programs post for their readers.
//!
//! Each process counts for itself. What must hold across replicas (failed sign-ins, mails to one address) is counted in
//! the database by the room that it concerns. Headers follow draft-ietf-httpapi-ratelimit-headers.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::auth::is_known;
use super::page::refuse;
use super::problem::{Code, Problem};
use crate::config::RateLimit;

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock, StateInformationMiddleware>;

/// How many networks are remembered before those that have been quiet are forgotten.
const MANY: usize = 10_000;

/// Counts public writes; shared by all threads of a process.
#[derive(Clone)]
pub struct PublicWrites {
    limiter: Option<Arc<Limiter>>,
    trust_proxy: bool,
    per_minute: u32,
    is_free: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl PublicWrites {
    /// Counts against `limit`. `trust_proxy` takes the client's address from the last `X-Forwarded-For` entry.
    pub fn new(limit: RateLimit, trust_proxy: bool) -> Self {
        let (limiter, per_minute) = match limit {
            RateLimit::Off => (None, 0),
            RateLimit::PerMinute(number) => {
                let limiter = RateLimiter::dashmap(Quota::per_minute(number)).with_middleware();
                (Some(Arc::new(limiter)), number.get())
            }
        };
        Self { limiter, trust_proxy, per_minute, is_free: Arc::new(|_path| false) }
    }

    /// Does not count what goes to these paths: those with a proof of ours in them, which is made for one purpose and posted by the
    /// same few machines for many people.
    #[must_use]
    pub fn except(mut self, is_free: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.is_free = Arc::new(is_free);
        self
    }

    /// The middleware.
    ///
    /// # Errors
    /// What the rest of the chain returns.
    pub async fn guard<B>(self, request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        B: MessageBody + 'static,
    {
        // A header alone exempts nobody: the token has to be one that we know.
        let is_public_write = !request.method().is_safe() && !is_known(request.request());
        let is_counted = is_public_write && !(self.is_free)(request.path());
        let Some(limiter) = self.limiter.as_ref().filter(|_| is_counted) else {
            return Ok(next.call(request).await?.map_into_left_body());
        };
        let client = network(client_address(&request, self.trust_proxy));
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        match limiter.check_key(&client) {
            Ok(state) => {
                let mut response = next.call(request).await?.map_into_left_body();
                let remaining = state.remaining_burst_capacity();
                self.describe(&mut response, remaining);
                Ok(response)
            }
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
                let problem = Problem::new(Code::RateLimited).with_header("retry-after", wait.to_string());
                let refused = refuse(request.request(), problem);
                let mut response = request.into_response(refused).map_into_right_body();
                self.describe(&mut response, 0);
                Ok(response)
            }
        }
    }

    fn describe<B>(&self, response: &mut ServiceResponse<B>, remaining: u32) {
        let quota = self.per_minute;
        for (name, value) in [
            (HeaderName::from_static("ratelimit-policy"), format!("\"public-writes\";q={quota};w=60")),
            (HeaderName::from_static("ratelimit"), format!("\"public-writes\";r={remaining}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

fn client_address(request: &ServiceRequest, trust_proxy: bool) -> IpAddr {
    let forwarded = || {
        let header = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
        header.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || request.peer_addr().map(|address| address.ip());
    trust_proxy.then(forwarded).flatten().or_else(peer).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
}

/// One household or office: an IPv4 address, or the /64 of an IPv6 one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_counts_once() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }
}
