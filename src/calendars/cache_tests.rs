//! What is kept, for how long, and what makes room.

use super::*;
use crate::http::Download;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn kept(day: &str, until: Option<&str>, bytes: usize) -> Kept {
    let download = Download {
        media_type: "text/calendar",
        file_name: "a.ics".to_owned(),
        modified_at: at("2022-03-01T00:00:00Z"),
        body: "x".repeat(bytes),
    };
    let since = at("2022-03-01T12:00:00Z");
    Kept { stamp: Stamp::on(day.parse().unwrap()), since, until: until.map(at), file: download.into() }
}

#[test]
fn a_feed_is_found_as_long_as_it_would_be_written_the_same() {
    let cache = FeedCache::default();
    let one = kept("2022-03-01", Some("2022-03-01T18:00:00Z"), 10);
    let (stamp, other) = (one.stamp.clone(), Stamp::on("2022-03-02".parse().unwrap()));
    cache.keep("a".to_owned(), one.clone());
    let found = |address: &str, stamp: &Stamp, now: &str| cache.find(address, stamp, at(now)).is_some();
    assert_eq!(cache.find("a", &stamp, at("2022-03-01T12:00:00Z")), Some(one.file));
    assert!(found("a", &stamp, "2022-03-01T17:59:59Z"));
    assert!(!found("a", &stamp, "2022-03-01T18:00:00Z"), "it changes by itself");
    assert!(!found("a", &stamp, "2022-03-01T11:59:59Z"), "it was written later");
    assert!(!found("a", &other, "2022-03-01T12:00:00Z"), "something was changed");
    assert!(!found("b", &stamp, "2022-03-01T12:00:00Z"));
    let newer = Kept { stamp: other.clone(), ..kept("2022-03-02", None, 20) };
    cache.keep("a".to_owned(), newer);
    assert!(found("a", &other, "2030-03-01T12:00:00Z") && !found("a", &stamp, "2022-03-01T12:00:00Z"));
    assert_eq!(cache.slots.lock().unwrap().bytes, 20 + 1 + OVERHEAD);
}

#[test]
fn what_was_asked_for_the_longest_ago_makes_room() {
    let cache = FeedCache::default();
    let most = 3 * (1_000 + 1 + OVERHEAD);
    let stamp = Stamp::on("2022-03-01".parse().unwrap());
    let is_there = |address: &str| cache.find(address, &stamp, at("2022-03-01T12:00:00Z")).is_some();
    for address in ["a", "b", "c"] {
        cache.keep_within(address.to_owned(), kept("2022-03-01", None, 1_000), most);
    }
    assert!(is_there("a"));
    cache.keep_within("d".to_owned(), kept("2022-03-01", None, 1_000), most);
    assert_eq!(["a", "b", "c", "d"].map(is_there), [true, false, true, true]);
    cache.keep_within("e".to_owned(), kept("2022-03-01", None, most), most);
    assert!(!is_there("e"), "it would leave room for nothing");
    cache.keep_within("f".to_owned(), kept("2022-03-01", None, 2_500), most);
    assert_eq!(["a", "c", "d", "f"].map(is_there), [false, false, true, true]);
    let slots = cache.slots.lock().unwrap();
    assert_eq!(slots.bytes, 1_000 + 2_500 + 2 * (1 + OVERHEAD));
    assert_eq!(slots.by_use.len(), slots.by_address.len());
}
