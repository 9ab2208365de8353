//! Files of other systems: imported into agendas, and written of them.

mod conference;
mod exports;
mod imports;
mod pages;
mod people;
mod structured_data;

use reqwest::Method;
use serde_json::{Value, json};

use super::events::{make_event, make_organisation, publish_event};
use crate::support::{Answer, Client, TestApp};

/// What a schedule file says that our sessions have no column for stands in this one too.
const SCHEDULE: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<schedule>
  <generator name="frab" version="1"/>
  <version>1.5</version>
  <conference>
    <acronym>31c3</acronym>
    <title>A congress</title>
    <start>2014-12-27</start>
    <end>2014-12-28</end>
    <days>2</days>
    <timeslot_duration>00:15</timeslot_duration>
    <base_url>https://events.example.org/31c3/</base_url>
    <time_zone_name>Europe/Berlin</time_zone_name>
    <color primary="#aabbcc"/>
    <track name="Hardware &amp; Making" color="#112233" slug="hw"/>
  </conference>
  <day index="1" date="2014-12-27" start="2014-12-27T10:00:00+01:00" end="2014-12-28T05:00:00+01:00">
    <room name="Saal 1" guid="7202df07-050c-552f-8318-992f94e40ef0">
      <event guid="29aecfd7-2e44-4f49-ab86-29b5e0877325" id="6561" code="AB12CD">
        <date>2014-12-27T11:00:00+01:00</date>
        <start>11:00</start>
        <duration>00:30</duration>
        <room>Saal 1</room>
        <slug>opening_event</slug>
        <url>https://events.example.org/31c3/6561</url>
        <recording><license>CC BY 4.0</license><optout>true</optout></recording>
        <title>Opening &lt;b&gt;event&lt;/b&gt; “=1+1” 🎉</title>
        <subtitle>A new dawn</subtitle>
        <track>Hardware &amp; Making</track>
        <type>lecture</type>
        <language>de</language>
        <abstract>=HYPERLINK("x") *Welcome*</abstract>
        <description>&lt;p&gt;At length.&lt;/p&gt;</description>
        <logo>/images/6561.png</logo>
        <feedback_url>https://events.example.org/feedback/6561</feedback_url>
        <persons>
          <person guid="a0a0fcfe-b7fb-46e3-84b6-97a5406016b4" id="1544">Ada Lovelace</person>
          <person id="3874">Bahram Ghazi (tbc)</person>
        </persons>
        <links><link href="https://example.org/slides" type="related">Slides &amp; more</link></links>
        <attachments><attachment href="/files/a.pdf">Paper</attachment></attachments>
        <x_hall_sign>blue</x_hall_sign>
      </event>
      <event guid="HOqeNIb6G7M4hYFKFRkCmQ" id="6264">
        <date>2014-12-28T01:15:00+01:00</date>
        <start>01:15</start>
        <duration>01:00</duration>
        <room>Saal 1</room>
        <title>Past midnight</title>
        <subtitle/>
        <track/>
        <type>performance</type>
        <language>Klingon</language>
        <abstract/>
        <description/>
        <persons/>
        <links/>
      </event>
    </room>
    <room name="Saal 2">
      <event guid="8c4e647f-813e-41ef-b05b-65469dd841c3" id="6571">
        <date>2014-12-27T11:00:00+01:00</date>
        <start>11:00</start>
        <duration>02:00</duration>
        <room>Saal 2</room>
        <title>Solder</title>
        <subtitle/>
        <track/>
        <type>Workshop</type>
        <language>en</language>
        <abstract/>
        <description/>
        <persons><person id="7">Grace Hopper</person></persons>
        <links/>
      </event>
    </room>
  </day>
  <day index="2" date="2014-12-28" start="2014-12-28T10:00:00+01:00" end="2014-12-29T05:00:00+01:00">
    <room name="Saal 1" guid="7202df07-050c-552f-8318-992f94e40ef0">
      <event guid="closing" id="9">
        <date>2014-12-28T18:00:00+01:00</date>
        <start>18:00</start>
        <duration>00:00</duration>
        <room>Saal 1</room>
        <title>Closing</title>
        <subtitle/>
        <track/>
        <type>lecture</type>
        <language/>
        <abstract/>
        <description/>
        <persons><person guid="a0a0fcfe-b7fb-46e3-84b6-97a5406016b4" id="1544">Ada Lovelace</person></persons>
        <links/>
      </event>
    </room>
  </day>
</schedule>
"##;

/// An event of two days in Berlin, and its path.
async fn congress(owner: &Client) -> String {
    let body = json!({
        "kind": "conference", "title": "A congress", "languages": ["en"], "attendance_mode": "in_person",
        "when": { "local_start": "2014-12-27T10:00", "local_end": "2014-12-29T05:00", "timezone": "Europe/Berlin" },
    });
    format!("/api/v1/events/{}", make_event(owner, body).await.id())
}

/// Shows an event to everybody.
async fn publish(owner: &Client, path: &str) {
    let organiser = make_organisation(owner, "Club").await;
    publish_event(owner, path.rsplit('/').next().unwrap(), &organiser).await;
}

async fn send(client: &Client, path: &str, media_type: &str, file: &str) -> Answer {
    client.send(Method::POST, path, Some((media_type, file.as_bytes().to_vec()))).await
}

async fn import(client: &Client, event: &str, media_type: &str, file: &str) -> Answer {
    send(client, &format!("{event}/imports"), media_type, file).await.expect(201)
}

/// Applies a checked import, lets the worker do it, and reads it again.
async fn apply(app: &TestApp, client: &Client, import: &Answer, mode: &str) -> Answer {
    assert_eq!(import.at("/state"), "checked", "{import}");
    let path = format!("/api/v1/imports/{}", import.id());
    let asked = client.post(&format!("{path}/apply"), json!({ "mode": mode })).await.expect(202);
    assert_eq!(asked.at("/state"), "applying");
    app.deliver().await;
    client.get(&path).await.expect(200)
}

/// Sends a file and applies it.
async fn take(app: &TestApp, client: &Client, event: &str, media_type: &str, file: &str, mode: &str) -> Answer {
    let checked = import(client, event, media_type, file).await;
    let applied = apply(app, client, &checked, mode).await;
    assert_eq!(applied.at("/state"), "applied", "{applied}");
    applied
}

fn counts(new: u32, changed: u32, unchanged: u32, removed: u32) -> Value {
    json!({ "new": new, "changed": changed, "unchanged": unchanged, "removed": removed })
}

/// Code, severity, and the line or pointer of each finding.
fn findings(answer: &Answer) -> Vec<(String, String, Value)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let place = |one: &Value| one.get("line").or_else(|| one.get("pointer")).cloned().unwrap_or_default();
    let all = answer.at("/findings");
    all.as_array().unwrap().iter().map(|one| (text(one, "code"), text(one, "severity"), place(one))).collect()
}

/// Titles with local starts, depth first.
fn outline(agenda: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for session in agenda["sessions"].as_array().unwrap() {
        let text = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
        all.push((text("title"), text("local_start")));
        all.extend(outline(session));
    }
    all
}
