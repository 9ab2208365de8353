//! What the notation accepts and refuses.

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_precision_is_read_bounded_and_written() {
    for (text, first, until, precision) in [
        ("2022", "2022-01-01", "2023-01-01", Precision::Year),
        ("2022-03", "2022-03-01", "2022-04-01", Precision::Month),
        ("2021-12", "2021-12-01", "2022-01-01", Precision::Month),
        ("2022-21", "2022-03-01", "2022-06-01", Precision::Season),
        ("2022-22", "2022-06-01", "2022-09-01", Precision::Season),
        ("2021-23", "2021-09-01", "2021-12-01", Precision::Season),
        ("2021-24", "2021-12-01", "2022-03-01", Precision::Season),
        ("2021-11-24", "2021-11-24", "2021-11-25", Precision::Date),
        ("2024-02-29", "2024-02-29", "2024-03-01", Precision::Date),
        ("2021-23/2022-21", "2021-09-01", "2022-06-01", Precision::Interval),
        ("2022-09/2022-10", "2022-09-01", "2022-11-01", Precision::Interval),
        ("2021-11-24/2021-11-24", "2021-11-24", "2021-11-25", Precision::Interval),
        ("2022-03-15/2022-03", "2022-03-15", "2022-04-01", Precision::Interval),
        ("2021/2022-24", "2021-01-01", "2023-03-01", Precision::Interval),
        ("1900", "1900-01-01", "1901-01-01", Precision::Year),
        ("2200-24", "2200-12-01", "2201-03-01", Precision::Season),
        ("2200-12-31", "2200-12-31", "2201-01-01", Precision::Date),
    ] {
        let edtf = Edtf::parse(text).unwrap();
        assert_eq!(edtf.bounds(), (date(first), date(until)), "{text}");
        assert_eq!(edtf.precision(), precision, "{text}");
        assert_eq!(edtf.to_string(), text);
        assert_eq!(edtf.to_string().parse(), Ok(edtf));
    }
}

#[test]
fn every_day_month_and_year_is_read_as_written() {
    for year in MIN_YEAR..=MAX_YEAR {
        let year_read = Edtf::parse(&format!("{year:04}")).unwrap();
        let mut next = date(&format!("{year}-01-01"));
        assert_eq!(year_read.bounds().0, next);
        for month in 1..=12 {
            let edtf = Edtf::parse(&format!("{year:04}-{month:02}")).unwrap();
            assert_eq!(edtf.bounds().0, next, "months follow one another");
            next = edtf.bounds().1;
        }
        assert_eq!(year_read.bounds().1, next);
    }
    let mut day = date("2023-12-30");
    while day < date("2025-03-03") {
        let edtf = Edtf::Single(EdtfDate::day(day));
        assert_eq!(Edtf::parse(&day.to_string()), Ok(edtf));
        assert_eq!(edtf.to_string(), day.to_string());
        day = day.succ_opt().unwrap();
    }
}

#[test]
fn what_is_no_date_is_refused() {
    let owned = |given: &str| given.to_owned();
    for given in [
        "",
        "22",
        "2022-3",
        "2022-13",
        "2022-00",
        "2022-20",
        "2022-25",
        "2022-33",
        "2022-02-30",
        "2023-02-29",
        "2022-21-01",
        "20220317",
        "2022-03-17T16:00",
        "2022-03-17-01",
        "march 2022",
        "+2022",
        "-2022",
        "2022 ",
        " 2022",
        "２０２２",
        "2022-03/2022-04/2022-05",
        "Y2022",
        "2022/P1M",
    ] {
        assert_eq!(Edtf::parse(given), Err(EdtfError::Syntax { given: owned(given) }), "{given}");
    }
    for given in ["2022-03/..", "../2022-03", "2022-03/", "/2022-03", "/", ".."] {
        assert_eq!(Edtf::parse(given), Err(EdtfError::OpenEnd { given: owned(given) }), "{given}");
    }
    for given in ["2022?", "2022-03~", "2022-03-17%", "202X", "2022-03/2022-04~"] {
        assert_eq!(Edtf::parse(given), Err(EdtfError::Qualified { given: owned(given) }), "{given}");
    }
    for given in ["2022-03/2022-02", "2022/2021-23", "2021-11-24/2021-11-23", "2022-03/2021", "2022-21/2022-02"] {
        assert_eq!(Edtf::parse(given), Err(EdtfError::Reversed { given: owned(given) }), "{given}");
    }
    for given in ["1899", "2201-01", "0001-01-01", "9999-24", "1899-12-31/1900-01-01"] {
        assert_eq!(Edtf::parse(given), Err(EdtfError::OutOfRange { given: owned(given) }), "{given}");
    }
}
