//! What is left of the webinars that took place: recordings, slides, agendas.

use serde_json::{Value, json};

use super::{COLOGNE, Demo, OPENING, column, entries};
use crate::support::TestAppBuilder;

both!(past_webinars_are_documented);

const SECOND: &str = "The Rise of Human Rights Cities in the EU – Why More Cities Should Join In";
const INITIATIVE: &str = "Cologne Human Rights City Initiative";

/// What a material is and whom it is by.
type Line = (&'static str, Option<&'static str>, Option<&'static str>);

const OF_OPENING: [Line; 4] = [
    ("recording", None, None),
    ("slides", Some("Bahram Ghazi"), Some("Office of the United Nations High Commissioner for Human Rights")),
    ("slides", None, Some(INITIATIVE)),
    ("agenda", None, None),
];
const OF_SECOND: [Line; 5] = [
    ("recording", None, None),
    ("slides", Some("Geraldine Guille"), Some("European Union Agency for Fundamental Rights")),
    ("slides", Some("Hans Sakkers"), Some("Utrecht")),
    ("slides", None, Some(INITIATIVE)),
    ("agenda", None, None),
];

async fn past_webinars_are_documented(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    for (title, expected) in [(OPENING, &OF_OPENING[..]), (SECOND, &OF_SECOND[..])] {
        let path = demo.event(title).await;
        let all = demo.app.get(&format!("{path}/materials")).await.expect(200);
        let lines = |pointer: &str| column(&all, pointer);
        let expect = |value: fn(&Line) -> Option<&'static str>| expected.iter().map(|one| json!(value(one))).collect();
        assert_eq!(lines("/kind"), expected.iter().map(|one| json!(one.0)).collect::<Vec<_>>());
        let (people, organisations): (Vec<Value>, Vec<Value>) = (expect(|one| one.1), expect(|one| one.2));
        assert_eq!((lines("/speaker/name"), lines("/organisation/name")), (people, organisations));
        assert_eq!(lines("/is_new"), vec![json!(true); expected.len()], "there is a notice on what is new");
        for url in lines("/url") {
            assert!(url.as_str().unwrap().starts_with("https://documents.example/"), "{url}");
        }
        // The calendar names the report and the recording.
        let id = path.rsplit('/').next().unwrap();
        let [entry] = entries(&demo.app, &format!("/calendars/events/{id}.ics")).await.try_into().unwrap();
        let paragraph = format!(
            "A report on this event is available.\nRecording: {}",
            lines("/url").first().and_then(Value::as_str).unwrap()
        );
        let description = entry["description"].as_str().unwrap();
        assert!(description.split("\n\n").any(|part| part == paragraph), "{description}");
    }
    let series = demo.series(COLOGNE).await;
    let of_series = demo.app.get(&format!("/api/v1/series/{series}/materials")).await.expect(200);
    assert_eq!(of_series.at("/items"), json!([]));
}
