//! The fields of a session that are texts in every format, under the name that each format gives them.

use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($($(#[doc = $doc:literal])* $variant:ident $csv:literal $element:literal $member:literal;)+) => {
        /// A field of a session, or all persons, links or attachments of one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Column { $($(#[doc = $doc])* #[serde(rename = $csv)] $variant),+ }

        impl Column {
            /// Every field, in the order in which a table shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The head of its column in a table.
            pub const fn csv(self) -> &'static str {
                match self { $(Self::$variant => $csv),+ }
            }

            /// The name of its XML element; empty where there is none of its own.
            pub const fn element(self) -> &'static str {
                match self { $(Self::$variant => $element),+ }
            }

            /// The name of its JSON member; empty where there is none.
            pub const fn member(self) -> &'static str {
                match self { $(Self::$variant => $member),+ }
            }
        }
    };
}

columns! {
    /// Its id, the same in every system.
    Guid "guid" "" "guid";
    /// Its number in the system that it comes from.
    Id "id" "" "id";
    /// Its code in the system that it comes from.
    Code "code" "" "code";
    /// The id of the session that contains it.
    Parent "parent" "" "";
    /// What stands before the title.
    Label "label" "" "";
    /// The title.
    Title "title" "title" "title";
    /// The line below the title.
    Subtitle "subtitle" "subtitle" "subtitle";
    /// What kind of session it is, in the words of the source.
    Type "type" "type" "type";
    /// The instant of the start.
    Date "date" "date" "date";
    /// What the clocks show at the start; in a table with the date.
    Start "start" "start" "start";
    /// How long it takes.
    Duration "duration" "duration" "duration";
    /// What the clocks show at the end.
    End "end" "" "";
    /// The name of its room.
    Room "room" "room" "room";
    /// The name of its track.
    Track "track" "track" "track";
    /// The language spoken.
    Language "language" "language" "language";
    /// Who appears: their names.
    Persons "persons" "" "";
    /// Who appears: their ids.
    PersonGuids "person_guids" "" "";
    /// Who appears: their numbers.
    PersonIds "person_ids" "" "";
    /// Who appears: their parts.
    PersonRoles "person_roles" "" "";
    /// What it is about.
    Abstract "abstract" "abstract" "abstract";
    /// What it is about, at length.
    Description "description" "description" "description";
    /// The questions that guide it.
    Questions "guiding_questions" "" "";
    /// Its name in addresses.
    Slug "slug" "slug" "slug";
    /// Its page.
    Url "url" "url" "url";
    /// Its picture.
    Logo "logo" "logo" "logo";
    /// Where to say what one thought of it.
    FeedbackUrl "feedback_url" "feedback_url" "feedback_url";
    /// Its page in the system that it comes from.
    OriginUrl "origin_url" "origin_url" "origin_url";
    /// Where its recording is fetched.
    VideoDownloadUrl "video_download_url" "video_download_url" "video_download_url";
    /// Under which licence it is recorded.
    Licence "recording_license" "" "recording_license";
    /// `true` where it is not to be recorded.
    Optout "do_not_record" "" "do_not_record";
    /// Where its recording is shown.
    RecordingUrl "recording_url" "" "recording_url";
    /// Another address of its recording.
    RecordingLink "recording_link" "" "recording_link";
    /// Pages about it.
    Links "links" "" "";
    /// Files about it.
    Attachments "attachments" "" "";
}

impl Column {
    /// Fields that are addresses.
    const ADDRESSES: [Self; 7] = [
        Self::Url,
        Self::Logo,
        Self::FeedbackUrl,
        Self::OriginUrl,
        Self::VideoDownloadUrl,
        Self::RecordingUrl,
        Self::RecordingLink,
    ];
    /// Fields that are kept beside a session, because our sessions have no column for them.
    pub const KEPT: [Self; 16] = [
        Self::Id,
        Self::Code,
        Self::Subtitle,
        Self::Type,
        Self::Language,
        Self::Description,
        Self::Slug,
        Self::Url,
        Self::Logo,
        Self::FeedbackUrl,
        Self::OriginUrl,
        Self::VideoDownloadUrl,
        Self::Licence,
        Self::Optout,
        Self::RecordingUrl,
        Self::RecordingLink,
    ];

    /// What schedule files speak of: everything but what only our own table has.
    pub fn of_schedules() -> impl Iterator<Item = Self> {
        let own = [Self::Parent, Self::Label, Self::Questions, Self::PersonRoles, Self::End];
        Self::ALL.iter().copied().filter(move |column| !own.contains(column))
    }

    /// Whether it is an address.
    pub fn is_address(self) -> bool {
        Self::ADDRESSES.contains(&self)
    }

    /// The field with this head in a table.
    pub fn of_csv(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.csv() == name)
    }

    /// The field of this XML element.
    pub fn of_element(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| !name.is_empty() && column.element() == name)
    }

    /// The field of this JSON member.
    pub fn of_member(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| !name.is_empty() && column.member() == name)
    }
}
