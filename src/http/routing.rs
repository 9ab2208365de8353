//! What the server answers where no handler does: paths, queries and methods that do not fit, as problems.

use actix_web::dev::ResourceDef;
use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use utoipa::openapi::OpenApi;

use super::problem::{Code, Problem};

/// Error handlers of the framework's own extractors.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|error, _request| path_problem(&error).into()))
        .app_data(web::QueryConfig::default().error_handler(|error, _request| query_problem(&error).into()));
}

/// A path that does not fit, such as an id that is no UUID, leads nowhere.
fn path_problem(error: &PathError) -> Problem {
    Problem::not_found().with_detail(format!("The path cannot be read: {error}."))
}

fn query_problem(error: &QueryPayloadError) -> Problem {
    Problem::new(Code::MalformedQuery).with_detail(format!("{error}."))
}

/// The documented paths and the methods of each. Every handler is a resource of its own to the framework, so a known path
/// with another method would be a 404; this makes it the 405 that it is.
#[derive(Clone)]
pub struct KnownPaths(std::rc::Rc<Vec<(ResourceDef, String)>>);

impl KnownPaths {
    /// Takes the paths from the document.
    pub fn new(document: &OpenApi) -> Self {
        let known = document.paths.paths.iter().map(|(path, item)| {
            let methods: Vec<&str> = [
                ("GET, HEAD", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ]
            .into_iter()
            .filter_map(|(method, has)| has.then_some(method))
            .collect();
            (ResourceDef::new(path.as_str()), methods.join(", "))
        });
        Self(std::rc::Rc::new(known.collect()))
    }

    /// Answers a request that no handler took.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let methods = self.0.iter().find(|(path, _)| path.is_match(request.path())).map(|(_, methods)| methods);
        match methods {
            None => Problem::not_found().error_response(),
            Some(methods) if request.method() == actix_web::http::Method::OPTIONS => {
                HttpResponse::NoContent().insert_header((ALLOW, format!("{methods}, OPTIONS"))).finish()
            }
            Some(methods) => Problem::new(Code::MethodNotAllowed)
                .with_header("allow", format!("{methods}, OPTIONS"))
                .with_detail(format!("Here: {methods}."))
                .error_response(),
        }
    }
}
