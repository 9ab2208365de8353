//! Accounts over HTTP: signing in, who I am, the workspace, its members and its tokens.

mod auth;
mod members;
mod tokens;
mod workspaces;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(auth::sign_in_member)
        .service(auth::sign_out_member)
        .service(auth::get_me)
        .service(workspaces::get_workspace)
        .service(workspaces::update_workspace)
        .service(members::list_members)
        .service(members::create_member)
        .service(members::get_member)
        .service(members::update_member)
        .service(members::delete_member)
        .service(tokens::list_tokens)
        .service(tokens::create_token)
        .service(tokens::delete_token);
}
