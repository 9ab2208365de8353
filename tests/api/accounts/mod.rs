//! Signing in, members and their roles, tokens, the workspace.

mod links;
mod members;
mod sign_in;
mod tokens;
mod workspaces;

use serde_json::{Value, json};

use crate::support::{Answer, Client};

/// A password that is long enough.
const PASSWORD: &str = "correct horse battery";

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/api/v1/auth/login", credentials(email, password)).await
}
