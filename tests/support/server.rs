//! The real server on a thread of its own, as the framework wants it.

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use plenary::app::App;

/// A server that runs until it is dropped.
pub struct RunningServer {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl RunningServer {
    /// Serves `app` on `listener`.
    pub fn start(app: App, listener: TcpListener) -> Self {
        let (ready, started) = channel();
        let serve = move || {
            actix_web::rt::System::new().block_on(async move {
                let server = app.server(listener).expect("the server starts");
                ready.send(server.handle()).expect("somebody waits for it");
                server.await.expect("the server ends well");
            });
        };
        let thread = std::thread::Builder::new().name("test-server".to_owned()).spawn(serve).expect("a thread");
        let handle = started.recv().expect("the server starts");
        Self { handle, thread: Some(thread) }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // The command is sent at once; what is returned only waits for its effect, and so does the thread.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}
