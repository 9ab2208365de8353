//! Every test on both databases.

use std::future::Future;

use super::{Backend, Database, TestApp, TestAppBuilder};

/// Makes the tests `name::sqlite` and `name::postgres` of each function named. The function takes one [`Fixture`]. A list
/// of them at the top of a file is its table of contents; the compiler warns of a test that was forgotten there.
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                $crate::support::on($crate::support::Backend::Sqlite, super::$name).await;
            }

            #[tokio::test]
            async fn postgres() {
                $crate::support::on($crate::support::Backend::Postgres, super::$name).await;
            }
        }
    )+};
}

/// What a test may ask for.
pub trait Fixture: Sized {
    /// Makes it on this database.
    fn make(backend: Backend) -> impl Future<Output = Self>;
}

/// Runs one test on one database.
pub async fn on<F, T>(backend: Backend, test: impl FnOnce(F) -> T)
where
    F: Fixture,
    T: Future<Output = ()>,
{
    test(F::make(backend).await).await;
}

impl Fixture for Backend {
    async fn make(backend: Backend) -> Self {
        backend
    }
}

impl Fixture for Database {
    async fn make(backend: Backend) -> Self {
        Self::migrated(backend)
    }
}

impl Fixture for TestAppBuilder {
    async fn make(backend: Backend) -> Self {
        TestApp::on(backend)
    }
}

impl Fixture for TestApp {
    async fn make(backend: Backend) -> Self {
        Self::start(backend).await
    }
}
