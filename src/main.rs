//! The command line: serve, work, migrate, document, and what an operator sets up by hand.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Event and webinar scheduling: agendas, speakers, registrations, mail and calendar feeds behind a JSON API.
#[derive(Parser)]
#[command(name = "plenary", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (and keep the outbox's promises, unless `PLENARY_WORKER=off`).
    Serve(Box<commands::serve::ServeArgs>),
    /// Keep the outbox's promises: send mail. Any number of these may run.
    Worker(Box<commands::serve::AppArgs>),
    /// Bring the database's schema up to date.
    Migrate(commands::setup::MigrateArgs),
    /// Write openapi/openapi.json, or check that it is up to date.
    Openapi(commands::setup::OpenapiArgs),
    /// Ask a running server whether it is well: for health checks of containers.
    Health(commands::setup::HealthArgs),
    /// Print the DNS record that receivers check the signatures of our mails with: its name, then its value (TXT).
    DkimRecord(commands::setup::DkimRecordArgs),
    /// Make a workspace.
    CreateWorkspace(commands::setup::WorkspaceArgs),
    /// Add a member to a workspace's staff.
    CreateMember(commands::setup::MemberArgs),
    /// Make an API token and print it, alone, on standard output.
    CreateToken(commands::setup::TokenArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => commands::serve::serve(*args),
        Command::Worker(args) => commands::serve::work(*args),
        Command::Migrate(args) => commands::setup::migrate(&args),
        Command::Openapi(args) => commands::setup::openapi(&args),
        Command::Health(args) => commands::setup::health(&args),
        Command::DkimRecord(args) => commands::setup::dkim_record(&args),
        Command::CreateWorkspace(args) => commands::setup::create_workspace(args),
        Command::CreateMember(args) => commands::setup::create_member(args),
        Command::CreateToken(args) => commands::setup::create_token(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::complain(&format!("plenary: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
