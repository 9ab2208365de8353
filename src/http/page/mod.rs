//! Pages: what people who follow a link from a mail see in their browser. They are few, small and made on the server;
//! frontends make all others.
//!
//! A room registers its templates at the start with [`Pages::add`], under names like `speakers/invitation.html`. A handler
//! takes a [`Reader`], which knows the language, and returns `Result<HtmlPage, PageProblem>`:
//!
//! ```ignore
//! let language = reader.language(known, home);
//! reader.page(200, "speakers/invitation.html", language, &context)   // shows
//! Ok(reader.see_other())                                             // after a POST: to the page that the form stands on
//! Err(reader.problem(problem))                                       // a problem, with its status and code, as a page
//! ```
//!
//! A form's body is a [`Form`], read as strictly as JSON. The name of a field is the JSON pointer of what it fills, without
//! the slash before it, so that a fault at `/note` is a fault of the field `note`: [`Faults`] gives them to the template, and
//! the page is shown again with status 422.
//!
//! Here to build on, in `layout/`:
//! - `page.html` with the blocks `title`, `lead`, `content` and `footer`, where the title is also the one `h1`; and `head`, which keeps search
//!   engines away unless a page puts something else there, with [`HtmlPage::findable`];
//! - `parts.html` with the macros `facts(rows)` for rows of `[label, value]`, `summary(faults, labels, words, places)` for the
//!   list of all faults, where `labels` has the labels by field and `places` the ids of those that are not the field's name, and
//!   `fault(faults, field, words)` for those of one field;
//! - `words.<language>.html`, the words of the layout: `{% import "words." ~ language ~ ".html" as words %}`. A room keeps its
//!   own words the same way, so that markup stands in one file and language in another.
//!
//! Every page: works without a script and loads nothing, carries a policy that forbids both, is found by no search engine unless it is
//! for everybody, kept in no cache, and tells no other site where its reader came from. What is put into a template is escaped.

mod answer;
mod faults;
mod form;
mod markup;
mod reader;
mod templates;

pub use answer::{HtmlPage, PageProblem, refuse};
pub use faults::Faults;
pub use form::{Form, one_or_more, yes_or_no};
pub use markup::write_markup;
pub use reader::{Reader, ReaderZone};
pub use templates::{PageError, Pages};
