//! Time: the clock, ids, time zones, and [`When`] something happens.
//!
//! Rules that hold here and nowhere else:
//! - the system's clock and its randomness are read in [`Clock`] and [`Ids`] alone; everybody else is passed an instant
//!   and a source of ids ([`Context`]);
//! - a civil time (`local_*`, [`chrono::NaiveDateTime`]) means nothing without a [`Zone`]; an instant (`*_at`,
//!   [`chrono::DateTime<Utc>`](chrono::DateTime)) is in microseconds;
//! - only this room knows where offsets come from (the system's time zone data, see [`tzdata()`]);
//! - intervals are half open.
//!
//! `clock` and `ids` · `duration`, `language` · `zone` (names and offsets), `zone_candidates` (what a wrong name may
//! mean), `tzdata` (where rules come from), `civil` (from civil times to instants) · `edtf` (dates of some precision) ·
//! `when` (the value that joins them).

mod civil;
mod clock;
mod duration;
mod edtf;
mod ids;
mod language;
mod tzdata;
mod when;
mod zone;
mod zone_candidates;

#[cfg(test)]
mod zoneinfo_tests;

pub use self::{
    civil::{CivilTimeError, Disambiguation, Reading},
    clock::Clock,
    duration::{DurationError, IsoDuration},
    edtf::{Edtf, EdtfDate, EdtfError, Season},
    ids::{Context, Ids},
    language::{Language, LanguageError},
    tzdata::{Tzdata, TzdataSource, tzdata, tzdata_version},
    when::{
        Keep, Phase, Precision, ReaderTimes, RecordError, UNDATED_SORTS_AT, UnknownName, When, WhenError, WhenInput,
        WhenRecord, WhenView,
    },
    zone::{Offset, Transition, Zone, ZoneError, format_offset},
};
