//! Reports as different servers write them, and mails that are none.

use proptest::prelude::*;

use super::*;

const ID: &str = "017eb483-2280-7000-8000-000000000001@events.example.org";

/// A report with these two parts behind the text for people.
fn report(kind: &str, programs: &str, returned: &str) -> Vec<u8> {
    let mail = format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: plenary@events.example.org\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type={kind};\n\tboundary=\"=_a b\"\n\nThis is a report.\n\
         --=_a b\nContent-Type: text/plain; charset=utf-8\n\nI could not deliver.\n\n\
         --=_a b\nContent-Description: report\nContent-Type: message/{kind}\n\n{programs}\n\
         --=_a b\n{returned}\n--=_a b--\n"
    );
    mail.replace('\n', "\r\n").into_bytes()
}

/// The mail that came back.
fn whole_mail() -> String {
    format!(
        "Content-Type: message/rfc822\n\nReceived: from x\nMessage-ID: <{ID}>\nTo: Ada <ada@example.org>\n\
         Content-Type: multipart/mixed; boundary=inner\n\n--inner\n\nHello\n--inner--"
    )
}

fn postfix(recipient: &str) -> String {
    format!(
        "Reporting-MTA: dns; mx.example.org\nX-Postfix-Queue-ID: 4F2A\nArrival-Date: Tue,  1 Feb 2022 10:00:00 +0100\n\n\
         {recipient}\n"
    )
}

const FAILED: &str = "Final-Recipient: rfc822; ada@example.org\nOriginal-Recipient: rfc822;ada@example.org\nAction: failed\n\
                      Status: 5.1.1\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <ada@example.org>:\n    \
                      Recipient address rejected";

fn expected(kind: BounceKind, status: &str, diagnostic: Option<&str>, recipients: &[&str]) -> Report {
    Report {
        message_id: ID.to_owned(),
        recipients: recipients.iter().map(ToString::to_string).collect(),
        kind,
        status: (!status.is_empty()).then(|| status.to_owned()),
        diagnostic: diagnostic.map(str::to_owned),
        at: None,
    }
}

#[test]
fn a_dead_address_is_reported_with_the_mail_it_belongs_to() {
    let words = "550 5.1.1 <ada@example.org>: Recipient address rejected";
    let names = ["rfc822;ada@example.org", "rfc822; ada@example.org"];
    let dead = [expected(BounceKind::Hard, "5.1.1", Some(words), &names)];
    assert_eq!(read_reports(&report("delivery-status", &postfix(FAILED), &whole_mail())), dead);
    let head = format!("Content-Type: text/rfc822-headers\n\nTo: ada@example.org\nMessage-Id: <{ID}>\nSubject: x");
    assert_eq!(read_reports(&report("delivery-status", &postfix(FAILED), &head)), dead);
    // Line ends as a pipe on Unix hands them over.
    let unix = String::from_utf8(report("delivery-status", &postfix(FAILED), &whole_mail())).unwrap().replace('\r', "");
    assert_eq!(read_reports(unix.as_bytes()), dead);
}

#[test]
fn a_report_without_the_mail_is_known_by_what_it_answers() {
    let mail =
        String::from_utf8(report("delivery-status", &postfix(FAILED), "Content-Type: text/plain\n\nnothing")).unwrap();
    assert_eq!(read_reports(mail.as_bytes()), []);
    let answering = format!("In-Reply-To: <{ID}>\r\n{mail}");
    assert_eq!(read_reports(answering.as_bytes())[0].message_id, ID);
    let following = format!("References: <first@example.org>\r\n <{ID}>\r\n{mail}");
    assert_eq!(read_reports(following.as_bytes())[0].message_id, ID);
}

#[test]
fn delays_full_mailboxes_and_good_news() {
    for (action, status, kind) in [
        ("failed", "5.2.2", Some(BounceKind::Soft)),
        ("failed", "5.7.1 (policy)", Some(BounceKind::Soft)),
        ("delayed", "4.4.1", Some(BounceKind::Soft)),
        ("delivered", "2.1.5", None),
        ("relayed", "2.1.9", None),
    ] {
        let group = format!("Final-Recipient: rfc822; ada@example.org\nAction: {action}\nStatus: {status}");
        let read = read_reports(&report("delivery-status", &postfix(&group), &whole_mail()));
        let status = status.split(' ').next().unwrap();
        let wanted: Vec<Report> =
            kind.map(|kind| expected(kind, status, None, &["rfc822; ada@example.org"])).into_iter().collect();
        assert_eq!(read, wanted, "{action} {status}");
    }
}

#[test]
fn a_complaint_may_leave_out_whom_it_is_from() {
    let fields = "Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1";
    let complaint = expected(BounceKind::Complaint, "", None, &["ada@example.org"]);
    assert_eq!(read_reports(&report("feedback-report", fields, &whole_mail())), [complaint]);
    let named = format!("{fields}\nOriginal-Rcpt-To: <ada@example.org>");
    let complaint = expected(BounceKind::Complaint, "", None, &["<ada@example.org>"]);
    assert_eq!(read_reports(&report("feedback-report", &named, &whole_mail())), [complaint]);
    let praise = fields.replace("abuse", "not-spam");
    assert_eq!(read_reports(&report("feedback-report", &praise, &whole_mail())), []);
}

#[test]
fn what_is_no_report_says_nothing() {
    let holiday =
        format!("In-Reply-To: <{ID}>\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\nAway\r\n");
    let mixed = String::from_utf8(report("delivery-status", &postfix(FAILED), &whole_mail())).unwrap();
    let mixed = mixed.replace("multipart/report", "multipart/mixed");
    for mail in ["", "\r\n\r\n", "no mail at all", &holiday, &mixed, "Content-Type: multipart/report\r\n\r\n--\r\n"] {
        assert_eq!(read_reports(mail.as_bytes()), [], "{mail}");
    }
}

#[test]
fn a_report_that_was_cut_off_says_what_it_still_says() {
    let whole = report("delivery-status", &postfix(FAILED), &whole_mail());
    let text = String::from_utf8(whole.clone()).unwrap();
    let cut = text.find("Hello").unwrap();
    assert_eq!(read_reports(&whole[..cut]), read_reports(&whole));
}

/// A mail in a mail, ten thousand times; ten thousand parts; ten thousand recipients.
#[test]
fn deep_and_wide_mails_cost_little() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(10_000);
    assert_eq!(read_reports(&report("delivery-status", &postfix(FAILED), &nested)), []);
    let group = format!("{FAILED}\n\n").repeat(10_000);
    assert_eq!(read_reports(&report("delivery-status", &postfix(&group), &whole_mail())).len(), MOST);
    let parts = "--=_a b\nContent-Type: message/delivery-status\n\nx: y\n".repeat(10_000);
    assert_eq!(read_reports(&report("delivery-status", &parts, &whole_mail())), []);
    let folded = format!("Content-Type: message/rfc822\n\nMessage-ID: <{ID}>\nTo: {}", "(".repeat(100_000));
    assert_eq!(read_reports(&report("delivery-status", &postfix(FAILED), &folded)).len(), 1);
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(noise in proptest::collection::vec(any::<u8>(), 0..400), at in 0..1200_usize) {
        let mut mail = report("delivery-status", &postfix(FAILED), &whole_mail());
        let at = at.min(mail.len());
        mail.splice(at..at, noise);
        drop(read_reports(&mail));
    }
}
