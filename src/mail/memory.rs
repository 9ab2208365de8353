//! Mails kept in memory, for tests and trials.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::message::MailMessage;

/// A mail that was "sent": what was asked for, and the bytes that a server would have got.
#[derive(Debug, Clone)]
pub struct SentMail {
    /// The message as it was handed over.
    pub message: MailMessage,
    /// The MIME mail.
    pub raw: Vec<u8>,
}

/// The mails sent so far; clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryTransport {
    sent: Arc<Mutex<Vec<SentMail>>>,
}

impl MemoryTransport {
    pub(super) fn store(&self, message: &MailMessage, raw: Vec<u8>) {
        self.lock().push(SentMail { message: message.clone(), raw });
    }

    /// All mails so far, in the order in which they were sent; the memory is empty afterwards.
    pub fn take(&self) -> Vec<SentMail> {
        std::mem::take(&mut self.lock())
    }

    /// All mails so far, left in place.
    pub fn sent(&self) -> Vec<SentMail> {
        self.lock().clone()
    }

    /// How many mails there are.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<SentMail>> {
        // A panic elsewhere cannot leave the list half changed.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
