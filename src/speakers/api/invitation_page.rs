//! The page that the link of an invitation leads to. It stands at the root, where people see short addresses.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::details::{AnswerInput, InvitationAnswer};
use super::invitations::{read_invitation, write_answer};
use crate::http::page::{Faults, Form, HtmlPage, PageProblem, Reader, yes_or_no};
use crate::http::{Code, Problem, State};

/// The form of the page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// Whether they will come; has to be given.
    #[serde(default)]
    answer: Option<InvitationAnswer>,
    /// Whether they agree to be recorded: `true` or `false`.
    #[serde(default, deserialize_with = "yes_or_no")]
    #[schema(example = true)]
    recording_consent: Option<bool>,
    /// What they write to the organisers, who alone see it.
    #[serde(default)]
    #[schema(example = "I can stay until noon.")]
    note: Option<String>,
}

impl AnswerForm {
    fn input(&self) -> Result<AnswerInput, Problem> {
        let required = || Problem::field("/answer", Code::FieldRequired, "Choose one of the two.");
        let answer = self.answer.ok_or_else(required)?;
        Ok(AnswerInput { answer, recording_consent: self.recording_consent, note: self.note.clone() })
    }
}

/// Makes the page. `entered` is what stands in the form: what was sent with faults, else what was answered before.
async fn show(
    state: &State,
    reader: &Reader,
    token: String,
    faulty: Option<(Faults, AnswerForm)>,
) -> Result<HtmlPage, PageProblem> {
    let invitation = read_invitation(state, token).await.map_err(|problem| reader.problem(problem))?;
    let language = reader.language(None, invitation.workspace_language());
    let mut context = invitation.context(language, invitation.reader_zone());
    let status = if faulty.is_some() { 422 } else { 200 };
    let (faults, entered) = faulty.unwrap_or_else(|| {
        let appearance = &invitation.with.appearance;
        let answers = [InvitationAnswer::Accept, InvitationAnswer::Decline];
        let answer = answers.into_iter().find(|answer| answer.status() == appearance.status);
        let recording_consent = appearance.consents_to_recording();
        (Faults::default(), AnswerForm { answer, recording_consent, note: None })
    });
    context.insert("faults".to_owned(), json!(faults));
    context.insert("entered".to_owned(), json!(entered));
    context.insert("can_answer".to_owned(), json!(invitation.can_answer(state.clock.now())));
    reader.page(status, "speakers/invitation.html", language, &context)
}

/// See an invitation as a page
///
/// Where the link in the mail leads: the event, the part, and a form to answer. It changes nothing.
#[utoipa::path(
    tag = "Speakers",
    params(Reader),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")),
    extensions(("x-codes" = json!(["link_revoked"])))
)]
#[get("/invitations/{token}")]
pub async fn get_invitation_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
) -> Result<HtmlPage, PageProblem> {
    show(&state, &reader, path.into_inner(), None).await
}

/// Answer an invitation on its page
///
/// What the form of the page sends. It leads back to the page, which then shows the answer; where something is missing, the
/// page is shown again and says what.
#[utoipa::path(
    tag = "Speakers",
    params(Reader),
    request_body(content = AnswerForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Answered: back to the page")),
    extensions(("x-codes" = json!(["link_revoked", "event_cancelled", "not_possible_now"])))
)]
#[post("/invitations/{token}")]
pub async fn answer_invitation_page(
    state: web::Data<State>,
    reader: Reader,
    path: web::Path<String>,
    form: Form<AnswerForm>,
) -> Result<HtmlPage, PageProblem> {
    let (token, entered) = (path.into_inner(), form.0);
    let answered = match entered.input() {
        Ok(input) => write_answer(&state, token.clone(), input).await.map(drop),
        Err(problem) => Err(problem),
    };
    let Err(problem) = answered else { return Ok(reader.see_other()) };
    let faults = Faults::of(problem).map_err(|problem| reader.problem(problem))?;
    show(&state, &reader, token, Some((faults, entered))).await
}
