//! In which language people are spoken to whose own we do not write.

use serde_json::{Value, json};

use crate::support::{TestApp, person};

both!(a_language_that_we_do_not_write_falls_to_that_of_the_workspace);

async fn a_language_that_we_do_not_write_falls_to_that_of_the_workspace(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let any = event.owner.if_match("*");
    for (workspace, own, language, greeting) in [
        ("de-CH", "es", "de", "Guten Tag"),
        ("de-CH", "es-419", "de", "Guten Tag"),
        ("de-CH", "fr-Latn-CH", "fr", "Bonjour"),
        ("de-CH", "nl-BE", "nl", "Hallo"),
        ("es", "pt", "en", "Hello"),
    ] {
        any.patch("/api/v1/workspaces/demo", json!({ "language": workspace })).await.expect(200);
        let mut ada = person("Ada", &format!("{own}@example.org").to_lowercase());
        ada["language"] = json!(own);
        app.post(&event.registrations, ada).await.expect(201);
        let mail = app.deliver().await.pop().unwrap();
        let place = format!("{workspace} {own}\n{}", mail.text);
        assert!(mail.text.contains(greeting), "{place}");
        assert!(mail.html.contains(&format!("<html lang=\"{language}\"")), "{place}");
        let page = mail.link("/registrations/");
        let shown = app.get(page).await.expect(200);
        assert!(shown.text().contains(&format!("<html lang=\"{language}\"")), "{place}\n{shown}");
        let joined = app.get(mail.link("/join/")).await;
        assert!(joined.text().contains(&format!("<html lang=\"{language}\"")), "{place}\n{joined}");
        let erase = app.get(&format!("{page}/erase")).await.expect(200);
        assert!(erase.text().contains(&format!("<html lang=\"{language}\"")), "{place}\n{erase}");
        // What is chosen counts before all; a browser knows better than the workspace what an unknown person reads.
        let chosen = app.get(&format!("{page}?lang=fr")).await.expect(200);
        assert!(chosen.text().contains("<html lang=\"fr\""), "{place}\n{chosen}");
        let unknown = app.get(&format!("{page}?lang=es")).await.expect(200);
        assert!(unknown.text().contains(&format!("<html lang=\"{language}\"")), "{place}\n{unknown}");
        let browser = app.with("accept-language", "es, nl;q=0.5").get(page).await.expect(200);
        let expected = if own.starts_with("es") || own == "pt" { "nl" } else { language };
        assert!(browser.text().contains(&format!("<html lang=\"{expected}\"")), "{place}\n{browser}");
        app.post(&format!("{}/cancel", mail.link("/manage/")), Value::Null).await.expect(200);
        app.deliver().await;
    }
}
