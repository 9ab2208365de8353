//! Where the rules of the time zones come from.
//!
//! They are read from the system's zoneinfo (`$TZDIR`, then the usual folders), so that an update of the system's
//! `tzdata` package reaches a running server: within minutes, or as soon as somebody asks for the version. A zone that the system lacks, or a system without
//! zoneinfo, is served from the copy that is compiled in. chrono-tz lends the names alone: its own rules are a year
//! old and wrong for several zones.

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::Serialize;
use utoipa::ToSchema;

/// Where systems keep their zoneinfo.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// Which time zone data is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tzdata {
    /// The release, such as `2026f`; `unknown` if the system does not say, `bundled` for the copy compiled in.
    #[schema(example = "2026f")]
    pub version: String,
    /// Whose copy it is.
    pub source: TzdataSource,
}

/// Whose copy of the time zone data is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TzdataSource {
    /// The system's zoneinfo.
    System,
    /// The copy compiled in.
    Bundled,
}

struct System {
    folder: PathBuf,
    database: TimeZoneDatabase,
    /// The release when it was last asked for.
    seen: Mutex<Option<String>>,
}

/// The time zone data in use, read anew at each call: the package may have been updated meanwhile. If it was, rules that
/// were read before are forgotten, so that whoever sees a new version also computes with it.
pub fn tzdata() -> Tzdata {
    match system() {
        Some(system) => Tzdata { version: system.refresh(), source: TzdataSource::System },
        None => Tzdata { version: "bundled".to_owned(), source: TzdataSource::Bundled },
    }
}

/// The release of the time zone data in use, see [`Tzdata::version`]. UTC derived under another one is stale.
pub fn tzdata_version() -> String {
    tzdata().version
}

/// The rules of a zone: the system's, or else those compiled in.
pub(super) fn find_rules(name: &str) -> Option<TimeZone> {
    system().and_then(|system| system.database.get(name).ok()).or_else(|| find_bundled_rules(name))
}

/// The rules of a zone as compiled in.
pub(super) fn find_bundled_rules(name: &str) -> Option<TimeZone> {
    static BUNDLED: OnceLock<TimeZoneDatabase> = OnceLock::new();
    BUNDLED.get_or_init(TimeZoneDatabase::bundled).get(name).ok()
}

fn system() -> Option<&'static System> {
    static SYSTEM: OnceLock<Option<System>> = OnceLock::new();
    let folders = || env::var_os("TZDIR").into_iter().map(PathBuf::from).chain(FOLDERS.map(PathBuf::from));
    SYSTEM.get_or_init(|| folders().find_map(System::open)).as_ref()
}

impl System {
    /// A folder without zones is none, whatever else lies in it.
    fn open(folder: PathBuf) -> Option<Self> {
        let database = TimeZoneDatabase::from_dir(&folder).ok()?;
        database.get("Europe/London").is_ok().then(|| Self { folder, database, seen: Mutex::default() })
    }

    /// The release as it is now. A new one empties the cache of rules.
    fn refresh(&self) -> String {
        let version = read_version(&self.folder).unwrap_or_else(|| "unknown".to_owned());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.as_ref() != Some(&version) {
            self.database.reset();
            *seen = Some(version.clone());
        }
        version
    }
}

/// Debian and Fedora keep the release in the first line of `tzdata.zi` (`# version 2026f`), the BSDs in `+VERSION`.
fn read_version(folder: &Path) -> Option<String> {
    let from_source = || {
        let mut line = String::new();
        BufReader::new(File::open(folder.join("tzdata.zi")).ok()?).read_line(&mut line).ok()?;
        line.strip_prefix("# version ").map(|version| version.trim().to_owned())
    };
    let from_file = || fs::read_to_string(folder.join("+VERSION")).ok().map(|version| version.trim().to_owned());
    from_source().or_else(from_file).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(name: &str, file: &str, text: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("plenary-tzdata-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), text).unwrap();
        folder
    }

    #[test]
    fn the_version_is_read_from_either_file() {
        let debian = folder_with("debian", "tzdata.zi", "# version 2026f\n# This zic input file is …\n");
        let bsd = folder_with("bsd", "+VERSION", "2026e\n");
        let neither = folder_with("neither", "zone.tab", "");
        let broken = folder_with("broken", "tzdata.zi", "");
        assert_eq!(read_version(&debian), Some("2026f".to_owned()));
        assert_eq!(read_version(&bsd), Some("2026e".to_owned()));
        assert_eq!(read_version(&neither), None);
        assert_eq!(read_version(&broken), None);
        for folder in [debian, bsd, neither, broken] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_folder_without_zones_is_no_database() {
        assert!(System::open(PathBuf::from("/nonexistent/zoneinfo")).is_none());
        let empty = folder_with("empty", "zone.tab", "");
        assert!(System::open(empty.clone()).is_none());
        fs::remove_dir_all(empty).unwrap();
    }

    /// A `TZif` file (RFC 9636) without changes, whose footer alone gives the offset.
    fn zone_file(footer: &str, hours: i32) -> Vec<u8> {
        let mut block = b"TZif2".to_vec();
        block.extend([0; 15]);
        block.extend([0, 0, 0, 0, 1, 4].iter().flat_map(|count: &u32| count.to_be_bytes()));
        block.extend((hours * 3_600).to_be_bytes());
        block.extend([0, 0]);
        block.extend(b"ABC\0");
        [block.as_slice(), block.as_slice(), format!("\n{footer}\n").as_bytes()].concat()
    }

    #[test]
    fn a_new_version_is_computed_with_as_soon_as_it_is_seen() {
        let folder = folder_with("update", "tzdata.zi", "# version 2026e\n");
        let zone = folder.join("Europe/London");
        fs::create_dir_all(zone.parent().unwrap()).unwrap();
        fs::write(&zone, zone_file("ABC-1", 1)).unwrap();
        let system = System::open(folder.clone()).unwrap();
        let seconds = || {
            let rules = system.database.get("Europe/London").unwrap();
            rules.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds()
        };
        assert_eq!((system.refresh(), seconds()), ("2026e".to_owned(), 3_600));
        fs::write(&zone, zone_file("ABC-2", 2)).unwrap();
        fs::write(folder.join("tzdata.zi"), "# version 2026f\n").unwrap();
        assert_eq!(seconds(), 3_600, "what was read is kept for some minutes");
        assert_eq!((system.refresh(), seconds()), ("2026f".to_owned(), 7_200));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_version_in_use_names_a_release_or_the_bundle() {
        let tzdata = tzdata();
        assert_eq!(tzdata.version, tzdata_version());
        match tzdata.source {
            TzdataSource::System => assert!(tzdata.version.starts_with("20") || tzdata.version == "unknown"),
            TzdataSource::Bundled => assert_eq!(tzdata.version, "bundled"),
        }
    }
}
