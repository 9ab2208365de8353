//! The order of appearances.

use super::super::model::AppearanceId;

/// Makes room at `wanted` (from 1) among `others`, which stand in their order: the place itself, at the end if `wanted` lies
/// beyond it, and those of the others whose place changes.
pub fn make_room(others: &[(AppearanceId, i32)], wanted: i32) -> (i32, Vec<(AppearanceId, i32)>) {
    let last = i32::try_from(others.len()).unwrap_or(i32::MAX - 1) + 1;
    let place = wanted.clamp(1, last);
    let moved = others.iter().zip((1_i32..).filter(|position| *position != place));
    let moved = moved.filter(|((_, before), position)| before != position).map(|((id, _), position)| (*id, position));
    (place, moved.collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> AppearanceId {
        AppearanceId(Uuid::from_u128(number))
    }

    #[test]
    fn the_others_move_aside() {
        let others = [(id(1), 1), (id(2), 2), (id(3), 3)];
        assert_eq!(make_room(&others, 1), (1, vec![(id(1), 2), (id(2), 3), (id(3), 4)]));
        assert_eq!(make_room(&others, 3), (3, vec![(id(3), 4)]));
        for beyond in [4, 5, i32::MAX] {
            assert_eq!(make_room(&others, beyond), (4, vec![]));
        }
        assert_eq!(make_room(&others, i32::MIN), (1, vec![(id(1), 2), (id(2), 3), (id(3), 4)]));
        assert_eq!(make_room(&[], 7), (1, vec![]));
    }

    #[test]
    fn gaps_are_closed_and_what_stands_right_stays() {
        // The one that stood second moves to the end.
        assert_eq!(make_room(&[(id(1), 1), (id(3), 3)], 9), (3, vec![(id(3), 2)]));
        // Taken out and put back where it was.
        assert_eq!(make_room(&[(id(1), 1), (id(3), 3)], 2), (2, vec![]));
    }
}
