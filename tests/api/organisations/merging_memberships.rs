//! What becomes of memberships where two organisations turn out to be one.

use plenary::accounts::Role;
use serde_json::json;

use super::super::events::make_organisation;
use super::{MEMBERSHIPS, ORGANISATIONS, join, merge};
use crate::support::{Answer, TestApp};

both!(circles_are_refused, memberships_move_and_meet);

async fn memberships_move_and_meet(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut ids = Vec::new();
    for name in ["Old", "Into", "Network", "City"] {
        ids.push(make_organisation(&owner, name).await);
    }
    let [old, into, network, city] = ids.as_slice() else { panic!("four") };
    let twice = join(&owner, network, "guest", &[old]).await;
    let same = join(&owner, network, "guest", &[into]).await;
    let joint = join(&owner, network, "associated", &[old, city, into]).await;
    let moved = join(&owner, old, "member", &[city]).await;
    let own = join(&owner, into, "member", &[old]).await;
    let shared = join(&owner, into, "office", &[old, city]).await;
    let untouched = join(&owner, network, "host", &[city]).await;
    app.pass(chrono::TimeDelta::minutes(1));
    let merged = merge(&owner, old, into).await.expect(200);
    let removed = |one: &Answer, body: &str, reason: &str| {
        json!({
            "id": one.id(), "body_id": body, "category": one.string("/category"), "holders": [old], "reason": reason,
        })
    };
    let gone = json!([removed(&twice, network, "duplicate"), removed(&own, into, "own")]);
    assert_eq!(merged.at("/removed_memberships"), gone);
    for one in [&twice, &own] {
        owner.get(&format!("{MEMBERSHIPS}/{}", one.id())).await.problem(404, "not_found");
    }
    let state = async |one: &Answer| {
        let now = owner.get(&format!("{MEMBERSHIPS}/{}", one.id())).await.expect(200);
        let holders = now.at("/holders");
        let names: Vec<String> =
            holders.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        (now.string("/body/name"), names.join(" + "), now.at("/revision"))
    };
    for (one, body, holders, revision) in [
        (&same, "Network", "Into", 1),
        (&joint, "Network", "Into + City", 2),
        (&moved, "Into", "City", 2),
        (&shared, "Into", "City", 2),
        (&untouched, "Network", "City", 1),
    ] {
        assert_eq!(state(one).await, (body.to_owned(), holders.to_owned(), json!(revision)));
    }
    let counts = owner.get(&format!("{ORGANISATIONS}/{network}/memberships")).await.at("/counts");
    let count = |category: &str, organisations: u32| json!({ "category": category, "memberships": 1, "organisations": organisations });
    assert_eq!(counts, json!([count("associated", 2), count("guest", 1), count("host", 1)]));
    owner.if_match("*").delete(&format!("{ORGANISATIONS}/{into}")).await.problem(409, "in_use");
}

async fn circles_are_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut ids = Vec::new();
    for name in ["Old", "Into", "Between"] {
        ids.push(make_organisation(&owner, name).await);
    }
    let [old, into, between] = ids.as_slice() else { panic!("three") };
    join(&owner, between, "member", &[old]).await;
    let above = join(&owner, into, "member", &[between]).await;
    merge(&owner, old, into).await.faults(&[("/into", "reference_cycle")]);
    merge(&owner, into, old).await.faults(&[("/into", "reference_cycle")]);
    assert_eq!(owner.get(&format!("{ORGANISATIONS}/{old}")).await.expect(200).at("/revision"), 1);
    owner.if_match("*").delete(&format!("{MEMBERSHIPS}/{}", above.id())).await.expect(204);
    merge(&owner, old, into).await.expect(200);
}
