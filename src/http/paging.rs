//! Keyset paging: a page begins behind the last row of the one before, so nothing is shown twice or left out when rows
//! come in between, and the thousandth page costs as much as the first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem};

/// Rows on a page unless the client says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// Rows on a page at most.
const MAX_LIMIT: u32 = 100;

/// A page as a client asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// The key of the last row of the page before; none for the first page.
    pub after: Option<K>,
    /// How many rows, 1 to 100.
    pub limit: usize,
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// Reads `cursor` and `limit` of a query.
    ///
    /// # Errors
    /// 400 for a cursor that this list did not make, or a limit outside 1 to 100.
    pub fn parse(cursor: Option<&str>, limit: Option<u32>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::new(Code::MalformedQuery).with_detail("limit takes a number from 1 to 100."));
        }
        let after = cursor.map(|cursor| {
            let invalid =
                || Problem::new(Code::CursorInvalid).with_detail("Take next_cursor of the page before as it is.");
            let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_not_base64| invalid())?;
            // No key of ours holds a NUL, and PostgreSQL takes none.
            if bytes.windows(6).any(|part| part == b"\\u0000") {
                return Err(invalid());
            }
            serde_json::from_slice::<K>(&bytes).map_err(|_not_a_key| invalid())
        });
        Ok(Self { after: after.transpose()?, limit: limit as usize })
    }

    /// One row more than the page holds: whether it comes tells whether there is another page.
    pub fn fetch(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX - 1) + 1
    }

    /// Cuts the extra row off and makes the cursor of the next page.
    ///
    /// # Errors
    /// A key that cannot be written: a fault of ours.
    pub fn finish<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Result<(Vec<T>, Option<String>), Problem> {
        if rows.len() <= self.limit {
            return Ok((rows, None));
        }
        rows.truncate(self.limit);
        let cursor = rows.last().map(|row| serde_json::to_vec(&key(row)).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)));
        Ok((rows, cursor.transpose().map_err(|error| Problem::internal(error.to_string()))?))
    }
}

/// The two query parameters of every list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// Declares the answer of a list, as a type of its own so that the OpenAPI document can name it.
#[macro_export]
macro_rules! define_page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// The rows of this page.
            pub items: Vec<$item>,
            /// What to pass as `cursor` for the next page; null on the last.
            pub next_cursor: Option<String>,
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_behind_the_last_row() {
        let page = Page::<(String, u32)>::parse(None, Some(2)).unwrap();
        assert_eq!(page.fetch(), 3);
        let rows = vec![("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 3)];
        let (rows, cursor) = page.finish(rows, Clone::clone).unwrap();
        assert_eq!(rows.len(), 2);
        let next = Page::<(String, u32)>::parse(cursor.as_deref(), None).unwrap();
        assert_eq!(next, Page { after: Some(("b".to_owned(), 2)), limit: 50 });
        let (rows, cursor) = next.finish(vec![("c".to_owned(), 3)], Clone::clone).unwrap();
        assert_eq!((rows.len(), cursor), (1, None));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for wrong in ["x", "!!", "bm8"] {
            assert_eq!(Page::<u32>::parse(Some(wrong), None).unwrap_err().code(), Code::CursorInvalid);
        }
        for wrong in [0, 101] {
            assert_eq!(Page::<u32>::parse(None, Some(wrong)).unwrap_err().code(), Code::MalformedQuery);
        }
    }
}
