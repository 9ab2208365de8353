//! Every query on series, events, seats, their organisations and their history.

mod changes;
mod event_list;
mod events;
mod organisers;
mod seats;
mod series;
mod timezones;

pub use changes::{
    Change, EventChange, changes_since, find_change, last_change, list_changes, record_change, record_notice,
};
pub use event_list::{EventFilter, EventKey, Order, count_of_series, list_events};
pub use events::{
    events_that_may_remind, find_event, find_events, get_event, insert_event, lock_event, lock_event_after_series,
    lock_events_of_series, lock_two_events, set_series_defaults, state_of, touch_event, touch_events, touch_events_of,
    touch_unshown, update_event, update_unshown,
};
pub use organisers::{
    Organiser, event_organisers, events_organisers, many_series_organisers, replace_event_organisers,
    replace_series_organisers, series_organisers,
};
pub use seats::{
    Seats, add_taken_seat, end_waiting, find_seats, free_seat, join_queue, leave_queue, lock_seats, return_to_queue,
    seats_of, set_capacity, take_seat,
};
pub use series::{
    SeriesFilter, find_many_series, find_series, get_series, insert_series, list_series, lock_series, update_series,
};
pub use timezones::{TimezoneData, events_with_times, lock_timezone_data, set_timezone_data};
