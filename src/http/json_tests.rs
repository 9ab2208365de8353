use serde::Deserialize;

use super::*;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outer {
    list: Vec<Inner>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

fn fault(json: &str) -> (String, &'static str) {
    let problem = from_value::<Outer>(serde_json::from_str(json).unwrap()).unwrap_err();
    let error = problem.body().errors.first().cloned().unwrap();
    (error.pointer, error.code)
}

#[test]
fn faults_have_pointers() {
    assert_eq!(fault(r#"{"list":[{"name":"a"},{"name":1}]}"#), ("/list/1/name".into(), "field_type"));
    assert_eq!(fault(r#"{"list":[{}]}"#), ("/list/0/name".into(), "field_required"));
    assert_eq!(fault(r#"{"list":[],"more":1}"#), ("/more".into(), "field_unknown"));
    assert_eq!(fault(r#"{"list":[{"name":"a","x/y":1}]}"#), ("/list/0/x~1y".into(), "field_unknown"));
    assert_eq!(fault("[]").1, "field_type");
}

#[test]
fn no_body_is_the_empty_object_where_that_is_enough() {
    #[derive(Debug, Deserialize)]
    struct Optional {
        reason: Option<String>,
    }
    assert_eq!(Json::<Optional>::without_type(b"").unwrap().value.reason, None);
    let code = |refused: Result<Json<Optional>, Problem>| refused.map(drop).unwrap_err().code();
    assert_eq!(code(Json::without_type(b"{}")), Code::UnsupportedMediaType);
    assert_eq!(Json::<Outer>::without_type(b"").map(drop).unwrap_err().code(), Code::UnsupportedMediaType);
    assert_eq!(Json::<Vec<Inner>>::without_type(b"").map(drop).unwrap_err().code(), Code::UnsupportedMediaType);
}

#[test]
fn a_patch_changes_removes_and_keeps() {
    let current = Outer { list: vec![], note: Some("old".into()) };
    let kept = MergePatch(serde_json::json!({})).apply(&current).unwrap();
    assert_eq!(kept.note.as_deref(), Some("old"));
    let removed = MergePatch(serde_json::json!({"note": null})).apply(&current).unwrap();
    assert_eq!(removed.note, None);
    let changed = MergePatch(serde_json::json!({"list": [{"name": "a"}]})).apply(&current).unwrap();
    assert_eq!(changed.list.len(), 1);
    assert!(MergePatch(serde_json::json!({"list": null})).apply(&current).is_err());
}
