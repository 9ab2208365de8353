//! Promises that become no mail by themselves: seats that came free or are new, and times that are over.

use serde::Deserialize;

use super::super::model::RegistrationId;
use super::super::{offer, verify, waiting};
use super::RegistrationMails;
use super::optional::read;
use crate::events::EventId;
use crate::outbox::{Claimed, Done, Failure};
use crate::time::Context;

#[derive(Deserialize)]
struct OfEvent {
    event_id: EventId,
}

impl RegistrationMails {
    /// The capacity of an event has changed: seats that are new are offered down the queue.
    pub(super) async fn offer_new_seats(&self, message: &Claimed) -> Result<Done, Failure> {
        let (context, id) = (Context::new(&self.clock, &self.ids), read::<OfEvent>(message)?.event_id);
        let offered = self.db.write(move |conn| offer::offer_free_seats(conn, &context, id)).await;
        match offered.map_err(|error| Failure::Retry(error.to_string()))? {
            0 => Ok(Done::Skipped),
            _ => Ok(Done::Sent),
        }
    }

    /// The time has come at which an event was to be over.
    pub(super) async fn look_after_waiting(&self, message: &Claimed) -> Result<Done, Failure> {
        self.end_waiting(read::<OfEvent>(message)?.event_id).await
    }

    /// If an event is over, who still waits for it does not any more, a page of them in a transaction.
    pub(super) async fn end_waiting(&self, id: EventId) -> Result<Done, Failure> {
        let mut done = Done::Skipped;
        loop {
            let context = Context::new(&self.clock, &self.ids);
            let ended = self.db.write(move |conn| waiting::end_waiting(conn, &context, id)).await;
            match ended.map_err(|error| Failure::Retry(error.to_string()))? {
                0 => return Ok(done),
                _ => done = Done::Sent,
            }
        }
    }

    pub(super) async fn end_offer(&self, id: RegistrationId) -> Result<Done, Failure> {
        let context = Context::new(&self.clock, &self.ids);
        let ended = self.db.write(move |conn| offer::expire_offer(conn, &context, id)).await;
        match ended {
            Ok(true) => Ok(Done::Sent),
            Ok(false) => Ok(Done::Skipped),
            Err(error) => Err(Failure::Retry(error.to_string())),
        }
    }

    pub(super) async fn end_verification(&self, id: RegistrationId) -> Result<Done, Failure> {
        let context = Context::new(&self.clock, &self.ids);
        match self.db.write(move |conn| verify::expire_verification(conn, &context, id)).await {
            Ok(true) => Ok(Done::Sent),
            Ok(false) => Ok(Done::Skipped),
            Err(error) => Err(Failure::Retry(error.to_string())),
        }
    }
}
