//! What is written is read again as it was: any programme, in each format.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::super::columns::Column;
use super::super::finding::Findings;
use super::super::model::ImportFormat;
use super::super::programme::{Head, Kept, Link, Person, PersonIds, Programme, RoomInfo, Slot, Track};
use super::*;
use crate::speakers::AppearanceRole;
use crate::time::Zone;

const FIRST: &str = "2026-10-24";

fn zone() -> Zone {
    // The clocks are put back in the second night.
    Zone::parse("Europe/Berlin").unwrap()
}

/// A text of one line in any script.
fn line() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "\\PC{1,40}",
        Just("=1+1, “quoted”; it's <b>&amp; 'x'".to_owned()),
        Just("مرحبا بالعالم 🎉 \u{202e}evil\u{202c}".to_owned()),
        Just("Łódź – Zażółć\u{2028}gęślą".to_owned()),
        Just("]]> --> \\; back\\slash".to_owned()),
    ];
    text.prop_map(|text| text.trim().to_owned()).prop_filter("not blank", |text| !text.is_empty())
}

/// A text of several lines.
fn text() -> impl Strategy<Value = String> {
    let lines = vec(line(), 1..4).prop_map(|lines| lines.join("\r\n\t"));
    prop_oneof![
        lines,
        Just("<p>A &amp; B</p>\n\n* one\n* two\r\n".to_owned()),
        Just("x ".repeat(2_000).trim().to_owned())
    ]
}

fn address() -> impl Strategy<Value = String> {
    "https://[a-z]{1,8}\\.example/[a-z0-9%._~/-]{0,12}(\\?q=[a-z&;=,']{0,8})?"
}

fn guid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|number| uuid::Uuid::from_u128(number).to_string())
}

fn link() -> impl Strategy<Value = Link> {
    (address(), option::of(line()), option::of("[a-z]{1,8}"), option::of("[a-z]{1,8}"))
        .prop_map(|(href, title, kind, service)| Link { href, title, kind, service })
}

fn person() -> impl Strategy<Value = Person> {
    let ids = (option::of(guid()), option::of(1_u32..9_999), option::of("[A-Z0-9]{6}"))
        .prop_map(|(guid, id, code)| PersonIds { guid, id: id.map(|id| id.to_string()), code });
    (line(), ids, any::<bool>(), option::of(text()), option::of(address())).prop_map(
        |(name, ids, is_tbc, biography, avatar)| Person { name, ids, is_tbc, biography, avatar, ..Person::default() },
    )
}

fn kept() -> impl Strategy<Value = Kept> {
    let texts = [Column::Subtitle, Column::Slug, Column::Code, Column::Licence];
    let addresses = [
        Column::Url,
        Column::Logo,
        Column::FeedbackUrl,
        Column::OriginUrl,
        Column::VideoDownloadUrl,
        Column::RecordingUrl,
        Column::RecordingLink,
    ];
    let texts = btree_map(proptest::sample::select(texts.to_vec()), line(), 0..4);
    let addresses = btree_map(proptest::sample::select(addresses.to_vec()), address(), 0..7);
    let extra = btree_map("x_[a-z]{1,8}", line(), 0..2);
    (texts, addresses, option::of(text()), option::of(any::<bool>()), vec(link(), 0..3), vec(link(), 0..2), extra)
        .prop_map(|(mut texts, addresses, description, optout, links, attachments, extra)| {
            texts.extend(addresses);
            texts.extend(description.map(|text| (Column::Description, text)));
            texts.extend(optout.map(|optout| (Column::Optout, optout.to_string())));
            let extra = extra.into_iter().map(|(name, text)| (name, json!(text))).collect();
            Kept { texts, links, attachments, extra }
        })
}

fn slot() -> impl Strategy<Value = Slot> {
    let what = (line(), option::of(text()), option::of(line()), vec(person(), 0..4), kept());
    let kinds = proptest::sample::select(vec!["talk", "Lecture", "panel", "Hands-on", "☕", "performance"]);
    let languages = proptest::sample::select(vec![None, Some("en"), Some("pt-BR"), Some("English"), Some("de_AT")]);
    let when = (0_i64..3 * 24 * 60, 1_i64..600);
    (what, kinds, languages, when).prop_map(|((title, abstract_text, track, persons, kept), kind, language, when)| {
        let mut slot = Slot::new(title);
        let midnight = FIRST.parse::<NaiveDate>().unwrap().and_hms_opt(2, 0, 0).unwrap().and_utc();
        slot.starts_at = Some(midnight + TimeDelta::minutes(when.0));
        slot.seconds = Some(when.1 * 60);
        (slot.abstract_text, slot.track, slot.persons, slot.kept) = (abstract_text, track, persons, kept);
        slot.kind = kind_of(kind);
        slot.kept.texts.insert(Column::Type, kind.to_owned());
        slot.language = language.and_then(language_of);
        if slot.language.as_deref() != language {
            slot.kept.texts.extend(language.map(|word| (Column::Language, word.to_owned())));
        }
        slot
    })
}

fn room() -> impl Strategy<Value = RoomInfo> {
    (option::of(guid()), option::of(1_i32..500), option::of(line()), option::of(line())).prop_map(
        |(guid, capacity, description, extra)| {
            let extra: Map<String, _> = extra.into_iter().map(|text| ("type".to_owned(), json!(text))).collect();
            RoomInfo { guid, capacity, description, extra, ..RoomInfo::default() }
        },
    )
}

fn head() -> impl Strategy<Value = Head> {
    let track = (line(), option::of("[a-z]{2,6}"), option::of("#[0-9a-f]{6}")).prop_map(|(name, slug, color)| Track {
        name,
        slug,
        color,
        ..Track::default()
    });
    let colors = btree_map("[a-z]{3,8}", "#[0-9a-f]{6}", 0..3);
    let texts = (line(), "[a-z]{4,12}", option::of(address()), option::of(address()), option::of(line()));
    (texts, 1_i64..60, vec(track, 0..3), colors, btree_map("x_[a-z]{1,8}", line(), 0..2)).prop_map(
        |((title, acronym, base_url, url, description), slots, tracks, colors, extra)| Head {
            title: Some(title),
            acronym: Some(acronym),
            start: FIRST.parse().ok(),
            end: "2026-10-26".parse().ok(),
            timeslot_seconds: Some(slots * 60),
            base_url: base_url.clone(),
            url,
            logo: base_url,
            description,
            colors: colors.into_iter().map(|(name, color)| (name, json!(color))).collect(),
            tracks,
            extra: extra.into_iter().map(|(name, text)| (name, json!(text))).collect(),
        },
    )
}

/// Any programme of three days.
fn programme() -> impl Strategy<Value = Programme> {
    let slots = btree_map(any::<u128>(), (slot(), 0_usize..4), 1..12);
    (head(), btree_map(line(), room(), 1..4), slots).prop_map(|(head, rooms, slots)| {
        let rooms: Vec<RoomInfo> = rooms.into_iter().map(|(name, room)| RoomInfo { name, ..room }).collect();
        let mut programme = Programme { head, zone: Some(zone()), rooms, ..Programme::default() };
        let first: NaiveDate = FIRST.parse().unwrap();
        programme.days = (0..3).map(|day| day_of(first + TimeDelta::days(day), TimeDelta::hours(4), zone())).collect();
        for (number, ((guid, (mut slot, room)), id)) in slots.into_iter().zip(1_u32..).enumerate() {
            slot.guid = Some(uuid::Uuid::from_u128(guid).to_string());
            slot.kept.texts.insert(Column::Id, (id * 7).to_string());
            slot.room = programme.rooms.get(room % programme.rooms.len()).map(|room| room.name.clone());
            if number == 0 {
                slot.seconds = None;
            }
            programme.slots.push(slot);
        }
        sort(&mut programme);
        programme
    })
}

fn sort(programme: &mut Programme) {
    let rooms = programme.rooms.clone();
    let place = |slot: &Slot| rooms.iter().position(|room| Some(&room.name) == slot.room.as_ref());
    programme.slots.sort_by_key(|slot| (slot.starts_at, place(slot), slot.guid.clone()));
}

fn read_again(text: &str, format: ImportFormat, zone: Option<Zone>) -> Programme {
    let mut findings = Findings::default();
    let raw = read(text.as_bytes(), format, &mut findings).expect("it can be read");
    let mut programme = interpret(&raw, zone, &mut findings).programme;
    assert!(!findings.has_error(), "{:?}", findings.into_list());
    programme.speaks_of.clear();
    programme
}

fn published(programme: &Programme) -> Published<'_> {
    Published { programme, version: "r1".to_owned(), url: "https://plenary.example/schedule".to_owned() }
}

/// What XML says nothing of.
fn as_xml(programme: &Programme) -> Programme {
    let mut expected = programme.clone();
    expected.rooms.retain(|room| programme.slots.iter().any(|slot| slot.room.as_ref() == Some(&room.name)));
    for room in &mut expected.rooms {
        *room = RoomInfo { name: room.name.clone(), guid: room.guid.clone(), ..RoomInfo::default() };
    }
    for person in expected.slots.iter_mut().flat_map(|slot| &mut slot.persons) {
        (person.biography, person.avatar) = (None, None);
    }
    sort(&mut expected);
    expected
}

/// What a table says nothing of.
fn as_table(programme: &Programme) -> Vec<Slot> {
    let plain = |link: &Link| Link { href: link.href.clone(), title: link.title.clone(), ..Link::default() };
    let mut slots = programme.slots.clone();
    for slot in &mut slots {
        slot.kept.texts.remove(&Column::Code);
        slot.kept.links = slot.kept.links.iter().map(plain).collect();
        slot.kept.attachments = slot.kept.attachments.iter().map(plain).collect();
        for person in &mut slot.persons {
            (person.biography, person.avatar, person.ids.code) = (None, None, None);
        }
    }
    slots
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn xml_is_read_as_it_was_written(programme in programme()) {
        let text = write_xml(&published(&programme)).unwrap();
        let mut again = read_again(&text, ImportFormat::FrabXml, None);
        again.rooms.sort_by_key(|room| room.name.clone());
        sort(&mut again);
        let mut expected = as_xml(&programme);
        expected.rooms.sort_by_key(|room| room.name.clone());
        sort(&mut expected);
        prop_assert_eq!(again, expected);
    }

    #[test]
    fn json_is_read_as_it_was_written(programme in programme()) {
        let text = write_json(&published(&programme));
        let mut again = read_again(&text, ImportFormat::FrabJson, None);
        sort(&mut again);
        prop_assert_eq!(again, programme);
    }

    #[test]
    fn a_table_is_read_as_it_was_written(
        mut programme in programme(),
        labels in vec(option::of(line()), 12),
        questions in vec(vec(text().prop_map(|text| text.trim().to_owned()), 0..3), 12),
        roles in vec(proptest::sample::select(AppearanceRole::ALL.to_vec()), 12),
    ) {
        let top = programme.slots.first().and_then(|slot| slot.guid.clone());
        for (index, slot) in programme.slots.iter_mut().enumerate() {
            slot.label.clone_from(&labels[index]);
            slot.questions.clone_from(&questions[index]);
            slot.persons.iter_mut().for_each(|person| person.role = Some(roles[index]));
            if index > 2 {
                slot.parent.clone_from(&top);
            }
        }
        // What contains others comes before them.
        programme.slots.sort_by_key(|slot| slot.parent.is_some());
        let place = programme.slots.iter().position(|slot| slot.guid == top).unwrap_or(0);
        programme.slots[..].rotate_left(0);
        let moved = programme.slots.remove(place);
        let holds = programme.slots.iter().any(|slot| slot.parent.is_some());
        let at = programme.slots.iter().position(|slot| slot.parent.is_some()).unwrap_or(programme.slots.len());
        programme.slots.insert(at, Slot { holds_others: holds, ..moved });
        let text = write_csv(&published(&programme)).unwrap();
        let again = read_again(&text, ImportFormat::Csv, Some(zone()));
        prop_assert_eq!(again.slots, as_table(&programme));
    }

    #[test]
    fn no_file_makes_a_reader_panic(bytes in vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        for format in ImportFormat::ALL {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let mut findings = Findings::default();
                if let Some(raw) = read(bytes, *format, &mut findings) {
                    interpret(&raw, Some(zone()), &mut findings);
                }
            }
        }
    }

    #[test]
    fn no_field_makes_a_reader_panic(
        start in "\\PC{0,20}", duration in "\\PC{0,12}", date in "[0-9T:+Z-]{0,26}", name in "\\PC{0,60}",
    ) {
        let event = json!({
            "guid": name, "id": 1, "title": name, "date": date, "start": start, "duration": duration, "type": name,
            "language": name, "persons": [{ "public_name": name }, 1, null], "links": [name, {}, { "url": start }],
        });
        let file = json!({ "schedule": { "conference": {
            "title": name, "time_zone_name": start, "timeslot_duration": duration, "start": date,
            "days": [{ "date": date, "day_start": start, "day_end": date, "rooms": { (name.clone()): [event] } }],
        }}});
        let mut findings = Findings::default();
        let raw = read(file.to_string().as_bytes(), ImportFormat::FrabJson, &mut findings).unwrap();
        interpret(&raw, Some(zone()), &mut findings);
    }
}

#[test]
fn an_hour_shown_twice_keeps_its_side() {
    let mut texts = BTreeMap::new();
    for (guid, at) in [("a", "2026-10-25T00:30:00Z"), ("b", "2026-10-25T01:30:00Z")] {
        let mut programme = Programme { zone: Some(zone()), ..Programme::default() };
        programme.days = vec![day_of(FIRST.parse().unwrap(), TimeDelta::hours(4), zone())];
        let starts_at: DateTime<Utc> = at.parse().unwrap();
        programme.slots = vec![Slot { guid: Some(guid.to_owned()), starts_at: Some(starts_at), ..Slot::new("Night") }];
        let text = write_xml(&published(&programme)).unwrap();
        assert_eq!(read_again(&text, ImportFormat::FrabXml, None).slots[0].starts_at, Some(starts_at));
        texts.insert(guid, text);
    }
    assert!(texts["a"].contains("<date>2026-10-25T02:30:00+02:00</date>"), "{}", texts["a"]);
    assert!(texts["b"].contains("<date>2026-10-25T02:30:00+01:00</date>"), "{}", texts["b"]);
}
