//! Files that are broken, cruel or careless, and what is found in them.

use serde_json::{Value, json};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFinding, ImportFindingCode as Found, Severity};
use super::super::model::ImportFormat;
use super::super::programme::Programme;
use super::*;
use crate::time::Zone;

fn zone() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}

fn look(bytes: &[u8], format: ImportFormat) -> (Programme, Vec<ImportFinding>) {
    let mut findings = Findings::default();
    let raw = read(bytes, format, &mut findings);
    let programme = raw.map(|raw| interpret(&raw, Some(zone()), &mut findings).programme).unwrap_or_default();
    (programme, findings.into_list())
}

fn xml(inside: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<schedule><version>1</version>\n<conference><title>C</title></conference>\n\
         <day index='1' date='2014-12-27'>\n<room name='Saal 1'>\n{inside}\n</room></day></schedule>"
    )
}

fn event(id: u32, more: &str) -> String {
    format!("<event id='{id}' guid='g{id}'><title>T{id}</title>{more}</event>")
}

fn look_at_xml(inside: &str) -> (Programme, Vec<(Found, Severity, Option<u64>)>) {
    let (programme, findings) = look(xml(inside).as_bytes(), ImportFormat::FrabXml);
    (programme, findings.into_iter().map(|one| (one.code, one.severity, one.line)).collect())
}

/// A file with one session, whose members are replaced by these.
fn json_file(members: &Value) -> Vec<u8> {
    let mut event = json!({
        "id": 1, "guid": "g1", "title": "T", "date": "2014-12-27T11:00:00+01:00", "start": "11:00", "duration": "00:30",
    });
    event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let days = json!([{
        "index": 1, "date": "2014-12-27", "day_start": "2014-12-27T10:00:00+01:00",
        "day_end": "2014-12-28T04:00:00+01:00", "rooms": { "Saal/1": [event] },
    }]);
    json!({ "schedule": { "conference": { "title": "C", "days": days } } }).to_string().into_bytes()
}

fn look_at_json(members: &Value) -> (Programme, Vec<(Found, Severity, Option<String>)>) {
    let (programme, findings) = look(&json_file(members), ImportFormat::FrabJson);
    (programme, findings.into_iter().map(|one| (one.code, one.severity, one.pointer)).collect())
}

#[test]
fn what_is_no_schedule_is_refused() {
    for (bytes, format, code, line) in [
        (&b"<a>\xff</a>"[..], ImportFormat::FrabXml, Found::EncodingInvalid, Some(1)),
        (&b"\xfe\xff\x00<"[..], ImportFormat::FrabXml, Found::EncodingInvalid, Some(1)),
        (b"title\nA\n\xe9", ImportFormat::Csv, Found::EncodingInvalid, Some(3)),
        (b"<schedule created='2014'><day><entry/></day></schedule>", ImportFormat::FrabXml, Found::Malformed, Some(1)),
        (b"<html/>", ImportFormat::FrabXml, Found::Malformed, Some(1)),
        (b"{\n\"schedule\": {,}}", ImportFormat::FrabJson, Found::Malformed, Some(2)),
        (b"[]", ImportFormat::FrabJson, Found::Malformed, None),
        (b"", ImportFormat::FrabJson, Found::Malformed, Some(1)),
        (b"", ImportFormat::FrabXml, Found::Malformed, Some(1)),
    ] {
        let (_, findings) = look(bytes, format);
        let found: Vec<_> = findings.iter().map(|one| (one.code, one.severity, one.line)).collect();
        assert_eq!(found, [(code, Severity::Error, line)], "{}", String::from_utf8_lossy(bytes));
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(look(deep.as_bytes(), ImportFormat::FrabJson).1[0].code, Found::Malformed);
    let empty = "<schedule><conference/><day date='2014-12-27'/></schedule>";
    assert_eq!(look(empty.as_bytes(), ImportFormat::FrabXml).1[0].code, Found::FieldRequired);
}

#[test]
fn bombs_and_foreign_files_are_not_opened() {
    let bomb =
        "<!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\n<schedule>&b;</schedule>";
    assert_eq!(look(bomb.as_bytes(), ImportFormat::FrabXml).1[0].code, Found::DoctypeRefused);
    let foreign = "<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><schedule>&x;</schedule>";
    assert_eq!(look(foreign.as_bytes(), ImportFormat::FrabXml).1[0].code, Found::DoctypeRefused);
    let deep = format!("<schedule><conference/>{}", "<x>".repeat(100_000));
    assert_eq!(look(deep.as_bytes(), ImportFormat::FrabXml).1[0].code, Found::TooLarge);
}

#[test]
fn times_are_read_or_pointed_at() {
    let (programme, found) = look_at_xml(&format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        event(1, "<start>11:00</start><duration>0:30</duration>"),
        event(2, "<start>01:15</start><duration>PT45M</duration>"),
        event(3, "<date>2014-12-27T11:00:00Z</date><start>11:00</start><duration>00:30:00</duration>"),
        event(4, "<start>noon</start><duration>00:30</duration>"),
        event(5, "<start>11:00</start><duration>half an hour</duration>"),
        event(6, "<start>11:00</start><duration>00:00</duration>"),
    ));
    let starts: Vec<_> =
        programme.slots.iter().map(|slot| (slot.title.as_str(), slot.starts_at, slot.seconds)).collect();
    let at = |text: &str| Some(text.parse().unwrap());
    assert_eq!(
        starts,
        [
            ("T1", at("2014-12-27T10:00:00Z"), Some(1_800)),
            ("T5", at("2014-12-27T10:00:00Z"), None),
            ("T6", at("2014-12-27T10:00:00Z"), None),
            ("T3", at("2014-12-27T11:00:00Z"), Some(1_800)),
            // Before the day changes: the night that belongs to it.
            ("T2", at("2014-12-28T00:15:00Z"), Some(2_700)),
            ("T4", None, Some(1_800)),
        ]
    );
    assert_eq!(
        found,
        [
            (Found::TimeInvalid, Severity::Error, Some(9)),
            (Found::DurationInvalid, Severity::Error, Some(10)),
            (Found::TimeMismatch, Severity::Warning, Some(8)),
            (Found::EndUnknown, Severity::Info, Some(11)),
        ]
    );
}

#[test]
fn clocks_that_are_put_forward_or_back_are_found() {
    let day = |date: &str, start: &str| {
        let (programme, findings) =
            look(format!("title,start,duration\nT,{date}T{start},00:30\n").as_bytes(), ImportFormat::Csv);
        (programme.slots[0].starts_at, findings.into_iter().map(|one| one.code).collect::<Vec<_>>())
    };
    assert_eq!(day("2026-03-29", "02:30"), (None, vec![Found::TimeInvalid]));
    assert_eq!(day("2026-10-25", "02:30"), (Some("2026-10-25T00:30:00Z".parse().unwrap()), vec![Found::TimeAmbiguous]));
    assert_eq!(day("2026-10-25", "02:30+01:00"), (Some("2026-10-25T01:30:00Z".parse().unwrap()), vec![]));
}

#[test]
fn faults_of_json_have_pointers() {
    let at = "/schedule/conference/days/0/rooms/Saal~11/0";
    for (members, code, severity, member) in [
        (json!({ "duration": "soon" }), Found::DurationInvalid, Severity::Error, "/duration"),
        (json!({ "date": null, "start": "noon" }), Found::TimeInvalid, Severity::Error, "/start"),
        (json!({ "title": { "en": "T" } }), Found::TextInvalid, Severity::Error, "/title"),
        (json!({ "description": "a\u{7}b" }), Found::TextInvalid, Severity::Error, "/description"),
        (json!({ "subtitle": "x".repeat(100_001) }), Found::TextInvalid, Severity::Error, "/subtitle"),
        (json!({ "url": "javascript:alert(1)" }), Found::AddressRefused, Severity::Warning, "/url"),
        (json!({ "links": [{ "url": "mailto:ada@example.org" }] }), Found::AddressRefused, Severity::Warning, "/links"),
        (json!({ "room": "Saal 2" }), Found::RoomMismatch, Severity::Warning, "/room"),
        (json!({ "language": "English" }), Found::LanguageUnknown, Severity::Info, "/language"),
        (
            json!({ "persons": [{ "public_name": "A", "email": "ada@example.org" }] }),
            Found::NotKept,
            Severity::Info,
            "/persons",
        ),
        (json!({ "persons": [{ "id": 7 }] }), Found::FieldRequired, Severity::Warning, ""),
        (json!({ "date": "2014-12-29T11:00:00+01:00" }), Found::DayMismatch, Severity::Warning, ""),
    ] {
        let (programme, found) = look_at_json(&members);
        assert_eq!(found, [(code, severity, Some(format!("{at}{member}")))], "{members}");
        assert!(!format!("{programme:?}{found:?}").contains("ada@"), "{members}");
    }
}

#[test]
fn long_and_foreign_texts_are_kept_whole() {
    let long = "😀".repeat(10_000);
    let rtl = "مرحبا \u{202e}abc\u{202c} בְּרֵאשִׁית";
    let members = json!({
        "title": rtl, "abstract": long, "description": "<script>alert(1)</script>\r\n\tA & B", "type": "Vortrag",
        "answers": [{ "question": 1, "answer": "XL" }], "x_new": { "deep": [1, 2] }, "do_not_record": true,
        "persons": [{ "public_name": format!("{rtl} (tbc)"), "id": 3, "biography": long }],
    });
    let (programme, found) = look_at_json(&members);
    assert_eq!(found, []);
    let slot = &programme.slots[0];
    assert_eq!((slot.title.as_str(), slot.abstract_text.as_deref()), (rtl, Some(long.as_str())));
    assert_eq!(slot.text(Column::Description), Some("<script>alert(1)</script>\r\n\tA & B"));
    assert_eq!((slot.text(Column::Optout), slot.text(Column::Type)), (Some("true"), Some("Vortrag")));
    assert_eq!(slot.kept.extra["x_new"], json!({ "deep": [1, 2] }));
    assert_eq!(slot.kept.extra["answers"][0]["answer"], "XL");
    assert_eq!((slot.persons[0].name.as_str(), slot.persons[0].is_tbc), (rtl, true));
}

#[test]
fn ids_and_rooms_that_repeat_are_found() {
    let twice = format!("{}\n<event guid='g1' id='2'><title>Again</title></event>", event(1, ""));
    let (_, found) = look_at_xml(&twice);
    assert_eq!(found, [(Found::GuidRepeated, Severity::Error, Some(7))]);
    let rooms = json!([{ "name": "A", "guid": "r" }, { "name": "B", "guid": "r" }]);
    let file = json!({ "schedule": { "conference": { "rooms": rooms, "days": [
        { "date": "2014-12-27", "rooms": { "C": [{ "title": "T", "start": "11:00", "duration": "1:00" }] } },
    ]}}});
    let (programme, found) = look(file.to_string().as_bytes(), ImportFormat::FrabJson);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [Found::GuidRepeated, Found::RoomUnknown]);
    let rooms: Vec<_> = programme.rooms.iter().map(|room| (room.name.as_str(), room.guid.as_deref())).collect();
    assert_eq!(rooms, [("A", Some("r")), ("B", None), ("C", None)]);
}

#[test]
fn a_table_cannot_contain_itself() {
    let codes =
        |text: &str| look(text.as_bytes(), ImportFormat::Csv).1.into_iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes("guid,parent,title\na,b,A\nb,a,B\n"), [Found::ParentUnknown, Found::ParentUnknown]);
    assert_eq!(codes("guid,parent,title\na,a,A\n"), [Found::ParentUnknown]);
    assert_eq!(codes("guid,parent,title\na,x,A\n"), [Found::ParentUnknown]);
    let chain: Vec<String> = (0..1_999).map(|n| format!("{n},{},T\n", n + 1)).collect();
    let chain = chain.concat();
    assert_eq!(codes(&format!("guid,parent,title\n{chain}1999,,T\n")), []);
    let many = "T\n".repeat(2_001);
    assert_eq!(codes(&format!("title\n{many}")), [Found::TooLarge]);
}

#[test]
fn findings_without_end_are_cut() {
    let lines = "T,yesterday\n".repeat(1_900);
    let (_, findings) = look(format!("title,start\n{lines}").as_bytes(), ImportFormat::Csv);
    assert_eq!(findings.len(), 1_001);
    assert_eq!(findings.last().map(|one| one.code), Some(Found::MoreFindings));
}
