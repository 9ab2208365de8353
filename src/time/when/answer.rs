//! An answer that is sent back: what was read is accepted as what was said, as long as it still says one thing.
//!
//! An answer says everything twice: on the clocks and as instants, by the end and by the duration, in words. Whoever reads an
//! event, changes its title and sends the whole back means no other time. So every field is held against the value that follows
//! from the others, and a field that was changed beside the rest is pointed at.

use super::{
    super::{duration::IsoDuration, zone::Zone},
    When, WhenError, WhenInput, WhenView,
    wire::{parse_instant, parse_local},
};

impl WhenInput {
    /// Reads an answer: the instants, since they leave nothing open, or else the clocks, or the date; the other fields have to
    /// agree.
    pub(super) fn parse_answer(&self) -> Result<When, WhenError> {
        let essential = match (&self.edtf, &self.starts_at) {
            (Some(edtf), _) => Self::edtf(edtf),
            (None, Some(_)) => Self {
                starts_at: self.starts_at.clone(),
                ends_at: self.ends_at.clone(),
                timezone: self.timezone.clone(),
                timezone_label: self.timezone_label.clone(),
                ..Self::default()
            },
            (None, None) if self.local_start.is_some() => Self {
                local_start: self.local_start.clone(),
                local_end: self.local_end.clone(),
                duration: self.duration.clone().filter(|_| self.local_end.is_none()),
                timezone: self.timezone.clone(),
                timezone_label: self.timezone_label.clone(),
                disambiguation: self.disambiguation,
                ..Self::default()
            },
            (None, None) => Self::default(),
        };
        let when = essential.parse()?;
        let view = when.view(None);
        let with = match (&self.edtf, &self.starts_at) {
            (Some(_), _) => "edtf",
            (None, Some(_)) => "starts_at",
            (None, None) => "local_start",
        };
        match self.fields(&when, &view).into_iter().find(|(_, agrees)| !agrees) {
            Some((pointer, _)) => Err(WhenError::ConflictingFields { pointer, with }),
            None => self.check_weekday(&when).map(|()| when),
        }
    }

    /// Each field, and whether it agrees.
    fn fields(&self, when: &When, view: &WhenView) -> [(&'static str, bool); 12] {
        let is_local = |given: &Option<String>, local| given.as_ref().is_none_or(|text| parse_local(text) == local);
        let is_instant = |given: &Option<String>, at| given.as_ref().is_none_or(|text| parse_instant(text) == at);
        let is_text = |given: &Option<String>, text: Option<&str>| given.is_none() || given.as_deref() == text;
        let length = |text: &String| IsoDuration::parse(text).ok() == view.duration;
        let side = when.input().disambiguation;
        [
            ("/precision", self.precision.is_none_or(|precision| precision == view.precision)),
            ("/starts_at", is_instant(&self.starts_at, view.starts_at)),
            ("/ends_at", is_instant(&self.ends_at, view.ends_at)),
            ("/local_start", is_local(&self.local_start, view.local_start)),
            ("/local_end", is_local(&self.local_end, view.local_end)),
            ("/timezone", is_text(&self.timezone, view.timezone.map(Zone::name))),
            ("/timezone_label", is_text(&self.timezone_label, view.timezone_label.as_deref())),
            ("/utc_offset", is_text(&self.utc_offset, view.utc_offset.as_deref())),
            ("/duration", self.duration.as_ref().is_none_or(length)),
            ("/disambiguation", self.disambiguation.is_none_or(|given| side.is_none_or(|side| side == given))),
            ("/display", is_text(&self.display, Some(&view.display))),
            ("/reader", self.reader.as_ref().is_none_or(|reader| is_reader(reader, when))),
        ]
    }
}

/// Whether this is what the reader's clocks show.
fn is_reader(given: &serde_json::Value, when: &When) -> bool {
    let zone = given.get("timezone").and_then(|name| Zone::parse(name.as_str()?).ok());
    let shown = zone.and_then(|zone| serde_json::to_value(when.view(Some(zone)).reader).ok());
    shown.as_ref() == Some(given)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
