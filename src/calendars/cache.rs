//! Feeds that were written, kept until something in them changes: programs ask for them every few minutes, and nearly always
//! nothing has.
//!
//! Whoever asks for a feed that has to be written anew waits while another writes it, and is given that. Calendars of one person are not
//! kept at all: see `registrations::personal_feed`.
//!
//! What is kept is found by its address, and used only if its [`Stamp`], which is read from the database in the same request, is
//! the one that it was written with: so no answer is ever stale, and replicas need not know of each other. It also ends by
//! itself where a feed does, such as when a recording becomes available.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::turns::{Turn, Turns};
use super::which::Stamp;
use crate::http::ReadyDownload;

/// The most that is kept, in bytes.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// What a kept feed takes besides its body, in bytes, at a guess.
const OVERHEAD: usize = 1024;

/// Kept feeds of one process, and who is about to write one.
#[derive(Debug, Default)]
pub struct FeedCache {
    slots: Mutex<Slots>,
    turns: Turns,
}

#[derive(Debug, Default)]
struct Slots {
    by_address: HashMap<String, Slot>,
    /// The addresses by when they were last asked for, the longest ago first.
    by_use: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Slot {
    kept: Kept,
    used: u64,
    bytes: usize,
}

/// A feed that was written.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What it was written from.
    pub stamp: Stamp,
    /// When it was written.
    pub since: DateTime<Utc>,
    /// When it changes by itself.
    pub until: Option<DateTime<Utc>>,
    /// The file.
    pub file: ReadyDownload,
}

impl Kept {
    fn holds(&self, stamp: &Stamp, now: DateTime<Utc>) -> bool {
        self.stamp == *stamp && self.since <= now && self.until.is_none_or(|until| now < until)
    }
}

impl FeedCache {
    /// Waits until nobody else writes what is kept under this address.
    pub async fn turn(&self, address: &str) -> Turn {
        self.turns.wait(address).await
    }

    /// The same where nobody does; none where somebody does.
    pub fn try_turn(&self, address: &str) -> Option<Turn> {
        self.turns.take(address)
    }

    /// The file of this address, if it would be the same at `now`.
    pub fn find(&self, address: &str, stamp: &Stamp, now: DateTime<Utc>) -> Option<ReadyDownload> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = &mut *slots;
        let slot = slots.by_address.get_mut(address).filter(|slot| slot.kept.holds(stamp, now))?;
        slots.uses += 1;
        if let Some(address) = slots.by_use.remove(&slot.used) {
            slots.by_use.insert(slots.uses, address);
        }
        slot.used = slots.uses;
        Some(slot.kept.file.clone())
    }

    /// Keeps a file under this address, and forgets what was asked for the longest ago where there is no room.
    pub fn keep(&self, address: String, kept: Kept) {
        self.keep_within(address, kept, MOST_BYTES);
    }

    fn keep_within(&self, address: String, kept: Kept, most: usize) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.forget(&address);
        let bytes = kept.file.len() + address.len() + OVERHEAD;
        if bytes > most {
            return;
        }
        while slots.bytes + bytes > most {
            let Some(oldest) = slots.by_use.values().next().cloned() else { break };
            slots.forget(&oldest);
        }
        slots.uses += 1;
        let used = slots.uses;
        slots.bytes += bytes;
        slots.by_use.insert(used, address.clone());
        slots.by_address.insert(address, Slot { kept, used, bytes });
    }
}

impl Slots {
    fn forget(&mut self, address: &str) {
        if let Some(slot) = self.by_address.remove(address) {
            self.by_use.remove(&slot.used);
            self.bytes -= slot.bytes;
        }
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
