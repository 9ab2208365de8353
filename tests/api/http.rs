//! What holds for every route: methods, bodies, headers, compression, keys, and the limit on public writes.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::json;

use super::events::{column, make_event};
use crate::support::{TestApp, TestAppBuilder};

both!(
    a_body_has_to_be_readable,
    a_key_belongs_to_one_request,
    a_key_comes_before_the_conflict_that_its_effect_would_meet,
    a_key_has_one_effect_at_the_same_moment,
    a_key_is_known_to_every_process,
    a_key_of_a_refused_request_is_free,
    a_packed_answer_is_the_same_answer,
    a_refusal_of_another_sites_page_is_a_problem,
    a_request_has_an_id,
    answers_are_guarded,
    heads_are_answers_without_a_body,
    methods_and_addresses_that_are_not_there,
    public_writes_are_limited,
    the_document_is_sent_once,
    the_documentation_is_called_what_it_is,
);

const EVENTS: &str = "/api/v1/events";

fn webinar(title: &str) -> serde_json::Value {
    json!({ "kind": "webinar", "title": title })
}

async fn a_body_has_to_be_readable(builder: TestAppBuilder) {
    let app = builder.body_limit(300).start().await;
    let owner = app.staff(Role::Owner).await;
    let send = |media_type: &'static str, body: Vec<u8>| owner.send(Method::POST, EVENTS, Some((media_type, body)));
    let fits = webinar("A").to_string().into_bytes();
    for broken in [&b"{"[..], b"", b"{\"title\": \"\xff\"}", b"{} {}", b"null,"] {
        send("application/json", broken.to_vec()).await.problem(400, "malformed_json");
    }
    for media_type in ["text/plain", "application/merge-patch+json", "application/x-www-form-urlencoded", "json"] {
        send(media_type, fits.clone()).await.problem(415, "unsupported_media_type");
    }
    owner.send(Method::POST, EVENTS, None).await.problem(415, "unsupported_media_type");
    let long = webinar(&"a".repeat(290)).to_string().into_bytes();
    let refused = send("application/json", long).await;
    assert_eq!(refused.problem(413, "body_too_large")["limit_bytes"], 300);
    assert_eq!(owner.get(EVENTS).await.at("/items"), json!([]));
    send("Application/JSON; charset=utf-8", fits).await.expect(201);
    let deep = format!("{}{}", "[".repeat(140), "]".repeat(140));
    send("application/json", deep.into_bytes()).await.problem(400, "malformed_json");
}

async fn methods_and_addresses_that_are_not_there(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let id = app.workspace().id;
    for (method, path, allow) in [
        (Method::PUT, EVENTS.to_owned(), "GET, HEAD, POST, OPTIONS"),
        (Method::DELETE, format!("{EVENTS}/{id}"), "GET, HEAD, PATCH, OPTIONS"),
        (Method::GET, format!("{EVENTS}/{id}/publish"), "POST, OPTIONS"),
        (Method::POST, format!("{EVENTS}/{id}/organisations"), "GET, HEAD, PUT, OPTIONS"),
        (Method::POST, format!("/api/v1/organisations/{id}"), "GET, HEAD, PATCH, DELETE, OPTIONS"),
        (Method::TRACE, "/api/v1/series".to_owned(), "GET, HEAD, POST, OPTIONS"),
    ] {
        let refused = owner.send(method.clone(), &path, None).await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some(allow), "{method} {path}");
        let options = owner.send(Method::OPTIONS, &path, None).await.expect(204);
        assert_eq!(options.header("allow"), Some(allow), "{path}");
    }
    for path in ["/api/v1/event", "/api/v1/events/", "/api/v1//events", "/API/v1/events"] {
        owner.get(path).await.problem(404, "not_found");
    }
}

async fn a_request_has_an_id(app: TestApp) {
    for id in ["my-request-1", "0af7651916cd43dd8448eb211c80319c", "a.b_c-d.e"] {
        assert_eq!(app.with("x-request-id", id).get(EVENTS).await.header("x-request-id"), Some(id));
        let lost = app.with("x-request-id", id).get("/nowhere").await;
        assert_eq!((lost.status, lost.header("x-request-id")), (404, Some(id)));
    }
    let mut made = Vec::new();
    for id in ["short", "with space in it", "quote\"quote", &"a".repeat(101)] {
        let answer = app.with("x-request-id", id).get(EVENTS).await.expect(200);
        let own = answer.header("x-request-id").unwrap().to_owned();
        assert!(own != id && own.len() == 36, "{own}");
        made.push(own);
    }
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 4);
}

async fn answers_are_guarded(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for answer in [owner.get(EVENTS).await, app.get("/nowhere").await, app.post(EVENTS, json!({})).await] {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{}: {name}", answer.request);
        }
        assert_eq!(answer.header("server"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
    let read = owner.get(EVENTS).await;
    assert_eq!(read.header("content-type"), Some("application/json"));
    assert_eq!(read.header("cache-control"), Some("private, no-cache"));
    assert_eq!(app.get("/nowhere").await.header("cache-control"), Some("no-store"));
}

async fn heads_are_answers_without_a_body(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, webinar("A")).await;
    for path in
        [EVENTS.to_owned(), format!("{EVENTS}/{}", made.id()), "/health/live".to_owned(), "/openapi.json".to_owned()]
    {
        let (head, get) = (owner.head(&path).await, owner.get(&path).await.expect(200));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    assert_eq!(owner.head("/nowhere").await.expect(404).body, b"");
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gzip.stdin.take().unwrap().write_all(packed).unwrap();
    let output = gzip.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

async fn a_packed_answer_is_the_same_answer(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut body = webinar("A");
    body["abstract"] = json!("Words and more words. ".repeat(20));
    let path = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    let plain = owner.get(&path).await.expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    let client = owner.with("accept-encoding", "gzip");
    let packed = client.get(&path).await.expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len());
    assert_eq!((unpack(&packed.body), packed.etag()), (plain.body.clone(), plain.etag()));
    for answer in [&plain, &packed] {
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("accept-encoding")));
    }
    client.with("if-none-match", &plain.etag()).get(&path).await.expect(304);
    client.if_match(&packed.etag()).patch(&path, json!({ "title": "B" })).await.expect(200);
}

async fn public_writes_are_limited(builder: TestAppBuilder) {
    let app = builder.rate_limit(3).start().await;
    for remaining in (0..3).rev() {
        let answer = app.post(EVENTS, webinar("A")).await;
        answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"public-writes\";q=3;w=60"));
        assert_eq!(answer.header("ratelimit"), Some(format!("\"public-writes\";r={remaining}").as_str()));
    }
    let refused = app.post("/api/v1/auth/login", json!({})).await;
    refused.problem(429, "rate_limited");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"public-writes\";q=3;w=60"));
    assert_eq!(refused.header("ratelimit"), Some("\"public-writes\";r=0"));
    assert!((1..=60).contains(&refused.header("retry-after").unwrap().parse::<u32>().unwrap()));
    assert_eq!(refused.header("x-content-type-options"), Some("nosniff"));
    let evading = app.with("x-forwarded-for", "192.0.2.7").post(EVENTS, webinar("A")).await;
    evading.problem(429, "rate_limited");
    let owner = app.staff(Role::Owner).await;
    for _ in 0..5 {
        assert_eq!(app.get(EVENTS).await.expect(200).header("ratelimit"), None);
        assert_eq!(make_event(&owner, webinar("A")).await.header("ratelimit"), None);
    }
}

async fn a_key_belongs_to_one_request(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("one");
    let first = make_event(&owner, webinar("A")).await;
    app.pass(TimeDelta::hours(1));
    let again = make_event(&owner, webinar("A")).await;
    assert_eq!(
        (&again.body, again.etag(), again.header("location")),
        (&first.body, first.etag(), first.header("location"))
    );
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), (None, Some("true")));
    owner.post(EVENTS, webinar("B")).await.problem(422, "idempotency_key_reused");
    owner.post("/api/v1/organisations", json!({ "name": "A" })).await.problem(422, "idempotency_key_reused");
    app.staff(Role::Owner).await.keyed("one").post(EVENTS, webinar("C")).await.expect(201);
    for wrong in ["", &"a".repeat(201)] {
        owner.keyed(wrong).post(EVENTS, webinar("D")).await.problem(400, "header_invalid");
    }
    owner.keyed(&"a".repeat(200)).post(EVENTS, webinar("E")).await.expect(201);
    assert_eq!(column(&owner.get(EVENTS).await, "title"), ["A", "C", "E"]);
}

async fn a_key_of_a_refused_request_is_free(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("one");
    owner.post(EVENTS, webinar("")).await.faults(&[("/title", "text_invalid")]);
    let made = make_event(&owner, webinar("A")).await;
    assert_eq!(made.header("idempotency-replayed"), None);
}

async fn a_key_has_one_effect_at_the_same_moment(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for round in 0..3 {
        let owner = owner.keyed(&format!("round-{round}"));
        let answers = join_all((0..8).map(|_| owner.post(EVENTS, webinar("A")))).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(!made.is_empty());
        assert!(made.iter().all(|answer| answer.body == made[0].body));
        for refused in answers.iter().filter(|answer| answer.status != 201) {
            refused.problem(409, "idempotency_in_flight");
            assert_eq!(refused.header("retry-after"), Some("1"));
        }
        assert_eq!(column(&owner.get(EVENTS).await, "title").len(), round + 1);
    }
}

async fn a_key_is_known_to_every_process(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let replica = app.replica();
    let token = owner.post("/api/v1/tokens", json!({ "name": "Two", "role": "editor" })).await.expect(201);
    let [here, there] = [&**app, &*replica].map(|client| client.bearing(&token.string("/token")).keyed("one"));
    for round in 0..3 {
        let (here, there) = (here.keyed(&format!("round-{round}")), there.keyed(&format!("round-{round}")));
        let both = [&here, &there, &here, &there].map(|client| client.post(EVENTS, webinar("A")));
        let answers = join_all(both).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(made.iter().all(|answer| answer.body == made[0].body) && !made.is_empty());
        assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
        assert_eq!(column(&owner.get(EVENTS).await, "title").len(), round + 1);
        let replayed = there.post(EVENTS, webinar("A")).await.expect(201);
        assert_eq!((replayed.header("idempotency-replayed"), &replayed.body), (Some("true"), &made[0].body));
    }
}

/// The effect itself would refuse a second run: whoever comes second gets the first answer, not that refusal.
async fn a_key_comes_before_the_conflict_that_its_effect_would_meet(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let token = owner.post("/api/v1/tokens", json!({ "name": "two", "role": "owner" })).await.expect(201);
    let replica = app.replica();
    for round in 0..10 {
        let key = format!("round {round}");
        let [here, there] = [&**app, &*replica].map(|client| client.bearing(&token.string("/token")).keyed(&key));
        let series = json!({ "slug": format!("series-{round}"), "title": "One of a kind" });
        let (one, other) = futures_util::future::join(
            here.post("/api/v1/series", series.clone()),
            there.post("/api/v1/series", series),
        )
        .await;
        let made = [one, other].map(|answer| answer.expect(201));
        assert_eq!(made[0].body, made[1].body, "round {round}");
    }
}

async fn a_refusal_of_another_sites_page_is_a_problem(app: TestApp) {
    let elsewhere = app.with("origin", "https://elsewhere.example");
    let refused = elsewhere.with("access-control-request-method", "GET").send(Method::OPTIONS, EVENTS, None).await;
    refused.problem(403, "cors_refused");
    assert_eq!(refused.header("access-control-allow-origin"), None);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.header("x-request-id").map(str::len), Some(36));
    // A request that no browser asked about before is answered; that browser keeps the answer from the page.
    let plain = elsewhere.get(EVENTS).await.expect(200);
    assert_eq!(plain.header("access-control-allow-origin"), None);
}

async fn the_document_is_sent_once(app: TestApp) {
    let first = app.get("/openapi.json").await.expect(200);
    let tag = first.header("etag").unwrap().to_owned();
    let again = app.with("if-none-match", &tag).get("/openapi.json").await.expect(304);
    assert_eq!((again.text(), again.header("etag")), ("", Some(tag.as_str())));
    assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
    app.with("if-none-match", "\"other\"").get("/openapi.json").await.expect(200);
    let small = app.with("accept-encoding", "gzip").get("/openapi.json").await.expect(200);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.body.len() * 5 < first.body.len(), "{} of {}", small.body.len(), first.body.len());
}

async fn the_documentation_is_called_what_it_is(app: TestApp) {
    for path in ["/docs/", "/docs/index.html"] {
        let page = app.get(path).await.expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            page.text().contains("<title>Plenary API</title>") && !page.text().contains("<title>Swagger"),
            "{page}"
        );
        assert!(page.text().contains("swagger-initializer.js"), "{page}");
    }
    app.get("/docs/swagger-initializer.js").await.expect(200);
}
