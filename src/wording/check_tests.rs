//! What a template may hold, and what it may not.

use super::*;
use crate::wording::{Sample, Variable};

const MAIL: MailDescription = MailDescription {
    name: "test/mail",
    purpose: "",
    variables: &[
        Variable { name: "person.name", meaning: "" },
        Variable { name: "queue.ahead", meaning: "" },
        Variable { name: "state", meaning: "" },
    ],
    has_actions: true,
    required: &[],
    samples: |_language| Vec::<Sample>::new(),
};

fn faults(text: &str) -> Vec<(Option<usize>, String)> {
    check_text(&MAIL, text).into_iter().map(|fault| (fault.line, fault.detail)).collect()
}

#[test]
fn variables_conditions_comparisons_and_filters_are_welcome() {
    for text in [
        "Dear {{ person.name }},",
        "{% if queue %}{{ queue.ahead }} of {{ queue.ahead + 1 }}{% elif state == \"a\" %}b{% else %}c{% endif %}",
        "{{ person.name | upper }} {{ queue.ahead | default(\"none\") }}",
        "{% if not state or (queue and 0 < queue.ahead <= 3) %}x{% endif %}{# a remark #}",
        "{{ details }}\n\n{{ actions }}",
        "{{ \"a\" if state in \"abc\" else \"b\" ~ state }}",
    ] {
        assert_eq!(faults(text), [], "{text}");
    }
}

#[test]
fn what_could_grow_or_reach_out_is_refused_with_its_line() {
    for text in [
        "{% for a in person %}{{ a }}{% endfor %}",
        "{% set a = state %}",
        "{% set a %}x{% endset %}",
        "{% with a = state %}{% endwith %}",
        "{% include \"registrations/confirmed.en.txt\" %}",
        "{% extends \"layout.txt\" %}",
        "{% import \"parts.html\" as parts %}",
        "{% from \"parts.html\" import facts %}",
        "{% block body %}{% endblock %}",
        "{% macro a() %}{% endmacro %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% do state.a() %}",
        "{{ \"x\" * 1000000000 }}",
        "{{ 9 ** 99999 }}",
        "{{ range(100000) }}",
        "{{ state.upper() }}",
        "{{ [1, 2] }}",
        "{{ {\"a\": 1} }}",
        "{{ state[1:2] }}",
        "{{ person[\"name\"] }}",
        "{{ state | safe }}",
        "{{ state | replace(\"a\", \"bb\") }}",
        "{{ state is defined }}",
        "{{ self.body() }}",
        "{{ super() }}",
        "{{ debug() }}",
    ] {
        let found = faults(&format!("First line.\n{text}"));
        assert!(!found.is_empty() && found.iter().all(|(line, _)| *line == Some(2)), "{text}: {found:?}");
    }
}

#[test]
fn a_fault_names_what_could_stand_there() {
    let found = check_text(&MAIL, "a\n\nDear {{ person.nmae }}");
    assert_eq!(found[0].sentence(), "Line 3: This mail has no variable person.nmae.");
    assert_eq!(found[0].candidates, ["person.name", "queue.ahead", "state", "details", "actions"]);
    let group = check_text(&MAIL, "{{ queue }}");
    assert_eq!(group[0].sentence(), "Line 1: queue is a group of variables: name one of them.");
    assert_eq!(group[0].candidates, ["queue.ahead"]);
    let broken = check_text(&MAIL, "a\n{% if state %}");
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].line, Some(2));
    assert_eq!(check_text(&MailDescription { has_actions: false, ..MAIL }, "{{ actions }}").len(), 1);
}

#[test]
fn a_subject_is_one_line_and_has_no_blocks() {
    let details = |text: &str| check_subject(&MAIL, text).into_iter().map(|fault| fault.detail).collect::<Vec<_>>();
    assert_eq!(details("Hello {{ person.name }}"), Vec::<String>::new());
    for wrong in ["", " ", "a\nb", "a\r\nBcc: b@example.org", "a\0b", "a\u{E000}b", "{{ details }}", &"a".repeat(301)] {
        assert_eq!(details(wrong).len(), 1, "{wrong:?}");
    }
}

#[test]
fn a_text_is_neither_empty_nor_endless_nor_full_of_control_characters() {
    for (wrong, line) in [(" \n", None), ("a\nb\0", Some(2)), ("a\u{E100}", Some(1))] {
        assert_eq!(
            check_text(&MAIL, wrong).into_iter().map(|fault| fault.line).collect::<Vec<_>>(),
            [line],
            "{wrong:?}"
        );
    }
    assert_eq!(check_text(&MAIL, &"é".repeat(LONGEST_TEXT)), []);
    assert_eq!(check_text(&MAIL, &"é".repeat(LONGEST_TEXT + 1)).len(), 1);
    let deep = format!("{{{{ {}state{} }}}}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(check_text(&MAIL, &deep).len(), 1);
    let nested = format!("{}x{}", "{% if state %}".repeat(500), "{% endif %}".repeat(500));
    assert_eq!(check_text(&MAIL, &nested).len(), 1);
}

#[test]
fn chains_that_would_exhaust_the_stack_are_refused() {
    for text in [
        format!("{{{{ state{} }}}}", " + state".repeat(2_000)),
        format!("{{{{ state{} }}}}", "|lower".repeat(3_000)),
        format!("{{{{ person{} }}}}", ".name".repeat(3_900)),
        format!("{{{{ {}state }}}}", "not ".repeat(4_000)),
        format!("{{{{ state{} }}}}", " if state".repeat(2_000)),
        format!("{{% if state %}}{}{{% endif %}}", "{% elif state %}".repeat(1_200)),
        // The end of a tag in quotes is not its end.
        format!("{{{{ \"}}}}\" ~ state{} }}}}", " ~ state".repeat(2_000)),
    ] {
        let found = check_text(&MAIL, &text);
        assert!(matches!(found.as_slice(), [fault] if fault.detail.contains(" at most ")), "{found:?}");
        assert_eq!(found[0].line, Some(1));
    }
    let many = "{{ person.name }} {% if state %}{{ state | upper }}{% else %}-{% endif %}\n".repeat(250);
    assert_eq!(check_text(&MAIL, &many), []);
}
