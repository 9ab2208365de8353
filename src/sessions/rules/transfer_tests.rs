//! Sessions on their way to another event.

use uuid::Uuid;

use super::super::tree_tests::{id, paris, session, timed};
use super::*;
use crate::db::types::At;
use crate::speakers::AppearanceRole;
use crate::time::{Disambiguation, When, WhenInput};

fn day(local: &str) -> When {
    WhenInput::local(local, "Europe/Paris").parse().unwrap()
}

fn times(input: &SessionInput) -> [Option<&str>; 3] {
    [input.local_start.as_deref(), input.local_end.as_deref(), input.duration.as_deref()]
}

fn transfer(shift: Option<Move>) -> Transfer {
    Transfer { shift, ..Transfer::default() }
}

#[test]
fn times_move_by_the_difference_on_the_clocks() {
    // On the other side of the change to summer time: the clocks differ by whole days, the instants by an hour less.
    let shift = Move::between(&day("2022-02-23T11:30"), &day("2022-04-20T14:00"), None);
    let moved = transfer(shift).sessions(vec![
        session(1, None, 1),
        timed(2, Some(1), 1, "11:30", "11:45"),
        timed(3, Some(1), 2, "11:45", "12:00"),
    ]);
    let moved = moved.unwrap();
    let [round] = moved.as_slice() else { panic!("one round") };
    assert_eq!((round.id, round.title.as_str(), times(round)), (None, "Session 1", [None; 3]));
    let [one, two] = round.sessions.as_slice() else { panic!("two talks") };
    assert_eq!(times(one), [Some("2022-04-20T14:00:00"), Some("2022-04-20T14:15:00"), None]);
    assert_eq!(times(two), [Some("2022-04-20T14:15:00"), Some("2022-04-20T14:30:00"), None]);
    assert_eq!((one.id, one.parent_id, two.disambiguation), (None, None, None));
}

#[test]
fn without_a_time_the_length_is_left() {
    let mut stated = session(2, None, 2);
    stated.fields.duration_seconds = Some(1_200);
    let mut open = timed(3, None, 3, "11:45", "12:00");
    (open.fields.local_end, open.fields.ends_at) = (None, None);
    let all = vec![timed(1, None, 1, "11:30", "11:45"), stated, open, session(4, None, 4)];
    let moved = transfer(None).sessions(all).unwrap();
    let all: Vec<_> = moved.iter().map(times).collect();
    assert_eq!(all, [[None, None, Some("PT15M")], [None, None, Some("PT20M")], [None; 3], [None; 3]]);
    assert!(moved.iter().all(|input| input.disambiguation.is_none()));
}

#[test]
fn the_reading_of_an_hour_shown_twice_goes_along() {
    let mut twice = session(1, None, 1);
    twice.fields.local_start = "2022-10-30T02:30:00".parse().ok();
    twice.fields.starts_at = "2022-10-30T01:30:00Z".parse().ok().map(At);
    let same =
        Move { by: TimeDelta::zero(), from: paris(), to: paris(), disambiguation: Some(Disambiguation::Earlier) };
    let moved = transfer(Some(same)).sessions(vec![twice]).unwrap();
    assert_eq!(moved.first().and_then(|input| input.disambiguation), Some(Disambiguation::Later));
}

#[test]
fn what_cannot_stand_there_is_named() {
    let by = TimeDelta::minutes((32 * 24 - 10) * 60 + 30);
    let shift = Move { by, from: paris(), to: paris(), disambiguation: None };
    let errors = transfer(Some(shift)).sessions(vec![timed(1, None, 1, "12:00", "12:15")]).unwrap_err();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!((error.pointer.as_str(), error.code), ("", "local_time_nonexistent"));
    assert!(error.detail.starts_with("“Session 1”, which would move along: "), "{}", error.detail);
}

#[test]
fn rooms_and_people_are_those_of_the_other_event() {
    let room = |number: u128| RoomId(Uuid::from_u128(number));
    let mut here = session(1, None, 1);
    here.fields.room_id = Some(room(7));
    let mut lost = session(2, None, 2);
    lost.fields.room_id = Some(room(8));
    let host = AppearanceInput::new(AppearanceRole::Host);
    let transfer = Transfer {
        rooms: HashMap::from([(room(7), room(70))]),
        appearances: HashMap::from([(id(2), vec![host.clone()])]),
        ..Transfer::default()
    };
    let moved = transfer.sessions(vec![here, lost]).unwrap();
    let rooms: Vec<_> = moved.iter().map(|input| input.room_id).collect();
    assert_eq!(rooms, [Some(room(70)), None]);
    let people: Vec<_> = moved.into_iter().map(|input| input.appearances).collect();
    assert_eq!(people, [None, Some(vec![host])]);
}
