//! Mail: addresses, messages, templates and the transports that carry them.
//!
//! This room knows how a mail is written and how it leaves the house; it knows nothing of events or registrations.
//!
//! - [`EmailAddress`] is the one type for an address. It is checked where it enters and masked where it is logged.
//! - [`Templates`] holds the embedded sources that the product rooms register; [`render_mail`] turns a name, a language
//!   and a context into subject, text and HTML.
//! - [`MailMessage`] is one mail to one recipient, with its own Message-ID. The same message always becomes the same
//!   bytes, so that a mail which is sent again after a crash can be recognised as a copy.
//! - [`Mailer`] sends it by SMTP, into a folder, or into memory, and answers with [`SendError::Retry`] or
//!   [`SendError::Fail`]; no other room decides which of the two a fault is.
//! - [`DkimSigner`] signs what leaves; [`Gate`] is asked whether an address is still written to, and told when a server
//!   says that it is dead.
//!
//! Rules: every send ends within the configured limit; a connection that saw a fault is never used again; no reason,
//! log line or debug output carries an address or a password.

mod address;
mod dkim;
mod file;
mod gate;
mod mail_url;
mod memory;
mod message;
mod mime;
mod reason;
mod rendered;
mod session;
mod smtp;
mod status;
mod stream;
mod templates;
mod transport;

pub use address::{AddressError, EmailAddress, clean_display_name};
pub use dkim::{DkimError, DkimSigner};
pub use file::FileTransport;
pub use gate::{Answer, Gate, Refusal};
pub use mail_url::MailUrlError;
pub use memory::{MemoryTransport, SentMail};
pub use message::{CalendarMethod, CalendarPart, MailMessage, Recipient, Unsubscribe};
pub use mime::BuildError;
pub use reason::scrub;
pub use rendered::{Rendered, WordedPart, render_mail, render_worded};
pub use session::MailSession;
pub use smtp::SmtpTransport;
pub use status::{EnhancedStatus, StatusError};
pub use templates::{TemplateError, Templates};
pub use transport::{DEFAULT_TIMEOUT, MailConfig, Mailer, SendError, Sender, Transport};
