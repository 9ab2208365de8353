//! A page as its reader has it: what it says, where it leads, and what its forms send.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::parsers::read_page;
use super::{Answer, Client};

/// A page in a browser that runs no script.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address.
    url: Url,
    /// What html.parser read of it.
    content: Value,
}

impl Page {
    /// Opens an address of the server that `client` speaks to.
    pub async fn open(client: &Client, url: &str) -> Self {
        Self::of(url, &client.get(url).await.expect(200))
    }

    /// What came from this address.
    #[track_caller]
    pub fn of(url: &str, answer: &Answer) -> Self {
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer}");
        let url = Url::parse(url).expect("an absolute address");
        // Search engines may find what is for everybody, and nothing else.
        let parts: Vec<&str> = url.path_segments().expect("a path").collect();
        let is_findable = matches!(parts.as_slice(), ["events" | "series", _]);
        let robots = if is_findable { "" } else { "noindex" };
        let headers = ["cache-control", "referrer-policy", "x-robots-tag", "x-frame-options"];
        let expected = ["no-store", "no-referrer", robots, "DENY"];
        assert_eq!(headers.map(|name| answer.header(name).unwrap_or_default()), expected, "{}", answer.request);
        let content = read_page(answer.text());
        assert_eq!(answer.header("content-language"), content["language"].as_str(), "{}", answer.request);
        assert_eq!(content["head"]["robots"].as_str().unwrap_or_default(), robots, "{}", answer.request);
        assert_eq!(content["data"].is_object(), is_findable, "{}", answer.request);
        let page = Self { url, content };
        let tags = page.content["tags"].as_array().unwrap();
        assert!(!tags.iter().any(|tag| tag == "script" || tag == "img" || tag == "iframe"), "{}", answer.text());
        page
    }

    /// Its heading.
    pub fn heading(&self) -> &str {
        self.content["heading"].as_str().unwrap()
    }

    /// What it says to programs: its head by name, and its data.
    pub fn for_programs(&self) -> (&Value, &Value) {
        (&self.content["head"], &self.content["data"])
    }

    /// Its language.
    pub fn language(&self) -> &str {
        self.content["language"].as_str().unwrap()
    }

    /// Every text on it, in order, with what is nobody's to see left out.
    pub fn texts(&self) -> Vec<&str> {
        self.content["texts"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
    }

    /// Insists that this is said, as a text of its own.
    #[track_caller]
    pub fn expect(&self, text: &str) -> &Self {
        assert!(self.texts().contains(&text), "{text} is not among {:#?}", self.texts());
        self
    }

    /// Every address that it leads to.
    pub fn links(&self) -> Vec<String> {
        let links = self.content["links"].as_array().unwrap().iter();
        links.map(|link| self.resolve(link["href"].as_str().unwrap())).collect()
    }

    /// What it calls the places that it leads to.
    pub fn link_texts(&self) -> Vec<&str> {
        self.content["links"].as_array().unwrap().iter().filter_map(|link| link["text"].as_str()).collect()
    }

    /// Where the link with this text leads.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let mut links = self.content["links"].as_array().unwrap().iter();
        let link = links.find(|link| link["text"] == text).unwrap_or_else(|| panic!("{text}: {:?}", self.link_texts()));
        self.resolve(link["href"].as_str().unwrap())
    }

    /// The words on its buttons.
    pub fn buttons(&self) -> Vec<&str> {
        let forms = self.content["forms"].as_array().unwrap().iter();
        forms.flat_map(|form| form["buttons"].as_array().unwrap()).filter_map(Value::as_str).collect()
    }

    /// A field of its forms, by its name.
    #[track_caller]
    pub fn field(&self, name: &str) -> &Value {
        let mut fields =
            self.content["forms"].as_array().unwrap().iter().flat_map(|form| form["fields"].as_array().unwrap());
        fields
            .find(|field| field["name"] == name)
            .unwrap_or_else(|| panic!("no field {name}: {:#}", self.content["forms"]))
    }

    /// Presses a button, with other values in the fields that are named. Nobody has to follow where it leads: see [`Page::next`].
    pub async fn press(&self, client: &Client, button: &str, entered: &[(&str, &[&str])]) -> Answer {
        let mut forms = self.content["forms"].as_array().unwrap().iter();
        let form = forms.find(|form| form["buttons"] == serde_json::json!([button]));
        let form = form.unwrap_or_else(|| panic!("no button {button}: {:?}", self.buttons()));
        let mut sent = url::form_urlencoded::Serializer::new(String::new());
        for field in form["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            if !entered.iter().any(|(own, _)| *own == name)
                && let Some(value) = value_of(field)
            {
                sent.append_pair(name, &value.replace("\r\n", "\n").replace('\n', "\r\n"));
            }
        }
        for (name, values) in entered {
            for value in *values {
                sent.append_pair(name, value);
            }
        }
        let (method, target) = (form["method"].as_str().unwrap(), self.resolve(form["action"].as_str().unwrap()));
        assert_eq!(method, "post", "a form that acts");
        let body = ("application/x-www-form-urlencoded", sent.finish().into_bytes());
        client.send(Method::POST, &target, Some(body)).await
    }

    /// The page that an answer to one of its buttons leads to.
    pub async fn next(&self, client: &Client, button: &str, answer: &Answer) -> Self {
        assert_eq!((answer.status, answer.text()), (303, ""), "{answer}");
        let mut forms = self.content["forms"].as_array().unwrap().iter();
        let form = forms.find(|form| form["buttons"] == serde_json::json!([button])).unwrap();
        let from = Url::parse(&self.resolve(form["action"].as_str().unwrap())).unwrap();
        let target = from.join(answer.header("location").expect("a Location")).unwrap();
        Self::open(client, target.as_str()).await
    }

    /// Presses a button and goes where it leads.
    pub async fn follow(&self, client: &Client, button: &str, entered: &[(&str, &[&str])]) -> Self {
        let answer = self.press(client, button, entered).await;
        self.next(client, button, &answer).await
    }

    fn resolve(&self, reference: &str) -> String {
        self.url.join(reference).expect("an address").to_string()
    }
}

/// What a field sends as it stands.
fn value_of(field: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match field["kind"].as_str().unwrap() {
        "checkbox" | "radio" => (field["is_checked"] == true).then(|| text(&field["value"])),
        "select" => {
            let options = field["options"].as_array().unwrap();
            let chosen = options.iter().find(|option| option["is_selected"] == true).or(options.first())?;
            Some(text(&chosen["value"]))
        }
        _ => Some(text(&field["value"])),
    }
}
