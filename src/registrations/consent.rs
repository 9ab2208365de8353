//! What a person consented to, and when.

use chrono::{DateTime, Utc};

use crate::http::{Checks, Code, FieldError};

/// What a person consented to, and when. Nothing is known of whom the staff have entered unless they say so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consent {
    /// The version of the form's text; 0 where the form had none.
    pub version: Option<i32>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

impl Consent {
    /// Given now, to the form as it is.
    pub const fn given(version: i32, now: DateTime<Utc>) -> Self {
        Self { version: Some(version), at: Some(now) }
    }

    /// What cannot be true of it at `now`, for a form that is at this version.
    pub fn faults(self, current: i32, now: DateTime<Utc>) -> Vec<FieldError> {
        let mut checks = Checks::new();
        if self.version.is_some_and(|version| !(0..=current).contains(&version)) {
            checks.fault("/consent_version", Code::NumberInvalid, "The form had no text of this version.");
        }
        if self.at.is_some_and(|at| at > now) {
            checks.fault("/consented_at", Code::InstantInvalid, "Nobody has consented in the future.");
        }
        checks.into_errors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_consents_to_what_was_not_there_or_before_they_did() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let later = now + chrono::TimeDelta::microseconds(1);
        let faults = |version, at| -> Vec<String> {
            let faults = Consent { version, at }.faults(2, now);
            faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
        };
        for version in [None, Some(0), Some(2)] {
            assert_eq!(faults(version, None), Vec::<String>::new());
            assert_eq!(faults(version, Some(now)), Vec::<String>::new());
        }
        for version in [-1, 3] {
            assert_eq!(faults(Some(version), None), ["/consent_version number_invalid"]);
        }
        let both = ["/consent_version number_invalid", "/consented_at instant_invalid"];
        assert_eq!(faults(Some(3), Some(later)), both);
        assert_eq!(Consent::given(2, now).faults(2, now), []);
    }
}
