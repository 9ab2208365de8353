use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{App, test, web};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use utoipa_actix_web::AppExt;

use super::*;
use crate::accounts::{self, NewToken, NewWorkspace, Role};
use crate::db::{Conn, Db, DbUrl, PoolSize, migrate};
use crate::http::{Links, Problem, State};
use crate::time::{Clock, Context, Ids, Zone};

fn run_sql(conn: &mut Conn, sql: &str) {
    conn.batch_execute(sql).unwrap();
}

fn uid(conn: &Conn, id: impl ToString) -> String {
    let text = id.to_string();
    match conn {
        Conn::Postgres(_) => format!("'{text}'"),
        Conn::Sqlite(_) => format!("x'{}'", text.replace('-', "")),
    }
}

async fn setup(url: &str) -> (web::Data<State>, Vec<String>, Vec<crate::http::WorkspaceId>) {
    let url = DbUrl::parse(url).unwrap();
    migrate::run(&url).unwrap();
    let db = Db::open(&url, PoolSize::default()).unwrap();
    let clock = Clock::fixed("2026-01-02T03:04:05.678901Z".parse().unwrap());
    let ids = Ids::random();
    let context = Context::new(&clock, &ids);
    let (tokens, spaces) = db
        .write(move |conn| {
            let (mut tokens, mut spaces) = (vec![], vec![]);
            for slug in ["one", "two"] {
                let slug = format!("{slug}-{}", context.uuid());
                let new = NewWorkspace {
                    slug: slug.into(),
                    name: "W".into(),
                    timezone: Zone::parse("Europe/Berlin").unwrap(),
                    language: "en".into(),
                };
                let w = accounts::create_workspace(conn, &context, &new).map_err(Problem::from)?;
                let t = NewToken { name: "t".into(), role: Role::Owner, scopes: None, expires_at: None };
                tokens.push(accounts::create_token(conn, &context, w.id, None, None, &t).map_err(Problem::from)?.0);
                spaces.push(w.id);
            }
            Ok::<_, Problem>((tokens, spaces))
        })
        .await
        .unwrap();
    let state = web::Data::new(State {
        db,
        clock,
        ids,
        authenticator: Arc::new(accounts::TokenAuthenticator),
        links: Links::new(vec![1; 32].into(), "http://x"),
        limits: crate::config::LimitConfig { body_bytes: 1 << 20, rate_limit: crate::config::RateLimit::Off },
        in_flight: crate::http::InFlight::default(),
    });
    (state, tokens, spaces)
}

macro_rules! call {
    ($app:expr, $method:ident $path:expr, $token:expr, $tag:expr, $body:expr) => {{
        let mut r = test::TestRequest::$method().uri(&$path);
        if let Some(token) = $token {
            r = r.insert_header(("authorization", format!("Bearer {token}")));
        }
        if let Some(tag) = $tag {
            let tag: String = tag;
            r = r.insert_header(("if-match", tag));
        }
        let body: Option<Value> = $body;
        if let Some(body) = body {
            r = r.set_json(body);
        }
        let a = test::call_service(&$app, r.to_request()).await;
        let status = a.status();
        let etag = a.headers().get("etag").map(|e| e.to_str().unwrap().to_owned());
        let bytes = test::read_body(a).await;
        let v: Value = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)))
        };
        (status, etag, v)
    }};
}

async fn whole(url: &str) {
    let (state, tokens, spaces) = setup(url).await;
    let (app, document) = App::new()
        .into_utoipa_app()
        .app_data(state.clone())
        .service(utoipa_actix_web::scope("/api/v1").configure(api::routes))
        .split_for_parts();
    let document = crate::http::complete(serde_json::to_value(&document).unwrap()).unwrap();
    if url.starts_with("sqlite") {
        println!(
            "{}",
            serde_json::to_string_pretty(
                &document["paths"]["/api/v1/organisations/{organisation_id}"]["patch"]["parameters"]
            )
            .unwrap()
        );
        println!(
            "{}",
            serde_json::to_string_pretty(&document["components"]["schemas"]["OrganisationDetails"]).unwrap()
        );
        println!(
            "{:?}",
            document["paths"]["/api/v1/organisations"]["post"]["responses"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>()
        );
    }
    let app = test::init_service(app.configure(crate::http::routing::configure)).await;
    let none: Option<String> = None;
    let t = Some(tokens[0].clone());
    let other = Some(tokens[1].clone());
    let base = "/api/v1/organisations".to_owned();
    let body = json!({"name":"United Cities and Local Governments","acronym":"UCLG","aliases":["CGLU"],"kind":"network","country":"ES","url":"https://uclg.example/","description":"The world organisation.","legal_form":{"text":"Association","language":"fr"},"logo":{"url":"https://uclg.example/logo.svg","alt":"UCLG"}});
    let (s, tag, uclg) = call!(app, post base, t.clone(), none.clone(), Some(body.clone()));
    println!(
        "REQUEST {}\nRESPONSE {s} {tag:?} {}",
        serde_json::to_string_pretty(&body).unwrap(),
        serde_json::to_string_pretty(&uclg).unwrap()
    );
    assert_eq!(s, StatusCode::CREATED);
    let uid_uclg = uclg["id"].as_str().unwrap().to_owned();
    let (s, _, com) = call!(app, post base, t.clone(), none.clone(), Some(json!({"name":"Committee on Social Inclusion","acronym":"CSIPDHR","aliases":["CISDP"],"kind":"committee","parent_id":uid_uclg})));
    assert_eq!(s, 201, "{com}");
    let com_id = com["id"].as_str().unwrap().to_owned();
    for name in
        ["Utrecht", "Utrecht University", "Dagård & søn", "COVID-19 task force", "Østfold", "Zürich", "Åbo", "Utrecht"]
    {
        let (s, _, v) = call!(app, post base, t.clone(), none.clone(), Some(json!({"name":name,"kind":"city"})));
        assert_eq!(s, 201, "{v}");
    }
    // other workspace's parent
    let (s, _, v) = call!(app, post base, other.clone(), none.clone(), Some(json!({"name":"X","parent_id":uid_uclg})));
    assert_eq!(
        (s.as_u16(), &v["code"], &v["errors"][0]["pointer"]),
        (422, &json!("reference_unknown"), &json!("/parent_id"))
    );
    // list
    for (q, n) in [
        ("covid%2019", 1),
        ("dagard", 1),
        ("dag%C3%A5rd", 1),
        ("DAGARD%20SON", 1),
        ("son%20dagard", 1),
        ("utrecht", 3),
        ("university%20utrecht", 1),
        ("utrecht%20graz", 0),
        ("%25", 0),
        ("_", 0),
        ("%00", 0),
        ("%20", 10),
        ("cisdp", 1),
        ("uclg", 1),
        ("cglu%20cities", 1),
    ] {
        let (s, _, v) = call!(app, get format!("{base}?q={q}"), t.clone(), none.clone(), None);
        assert_eq!(s, 200, "{q} {v}");
        assert_eq!(v["items"].as_array().unwrap().len(), n, "{q}");
    }
    let (_, _, v) = call!(app, get format!("{base}?kind=committee"), t.clone(), none.clone(), None);
    assert_eq!(v["items"].as_array().unwrap().len(), 1);
    let (s, _, v) = call!(app, get format!("{base}?kind=nonsense"), t.clone(), none.clone(), None);
    assert_eq!(s, 400, "{v}");
    let mut names = vec![];
    let mut cursor = String::new();
    loop {
        let (s, _, v) = call!(app, get format!("{base}?limit=3{cursor}"), t.clone(), none.clone(), None);
        assert_eq!(s, 200, "{v}");
        names.extend(v["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()));
        match v["next_cursor"].as_str() {
            Some(c) => cursor = format!("&cursor={c}"),
            None => break,
        }
    }
    assert_eq!(
        names,
        [
            "Åbo",
            "Committee on Social Inclusion",
            "COVID-19 task force",
            "Dagård & søn",
            "Østfold",
            "United Cities and Local Governments",
            "Utrecht",
            "Utrecht",
            "Utrecht University",
            "Zürich"
        ]
    );
    use base64::Engine as _;
    let evil =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(serde_json::to_vec(&("\0", uid_uclg.clone())).unwrap());
    let (s, _, _) = call!(app, get format!("{base}?cursor={evil}"), t.clone(), none.clone(), None);
    println!("evil cursor {s}");
    let (s, _, v) = call!(app, get base, other.clone(), none.clone(), None);
    assert_eq!((s.as_u16(), v["items"].as_array().unwrap().len()), (200, 0));
    let (s, _, _) = call!(app, get base, none.clone(), none.clone(), None);
    assert_eq!(s, 401);
    // get
    let one = format!("{base}/{uid_uclg}");
    let (s, tag2, v) = call!(app, get one, t.clone(), none.clone(), None);
    assert_eq!((s.as_u16(), &tag2, &v), (200, &tag, &uclg));
    for token in [none.clone(), other.clone()] {
        let (s, _, _) = call!(app, get one, token, none.clone(), None);
        assert_eq!(s, 404);
    }
    let (s, _, _) = call!(app, patch one, other.clone(), tag.clone(), Some(json!({"name":"x"})));
    assert_eq!(s, 404);
    // cycle
    let (s, _, v) = call!(app, patch one, t.clone(), tag.clone(), Some(json!({"parent_id": com_id})));
    assert_eq!((s.as_u16(), &v["code"]), (422, &json!("reference_cycle")), "{v}");
    let (s, _, v) = call!(app, patch one, t.clone(), tag.clone(), Some(json!({"parent_id": uid_uclg})));
    assert_eq!((s.as_u16(), &v["code"]), (422, &json!("reference_cycle")), "{v}");
    // nothing changed
    let (s, tag3, _) = call!(app, patch one, t.clone(), tag.clone(), Some(json!({"name": uclg["name"]})));
    assert_eq!((s.as_u16(), &tag3), (200, &tag));
    let (s, tag4, v) = call!(app, patch one, t.clone(), tag.clone(), Some(json!({"logo": {"alt":"New"}, "legal_form": null, "kind": null, "aliases": ["Nya Åbo"], "url": null})));
    assert_eq!(s, 200, "{v}");
    assert_eq!(
        (&v["logo"], &v["legal_form"], &v["kind"], &v["revision"]),
        (&json!({"url":"https://uclg.example/logo.svg","alt":"New"}), &Value::Null, &json!("other"), &json!(2))
    );
    let (s, _, _) = call!(app, patch one, t.clone(), tag.clone(), Some(json!({"name": "y"})));
    assert_eq!(s, 412);
    let (s, _, _) = call!(app, patch one, t.clone(), none.clone(), Some(json!({"name": "y"})));
    assert_eq!(s, 428);
    let (_, _, v) = call!(app, get format!("{base}?q=nya%20abo"), t.clone(), none.clone(), None);
    assert_eq!(v["items"].as_array().unwrap().len(), 1);
    let (s, _, v) =
        call!(app, post base, t.clone(), none.clone(), Some(json!({"name":"X","country":"UK","logo":{"url":"x"}})));
    assert_eq!(
        (s.as_u16(), &v["errors"][0]["pointer"], &v["errors"][0]["code"]),
        (422, &json!("/logo/alt"), &json!("field_required"))
    );
    // delete in use
    let (s, _, v) = call!(app, delete one, t.clone(), tag4.clone(), None);
    assert_eq!((s.as_u16(), &v["code"]), (409, &json!("in_use")), "{v}");
    // public
    let w = spaces[0];
    let (c, e) = (
        com_id.clone(),
        uuid::Uuid::from_u128(u128::from_str_radix(&uid_uclg.replace('-', "")[..24], 16).unwrap() << 32),
    );
    let c = c.clone();
    let c0 = c.clone();
    let sql = move |conn: &mut Conn, text: &str| {
        let (w, c, e) = (uid(conn, w), uid(conn, &c), uid(conn, e));
        run_sql(
            conn,
            &text.replace("$w", &w).replace("$c", &c).replace("$e", &e).replace("$t", "'2026-01-01T00:00:00.000000Z'"),
        );
    };
    let com_url = format!("{base}/{com_id}");
    let c1 = c0.clone();
    let public = |label: &'static str, statement: String, expected: u16| {
        let (state, app, com_url, sql, none) = (state.clone(), &app, com_url.clone(), sql.clone(), none.clone());
        let _ = &c1;
        async move {
            state
                .write(move |conn, _| {
                    sql(conn, &statement);
                    Ok(())
                })
                .await
                .unwrap();
            let (s, _, _) = call!(app, get com_url, none.clone(), none.clone(), None);
            assert_eq!(s.as_u16(), expected, "{label}");
        }
    };
    public("draft", format!("insert into events (id,workspace_id,uid,kind,title,content,languages,precision,sorts_at,previous_whens,visibility,status,registration_policy,search_text,sequence,revision,created_at,updated_at) values ($e,$w,'{e}','webinar','T','{{}}','[]','none',$t,'[]','draft','tentative','{{}}','t',0,1,$t,$t); insert into event_organisations (event_id,organisation_id,role,position) values ($e,$c,'organiser',0)"), 404).await;
    public("published", "update events set visibility='published' where id=$e".into(), 200).await;
    public("unlinked", "delete from event_organisations where event_id=$e".into(), 404).await;
    public("appearance", "insert into appearances (id,workspace_id,event_id,position,organisation_id,role,status,revision,created_at,updated_at) values ($e,$w,$e,0,$c,'speaker','tbc',1,$t,$t)".into(), 200).await;
    public("withdrawn", "update appearances set status='withdrawn' where id=$e".into(), 404).await;
    public("series draft", format!("delete from appearances where id=$e; insert into series (id,workspace_id,slug,title,content,languages,visibility,search_text,revision,created_at,updated_at) values ($e,$w,'s','S','{{}}','[]','draft','s',1,$t,$t); insert into series_organisations (series_id,organisation_id,role,position) values ($e,$c,'organiser',0)"), 404).await;
    public("series published", "update series set visibility='published' where id=$e".into(), 200).await;
    let (_, ctag, _) = call!(app, get com_url, t.clone(), none.clone(), None);
    let (s, _, v) = call!(app, delete com_url, t.clone(), ctag.clone(), None);
    assert_eq!((s.as_u16(), &v["code"]), (409, &json!("in_use")), "{v}");
    public("gone", "delete from series_organisations where series_id=$e".into(), 404).await;
    let (s, _, _) = call!(app, delete com_url, t.clone(), ctag.clone(), None);
    assert_eq!(s, 204);
    let (s, _, _) = call!(app, get com_url, t.clone(), none.clone(), None);
    assert_eq!(s, 404);
    // find_many
    let found = state
        .read(move |conn| {
            let all = store::list(conn, w, &store::OrganisationFilter::default(), None, 100)?;
            let ids: Vec<_> = all.iter().map(|o| o.id).collect();
            let mut rev = ids.clone();
            rev.reverse();
            let many = store::find_many(conn, w, &rev)?;
            assert_eq!(store::find_many(conn, spaces[1], &rev)?.len(), 0);
            Ok((all, many))
        })
        .await
        .unwrap();
    assert_eq!(found.0, found.1);
    // race for a circle
    let mut made = vec![];
    for name in ["A", "B", "C", "D"] {
        let (_, _, v) = call!(app, post base, t.clone(), none.clone(), Some(json!({"name":name})));
        made.push(OrganisationId(v["id"].as_str().unwrap().parse().unwrap()));
    }
    for _ in 0..20 {
        let (a, b) = (made[0], made[1]);
        state
            .write(move |conn, cx| {
                for id in [a, b] {
                    let o = store::get(conn, w, id)?;
                    let mut d = o.details();
                    d.parent_id = None;
                    change_organisation(conn, cx, &o, &d)?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let set = |x: OrganisationId, y: OrganisationId| {
            let state = state.clone();
            async move {
                state
                    .write(move |conn, cx| {
                        let o = store::get(conn, w, x)?;
                        let mut d = o.details();
                        d.parent_id = Some(y);
                        Ok(change_organisation(conn, cx, &o, &d)?)
                    })
                    .await
            }
        };
        let (one, two) = futures_util::future::join(set(a, b), set(b, a)).await;
        let codes: Vec<_> =
            [one.map(drop), two.map(drop)].into_iter().map(|r| r.map_err(|p| p.code().name())).collect();
        assert!(codes.contains(&Ok(())) && codes.contains(&Err("reference_cycle")), "{codes:?}");
    }
}

#[actix_web::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    whole(&format!("sqlite:{}", dir.path().join("a.db").display())).await;
}

#[actix_web::test]
async fn postgres() {
    let Ok(url) = std::env::var("PROBE_PG") else { return };
    whole(&url).await;
}
