use uuid::Uuid;

use super::super::super::details::SpeakerLink;
use super::super::super::model::{AppearanceRole, AppearanceStatus, SpeakerId};
use super::*;
use crate::organisations::OrganisationId;

fn pairs(errors: Vec<FieldError>) -> Vec<(String, &'static str)> {
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

fn faults(change: impl FnOnce(&mut SpeakerDetails)) -> Vec<FieldError> {
    let mut details = SpeakerDetails::new("Hans Sakkers");
    change(&mut details);
    match check_speaker(&details) {
        Ok(_) => Vec::new(),
        Err(SpeakerError::Invalid(errors)) => errors,
        Err(other) => panic!("{other}"),
    }
}

fn appearance(change: impl FnOnce(&mut AppearanceInput)) -> Vec<(String, &'static str)> {
    let mut input = AppearanceInput::new(AppearanceRole::Speaker);
    change(&mut input);
    pairs(check_appearance("/a", &input))
}

const SPEAKER: SpeakerId = SpeakerId(Uuid::from_u128(1));
const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(2));

#[test]
fn a_whole_speaker_is_fine_and_the_address_gets_its_one_form() {
    let mut details = SpeakerDetails::new("Ulrika Dagård");
    details.bio = Some("First line\nSecond line".into());
    details.photo_url = Some("https://example.org/dagard.jpg".into());
    details.links = vec![SpeakerLink { label: None, url: "https://example.org/".into() }];
    details.email = Some(" Ulrika@EXAMPLE.org".into());
    details.timezone = Some("Europe/Stockholm".into());
    let checked = check_speaker(&details).unwrap();
    assert_eq!(checked.email.as_deref(), Some("Ulrika@example.org"));
    assert_eq!(checked, SpeakerDetails { email: checked.email.clone(), ..details });
    assert_eq!(check_speaker(&checked).unwrap(), checked);
}

#[test]
fn every_fault_of_a_speaker_has_its_pointer() {
    let all = faults(|details| {
        details.name = " ".into();
        details.bio = Some("\u{7}".into());
        details.photo_url = Some("sakkers.jpg".into());
        details.links = vec![
            SpeakerLink { label: Some("Fine".into()), url: "https://example.org/".into() },
            SpeakerLink { label: Some(String::new()), url: "javascript:alert(1)".into() },
        ];
        details.email = Some("nobody".into());
        details.timezone = Some("CET".into());
    });
    let expected = [
        ("/name", "text_invalid"),
        ("/bio", "text_invalid"),
        ("/photo_url", "url_invalid"),
        ("/links/1/label", "text_invalid"),
        ("/links/1/url", "url_invalid"),
        ("/email", "email_invalid"),
        ("/timezone", "timezone_abbreviation"),
    ];
    assert!(all.last().is_some_and(|error| error.candidates.contains(&"Europe/Paris".to_owned())), "{all:?}");
    assert_eq!(pairs(all), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let unknown = faults(|details| details.timezone = Some("Europe/Atlantis".into()));
    assert_eq!(pairs(unknown), [("/timezone".to_owned(), "timezone_unknown")]);
    let many = faults(|details| details.links = vec![SpeakerLink { label: None, url: "https://x.org/".into() }; 21]);
    assert_eq!(pairs(many), [("/links".to_owned(), "number_invalid")]);
}

#[test]
fn what_is_not_certain_stands_in_no_name() {
    for name in
        ["Bahram Ghazi (tbc)", "Bahram Ghazi(TBC) ", "Bahram (t.b.c.) Ghazi", "B. Ghazi [ tbc ]", "X (to be confirmed)"]
    {
        let errors = faults(|details| details.name = name.into());
        let detail = errors.first().map(|error| error.detail.clone());
        assert_eq!(
            detail.as_deref(),
            Some("Leave (tbc) out of the name: tbc is the status of an appearance."),
            "{name}"
        );
        assert_eq!(pairs(errors), [("/name".to_owned(), "text_invalid")], "{name}");
        assert_eq!(appearance(|input| input.label = Some(name.into())), [("/a/label".to_owned(), "text_invalid")]);
    }
    for name in ["Bahram Ghazi", "Tbc Films", "Anna (Tabc) Berg", "Elsa Touré", "(she) X"] {
        assert_eq!(faults(|details| details.name = name.into()), [], "{name}");
    }
}

#[test]
fn an_appearance_is_of_one() {
    assert_eq!(appearance(|input| input.speaker_id = Some(SPEAKER)), []);
    assert_eq!(appearance(|input| input.organisation_id = Some(ORGANISATION)), []);
    assert_eq!(appearance(|input| input.label = Some("Representatives".into())), []);
    let placeholder = appearance(|input| {
        input.organisation_id = Some(ORGANISATION);
        input.label = Some("Representatives".into());
        input.note = Some("the first European human rights city".into());
        input.status = AppearanceStatus::Tbc;
    });
    assert_eq!(placeholder, []);
    assert_eq!(appearance(|_| {}), [("/a/speaker_id".to_owned(), "field_required")]);
    let all_three = appearance(|input| {
        input.speaker_id = Some(SPEAKER);
        input.organisation_id = Some(ORGANISATION);
        input.label = Some("Representatives".into());
    });
    assert_eq!(all_three, [("/a/organisation_id".to_owned(), "invalid"), ("/a/label".to_owned(), "invalid")]);
}

#[test]
fn texts_of_an_appearance_are_lines() {
    let all = appearance(|input| {
        input.label = Some(" ".into());
        input.affiliation = Some("a\r\nb".into());
        input.job_title = Some("x".repeat(301));
        input.note = Some(String::new());
    });
    let expected = ["/a/label", "/a/affiliation", "/a/job_title", "/a/note"];
    assert_eq!(all, expected.map(|pointer| (pointer.to_owned(), "text_invalid")));
}

#[test]
fn an_appearance_keeps_its_id() {
    let id = |number| Some(AppearanceId(Uuid::from_u128(number)));
    for (own, sent) in [(None, None), (id(1), None), (id(1), id(1))] {
        assert_eq!(check_id(own, sent), []);
    }
    for (own, sent) in [(None, id(1)), (id(1), id(2))] {
        assert_eq!(pairs(check_id(own, sent)), [("/id".to_owned(), "field_unknown")]);
    }
}

#[test]
fn who_declined_or_withdrew_does_not_appear() {
    let standing: Vec<AppearanceStatus> =
        AppearanceStatus::ALL.iter().copied().filter(|status| status.stands()).collect();
    assert_eq!(standing, [AppearanceStatus::Tbc, AppearanceStatus::Invited, AppearanceStatus::Confirmed]);
}
