//! A folder as a mailbox: whole files, one for each Message-ID.

use chrono::{TimeZone as _, Utc};

use super::{
    super::{
        address::EmailAddress,
        message::{MailMessage, Recipient},
        transport::{DEFAULT_TIMEOUT, MailConfig, Mailer},
    },
    *,
};

fn message(id: &str, second: u32) -> MailMessage {
    MailMessage {
        message_id: id.to_owned(),
        to: Recipient { name: None, address: EmailAddress::parse("ann@example.org").unwrap() },
        from_name: None,
        reply_to: None,
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        calendar: None,
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: Utc.with_ymd_and_hms(2027, 3, 9, 8, 5, second).unwrap(),
    }
}

fn mailer(folder: &Path) -> Mailer {
    let config = MailConfig {
        url: format!("file:{}", folder.display()),
        from: EmailAddress::parse("events@plenary.example").unwrap(),
        from_name: None,
        timeout: DEFAULT_TIMEOUT,
    };
    Mailer::from_config(&config).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_becomes_one_file_however_often_it_is_sent() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("not/yet/there");
    let mailer = mailer(&folder);
    mailer.send(&message("a.1@plenary.example", 1)).await.unwrap();
    mailer.send(&message("a.1@plenary.example", 1)).await.unwrap();
    mailer.send(&message("a.1@plenary.example", 2)).await.unwrap();
    mailer.send(&message("a.2@plenary.example", 2)).await.unwrap();
    // To end like another's id is no reason to be left out.
    mailer.send(&message("aZ-b@plenary.example", 3)).await.unwrap();
    mailer.send(&message("b@plenary.example", 4)).await.unwrap();
    assert_eq!(
        files(&folder),
        [
            "20270309T080501Z-a.1@plenary.example.eml",
            "20270309T080502Z-a.2@plenary.example.eml",
            "20270309T080503Z-aZ-b@plenary.example.eml",
            "20270309T080504Z-b@plenary.example.eml",
        ]
    );
    let stored = fs::read(folder.join("20270309T080501Z-a.1@plenary.example.eml")).unwrap();
    let built = message("a.1@plenary.example", 1).build(mailer.sender()).unwrap().formatted();
    assert_eq!(stored, built);
}

#[tokio::test]
async fn no_message_id_leads_out_of_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("mail");
    mailer(&folder).send(&message("../x/%2F@plenary.example", 1)).await.unwrap();
    assert_eq!(files(&folder), ["20270309T080501Z-..%2Fx%2F%252F@plenary.example.eml"]);
    assert_eq!(files(root.path()), ["mail"]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = mailer(&file).send(&message("a@plenary.example", 1)).await.unwrap_err();
    assert!(error.is_retry(), "{error}");
}

#[tokio::test]
async fn memory_keeps_messages_and_bytes() {
    let config = MailConfig {
        url: "memory:".to_owned(),
        from: EmailAddress::parse("events@plenary.example").unwrap(),
        from_name: None,
        timeout: DEFAULT_TIMEOUT,
    };
    let mailer = Mailer::from_config(&config).unwrap();
    let memory = mailer.memory().unwrap().clone();
    assert!(memory.is_empty());
    mailer.clone().send(&message("a@plenary.example", 1)).await.unwrap();
    assert_eq!(memory.len(), 1);
    let sent = memory.take();
    assert_eq!(sent[0].message, message("a@plenary.example", 1));
    assert_eq!(sent[0].raw, sent[0].message.build(mailer.sender()).unwrap().formatted());
    assert_eq!(memory.len(), 0);
}
