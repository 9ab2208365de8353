//! placeholder
use crate::mail::{TemplateError, Templates};
/// x
pub fn add_templates(_templates: &mut Templates) -> Result<(), TemplateError> { Ok(()) }
