use serde_json::json;

use super::*;
use crate::interchange::{Findings, read_table};

fn questions() -> Vec<Question> {
    let options = json!([{ "value": "a", "label": "A" }, { "value": "b", "label": "B" }]);
    serde_json::from_value(json!([
        { "key": "diet", "label": "Diet", "type": "choice", "options": options },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": options },
        { "key": "photo", "label": "Photo", "type": "boolean" },
        { "key": "note", "label": "Note", "type": "text", "required": true },
    ]))
    .unwrap()
}

type Found = (&'static str, Option<u64>, Option<String>);

fn read(text: &str) -> (Vec<PersonRow>, Vec<Found>) {
    let table = read_table(text.as_bytes(), &mut Findings::default()).unwrap();
    let mut findings = RowFindings::default();
    let form = Form { questions: crate::db::types::Json(questions()), consent_version: 2, ..Form::default() };
    let now = "2022-02-01T09:00:00Z".parse().unwrap();
    let rows = read_rows(&table, &form, now, &mut findings);
    (rows, findings.into_list().into_iter().map(|one| (one.code, one.line, one.column)).collect())
}

fn found(code: &'static str, line: u64, column: &str) -> (&'static str, Option<u64>, Option<String>) {
    (code, Some(line), Some(column.to_owned()))
}

#[test]
fn people_are_read_with_their_answers() {
    let (rows, findings) = read(
        "E-Mail,email,Name,Organisation,timezone,language,attendance,state,note,diet,days,answers.photo,answers.note\n\
         x,ada@example.org, Ada ,'=Sum,Europe/Oslo,de,recording,attended,By the door,a,\"b; a\",TRUE,hi\n\
         ,bo@example.org,Bo,,,,,,,,,,\n",
    );
    assert_eq!(findings, [found("column_unknown", 1, "E-Mail")]);
    let [ada, bo] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((ada.line, ada.needs_seat, ada.note.as_deref()), (2, true, Some("By the door")));
    let person = &ada.person;
    assert_eq!((person.name.as_str(), person.email.as_str()), ("Ada", "ada@example.org"));
    assert_eq!((person.organisation.as_deref(), person.language.as_deref()), (Some("=Sum"), Some("de")));
    assert_eq!((person.timezone.map(Zone::name), person.attendance), (Some("Europe/Oslo"), Attendance::Recording));
    let answers = json!({ "diet": "a", "days": ["b", "a"], "photo": true, "note": "hi" });
    assert_eq!(Value::Object(person.answers.clone()), answers);
    assert_eq!((bo.needs_seat, bo.person.answers.len(), bo.person.attendance), (false, 0, Attendance::Live));
}

#[test]
fn each_fault_has_its_line_and_column() {
    let (rows, findings) = read(
        "name;email;timezone;language;attendance;state;diet;days;photo\n\
         ;ada;CET;English;later;maybe;c;a;perhaps\n\
         Bo;bo@example.org;;;;;;;\n\
         Cy;cy@example.org;;;;cancelled;;;\n",
    );
    let columns = ["answers.diet", "answers.photo", "name", "language", "timezone", "email", "attendance", "state"];
    let codes = [
        "field_type",
        "field_type",
        "text_invalid",
        "language_invalid",
        "timezone_abbreviation",
        "email_invalid",
        "field_type",
        "field_type",
    ];
    let mut expected: Vec<_> = codes.iter().zip(columns).map(|(code, column)| found(code, 2, column)).collect();
    expected.push(found("state_left_out", 4, "state"));
    assert_eq!(findings, expected);
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn a_table_without_people_is_found() {
    assert_eq!(read("name\nAda\n").1, [found("field_required", 1, "email")]);
    assert_eq!(read("name,email,NAME\nAda,a@example.org,B\n").1, [found("column_repeated", 1, "NAME")]);
    let many = format!("name,email\n{}", "Ada,ada@example.org\n".repeat(5_001));
    assert_eq!(read(&many).1, [("too_large", None, None)]);
    // What a table of registrations has besides is no surprise.
    assert_eq!(read("id,name,email,registered_at,queue_position,\nx,Ada,a@example.org,y,3,\n").1, []);
}

#[test]
fn consent_is_what_the_table_says() {
    let (rows, findings) = read(
        "email,name,consent_version,consented_at\n\
         ada@example.org,Ada,2,2022-01-31T09:00:00+01:00\n\
         bo@example.org,Bo,,\n\
         cy@example.org,Cy,3,\n\
         di@example.org,Di,one,2023-01-01T00:00:00Z\n\
         ed@example.org,Ed,0,yesterday\n",
    );
    let consents: Vec<Consent> = rows.iter().map(|row| row.consent).collect();
    let at = "2022-01-31T08:00:00Z".parse().unwrap();
    assert_eq!(consents, [Consent::given(2, at), Consent::default()]);
    let expected = [
        found("number_invalid", 4, "consent_version"),
        found("instant_invalid", 5, "consented_at"),
        found("number_invalid", 5, "consent_version"),
        found("instant_invalid", 6, "consented_at"),
    ];
    assert_eq!(findings, expected);
}

#[test]
fn what_is_written_is_read_or_follows_from_what_happens_here() {
    let mut known: Vec<&str> = FIELDS.iter().chain(&FOLLOWS).copied().collect();
    let mut written = crate::registrations::table::COLUMNS.to_vec();
    known.sort_unstable();
    written.sort_unstable();
    assert_eq!(written, known);
}
