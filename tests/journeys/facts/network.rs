//! What is said of the network: who belongs to it, how, and when.

use serde_json::{Value, json};

use super::{Demo, column};
use crate::support::{Answer, TestAppBuilder};

both!(a_member_is_no_body_of_its_network, members_are_counted_by_category, memberships_have_their_time);

impl Demo {
    /// The id of the organisation that a search finds first by this name.
    async fn organisation(&self, name: &str) -> String {
        let found = self.owner.get(&format!("/api/v1/organisations?q={}", name.replace(' ', "%20"))).await.expect(200);
        let items = found.at("/items");
        let own = items.as_array().unwrap().iter().find(|one| one["name"] == name || one["acronym"] == name);
        own.unwrap_or_else(|| panic!("{name} in {found}"))["id"].as_str().unwrap().to_owned()
    }

    async fn memberships(&self, name: &str, query: &str) -> Answer {
        let id = self.organisation(name).await;
        self.owner.get(&format!("/api/v1/organisations/{id}/memberships?{query}")).await.expect(200)
    }
}

/// The names of those who hold each membership.
fn holders(page: &Answer) -> Vec<String> {
    let names = |all: Value| {
        let all = all.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
        all.collect::<Vec<_>>().join(" + ")
    };
    column(page, "/holders").into_iter().map(names).collect()
}

async fn members_are_counted_by_category(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let all = demo.memberships("HRCN", "").await;
    let counts = json!([
        { "category": "associated", "memberships": 3, "organisations": 5 },
        { "category": "guest", "memberships": 7, "organisations": 7 },
    ]);
    assert_eq!(all.at("/counts"), counts);
    let associated = [
        "Global CAD + US Human Rights Cities Alliance",
        "Raoul Wallenberg Institute",
        "University College Roosevelt + Utrecht University",
    ];
    let guests = ["Graz", "Lund", "Middelburg", "Nuremberg", "Utrecht", "Vienna", "York"];
    assert_eq!(holders(&all), [&associated[..], &guests[..]].concat());
    assert_eq!(holders(&demo.memberships("HRCN", "category=guest").await), guests);

    let held = demo.memberships("HRCN", "side=held").await;
    assert_eq!(column(&held, "/body/name"), ["International Committee of the World Human Rights Cities Forum"]);
    // They are two: the city is a guest, its university an associate. Barcelona takes part, and is no member.
    for (name, categories) in
        [("Utrecht", vec!["guest"]), ("Utrecht University", vec!["associated"]), ("Barcelona", vec![])]
    {
        assert_eq!(column(&demo.memberships(name, "side=held").await, "/category"), categories, "{name}");
    }
    // The network is public by its series, and so is who belongs to it.
    let id = demo.organisation("HRCN").await;
    let public = demo.app.get(&format!("/api/v1/organisations/{id}/memberships")).await.expect(200);
    assert_eq!(public.json(), all.json());
}

async fn memberships_have_their_time(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let owner = demo.owner.if_match("*");
    for (name, time) in [
        ("Vienna", json!({ "from": "2020" })),
        ("York", json!({ "until": "2021-07" })),
        ("Global CAD", json!({ "from": "2021-11-24", "until": "2022-02-23" })),
    ] {
        let id = demo.memberships(name, "side=held").await.string("/items/0/id");
        owner.patch(&format!("/api/v1/memberships/{id}"), time).await.expect(200);
    }
    let counts = async |at: &str| {
        let page = demo.memberships("HRCN", &format!("at={at}")).await;
        let number = |pointer: &str| page.at(pointer).as_i64().unwrap();
        let counts =
            [number("/counts/1/memberships"), number("/counts/0/memberships"), number("/counts/0/organisations")];
        (counts, holders(&page))
    };
    let (numbers, names) = counts("2019-12-31").await;
    assert_eq!(numbers, [6, 2, 3]);
    assert!(!names.contains(&"Vienna".to_owned()), "{names:?}");
    assert_eq!(counts("2020").await.0, [7, 2, 3]);
    assert_eq!(counts("2021-06-30").await.0, [7, 2, 3]);
    assert_eq!(counts("2021-07").await.0, [6, 2, 3]);
    assert_eq!(counts("2021-11-23").await.0, [6, 2, 3]);
    assert_eq!(counts("2021-11-24").await.0, [6, 3, 5]);
    assert_eq!(counts("2022-02-22").await.0, [6, 3, 5]);
    assert_eq!(counts("2022-02-23").await.0, [6, 2, 3]);
}

async fn a_member_is_no_body_of_its_network(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let refused = [("/holders/0", "reference_cycle")];
    let join = async |body: &str, holder: &str| {
        let (body, holder) = (demo.organisation(body).await, demo.organisation(holder).await);
        let membership = json!({ "category": "member", "holders": [holder] });
        demo.owner.post(&format!("/api/v1/organisations/{body}/memberships"), membership).await
    };
    join("Utrecht", "HRCN").await.faults(&refused);
    join("HRCN", "HRCN").await.faults(&refused);
    // The committee, to which the network belongs, would belong to one of the network's members.
    let committee = "International Committee of the World Human Rights Cities Forum";
    join("York", committee).await.faults(&refused);
    join("Barcelona", committee).await.expect(201);
}
