//! Readers that are not ours. Calendars: python-icalendar, and ical.js, the engine of Thunderbird; both answer in one form,
//! so that a test can hold one against the other; and libical, the engine of Evolution and KDE. Signatures of mails: dkimpy.
//! Tables: the csv module of Python. News: its xml.etree. What the OpenAPI document says of a body: jsonschema. Pages: the html.parser of Python, and
//! Chromium with axe.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What both parsers read from `ics`. They have to agree, and to find no error.
#[track_caller]
pub fn read_calendar(ics: &str) -> Value {
    read_calendars(&[ics.to_owned()]).remove(0)
}

/// The same of many calendars at once.
#[track_caller]
pub fn read_calendars(all: &[String]) -> Vec<Value> {
    let input = serde_json::json!(all).to_string();
    let python = run(Command::new(python()).arg(script("check_ics.py")), input.as_bytes());
    let node = run(Command::new("node").arg(linked_script("check_ics.mjs")), input.as_bytes());
    let (Value::Array(python), Value::Array(node)) = (python, node) else { panic!("two lists") };
    assert_eq!((python.len(), node.len()), (all.len(), all.len()));
    let pairs = all.iter().zip(python).zip(node);
    pairs.map(|((ics, python), node)| agree(ics, python, &node)).collect()
}

#[track_caller]
fn agree(ics: &str, python: Value, node: &Value) -> Value {
    assert_eq!(python["errors"], serde_json::json!([]), "python-icalendar finds faults in:\n{ics}");
    assert_eq!(node["errors"], serde_json::json!([]), "ical.js finds faults in:\n{ics}");
    assert_eq!(&python, node, "python-icalendar and ical.js read this differently:\n{ics}");
    python
}

/// What libical reads from `ics`: `uid`, and `start` and `end` in seconds since 1970, of each event. It has to find no error,
/// and nothing that the method requires or forbids (RFC 5546).
#[track_caller]
pub fn read_with_libical(ics: &str) -> Value {
    let program =
        std::env::var_os("PLENARY_TEST_LIBICAL").map_or_else(|| root().join("target/ci/check_ics"), PathBuf::from);
    let read = run(&mut Command::new(program), ics.as_bytes());
    assert_eq!(read["errors"], serde_json::json!([]), "libical finds faults in:\n{ics}");
    read["events"].clone()
}

/// What two engines make of the VTIMEZONEs of `ics`, against a folder of zoneinfo, from one year until another: how many
/// zones there are, how many local times were compared, and which of them each engine gets wrong.
#[track_caller]
pub fn compare_zones(ics: &str, zoneinfo: &Path, years: (i32, i32)) -> Value {
    let years = [years.0.to_string(), years.1.to_string()];
    let mut compare = Command::new(python());
    let python = run(compare.arg(script("check_zones.py")).arg(zoneinfo).args(years), ics.as_bytes());
    let input = serde_json::json!({ "ics": ics, "probes": python["probes"] }).to_string();
    let node = run(Command::new("node").arg(linked_script("check_zones.mjs")), input.as_bytes());
    let count = python["probes"].as_object().expect("zones").values().map(|all| all.as_array().map_or(0, Vec::len));
    serde_json::json!({
        "zones": python["probes"].as_object().map(serde_json::Map::len),
        "probes": count.sum::<usize>(),
        "python-icalendar": python["wrong"],
        "ical.js": node["wrong"],
    })
}

/// The folder of the system's zoneinfo.
pub fn system_zoneinfo() -> PathBuf {
    std::env::var_os("TZDIR").map_or_else(|| PathBuf::from("/usr/share/zoneinfo"), PathBuf::from)
}

/// The folder of the newest zoneinfo beside the tools: of Python's `tzdata` package, which is pinned.
pub fn newest_zoneinfo() -> PathBuf {
    let find = "import json, os, tzdata; print(json.dumps(os.path.join(os.path.dirname(tzdata.__file__), 'zoneinfo')))";
    let folder = run(Command::new(python()).args(["-c", find]), b"");
    PathBuf::from(folder.as_str().expect("a folder"))
}

/// vdirsyncer, whose arguments are still to come.
pub fn vdirsyncer_command() -> Command {
    let mut command = Command::new(python());
    command.args(["-m", "vdirsyncer"]);
    command
}

/// Checks the DKIM signature of a mail, with one TXT record in the whole of the DNS. Returns whether it holds, and the names
/// of the signed fields.
#[track_caller]
pub fn verify_dkim(mail: &[u8], record_name: &str, record_value: &str) -> (bool, Vec<String>) {
    let answer = run(Command::new(python()).arg(script("verify_dkim.py")).args([record_name, record_value]), mail);
    let signed = answer["signed"].as_array().expect("a list").iter();
    (answer["valid"] == true, signed.map(|name| name.as_str().unwrap_or_default().to_owned()).collect())
}

/// What of `checks`, each `{what, schema, instance}`, does not fit its schema of an OpenAPI document, as jsonschema reads it.
#[track_caller]
pub fn check_schemas(document: &Value, checks: &[Value]) -> Vec<String> {
    let input = serde_json::json!({ "document": document, "checks": checks }).to_string();
    let faults = run(Command::new(python()).arg(script("check_schema.py")), input.as_bytes());
    faults.as_array().expect("a list").iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
}

/// What keeps people from using these pages, as Chromium shows them: narrow and dark, wide and light. Each fault
/// names the page.
#[track_caller]
pub fn check_pages(addresses: &[String]) -> Vec<String> {
    let input = serde_json::json!(addresses).to_string();
    let faults = run(Command::new("node").arg(linked_script("check_pages.mjs")), input.as_bytes());
    faults.as_array().expect("a list").iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
}

/// The rows that Python's csv module reads from a table.
#[track_caller]
pub fn read_csv(table: &[u8]) -> Vec<Vec<String>> {
    let rows = run(Command::new(python()).arg(script("read_csv.py")), table);
    serde_json::from_value(rows).expect("rows of texts")
}

/// What the XML reader of Python finds in an Atom feed, which has to hold all that RFC 4287 requires.
#[track_caller]
pub fn read_atom(feed: &str) -> Value {
    let mut read = run(Command::new(python()).arg(script("read_atom.py")), feed.as_bytes());
    assert_eq!(read["errors"].take(), serde_json::json!([]), "faults in:\n{feed}");
    read
}

/// What html.parser reads of a page. It has to find no fault: every element closed, every id once, every field with its label.
#[track_caller]
pub fn read_page(html: &str) -> Value {
    let page = run(Command::new(python()).arg(script("read_page.py")), html.as_bytes());
    assert_eq!(page["errors"], serde_json::json!([]), "faults in:\n{html}");
    page
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn script(name: &str) -> PathBuf {
    root().join("tests/support/parsers").join(name)
}

fn python() -> PathBuf {
    std::env::var_os("PLENARY_TEST_PYTHON").map_or_else(|| root().join("target/ci/venv/bin/python"), PathBuf::from)
}

/// Node looks for modules beside the script that asks for them, so the script is put beside them.
fn linked_script(name: &str) -> PathBuf {
    let modules = std::env::var_os("PLENARY_TEST_NODE_MODULES")
        .map_or_else(|| root().join("target/ci/node/node_modules"), PathBuf::from);
    let link = modules.parent().expect("a folder around node_modules").join(name);
    let own = std::fs::read(script(name)).expect("the script");
    if std::fs::read(&link).ok().as_deref() != Some(own.as_slice()) {
        let draft = link.with_extension(format!("{:?}", std::thread::current().id()).replace(['(', ')'], "-"));
        std::fs::write(&draft, own).unwrap_or_else(|error| panic!("{error}: run .ci/test, which installs its modules"));
        std::fs::rename(&draft, &link).expect("the script beside its modules");
    }
    link
}

#[track_caller]
fn run(command: &mut Command, input: &[u8]) -> Value {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: run .ci/test, which installs the parsers"));
    child.stdin.take().expect("a pipe").write_all(input).expect("the parser reads");
    let output = child.wait_with_output().expect("the parser ends");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}: {said}"))
}
