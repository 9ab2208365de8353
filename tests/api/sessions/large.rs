//! An agenda as large as it may be: what is asked of the database does not grow with it, and what is written is what differs.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_speaker};
use crate::api::events::make_event;
use crate::support::{Answer, TestApp};

both!(an_agenda_of_2_000_sessions);

const ROUNDS: usize = 100;
const TALKS: usize = 19;

/// 100 rounds of 19 talks of three minutes, over ten days. In each round one person speaks twice.
fn sessions(speaker: &str) -> Vec<Value> {
    let talk = |round: usize, index: usize| {
        let minute = (round % 10) * 57 + index * 3;
        let clock = |minute: usize| format!("2022-03-{:02}T{:02}:{:02}", round / 10 + 1, 9 + minute / 60, minute % 60);
        let mut talk = json!({
            "kind": "talk",
            "title": format!("Talk {round}.{index}"),
            "local_start": clock(minute),
            "local_end": clock(minute + 3),
        });
        if index < 2 {
            talk["appearances"] = json!([{ "speaker_id": speaker, "role": "speaker" }]);
        }
        talk
    };
    let round = |round: usize| {
        let talks: Vec<Value> = (0..TALKS).map(|index| talk(round, index)).collect();
        json!({ "kind": "round", "title": format!("Round {round}"), "sessions": talks })
    };
    (0..ROUNDS).map(round).collect()
}

/// The agenda as it was sent, with the ids that it was given.
fn with_ids(sent: &[Value], written: &Answer) -> Vec<Value> {
    let written = written.at("/sessions");
    let mut all = sent.to_vec();
    for (session, stored) in all.iter_mut().zip(written.as_array().unwrap()) {
        session["id"] = stored["id"].clone();
        let inside = session["sessions"].as_array_mut().unwrap();
        for (talk, stored) in inside.iter_mut().zip(stored["sessions"].as_array().unwrap()) {
            talk["id"] = stored["id"].clone();
            if let Some(speaker) = talk["appearances"].as_array_mut() {
                speaker[0]["id"] = stored["appearances"][0]["id"].clone();
            }
        }
    }
    all
}

/// Counts statements from one answer to the next.
struct Meter<'a> {
    app: &'a TestApp,
    last: u64,
    rows: Vec<(String, u64)>,
}

impl Meter<'_> {
    fn read(&mut self, what: &str) -> u64 {
        let now = self.app.app().db().statements();
        let count = now - self.last;
        self.last = now;
        self.rows.push((what.to_owned(), count));
        count
    }
}

async fn an_agenda_of_2_000_sessions(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let speaker = make_speaker(&owner, "Ada").await;
    let when =
        json!({ "local_start": "2022-03-01T09:00", "local_end": "2022-03-10T18:30", "timezone": "Europe/Paris" });
    let body = json!({ "kind": "conference", "title": "Large", "attendance_mode": "in_person", "when": when });
    let event = format!("/api/v1/events/{}", make_event(&owner, body).await.id());
    let agenda = format!("{event}/agenda");
    let mut meter = Meter { app: &app, last: app.app().db().statements(), rows: Vec::new() };

    let sent = sessions(&speaker);
    let written = owner.put(&agenda, json!({ "sessions": sent })).await.expect(200);
    let first = meter.read("first write");
    assert!((2_200..2_250).contains(&first), "one for each of 2,000 sessions and 200 appearances: {:?}", meter.rows);

    let again = with_ids(&sent, &written);
    let unchanged = owner.put(&agenda, json!({ "sessions": again })).await.expect(200);
    assert_eq!((unchanged.etag(), unchanged.json()), (written.etag(), written.json()));
    let nothing = meter.read("unchanged");
    assert!(nothing < 30, "{:?}", meter.rows);

    let mut changed = again;
    changed[50]["sessions"][7]["title"] = json!("Another title");
    let changed = owner.put(&agenda, json!({ "sessions": changed })).await.expect(200);
    assert_eq!(changed.at("/sessions/50/sessions/7/revision"), 2);
    let one = meter.read("one changed");
    assert!(one <= nothing + 5, "{:?}", meter.rows);

    let read = owner.get(&agenda).await.expect(200);
    assert_eq!(read.json(), changed.json());
    assert!(meter.read("read") < 12, "{:?}", meter.rows);

    let check = owner.get(&format!("{event}/schedule-check")).await;
    assert_eq!(findings(&check), found(&[]));
    assert_eq!(check.at("/total_minutes"), 19 * 100 * 3);
    assert!(meter.read("check") < 15, "{:?}", meter.rows);
    let proposed = owner.post(&format!("{event}/schedule-check"), json!({ "sessions": sent })).await;
    assert_eq!(findings(&proposed), found(&[]));
    assert!(meter.read("check of a proposal") < 15, "{:?}", meter.rows);

    let talk = format!("/api/v1/sessions/{}", read.string("/sessions/50/sessions/7/id"));
    let patched = owner.patch(&talk, json!({ "title": "Talk again" })).await.expect(200);
    assert_eq!(patched.at("/revision"), 3);
    assert!(meter.read("patch") < 25, "{:?}", meter.rows);

    // The rest of its day: 11 talks of its round and those of the nine rounds after it.
    let shifted = owner.patch(&format!("{talk}?shift=following"), json!({ "local_end": "2022-03-06T09:25" })).await;
    assert_eq!(shifted.expect(200).at("/moved").as_array().unwrap().len(), 11 + 9 * TALKS);
    assert!(meter.read("shift") < 25 + 11 + 9 * 19, "{:?}", meter.rows);

    owner.delete(&talk).await.expect(204);
    assert!(meter.read("delete") < 25 + 11, "one for each that comes after it: {:?}", meter.rows);
}
