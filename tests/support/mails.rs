//! Mails as their readers see them.

use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::smtp::Received;

/// A mail that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's recipient.
    pub envelope_to: String,
    /// The address in `From`.
    pub from: String,
    /// The name in `From`.
    pub from_name: Option<String>,
    /// The address in `To`.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The calendar entry that programs act on: its method and itself.
    pub calendar: Option<(String, String)>,
    /// Every header, in order, decoded where it holds text and as it is otherwise.
    pub headers: Vec<(String, String)>,
    /// The whole mail.
    pub raw: Vec<u8>,
    /// The API behind the page of the registration that the mail is about.
    managed: Option<String>,
}

impl Mail {
    pub(super) fn parse(received: &Received) -> Self {
        let message = MessageParser::default().parse(&received.data).expect("a mail that can be parsed");
        let [recipient] = received.to.as_slice() else { panic!("one recipient, not {:?}", received.to) };
        let from = message.from().and_then(|from| from.first()).expect("a From");
        let to = message.to().and_then(|to| to.first()).expect("a To");
        let calendar = message.parts.iter().find(|part| {
            part.content_type().is_some_and(|kind| kind.c_type == "text" && kind.subtype() == Some("calendar"))
        });
        let headers = message
            .headers_raw()
            .map(|(name, value)| {
                let decoded = message.header(name).and_then(|header| header.as_text()).map(str::to_owned);
                (name.to_owned(), decoded.unwrap_or_else(|| value.trim().to_owned()))
            })
            .collect();
        Self {
            envelope_to: recipient.clone(),
            from: from.address().expect("an address in From").to_owned(),
            from_name: from.name().map(str::to_owned),
            to: to.address().expect("an address in To").to_owned(),
            subject: message.subject().expect("a subject").to_owned(),
            text: body(message.text_bodies().next()),
            html: body(message.html_bodies().next()),
            calendar: calendar.map(|part| {
                let method = part.content_type().and_then(|kind| kind.attribute("method")).unwrap_or_default();
                (method.to_owned(), String::from_utf8(part.contents().to_vec()).expect("an entry in UTF-8"))
            }),
            headers,
            raw: received.data.clone(),
            managed: None,
        }
        .with_managed()
    }

    /// A header's value, the first of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The addresses in the plain text.
    pub fn links(&self) -> Vec<&str> {
        self.text
            .split(|c: char| c.is_whitespace() || "<>()".contains(c))
            .filter(|word| word.starts_with("http://") || word.starts_with("https://") || word.starts_with("webcal://"))
            .collect()
    }

    /// People are led to a page, programs use the API behind it.
    fn with_managed(mut self) -> Self {
        let page = self.links().into_iter().find(|link| link.contains("/registrations/"));
        self.managed = page.map(|page| page.replace("/registrations/", "/api/v1/registrations/manage/"));
        self
    }

    /// The one address in the plain text that has `part` in it. A part with `/manage/` means the API behind the page of a
    /// registration, which mails do not name.
    #[track_caller]
    pub fn link(&self, part: &str) -> &str {
        if let (Some(managed), true) = (&self.managed, part.contains("/manage/")) {
            return managed;
        }
        let links: Vec<&str> = self.links().into_iter().filter(|link| link.contains(part)).collect();
        let [link] = links.as_slice() else { panic!("one link with {part}, not {links:?} in:\n{}", self.text) };
        link
    }
}

fn body(part: Option<&mail_parser::MessagePart<'_>>) -> String {
    match part.map(|part| &part.body) {
        Some(PartType::Text(text) | PartType::Html(text)) => text.clone().into_owned(),
        _ => String::new(),
    }
}
