//! A folder as a mailbox: each mail becomes `<date>-<Message-ID>.eml`.
//!
//! A file appears whole or not at all, and there is one for each Message-ID: sending a mail again changes nothing, even
//! if it was dated anew.

use std::{
    fmt::Write as _,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::{message::MailMessage, transport::SendError};

/// Tells apart the temporary files of one process.
static NEXT_TEMPORARY: AtomicU64 = AtomicU64::new(0);

/// Writes mails into a folder, which is created when the first one comes.
#[derive(Debug, Clone)]
pub struct FileTransport {
    folder: PathBuf,
}

impl FileTransport {
    /// Into this folder, absolute or relative to the working directory.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) async fn store(&self, message: &MailMessage, raw: Vec<u8>) -> Result<(), SendError> {
        let folder = self.folder.clone();
        let date = message.date.format("%Y%m%dT%H%M%SZ").to_string();
        let id = file_name_of(&message.message_id);
        let written = tokio::task::spawn_blocking(move || write_once(&folder, &date, &id, &raw)).await;
        let error = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(join) => join.to_string(),
        };
        Err(SendError::Retry { reason: format!("the mail folder cannot be written: {error}") })
    }
}

fn write_once(folder: &Path, date: &str, id: &str, raw: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let named = format!("{id}.eml");
    for entry in fs::read_dir(folder)? {
        // The date has no hyphen.
        if entry?.file_name().to_string_lossy().split_once('-').is_some_and(|(_, id)| id == named) {
            return Ok(());
        }
    }
    let number = NEXT_TEMPORARY.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".{}-{number}.tmp", std::process::id()));
    let written =
        write_through(&temporary, raw).and_then(|()| fs::rename(&temporary, folder.join(format!("{date}-{id}.eml"))));
    if written.is_err() {
        // The first error is the one to report.
        drop(fs::remove_file(&temporary));
    }
    written
}

fn write_through(path: &Path, raw: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(raw)?;
    file.sync_all()
}

/// The Message-ID as a file name: two ids never share one, and none leads out of the folder.
fn file_name_of(message_id: &str) -> String {
    let mut name = String::with_capacity(message_id.len());
    for byte in message_id.bytes() {
        if byte.is_ascii_alphanumeric() || b"._@+=-".contains(&byte) {
            name.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _infallible = write!(name, "%{byte:02X}");
        }
    }
    name
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
