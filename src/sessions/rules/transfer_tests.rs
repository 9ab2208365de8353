//! Sessions on their way to another event.

use uuid::Uuid;

use super::super::super::model::Session;
use super::super::tree::build_tree;
use super::super::tree_tests::{id, paris, session, timed};
use super::*;
use crate::db::types::At;
use crate::speakers::AppearanceRole;
use crate::time::WhenInput;

fn day(local: &str) -> When {
    WhenInput::local(local, "Europe/Paris").parse().unwrap()
}

fn times(input: &SessionInput) -> [Option<&str>; 3] {
    [input.local_start.as_deref(), input.local_end.as_deref(), input.duration.as_deref()]
}

fn transfer(shift: Option<TimeDelta>) -> Transfer {
    Transfer { shift, zone: Some(paris()), ..Transfer::default() }
}

#[test]
fn times_move_by_the_difference_on_the_clocks() {
    // On the other side of the change to summer time: the clocks differ by whole days, the instants by an hour less.
    let shift = shift_between(&day("2022-02-23T11:30"), &day("2022-04-20T14:00"));
    assert_eq!(shift, Some(TimeDelta::days(56) + TimeDelta::minutes(150)));
    let tree = build_tree(vec![
        session(1, None, 1),
        timed(2, Some(1), 1, "11:30", "11:45"),
        timed(3, Some(1), 2, "11:45", "12:00"),
    ]);
    let moved = transfer(shift).sessions(&tree);
    let [round] = moved.as_slice() else { panic!("one round") };
    assert_eq!((round.id, round.title.as_str(), times(round)), (None, "Session 1", [None; 3]));
    let [one, two] = round.sessions.as_slice() else { panic!("two talks") };
    assert_eq!(times(one), [Some("2022-04-20T14:00:00"), Some("2022-04-20T14:15:00"), None]);
    assert_eq!(times(two), [Some("2022-04-20T14:15:00"), Some("2022-04-20T14:30:00"), None]);
    assert_eq!((one.id, one.parent_id, two.disambiguation), (None, None, None));
}

#[test]
fn without_a_time_the_length_is_left() {
    let undated = WhenInput::edtf("2022-03").parse().unwrap();
    assert_eq!(shift_between(&day("2022-02-23T11:30"), &undated), None);
    assert_eq!(shift_between(&When::none(), &day("2022-02-23T11:30")), None);
    let mut stated = session(2, None, 2);
    stated.fields.duration_seconds = Some(1_200);
    let mut open = timed(3, None, 3, "11:45", "12:00");
    (open.fields.local_end, open.fields.ends_at) = (None, None);
    let tree = build_tree(vec![timed(1, None, 1, "11:30", "11:45"), stated, open, session(4, None, 4)]);
    let moved = transfer(None).sessions(&tree);
    let all: Vec<_> = moved.iter().map(times).collect();
    assert_eq!(all, [[None, None, Some("PT15M")], [None, None, Some("PT20M")], [None; 3], [None; 3]]);
    assert!(moved.iter().all(|input| input.disambiguation.is_none()));
}

#[test]
fn the_reading_of_an_hour_shown_twice_goes_along() {
    let mut twice: Session = session(1, None, 1);
    twice.fields.local_start = "2022-10-30T02:30:00".parse().ok();
    twice.fields.starts_at = "2022-10-30T01:30:00Z".parse().ok().map(At);
    let same = transfer(Some(TimeDelta::zero()));
    let tree = build_tree(vec![twice]);
    assert_eq!(same.sessions(&tree).first().and_then(|input| input.disambiguation), Some(Disambiguation::Later));
    let meant = Transfer { disambiguation: Some(Disambiguation::Earlier), ..same };
    assert_eq!(meant.sessions(&tree).first().and_then(|input| input.disambiguation), Some(Disambiguation::Earlier));
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
    let moved = transfer.sessions(&build_tree(vec![here, lost]));
    let rooms: Vec<_> = moved.iter().map(|input| input.room_id).collect();
    assert_eq!(rooms, [Some(room(70)), None]);
    let people: Vec<_> = moved.into_iter().map(|input| input.appearances).collect();
    assert_eq!(people, [None, Some(vec![host])]);
}
