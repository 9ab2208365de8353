//! Every query on series, events, seats, their organisations and their history.

mod changes;
mod events;
mod organisers;
mod seats;
mod series;

pub use changes::{Change, EventChange, list_changes, record_change};
pub use events::{
    EventFilter, Order, find_event, get_event, insert_event, list_events, lock_event, touch_event, update_event,
};
pub use organisers::{
    Organiser, event_organisers, events_organisers, many_series_organisers, replace_event_organisers,
    replace_series_organisers, series_organisers,
};
pub use seats::{Seats, find_seats, free_seat, join_queue, leave_queue, lock_seats, seats_of, set_capacity, take_seat};
pub use series::{
    SeriesFilter, find_many_series, find_series, get_series, insert_series, list_series, lock_series, update_series,
};
