//! Texts from all over the world and from people with bad intentions: whatever is sent is stored as it is, or refused where
//! it stands, and never altered. Which texts there are is read from the OpenAPI document.

use plenary::accounts::Role;
use plenary::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

both!(every_text_is_kept_or_refused, what_is_no_unicode_is_refused);

/// A text, and whether a field of one line and one of several lines take it.
struct Text {
    content: String,
    in_line: bool,
    in_lines: bool,
}

/// Those that are kept by any field are of the length that the shortest takes.
fn texts() -> Vec<Text> {
    let kept = |text: &str| Text { content: text.to_owned(), in_line: true, in_lines: true };
    let only_lines = |text: &str| Text { content: text.to_owned(), in_line: false, in_lines: true };
    let refused = |text: &str| Text { content: text.to_owned(), in_line: false, in_lines: false };
    vec![
        kept("**B** _i_ [x](javascript:alert(1)) `<b>&amp;` \\n"),
        kept("'\"`; DROP TABLE events; -- <script>x</script>"),
        kept("👩🏽‍🚀🏳️‍🌈 emoji 🎉"),
        kept("مرحبا \u{202E}abc\u{202C} שלום"),
        kept("e\u{301} a\u{30A} Z\u{351}\u{36B}\u{343} ế ﬁ Å Å"),
        kept("  spaces at\u{A0}both ends  "),
        kept("zero\u{200B}width\u{200D}joiner\u{2060}soft\u{AD}hyphen"),
        kept("\u{FEFF}mark\u{FEFF}"),
        kept("line\u{2028}and paragraph\u{2029}separators"),
        kept("\u{1F468}\u{10FFFF}\u{FFFD}\u{E000}"),
        kept("{{ 7 * 7 }} {% raw %} ${jndi:x} %s %00 \\u0000"),
        kept(&"ß".repeat(50)),
        only_lines("one\ntwo\r\nthree\ttab\n\n"),
        only_lines(&"ü".repeat(10_000)),
        refused("a\u{0}b"),
        refused("a\u{7}b"),
        refused("a\u{1B}[31mb"),
        refused("a\u{7F}b"),
        refused("a\u{85}b"),
        refused(&"y".repeat(20_001)),
    ]
}

/// What is made of each schema: where it is posted, and the least of a body.
fn resources(event: &str) -> Vec<(&'static str, String, Value)> {
    vec![
        ("OrganisationDetails", "organisations".into(), json!({ "name": "A" })),
        ("SpeakerDetails", "speakers".into(), json!({ "name": "A" })),
        ("SeriesDetails", "series".into(), json!({ "slug": "SLUG", "title": "A" })),
        ("EventDetails", "events".into(), json!({ "kind": "webinar", "title": "A" })),
        ("SessionInput", format!("events/{event}/sessions"), json!({ "kind": "talk", "title": "A" })),
        ("RoomDetails", format!("events/{event}/rooms"), json!({ "name": "ROOM" })),
        ("AppearanceInput", format!("events/{event}/appearances"), json!({ "role": "host", "label": "A" })),
    ]
}

/// Texts of a known form, which are tested where that form is: names of zones, tags, addresses, ids, times, secrets.
const OF_A_FORM: [&str; 20] = [
    "from",
    "until",
    "slug",
    "timezone",
    "language",
    "languages",
    "url",
    "photo_url",
    "join_url",
    "country",
    "edtf",
    "offset",
    "local_start",
    "local_end",
    "duration",
    "join_opens_before",
    "starts_at",
    "ends_at",
    "email",
    "when",
];

/// The texts of a schema, each as a pointer and a value with the text in it. What is nested is described by `least`.
fn fields(document: &Value, schema: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let kinds = [&property["type"], &property["type"][0]];
        let is = |kind: &str| kinds.iter().any(|one| *one == kind);
        let has_form =
            OF_A_FORM.contains(&name.as_str()) || property["format"].is_string() || property["enum"].is_array();
        let pointer = format!("{at}/{name}");
        if has_form {
            continue;
        }
        if is("string") {
            found.push(pointer);
        } else if is("array") {
            if property["items"]["type"] == "string" {
                found.push(format!("{pointer}/0"));
            } else if let Some(inside) = resolve(document, &property["items"]).filter(|_| !is_tree(name)) {
                found.extend(fields(document, inside, &format!("{pointer}/0")));
            }
        } else {
            let all = property["oneOf"].as_array().into_iter().flatten().chain([property]);
            for inside in all.filter_map(|one| resolve(document, one)) {
                found.extend(fields(document, inside, &pointer));
            }
        }
    }
    found
}

/// What a session contains is a session, and who appears in it is tested at the event.
fn is_tree(name: &str) -> bool {
    ["sessions", "appearances"].contains(&name)
}

fn resolve<'a>(document: &'a Value, schema: &Value) -> Option<&'a Value> {
    document.pointer(schema["$ref"].as_str()?.trim_start_matches('#'))
}

/// `body` with `text` at `pointer`; what lies on the way is made, with what it needs.
fn with(body: &Value, pointer: &str, text: &str) -> Value {
    let mut whole = body.clone();
    let mut place = &mut whole;
    for part in pointer.split('/').skip(1) {
        place = if part == "0" {
            if !place.is_array() {
                *place = json!([Value::Null]);
            }
            &mut place[0]
        } else {
            if !place.is_object() {
                *place = json!({});
            }
            &mut place[part]
        };
    }
    *place = json!(text);
    for (parent, member, least) in [
        ("/venue", "name", "A"),
        ("/virtual_location", "platform", "A"),
        ("/logo", "url", "https://example.org/l.svg"),
        ("/logo", "alt", "A"),
        ("/image", "url", "https://example.org/i.png"),
        ("/legal_form", "text", "A"),
        ("/legal_form", "language", "fr"),
        ("/links/0", "url", "https://example.org/"),
        ("/affiliations/0", "name", "A"),
    ] {
        if pointer.starts_with(parent) && pointer != format!("{parent}/{member}") {
            whole.pointer_mut(parent).unwrap()[member] = json!(least);
        }
    }
    whole
}

async fn every_text_is_kept_or_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let document: Value = serde_json::from_str(routes::openapi_json().unwrap()).unwrap();
    let event = owner.post("/api/v1/events", json!({ "kind": "webinar", "title": "A" })).await.expect(201).id();
    let mut count = 0;
    for (schema, path, least) in resources(&event) {
        let found = fields(&document, &document["components"]["schemas"][schema], "");
        assert!(!found.is_empty(), "{schema}");
        for pointer in found {
            let path = format!("/api/v1/{path}");
            let takes_lines = probe(&owner, &path, &least, &pointer).await;
            for (number, Text { content: text, in_line, in_lines }) in texts().into_iter().enumerate() {
                count += 1;
                let body = unique(with(&least, &pointer, &text), count);
                let answer = owner.post(&path, body).await;
                let name = format!("{schema}{pointer}, text {number}");
                let is_taken = if takes_lines { in_lines } else { in_line };
                if is_taken {
                    check_kept(&owner, &answer, &path, &pointer, &text, &name).await;
                } else {
                    assert_eq!(answer.status, 422, "{name}: {answer}");
                    answer.faults(&[(&pointer, "text_invalid")]);
                }
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// Whether a field takes several lines.
async fn probe(owner: &Client, path: &str, least: &Value, pointer: &str) -> bool {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1_000_000);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    owner.post(path, unique(with(least, pointer, "a\nb"), number)).await.status == 201
}

/// Slugs and the names of rooms are unique.
fn unique(mut body: Value, number: usize) -> Value {
    if body["slug"] == "SLUG" {
        body["slug"] = json!(format!("series-{number}"));
    }
    if body["name"] == "ROOM" {
        body["name"] = json!(format!("Room {number}"));
    }
    body
}

async fn check_kept(owner: &Client, made: &Answer, path: &str, pointer: &str, text: &str, name: &str) {
    assert_eq!(made.status, 201, "{name}: {made}");
    assert_eq!(made.json().pointer(pointer), Some(&json!(text)), "{name}");
    let Some(location) = made.header("location") else { panic!("{name}: no location") };
    if path.ends_with("/rooms") {
        // A room is shown in the list of its event, which holds two hundred.
        let all = owner.get(path).await.expect(200).at("/items");
        let shown = all.as_array().unwrap().iter().find(|room| room["id"] == made.json()["id"]);
        assert_eq!(shown.and_then(|room| room.pointer(pointer)), Some(&json!(text)), "{name}");
        owner.delete(location).await.expect(204);
        return;
    }
    let read = owner.get(location).await.expect(200);
    assert_eq!(read.json().pointer(pointer), Some(&json!(text)), "{name}");
}

async fn what_is_no_unicode_is_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let send = |body: &[u8]| {
        let (owner, body) = (owner.clone(), body.to_vec());
        async move { owner.send(Method::POST, "/api/v1/organisations", Some(("application/json", body))).await }
    };
    for body in [
        br#"{"name":"\ud800"}"#.as_slice(),
        br#"{"name":"\udc00\ud800"}"#,
        br#"{"name":"a\ud83dx"}"#,
        b"{\"name\":\"\xED\xA0\x80\"}",
        b"{\"name\":\"\xFF\xFE\"}",
        b"{\"name\":\"\xC0\x80\"}",
        b"\xEF\xBB\xBF{\"name\":\"a\"}",
        b"{\"name\":\"a\nb\"}",
        b"{\"name\":\"a\0b\"}",
    ] {
        send(body).await.problem(400, "malformed_json");
    }
    assert_eq!(owner.get("/api/v1/organisations").await.at("/items"), json!([]));
    let pair = send(br#"{"name":"\ud83c\udf89 \u00e9"}"#).await.expect(201);
    assert_eq!(pair.at("/name"), "🎉 é");
    send(br#"{"name":"a\u0000b"}"#).await.faults(&[("/name", "text_invalid")]);
    send(br#"{"name":"a","na\u0000me":1}"#).await.problem(422, "field_unknown");
}
