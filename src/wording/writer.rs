//! What writes the mails of every room: in the workspace's words if it has any, else in ours.

use std::sync::Arc;

use serde::Serialize;

use super::catalogue::Catalogue;
use super::model::{Draft, MailName};
use super::{store, worded};
use crate::db::{Conn, Db, DbError, DbResult};
use crate::http::WorkspaceId;
use crate::mail::{Rendered, Templates, render_mail};
use crate::outbox::Failure;
use crate::time::Language;

/// Writes mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MailWriter {
    templates: Arc<Templates>,
    catalogue: Arc<Catalogue>,
}

impl MailWriter {
    /// Writes from these templates what is described here.
    pub fn new(templates: Templates, catalogue: Catalogue) -> Self {
        Self { templates: Arc::new(templates), catalogue: Arc::new(catalogue) }
    }

    /// Every mail that can be worded.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Our own templates.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Writes a mail that is about to be sent. A wording of the workspace that cannot be rendered is logged, and our own words
    /// go out instead.
    ///
    /// # Errors
    /// The database failed for now, or there is no such mail.
    pub async fn write(
        &self,
        db: &Db,
        workspace: WorkspaceId,
        name: &str,
        language: Language,
        context: &impl Serialize,
    ) -> Result<Rendered, Failure> {
        if let Some(mail) = self.catalogue.find(name) {
            let mail = MailName { name: mail.name, language };
            let found = db.read(move |conn: &mut Conn| own_draft(conn, workspace, mail)).await;
            let found = found.map_err(|error: DbError| Failure::Retry(error.to_string()))?;
            if let Some(rendered) = found.and_then(|draft| self.try_own(workspace, mail, &draft, context)) {
                return Ok(rendered);
            }
        }
        render_mail(&self.templates, name, language.code(), context).map_err(|error| Failure::Fail(error.to_string()))
    }

    fn try_own(
        &self,
        workspace: WorkspaceId,
        mail: MailName,
        draft: &Draft,
        context: &impl Serialize,
    ) -> Option<Rendered> {
        let context = serde_json::to_value(context).ok()?;
        match worded::render(&self.templates, mail, draft, &context) {
            Ok(rendered) => Some(rendered),
            Err(error) => {
                let language = mail.language.code();
                tracing::error!(workspace.id = %workspace, mail.name, language, %error, "a wording failed, ours was sent");
                None
            }
        }
    }
}

fn own_draft(conn: &mut Conn, workspace: WorkspaceId, mail: MailName) -> DbResult<Option<Draft>> {
    Ok(store::find(conn, workspace, mail)?.and_then(|wording| wording.draft()))
}
