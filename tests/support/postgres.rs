//! The PostgreSQL server of the tests: the one that `PLENARY_TEST_POSTGRES` names, else the one on this machine, else one
//! that is started for this run from installed binaries and ends with it.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use plenary::time::{Clock, Ids};
use url::Url;
use uuid::Uuid;

/// Names the server, by the address of a database on it whose user may make others.
const VARIABLE: &str = "PLENARY_TEST_POSTGRES";
/// Where a server usually is. Both trust local users in a development machine's default set-up.
const USUAL: [&str; 2] = ["postgres://postgres@127.0.0.1:5432/postgres", "postgres://root@127.0.0.1:5432/postgres"];
/// Databases at the same time: each takes some ten connections, and a server allows a hundred.
const SLOTS: usize = 8;
/// Guards the making of templates against other test runs: the bytes of "plentest".
const LOCK: i64 = 0x706C_656E_7465_7374;
const TEST_PREFIX: &str = "plenary_test_";
/// Names the databases that are used again, before the digest of their migrations and their number.
const KEPT_PREFIX: &str = "plenary_kept_";

/// A server on which databases can be made.
pub struct Server {
    admin: String,
    _cluster: Option<Cluster>,
}

/// The server of this run.
///
/// # Panics
/// When there is none and none can be started; says what to install.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    match SERVER.get_or_init(find_server) {
        Ok(server) => server,
        Err(reason) => panic!("{reason}"),
    }
}

impl Server {
    /// The address of one of its databases. A commit does not wait for the disk: a test outlives no power cut.
    pub fn url_of(&self, database: &str) -> String {
        let mut url = Url::parse(&self.admin).expect("an address that was connected to");
        url.set_path(database);
        url.query_pairs_mut().append_pair("options", "-csynchronous_commit=off");
        url.to_string()
    }

    fn admin(&self) -> PgConnection {
        let mut conn = PgConnection::establish(&self.admin).expect("the server answered before");
        conn.batch_execute("SET client_min_messages TO warning").unwrap();
        conn
    }
}

/// Makes an empty database, and returns its name.
pub fn create_database() -> String {
    let id = Ids::random().uuid(Clock::system().now());
    let name = format!("{TEST_PREFIX}{}", id.simple());
    run(&mut server().admin(), &format!("CREATE DATABASE {name} TEMPLATE template0"));
    name
}

/// Removes a database and whoever is still connected to it.
pub fn drop_database(name: &str) {
    run(&mut server().admin(), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}

/// Makes the template `name` with `migrate` unless it is there. It sorts by a natural language's rules where the server
/// can, so that a query which relies on byte order without saying so is found out.
pub fn make_template(name: &str, migrate: impl FnOnce(&str)) {
    let mut admin = server().admin();
    run(&mut admin, &format!("SELECT pg_advisory_lock({LOCK})"));
    drop_what_was_left(&mut admin);
    if !has_database(&mut admin, name) {
        let building = format!("{name}_building");
        run(&mut admin, &format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)"));
        let plain = format!("CREATE DATABASE {building} TEMPLATE template0 ENCODING 'UTF8'");
        let natural = format!("{plain} LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
        if admin.batch_execute(&natural).is_err() {
            run(&mut admin, &plain);
        }
        migrate(&server().url_of(&building));
        run(&mut admin, &format!("ALTER DATABASE {building} RENAME TO {name}"));
    }
    // The lock ends with the connection.
}

fn run(conn: &mut PgConnection, statement: &str) {
    if let Err(error) = conn.batch_execute(statement) {
        panic!("{statement}: {error}");
    }
}

fn has_database(conn: &mut PgConnection, name: &str) -> bool {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = sql_query("SELECT count(*) AS count FROM pg_database WHERE datname = $1").bind::<Text, _>(name);
    query.get_result::<Row>(conn).unwrap().count > 0
}

/// The names of all databases.
fn all_names(conn: &mut PgConnection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = sql_query("SELECT datname::text AS name FROM pg_database").load(conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Drops the databases of runs that were killed. Their names carry the time they were made.
fn drop_what_was_left(conn: &mut PgConnection) {
    let old = (Clock::system().now() - TimeDelta::hours(2)).timestamp();
    for name in all_names(conn) {
        let made_at = name
            .strip_prefix(TEST_PREFIX)
            .and_then(|id| Uuid::parse_str(id).ok())
            .and_then(|id| id.get_timestamp())
            .map(|at| at.to_unix().0.cast_signed());
        if made_at.is_some_and(|at| at < old) {
            run(conn, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A migrated database that test after test has to itself, emptied before each: to make one anew takes longer than a test.
///
/// It stays on the server for the next run. A lock that lasts as long as the connection which took it keeps other runs away.
pub struct Kept {
    name: String,
    admin: PgConnection,
}

/// The databases of this run that no test uses just now.
static RESTING: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

impl Kept {
    /// One that looks as the template `template` does, whose name ends with the digest of its migrations.
    pub fn take(template: &str) -> Self {
        let resting = RESTING.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut kept = resting.unwrap_or_else(|| Self::lock(template));
        if kept.empty().is_err() {
            run(&mut kept.admin, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", kept.name));
            run(&mut kept.admin, &format!("CREATE DATABASE {} TEMPLATE {template}", kept.name));
            kept.empty().expect("what the migrations wrote can be remembered");
        }
        kept
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lets the next test have it.
    pub fn rest(self) {
        RESTING.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    /// The first that no other run has. Those of other migrations are removed by the way.
    fn lock(template: &str) -> Self {
        let digest = template.rsplit('_').next().unwrap_or_default();
        let mut admin = server().admin();
        drop_kept_by_others(&mut admin, digest);
        for number in 1.. {
            let name = format!("{KEPT_PREFIX}{digest}_{number}");
            if is_locked_by(&mut admin, &name) {
                return Self { name, admin };
            }
        }
        unreachable!("numbers do not end")
    }

    /// Leaves nothing in it that a test wrote; fails where it is not there, or not as it was migrated.
    fn empty(&mut self) -> Result<(), String> {
        if !has_database(&mut self.admin, &self.name) {
            return Err("it is not there".to_owned());
        }
        // Nobody of an earlier test writes any more.
        let others = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname";
        run(&mut self.admin, &format!("{others} = '{}'", self.name));
        let mut conn = PgConnection::establish(&server().url_of(&self.name)).map_err(|error| error.to_string())?;
        conn.batch_execute(EMPTY).map_err(|error| error.to_string())
    }
}

/// Empties every table, but for what the migrations wrote. Fails where the schema is not the one it was after the first time,
/// for then a test has changed it.
const EMPTY: &str = "
    SET client_min_messages TO warning;
    BEGIN;
    CREATE SCHEMA IF NOT EXISTS pristine;
    DO $$
    DECLARE
        present text;
        held boolean;
        written text[] := '{}';
        entry text;
    BEGIN
        SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY c.relname, a.attnum))
            INTO present FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0;
        IF to_regclass('pristine.digest') IS NULL THEN
            EXECUTE format('CREATE TABLE pristine.digest AS SELECT %L::text AS digest', present);
            FOR entry IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', entry, entry);
            END LOOP;
        ELSIF present <> (SELECT digest FROM pristine.digest) THEN
            RAISE EXCEPTION 'the schema was changed';
        ELSE
            FOR entry IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('SELECT EXISTS (TABLE public.%I)', entry) INTO held;
                IF held THEN
                    written := written || format('d%s AS (DELETE FROM public.%I)', cardinality(written), entry);
                END IF;
            END LOOP;
            -- In one statement, at whose end nothing refers to what is gone.
            IF cardinality(written) > 0 THEN
                EXECUTE 'WITH ' || array_to_string(written, ', ') || ' SELECT 1';
            END IF;
            FOR entry IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                EXECUTE format('SELECT EXISTS (TABLE public.%I)', entry) INTO held;
                IF NOT held THEN
                    EXECUTE format('INSERT INTO public.%I TABLE pristine.%I', entry, entry);
                END IF;
            END LOOP;
        END IF;
    END $$;
    COMMIT;
";

/// Whether a lock on a name, which lasts as long as the connection, was taken.
fn is_locked_by(conn: &mut PgConnection, name: &str) -> bool {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        is_ours: bool,
    }
    let query = sql_query("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS is_ours").bind::<Text, _>(name);
    query.get_result::<Row>(conn).unwrap().is_ours
}

/// Drops the kept databases of other migrations that no run uses.
fn drop_kept_by_others(conn: &mut PgConnection, digest: &str) {
    for name in all_names(conn) {
        let of = name.strip_prefix(KEPT_PREFIX).and_then(|rest| rest.split('_').next());
        if of.is_some_and(|of| of != digest) && is_locked_by(conn, &name) {
            run(conn, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            run(conn, &format!("SELECT pg_advisory_unlock(hashtextextended('{name}', 0))"));
        }
    }
}

/// The right to one database.
pub struct Slot(());

static FREE: (Mutex<usize>, Condvar) = (Mutex::new(SLOTS), Condvar::new());

impl Slot {
    /// Waits for one.
    pub fn take() -> Self {
        let free = FREE.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = FREE.1.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Self(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *FREE.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        FREE.1.notify_one();
    }
}

fn find_server() -> Result<Server, String> {
    if let Ok(given) = std::env::var(VARIABLE) {
        return match reach(&given) {
            Ok(()) => Ok(Server { admin: given, _cluster: None }),
            Err(reason) => Err(format!("{VARIABLE} is set, but the server cannot be used: {reason}")),
        };
    }
    if let Some(usual) = USUAL.into_iter().find(|url| reach(url).is_ok()) {
        return Ok(Server { admin: usual.to_owned(), _cluster: None });
    }
    let cluster = Cluster::start().map_err(|reason| {
        format!(
            "the tests need PostgreSQL, and {reason}. Install it (Debian: `apt-get install postgresql`), or run one on \
             127.0.0.1:5432 that trusts the user `postgres`, or set {VARIABLE}=postgres://user:password@host/postgres"
        )
    })?;
    Ok(Server { admin: cluster.url.clone(), _cluster: Some(cluster) })
}

/// Whether a server answers there and lets us make databases.
fn reach(url: &str) -> Result<(), String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        may: bool,
    }
    let with_limit = format!("{url}{}connect_timeout=3", if url.contains('?') { '&' } else { '?' });
    let mut conn = PgConnection::establish(&with_limit).map_err(|error| error.to_string())?;
    let query = sql_query("SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user");
    let may = query.get_result::<Row>(&mut conn).map_err(|error| error.to_string())?.may;
    if may { Ok(()) } else { Err("its user may not create databases".to_owned()) }
}

/// A server of our own. It listens on a free port, keeps its data in a temporary folder and ends with this process, even
/// if that is killed: its guardian waits for the end of a pipe that only this process holds.
struct Cluster {
    url: String,
    _guardian: Child,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let binaries = find_binaries().ok_or("no installation was found under /usr/lib/postgresql or in PATH")?;
        let folder = tempfile::Builder::new().prefix("plenary-postgres-").tempdir().map_err(|e| e.to_string())?.keep();
        // PostgreSQL refuses to run as root.
        let account = if is_root(&folder) { Some(service_account()?) } else { None };
        if let Some((uid, gid)) = account {
            chown(&folder, Some(uid), Some(gid)).map_err(|error| error.to_string())?;
        }
        let command = |program: &str| {
            let mut command = Command::new(program);
            command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
            if let Some((uid, gid)) = account {
                command.uid(uid).gid(gid);
            }
            command
        };
        let data = folder.join("data");
        let made = command(&binaries.join("initdb").to_string_lossy())
            .arg("--pgdata")
            .arg(&data)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .status();
        if !made.as_ref().is_ok_and(std::process::ExitStatus::success) {
            drop(std::fs::remove_dir_all(&folder));
            return Err(format!("initdb failed ({made:?})"));
        }
        let port = free_port()?;
        let script = "\"$1/postgres\" -D \"$2/data\" -p \"$3\" -k \"$2\" -c listen_addresses=127.0.0.1 -c fsync=off \
                      -c max_connections=200 & server=$!; cat > /dev/null; kill -INT $server; wait $server; rm -rf \"$2\"";
        let guardian = command("sh")
            .args(["-c", script, "sh"])
            .arg(&binaries)
            .arg(&folder)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("the server did not start: {error}"))?;
        let cluster = Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), _guardian: guardian };
        let began = Instant::now();
        while let Err(reason) = reach(&cluster.url) {
            if began.elapsed() > Duration::from_secs(30) {
                return Err(format!("the server that was started does not answer: {reason}"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(cluster)
    }
}

fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

/// The folder of the newest installation.
fn find_binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.split('.').next()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let from_path = std::env::var_os("PATH");
    let in_path = from_path.iter().flat_map(std::env::split_paths);
    let all = folders.into_iter().rev().map(|(_version, folder)| folder).chain(in_path);
    all.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Whether we are root: then what we make is root's.
fn is_root(ours: &Path) -> bool {
    std::fs::metadata(ours).is_ok_and(|metadata| metadata.uid() == 0)
}

/// User and group of the account that a server runs under when we are root.
fn service_account() -> Result<(u32, u32), String> {
    let accounts = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|wanted| {
            let fields: Vec<&str> =
                accounts.lines().map(|l| l.split(':').collect::<Vec<_>>()).find(|f| f[0] == wanted)?;
            Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
        })
        .ok_or_else(|| "there is no user `postgres` to run it as".to_owned())
}
