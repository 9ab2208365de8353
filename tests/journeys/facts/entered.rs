//! The same programmes, entered request by request by a client that knows the OpenAPI document and nothing else. What it
//! reads back is what the demo shows.

use std::collections::HashMap;

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{TRY, load, start};
use crate::support::parsers::check_schemas;
use crate::support::{Answer, Client, TestAppBuilder};

both!(a_client_enters_all_programmes_and_reads_every_fact_back);

/// The data files of the demo: the body of a step is the body of a request.
const PROGRAMMES: [&str; 5] = [
    include_str!("../../../src/demo/programmes/0_cologne.json"),
    include_str!("../../../src/demo/programmes/1_bergen.json"),
    include_str!("../../../src/demo/programmes/2_network.json"),
    include_str!("../../../src/demo/programmes/3_uclg.json"),
    include_str!("../../../src/demo/programmes/4_covid.json"),
];
/// What a step does: `make`, `set` or `publish` what, of what, and the request that does it.
const REQUESTS: [(&str, &str, &str, &str, &str); 13] = [
    ("make", "organisation", "", "post", "/api/v1/organisations"),
    ("make", "membership", "organisation", "post", "/api/v1/organisations/{organisation_id}/memberships"),
    ("make", "speaker", "", "post", "/api/v1/speakers"),
    ("make", "series", "", "post", "/api/v1/series"),
    ("make", "event", "", "post", "/api/v1/events"),
    ("make", "appearance", "event", "post", "/api/v1/events/{event_id}/appearances"),
    ("make", "material", "event", "post", "/api/v1/events/{event_id}/materials"),
    ("make", "material", "series", "post", "/api/v1/series/{series_id}/materials"),
    ("set", "series_organisations", "series", "put", "/api/v1/series/{series_id}/organisations"),
    ("set", "event_organisations", "event", "put", "/api/v1/events/{event_id}/organisations"),
    ("set", "agenda", "event", "put", "/api/v1/events/{event_id}/agenda"),
    ("publish", "event", "event", "post", "/api/v1/events/{event_id}/publish"),
    ("publish", "series", "series", "post", "/api/v1/series/{series_id}/publish"),
];

/// A client that knows the OpenAPI document.
struct Stranger {
    document: Value,
    client: Client,
    ids: HashMap<String, String>,
    checks: Vec<Value>,
}

impl Stranger {
    async fn take(&mut self, step: &Value) {
        let word = |name: &str| step[name].as_str().unwrap_or_default();
        let of = if word("publish").is_empty() { word("of") } else { word("publish") };
        let owner = of.split(':').next().unwrap_or_default();
        let (verb, what) = match (word("make"), word("set")) {
            ("", "") => ("publish", owner),
            ("", what) => ("set", what),
            (what, _) => ("make", what),
        };
        let is_meant = |row: &&(&str, &str, &str, &str, &str)| row.0 == verb && row.1 == what && row.2 == owner;
        let (.., method, path) = REQUESTS.iter().find(is_meant).unwrap_or_else(|| panic!("{step}"));
        let mut body = step.get("body").cloned().unwrap_or_else(|| json!({}));
        self.resolve(&mut body);
        let answer = self.request(method, path, of, body).await;
        if !word("as").is_empty() {
            self.ids.insert(format!("{what}:{}", word("as")), answer.id());
        }
    }

    /// Puts the id in place of every `@kind:key`.
    fn resolve(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('@') {
                    *text = self.ids[name].clone();
                }
            }
            Value::Array(all) => all.iter_mut().for_each(|one| self.resolve(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.resolve(one)),
            _ => {}
        }
    }

    /// Sends a request that the document describes, and keeps body and answer to be held against their schemas.
    async fn request(&mut self, method: &str, path: &str, of: &str, body: Value) -> Answer {
        let operation = self.document["paths"][path][method].clone();
        assert!(operation.is_object(), "the document knows no {method} {path}");
        if let Some(content) = operation.pointer("/requestBody/content") {
            self.check(&format!("body of {method} {path}"), content, &body);
        }
        let url = match path.split_once('{') {
            None => path.to_owned(),
            Some((before, rest)) => {
                let after = rest.split_once('}').expect("a whole parameter").1;
                format!("{before}{}{after}", self.ids[of])
            }
        };
        let client = self.client.if_match("*");
        let answer = if method == "put" { client.put(&url, body).await } else { client.post(&url, body).await };
        assert!((200..300).contains(&answer.status), "{method} {url}: {answer}");
        let content = &operation["responses"][answer.status.to_string()]["content"];
        self.check(&format!("answer of {method} {path}"), content, &answer.json());
        answer
    }

    /// Reads what the document says can be read, and keeps the answer to be held against its schema.
    async fn read(&mut self, path: &str, id: &str) -> Value {
        let name = path.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
        let url = name.map_or_else(|| path.to_owned(), |name| path.replace(&format!("{{{name}}}"), id));
        let query = if self.is_paged(path) { "?limit=100" } else { "" };
        let answer = self.client.get(&format!("{url}{query}")).await.expect(200).json();
        assert!(answer.get("next_cursor").is_none_or(Value::is_null), "{url} has more than one page");
        let content = self.document["paths"][path]["get"]["responses"]["200"]["content"].clone();
        self.check(&format!("answer of get {path}"), &content, &answer);
        answer
    }

    fn is_paged(&self, path: &str) -> bool {
        let parameters = self.document["paths"][path]["get"]["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "limit"))
    }

    fn check(&mut self, what: &str, content: &Value, instance: &Value) {
        let content = content.as_object().unwrap_or_else(|| panic!("the document describes no {what}"));
        let schema = &content.values().next().expect("a media type")["schema"];
        self.checks.push(json!({ "what": what, "schema": schema, "instance": instance }));
    }

    /// Everything that a member of the staff can read of the programme, as one text in which ids are numbers in the order
    /// in which they come.
    async fn read_all(&mut self) -> String {
        let mut all = Vec::new();
        for (list, parts) in [
            ("organisations", &["", "/memberships", "/events"] as &[&str]),
            ("speakers", &["", "/appearances"]),
            ("series", &["", "/organisations", "/materials", "/events"]),
            ("events", &["", "/organisations", "/agenda", "/appearances", "/materials", "/schedule-check"]),
        ] {
            let page = self.read(&format!("/api/v1/{list}"), "").await;
            let rows = page["items"].as_array().expect("a list").iter().filter(|row| row["title"] != TRY);
            for id in rows.map(|row| row["id"].as_str().expect("an id")) {
                let name = if list == "series" {
                    "series_id".to_owned()
                } else {
                    format!("{}_id", list.trim_end_matches('s'))
                };
                for part in parts {
                    let mut answer = self.read(&format!("/api/v1/{list}/{{{name}}}{part}"), id).await;
                    without_try(&mut answer);
                    all.push(format!("{list}{part}: {answer:#}"));
                }
            }
        }
        number_ids(&all.join("\n"))
    }
}

/// Takes the event that only the demo has out of a list.
fn without_try(answer: &mut Value) {
    if let Some(items) = answer.get_mut("items").and_then(Value::as_array_mut) {
        items.retain(|item| item["title"] != TRY);
    }
}

/// Puts a number in place of every UUID.
fn number_ids(text: &str) -> String {
    let is_id = |text: &str| {
        let mut chars = text.chars().enumerate();
        chars.all(|(at, c)| if [8, 13, 18, 23].contains(&at) { c == '-' } else { c.is_ascii_hexdigit() })
    };
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let (mut numbered, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        if let Some(id) = rest.get(..36).filter(|id| is_id(id)) {
            let next = numbers.len();
            numbered.push('#');
            numbered.push_str(&numbers.entry(id).or_insert(next).to_string());
            rest = &rest[36..];
        } else {
            numbered.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    numbered
}

async fn a_client_enters_all_programmes_and_reads_every_fact_back(builder: TestAppBuilder) {
    let app = start(builder).await;
    let demo = load(app.app()).await;
    let document = app.get("/openapi.json").await.expect(200).json();
    let workspace = app.other_workspace("entered").await;
    let client = app.staff_of(&workspace, Role::Owner).await;
    let mut stranger = Stranger { document: document.clone(), client, ids: HashMap::new(), checks: Vec::new() };
    for programme in PROGRAMMES {
        let steps: Vec<Value> = serde_json::from_str(programme).unwrap();
        for step in &steps {
            stranger.take(step).await;
        }
    }
    assert_eq!(app.deliver().await, [], "nobody waits for the recordings");
    app.leave_scheduled("materials that become available later");
    let entered = stranger.read_all().await;
    let client = app.bearing(demo.token().expect("a token"));
    let mut reader = Stranger { document: document.clone(), client, ids: HashMap::new(), checks: Vec::new() };
    let shown = reader.read_all().await;
    let difference = entered.lines().zip(shown.lines()).find(|(one, other)| one != other);
    assert_eq!((difference, entered.lines().count()), (None, shown.lines().count()));
    assert!(shown.lines().count() > 5_000, "{} lines", shown.lines().count());
    assert_eq!(check_schemas(&document, &stranger.checks), Vec::<String>::new());
    assert_eq!(check_schemas(&document, &reader.checks), Vec::<String>::new());
    let untitled = json!({ "what": "it", "schema": { "$ref": "#/components/schemas/EventDetails" }, "instance": { "kind": "webinar" } });
    assert_eq!(check_schemas(&document, &[untitled]), ["it: $: 'title' is a required property"]);
    assert!(stranger.checks.len() > 300, "{} bodies", stranger.checks.len());
}
