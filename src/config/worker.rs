//! The worker that keeps the outbox's promises.

use super::Switch;

/// The worker that keeps the outbox's promises.
#[derive(Debug, Clone, clap::Args)]
pub struct WorkerConfig {
    /// Whether `serve` also runs the worker.
    #[arg(id = "worker", long = "worker", env = "PLENARY_WORKER", value_enum, default_value = "on")]
    pub in_server: Switch,
    /// Messages sent side by side.
    #[arg(
        id = "worker_concurrency", long = "worker-concurrency",
        env = "PLENARY_WORKER_CONCURRENCY",
        default_value_t = 4,
        value_parser = clap::value_parser!(u16).range(1..=64)
    )]
    pub concurrency: u16,
}
