use super::{Act, PLACES, Window};

const MAP: u64 = 0x1000;

fn act(who: u64) -> Act {
    Act {
        who,
        deed: 3,
        place: 5,
        info: 7,
    }
}

fn meets(window: &Window, writes: bool, who: u64) -> Option<Act> {
    window.meet(MAP, writes, None, who).map(|met| met.act)
}

#[test]
fn a_writer_meets_all_others_and_a_reader_writers_only() {
    let window = Window::new();
    assert_eq!(meets(&window, true, 1), None);
    let reader = window.enter(MAP, false, &act(1)).expect("a place");
    assert_eq!(
        (meets(&window, false, 2), meets(&window, true, 2)),
        (None, Some(act(1)))
    );
    // The same thread is nobody else.
    assert_eq!(meets(&window, true, 1), None);
    // Nor is it another map's.
    assert!(window.meet(MAP + 8, true, None, 2).is_none());
    window.leave(reader);
    assert_eq!(meets(&window, true, 2), None);
    let writer = window.enter(MAP, true, &act(1)).expect("a place");
    assert_eq!(
        (meets(&window, false, 2), meets(&window, true, 2)),
        (Some(act(1)), Some(act(1)))
    );
    window.leave(writer);
    assert_eq!(meets(&window, false, 2), None);
}

#[test]
fn with_all_places_taken_one_still_sees() {
    let window = Window::new();
    let taken: Vec<_> = (0..PLACES as u64)
        .map(|who| window.enter(MAP, false, &act(who)).expect("a place"))
        .collect();
    assert_eq!(window.enter(MAP, true, &act(99)), None);
    assert!(meets(&window, true, 99).is_some());
    for at in taken {
        window.leave(at);
    }
    assert!(window.enter(MAP, true, &act(99)).is_some());
    assert_eq!(meets(&window, true, 99), None);
}

#[test]
fn who_can_say_which_map_it_is_comes_first_and_a_mark_that_is_gone_says_nothing() {
    let window = Window::new();
    let first = window.enter(MAP, false, &act(1)).expect("a place");
    let second = window.enter(MAP, false, &act(2)).expect("a place");
    window.introduce(second, 11);
    let met = window.meet(MAP, true, None, 3).expect("two readers");
    assert_eq!((met.act, window.subject(&met)), (act(2), 11));
    window.leave(second);
    let again = window.enter(MAP * 2, false, &act(2)).expect("a place");
    assert_eq!(again, second);
    window.introduce(again, 12);
    assert_eq!(window.subject(&met), 0);
    window.leave(first);
}

#[test]
fn a_meeting_is_told_once() {
    let window = Window::new();
    let mine = window.enter(MAP, true, &act(1)).expect("a place");
    let theirs = window.enter(MAP, true, &act(2)).expect("a place");
    let (seen, seen_by) = (
        window.meet(MAP, true, Some(mine), 1).expect("a writer"),
        window.meet(MAP, true, Some(theirs), 2).expect("a writer"),
    );
    assert_ne!(
        window.is_first(Some(mine), &seen),
        window.is_first(Some(theirs), &seen_by)
    );
    assert!(window.claim(Some(mine), &seen));
    assert!(!window.claim(Some(theirs), &seen_by));
}

#[test]
fn a_forked_child_has_the_marks_of_its_own_thread_alone() {
    let window = Window::new();
    window.enter(MAP, true, &act(1));
    window.enter(MAP * 2, true, &act(2));
    window.keep_only(2, 3);
    assert_eq!(meets(&window, true, 4), None);
    assert!(window.meet(MAP * 2, true, None, 4).is_some());
    assert!(window.meet(MAP * 2, true, None, 3).is_none());
}
