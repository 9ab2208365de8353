//! Turns: whoever wants the same feed waits while one of them reads and writes it, and then finds it kept.
//!
//! There is a door for each address that somebody stands at, and none for any other: whoever leaves last takes it away. A request that
//! is given up leaves its place, wherever it stood.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Door, OwnedMutexGuard};

/// The doors of one process.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<String, Arc<Door<()>>>>>);

/// One's turn. It ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    // Before the place: whoever leaves looks who else holds the door.
    _open: OwnedMutexGuard<()>,
    place: Place,
}

impl Turn {
    /// The address that it is at.
    pub fn address(&self) -> &str {
        &self.place.address
    }

    /// Whether it is at this address.
    pub fn is_at(&self, address: &str) -> bool {
        self.place.address == address
    }
}

/// A place at a door.
#[derive(Debug)]
struct Place {
    turns: Turns,
    address: String,
    door: Arc<Door<()>>,
}

impl Turns {
    /// Waits for one's turn at this address.
    pub async fn wait(&self, address: &str) -> Turn {
        let place = self.enter(address);
        let open = Arc::clone(&place.door).lock_owned().await;
        Turn { _open: open, place }
    }

    /// One's turn at this address, if nobody is there.
    pub fn take(&self, address: &str) -> Option<Turn> {
        let place = self.enter(address);
        let open = Arc::clone(&place.door).try_lock_owned().ok()?;
        Some(Turn { _open: open, place })
    }

    fn enter(&self, address: &str) -> Place {
        let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let door = Arc::clone(doors.entry(address.to_owned()).or_default());
        Place { turns: self.clone(), address: address.to_owned(), door }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut doors = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Given up while nobody else enters or counts: what is left is the one among the doors, and those of others.
        drop(std::mem::take(&mut self.door));
        if doors.get(&self.address).is_some_and(|door| Arc::strong_count(door) == 1) {
            doors.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    fn doors(turns: &Turns) -> usize {
        turns.0.lock().unwrap().len()
    }

    #[tokio::test]
    async fn one_goes_after_the_other_at_an_address() {
        let turns = Turns::default();
        let first = turns.wait("a").await;
        let elsewhere = turns.wait("b").now_or_never().expect("nobody is there");
        let mut second = pin!(turns.wait("a"));
        assert!(second.as_mut().now_or_never().is_none() && turns.take("a").is_none());
        drop(first);
        let second = second.await;
        assert!(turns.wait("a").now_or_never().is_none());
        assert_eq!(doors(&turns), 2);
        drop((second, elsewhere));
        assert_eq!(doors(&turns), 0);
        let taken = turns.take("a").expect("nobody is there");
        assert!(taken.is_at("a") && !taken.is_at("b") && turns.take("a").is_none());
        drop(taken);
        assert_eq!(doors(&turns), 0);
    }

    #[tokio::test]
    async fn who_gives_up_is_in_nobodys_way() {
        let turns = Turns::default();
        let first = turns.wait("a").await;
        let mut last = Box::pin(turns.wait("a"));
        {
            let mut given_up = pin!(turns.wait("a"));
            assert!(given_up.as_mut().now_or_never().is_none());
            assert!(last.as_mut().now_or_never().is_none());
        }
        drop(first);
        let last = last.now_or_never().expect("it is next");
        assert_eq!(doors(&turns), 1);
        drop(last);
        assert_eq!(doors(&turns), 0);
    }
}
