//! A scripted SMTP server in the test's own process.
//!
//! It listens on a free port of 127.0.0.1, accepts everything unless told otherwise, and remembers what it took. Faults
//! come from three places, in this order:
//!
//! 1. [`SmtpServer::script`]: a queue of [`Step`]s. The step at the front waits until its stage is reached, on whatever
//!    connection, acts once, and makes room for the next.
//! 2. [`SmtpServer::on_rcpt`]: a rule that looks at the recipient, for tests with several mails at once.
//! 3. [`SmtpServer::always`]: what happens at a stage every time.
//!
//! Dropping the server closes its port and every connection.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::{JoinHandle, JoinSet},
};

/// The moments at which the server can misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Before the greeting.
    Banner,
    /// At EHLO or HELO.
    Ehlo,
    /// At STARTTLS, which is refused by default.
    StartTls,
    /// At AUTH, which succeeds by default.
    Auth,
    /// At MAIL FROM.
    Mail,
    /// At RCPT TO.
    Rcpt,
    /// At DATA, before the message.
    Data,
    /// After the final dot.
    Message,
    /// At QUIT.
    Quit,
}

/// What the server does at a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// What it would have done anyway.
    Accept,
    /// Answers with this line, for example `451 4.3.0 Try later`. A message so answered is not taken, unless the code
    /// begins with 2.
    Reply(&'static str),
    /// Says nothing more, and leaves the connection open.
    Hang,
    /// Closes the connection.
    Drop,
    /// Answers as usual, one byte each time this long has passed.
    Slow(Duration),
    /// Takes the message and closes the connection without an answer; only makes sense at [`Stage::Message`].
    AcceptThenDrop,
    /// Takes the message and never answers; only makes sense at [`Stage::Message`].
    AcceptThenHang,
}

/// One entry of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub stage: Stage,
    /// What.
    pub action: Action,
}

/// `stage`, then `action`, as a [`Step`].
pub fn at(stage: Stage, action: Action) -> Step {
    Step { stage, action }
}

/// A mail that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The envelope sender, without angle brackets.
    pub from: String,
    /// The envelope recipients, without angle brackets.
    pub to: Vec<String>,
    /// The mail, without the dots that SMTP adds to lines and without the final dot.
    pub data: Vec<u8>,
    /// Which connection brought it; the first is 1.
    pub connection: usize,
}

type RcptRule = Box<dyn Fn(&str) -> Option<Action> + Send>;

#[derive(Default)]
struct State {
    script: VecDeque<Step>,
    always: HashMap<Stage, Action>,
    on_rcpt: Option<RcptRule>,
    advertised: Vec<String>,
    received: Vec<Received>,
    commands: Vec<String>,
    connections: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to happen now; takes the step from the script if it was waiting for this stage.
    fn action_at(&self, stage: Stage, recipient: &str) -> Action {
        let mut locked = self.lock();
        if locked.script.front().is_some_and(|step| step.stage == stage) {
            return locked.script.pop_front().map_or(Action::Accept, |step| step.action);
        }
        let by_rule = match &locked.on_rcpt {
            Some(rule) if stage == Stage::Rcpt => rule(recipient),
            _ => None,
        };
        by_rule.or_else(|| locked.always.get(&stage).cloned()).unwrap_or(Action::Accept)
    }
}

/// The server. It runs until it is dropped.
pub struct SmtpServer {
    /// Where it listens.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<JoinHandle<()>>,
}

impl SmtpServer {
    /// Starts a server on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let addr = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { addr, shared, accepting: Mutex::new(accepting) }
    }

    /// Closes the port and every connection: whoever calls is refused.
    pub async fn go_away(&self) {
        self.accepting().abort();
        while !self.accepting().is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Listens again, at the same address.
    ///
    /// # Panics
    /// When somebody else took the port meanwhile.
    pub async fn come_back(&self) {
        let listener = TcpListener::bind(self.addr).await.expect("the port is free again");
        *self.accepting() = tokio::spawn(accept(listener, Arc::clone(&self.shared)));
    }

    fn accepting(&self) -> MutexGuard<'_, JoinHandle<()>> {
        self.accepting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mail URL of this server.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    /// Adds steps to the end of the script.
    pub fn script(&self, steps: impl IntoIterator<Item = Step>) {
        self.shared.lock().script.extend(steps);
    }

    /// How many steps of the script have not happened yet.
    pub fn steps_left(&self) -> usize {
        self.shared.lock().script.len()
    }

    /// Does this at that stage every time, until told otherwise.
    pub fn always(&self, stage: Stage, action: Action) {
        self.shared.lock().always.insert(stage, action);
    }

    /// Decides by the recipient's address, without angle brackets; `None` leaves it to [`SmtpServer::always`].
    pub fn on_rcpt(&self, rule: impl Fn(&str) -> Option<Action> + Send + 'static) {
        self.shared.lock().on_rcpt = Some(Box::new(rule));
    }

    /// Adds lines to the answer to EHLO, for example `AUTH PLAIN LOGIN` or `STARTTLS`.
    pub fn advertise(&self, extensions: &[&str]) {
        self.shared.lock().advertised.extend(extensions.iter().map(ToString::to_string));
    }

    /// The mails taken so far, in the order of their final dots.
    pub fn received(&self) -> Vec<Received> {
        self.shared.lock().received.clone()
    }

    /// Every command line so far, of all connections, without line ends.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().commands.clone()
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Waits until at least `count` mails were taken, and gives all of them.
    ///
    /// # Panics
    /// When that takes longer than `timeout`.
    pub async fn wait_for(&self, count: usize, timeout: Duration) -> Vec<Received> {
        let enough = async {
            loop {
                let arrival = self.shared.arrived.notified();
                tokio::pin!(arrival);
                // Registered before looking, so that a mail that comes in between is not missed.
                arrival.as_mut().enable();
                let received = self.received();
                if received.len() >= count {
                    return received;
                }
                arrival.await;
            }
        };
        let arrived = tokio::time::timeout(timeout, enough).await.ok();
        arrived.unwrap_or_else(|| panic!("{} of {count} mails arrived within {timeout:?}", self.received().len()))
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting().abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // The set aborts its tasks when it is dropped, which happens when this task is aborted.
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let number = {
            let mut state = shared.lock();
            state.connections += 1;
            state.connections
        };
        connections.spawn(converse(socket, number, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

/// Why a conversation ends: the client left, or the script says so.
type Ended = io::Error;

fn ended() -> Ended {
    io::ErrorKind::ConnectionAborted.into()
}

struct Conversation {
    stream: BufReader<TcpStream>,
    number: usize,
    shared: Arc<Shared>,
    from: String,
    to: Vec<String>,
}

async fn converse(socket: TcpStream, number: usize, shared: Arc<Shared>) {
    drop(socket.set_nodelay(true));
    let stream = BufReader::new(socket);
    let mut conversation = Conversation { stream, number, shared, from: String::new(), to: Vec::new() };
    // Every error is the end of the conversation, which is all there is to know about it.
    drop(conversation.run().await);
}

impl Conversation {
    async fn run(&mut self) -> Result<(), Ended> {
        self.act(Stage::Banner, "", "220 test.example ESMTP").await?;
        loop {
            let line = self.read_line().await?;
            let line = String::from_utf8_lossy(&line).into_owned();
            self.shared.lock().commands.push(line.clone());
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => {
                    let greeting = self.greeting();
                    self.act(Stage::Ehlo, "", &greeting).await?;
                }
                "STARTTLS" => drop(self.act(Stage::StartTls, "", "454 4.7.0 TLS not available").await?),
                "AUTH" => drop(self.act(Stage::Auth, "", "235 2.7.0 Authenticated").await?),
                "MAIL" => {
                    self.from = path_of(&line);
                    self.to.clear();
                    self.act(Stage::Mail, "", "250 2.1.0 Sender ok").await?;
                }
                "RCPT" => {
                    let recipient = path_of(&line);
                    if self.act(Stage::Rcpt, &recipient, "250 2.1.5 Recipient ok").await? {
                        self.to.push(recipient);
                    }
                }
                "DATA" if self.to.is_empty() => self.reply("503 5.5.1 No recipient").await?,
                "DATA" => {
                    if self.act(Stage::Data, "", "354 End data with <CR><LF>.<CR><LF>").await? {
                        self.take_message().await?;
                    }
                }
                "RSET" | "NOOP" => self.reply("250 2.0.0 Ok").await?,
                "QUIT" => {
                    self.act(Stage::Quit, "", "221 2.0.0 Bye").await?;
                    return Ok(());
                }
                _ => self.reply("500 5.5.2 Unknown command").await?,
            }
        }
    }

    fn greeting(&self) -> String {
        let mut lines = vec!["test.example".to_owned(), "8BITMIME".to_owned()];
        lines.extend(self.shared.lock().advertised.iter().cloned());
        // Every line but the last has a hyphen after its code.
        format!("250-{}\r\n250 SIZE 10485760", lines.join("\r\n250-"))
    }

    async fn take_message(&mut self) -> Result<(), Ended> {
        let mut data = Vec::new();
        loop {
            let line = self.read_line().await?;
            if line == b"." {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            data.extend_from_slice(b"\r\n");
        }
        let mail =
            Received { from: self.from.clone(), to: std::mem::take(&mut self.to), data, connection: self.number };
        let action = self.shared.action_at(Stage::Message, "");
        let taken = match &action {
            Action::Accept | Action::Slow(_) | Action::AcceptThenDrop | Action::AcceptThenHang => true,
            Action::Reply(line) => line.starts_with('2'),
            Action::Hang | Action::Drop => false,
        };
        if taken {
            self.shared.lock().received.push(mail);
            self.shared.arrived.notify_waiters();
        }
        self.perform(action, "250 2.0.0 Queued").await.map(|_| ())
    }

    async fn act(&mut self, stage: Stage, recipient: &str, usual: &str) -> Result<bool, Ended> {
        let action = self.shared.action_at(stage, recipient);
        self.perform(action, usual).await
    }

    /// Carries the action out; tells whether the command was accepted.
    async fn perform(&mut self, action: Action, usual: &str) -> Result<bool, Ended> {
        match action {
            Action::Accept => self.reply(usual).await?,
            Action::Reply(line) => {
                self.reply(line).await?;
                return Ok(line.starts_with(['2', '3']));
            }
            Action::Hang | Action::AcceptThenHang => std::future::pending().await,
            Action::Drop | Action::AcceptThenDrop => return Err(ended()),
            Action::Slow(pause) => {
                for byte in format!("{usual}\r\n").into_bytes() {
                    tokio::time::sleep(pause).await;
                    self.stream.get_mut().write_all(&[byte]).await?;
                }
            }
        }
        Ok(true)
    }

    async fn reply(&mut self, line: &str) -> Result<(), Ended> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
    }

    /// One line without its CRLF. A bare LF ends no line: a client that sends one sees its command hang.
    async fn read_line(&mut self) -> Result<Vec<u8>, Ended> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(ended());
            }
        }
        line.truncate(line.len() - 2);
        Ok(line)
    }
}

/// The address in `MAIL FROM:<…>` or `RCPT TO:<…>`.
fn path_of(line: &str) -> String {
    let path = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
    path.unwrap_or_default().to_owned()
}
