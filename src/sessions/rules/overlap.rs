//! The schedule check: sessions at the same time and place.
//!
//! A sweep in the order of time: whatever is on when a slot begins is counted by room and by track, so that nothing is
//! compared pair by pair.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, Utc};

use super::super::model::RoomId;
use super::finding::{Finding, FindingCode};
use super::placed::Placed;

/// What is on, of one room or one track.
#[derive(Default, Clone, Copy)]
struct Group<'a> {
    count: usize,
    /// What goes on longest of all that has begun; it may be over.
    last: Option<&'a Placed<'a>>,
}

/// Where a slot is counted. Two that are not beside each other share one of these.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Key<'a> {
    Room(RoomId),
    /// Everything on a track, in a room or not.
    Track(Option<&'a str>),
    /// What is on a track and in no room.
    TrackAlone(Option<&'a str>),
}

#[derive(Default)]
struct Running<'a> {
    count: usize,
    groups: HashMap<Key<'a>, Group<'a>>,
    ends: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
}

impl<'a> Running<'a> {
    fn own_keys(slot: &Placed<'a>) -> [Key<'a>; 2] {
        let other = slot.room.map_or(Key::TrackAlone(slot.track), Key::Room);
        [Key::Track(slot.track), other]
    }

    /// Those that are on and take the place of `slot`: how many, and the one that goes on longest.
    fn crossing(&self, slot: &Placed<'a>) -> Group<'a> {
        let keys = match slot.room {
            Some(room) => vec![Key::Room(room), Key::TrackAlone(slot.track)],
            None => vec![Key::Track(slot.track)],
        };
        let groups: Vec<Group<'_>> = keys.iter().filter_map(|key| self.groups.get(key)).copied().collect();
        let is_on = |one: &&Placed<'_>| one.end() > slot.start();
        let last = groups.iter().filter_map(|group| group.last).filter(is_on).max_by_key(|one| one.end());
        Group { count: groups.iter().map(|group| group.count).sum(), last }
    }

    fn begin(&mut self, index: usize, slot: &'a Placed<'a>) {
        // The end of one without an end is not known: it crosses nothing.
        let Some(end) = slot.end() else { return };
        self.count += 1;
        self.ends.push(Reverse((end, index)));
        for key in Self::own_keys(slot) {
            let group = self.groups.entry(key).or_default();
            group.count += 1;
            if group.last.is_none_or(|last| last.end() <= slot.end()) {
                group.last = Some(slot);
            }
        }
    }

    /// Forgets what is over at `now`.
    fn end_until(&mut self, now: DateTime<Utc>, timed: &[&'a Placed<'a>]) {
        while let Some(Reverse((_, index))) = self.ends.peek().copied().filter(|Reverse((end, _))| *end <= now) {
            self.ends.pop();
            self.count = self.count.saturating_sub(1);
            let Some(slot) = timed.get(index) else { continue };
            for key in Self::own_keys(slot) {
                if let Some(group) = self.groups.get_mut(&key) {
                    group.count = group.count.saturating_sub(1);
                }
            }
        }
    }
}

/// Looks for sessions at the same time and place: at most one finding for each, with the one that goes on longest. They come
/// by their start. Returns whether there are sessions side by side.
pub(super) fn check_overlaps<'a>(timed: &[&'a Placed<'a>], findings: &mut Vec<Finding>) -> bool {
    let mut has_parallel = false;
    let mut running = Running::default();
    for (index, slot) in timed.iter().enumerate() {
        let Some(start) = slot.start() else { continue };
        running.end_until(start, timed);
        let crossing = running.crossing(slot);
        has_parallel |= running.count > crossing.count;
        if let Some(other) = crossing.last {
            findings.push(overlap(other, slot));
        }
        running.begin(index, slot);
    }
    has_parallel
}

fn overlap(other: &Placed<'_>, slot: &Placed<'_>) -> Finding {
    let place = match (slot.room.is_some() && slot.room == other.room, slot.track) {
        (true, _) => "in the same room",
        (false, Some(_)) => "on the same track",
        (false, None) => "at the same time",
    };
    let hint = format!("“{}” and “{}” take place {place}: move one of them.", other.title(), slot.title());
    let finding = Finding::new(FindingCode::Overlap, format!("{}/local_start", slot.pointer), hint);
    finding.of(slot.id()).beside(Some(other.id()))
}
