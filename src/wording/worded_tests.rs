//! Whole mails in a workspace's own words.

use serde_json::json;

use super::*;
use crate::time::Language;
use crate::wording::Variable;

const MAIL: MailDescription = MailDescription {
    name: "test/mail",
    purpose: "",
    variables: &[
        Variable { name: "person.name", meaning: "" },
        Variable { name: "links.manage", meaning: "" },
        Variable { name: "offer.until", meaning: "" },
    ],
    has_actions: true,
    required: &[&["links.manage", "actions"], &["offer.until", "actions"]],
    samples: |_language| Vec::new(),
};
const NAME: MailName = MailName { name: "test/mail", language: Language::De };

fn templates() -> Templates {
    let mut templates = Templates::new().unwrap();
    for (name, source) in [
        (
            "test/mail.de.html",
            "{% extends \"layout.html\" %}{% from \"parts.html\" import facts %}{% block body %}{% block about %}{{ facts([[\"Wer\", person.name]]) }}{% endblock %}{% block next %}NEXT{% endblock %}{% endblock %}{% block footer %}FOOT{% endblock %}",
        ),
        (
            "test/mail.de.txt",
            "{% extends \"layout.txt\" %}{% block body %}{% block about %}Wer:\n  {{ person.name }}\n{% endblock %}{% block next %}\n\nNEXT\n{% endblock %}{% endblock %}{% block footer %}FOOT.{% endblock %}",
        ),
    ] {
        templates.add(name, source).unwrap();
    }
    templates
}

fn context() -> Json {
    json!({ "person": { "name": "Ann <i>*" }, "links": { "manage": "https://plenary.example/T" }, "offer": null })
}

fn draft(subject: &str, text: &str) -> Draft {
    Draft { subject: subject.to_owned(), text: text.to_owned() }
}

#[test]
fn own_words_stand_in_our_layout() {
    let own = draft(
        "Für {{ person.name }}",
        "Liebe *{{ person.name }}*,\n\n{{ details }}\n\n[Ändern]({{ links.manage }})\n\n{{ actions }}\n\nTschüss",
    );
    let mail = render(&templates(), NAME, &own, &context()).unwrap();
    assert_eq!((mail.subject.as_str(), mail.language.as_str()), ("Für Ann <i>*", "de"));
    assert_eq!(
        mail.text,
        "Für Ann <i>*\n\nLiebe Ann <i>*,\n\nWer:\n  Ann <i>*\n\nÄndern:\nhttps://plenary.example/T\n\nNEXT\n\nTschüss\n\n-- \nFOOT.\n"
    );
    for part in [
        "<html lang=\"de\" dir=\"ltr\">",
        "<title>Für Ann &lt;i&gt;*</title>",
        ">Für Ann &lt;i&gt;*</h1>",
        "<p>Liebe <em>Ann &lt;i&gt;*</em>,</p>",
        "<dd style=\"margin: 0;\">Ann &lt;i&gt;*</dd>",
        "<a class=\"button\" href=\"https://plenary.example/T\"",
        "NEXT",
        "<p>Tschüss</p>",
        "FOOT",
    ] {
        assert!(mail.html.contains(part), "{part}: {}", mail.html);
    }
    assert!(!mail.html.contains("<i>"), "{}", mail.html);
}

#[test]
fn what_the_mail_is_for_must_not_be_left_out() {
    let offered = json!({
        "person": { "name": "Ann" }, "links": { "manage": "https://plenary.example/T" }, "offer": { "until": "MONDAY" },
    });
    let samples = [Sample { name: "free", context: context() }, Sample { name: "offer", context: offered }];
    let missing = |text: &str| {
        let Faults { subject, text } = check(&MAIL, &draft("a", text), &samples);
        assert_eq!(subject, []);
        text.into_iter().map(|fault| fault.detail).collect::<Vec<_>>()
    };
    assert_eq!(missing("{{ actions }}"), Vec::<String>::new());
    let all = "{{ links.manage }} {% if offer %}{{ offer.until }}{% endif %}";
    assert_eq!(missing(all), Vec::<String>::new());
    assert_eq!(missing("Hi"), ["The mail has to show links.manage or actions. (In the case “free”.)"]);
    assert_eq!(missing("{{ links.manage }}"), ["The mail has to show offer.until or actions. (In the case “offer”.)"]);
    // A link in a condition that is not met shows nothing.
    assert_eq!(missing("a {% if offer %}{{ actions }}{% endif %}").len(), 1);
    assert_eq!(
        missing("{{ links.manage }} {{ offer.until }}"),
        ["A variable is asked of something that is null: put it into an if. (In the case “free”.)"]
    );
    assert_eq!(missing("a {{ details }}").len(), 1);
}

#[test]
fn nothing_may_come_out_empty() {
    let samples = [Sample { name: "free", context: context() }];
    let faults = check(&MAIL, &draft("{% if offer %}a{% endif %}", "{{ actions }}"), &samples);
    assert_eq!((faults.subject.len(), faults.text.len()), (1, 0));
    let faults = check(&MAIL, &draft("a", "{% if offer %}{{ actions }}{% endif %}"), &samples);
    assert_eq!((faults.subject.len(), faults.text.len()), (0, 1));
}

#[test]
fn what_is_null_shows_as_nothing_or_as_what_is_said_instead() {
    let context =
        json!({ "person": { "name": null }, "links": { "manage": "https://plenary.example/T" }, "offer": null });
    let own = draft("[{{ person.name }}]", "Dear {{ person.name | default(\"guest\") }}{{ person.name }}!");
    let mail = render(&templates(), NAME, &own, &context).unwrap();
    assert_eq!(mail.subject, "[]");
    assert!(mail.text.starts_with("[]\n\nDear guest!\n"), "{}", mail.text);
}
