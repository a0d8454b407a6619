//! The same rows in every encoding and form that is read.

use crate::support::Desk;
use closing_desk::case::facts::Column;
use closing_desk::kernel::identity;
use closing_desk::kernel::words::Lang;
use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const HEADER: [&str; 8] = ["赔案号", "险种", "被保险人", "证件号码", "出险日期", "索赔时间", "定损金额", "备注"];

fn id() -> String {
    let body = "11010519491231002";
    format!("{body}{}", identity::mod11_2_check(body).unwrap())
}

fn text() -> String {
    let id = id();
    format!(
        "{}\nPDZA1,车险,阿凡提·买买提,{id},2026-11-20,2026-11-21 09:30:00,\"8,200.50\",“甲”\nPDZA2,企财险,𠮷野𣘺,,2026/11/20,,,\n",
        HEADER.join(",")
    )
}

fn check(desk: &Desk) {
    let first = desk.case("PDZA1");
    assert_eq!(first.facts.insured, "阿凡提·买买提");
    assert_eq!(first.facts.id_no, id());
    assert_eq!(first.facts.assessed.map(|a| a.plain()).as_deref(), Some("8200.50"));
    assert_eq!(first.facts.file_text(Column::ClaimedAt, ""), "2026-11-21 09:30:00");
    assert_eq!(first.facts.loss_date.unwrap().to_string(), "2026-11-20");
    assert_eq!(desk.case("PDZA2").facts.insured, "𠮷野𣘺");
    assert_eq!(desk.case("PDZA2").facts.line, "property");
}

#[test]
fn utf8_with_and_without_mark_gb18030_and_other_separators_read_alike() {
    let text = text();
    let marked = format!("\u{FEFF}{text}");
    let crlf = text.replace('\n', "\r\n");
    let gb = GB18030.encode(&text).0.into_owned();
    let tabs = text.replace("\"8,200.50\"", "8200.50").replace(',', "\t");
    let forms: [(&str, &[u8]); 5] = [
        ("utf8", text.as_bytes()),
        ("mark", marked.as_bytes()),
        ("crlf", crlf.as_bytes()),
        ("gb18030", &gb),
        ("tabs", tabs.as_bytes()),
    ];
    for (name, bytes) in forms {
        let desk = Desk::new();
        let report = desk.import(&desk.file("day.csv", bytes));
        assert_eq!((report.added, report.rejected), (2, 0), "{name}: {:?}", report.first_rejects);
        assert_eq!(report.ignored, ["备注"], "{name}");
        assert_eq!(report.rejects, None);
        check(&desk);
    }
}

#[test]
fn a_spreadsheet_reads_dates_amounts_and_numbers_as_they_are_shown() {
    let desk = Desk::new();
    let path = desk.folder.path().join("day.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in HEADER.iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), *name).unwrap();
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let row = ["PDZA1", "车险", "阿凡提·买买提", &id()];
    for (column, text) in row.iter().enumerate() {
        sheet.write_string(1, u16::try_from(column).unwrap(), *text).unwrap();
    }
    let moment = |text: &str| ExcelDateTime::parse_from_str(text).unwrap();
    sheet.write_datetime_with_format(1, 4, moment("2026-11-20"), &day).unwrap();
    sheet.write_datetime_with_format(1, 5, moment("2026-11-21 09:30:00"), &time).unwrap();
    sheet.write_number(1, 6, 8200.5).unwrap();
    for (column, text) in ["PDZA2", "企财险", "𠮷野𣘺"].iter().enumerate() {
        sheet.write_string(2, u16::try_from(column).unwrap(), *text).unwrap();
    }
    // A whole row of blanks, then a number that lost its last digits.
    sheet.write_string(3, 0, " ").unwrap();
    sheet.write_string(4, 0, "PDZA3").unwrap();
    sheet.write_string(4, 1, "车险").unwrap();
    sheet.write_string(4, 2, "王建国").unwrap();
    sheet.write_number(4, 3, 110_105_194_912_310_021.0).unwrap();
    book.save(&path).unwrap();
    let report = desk.import(&path);
    assert_eq!((report.rows, report.added, report.rejected), (3, 2, 1));
    assert_eq!((report.first_rejects[0].line, report.first_rejects[0].code), (5, "digits"));
    check(&desk);
}

#[test]
fn files_that_are_no_such_file_are_refused_with_words() {
    use crate::support::{nobody, now};
    use closing_desk::intake::import::{Options, Unwatched, import_file};
    let desk = Desk::new();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("赔案号".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, code) in [
        (b"".to_vec(), "empty_file"),
        (b"\xEF\xBB\xBF".to_vec(), "empty_file"),
        (b"\n \n".to_vec(), "empty_file"),
        (utf16, "encoding"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1".to_vec(), "old_spreadsheet"),
        (b"PK\x03\x04 not a workbook".to_vec(), "spreadsheet"),
        ("姓名,年龄\n1,2\n".as_bytes().to_vec(), "header_missing"),
        ("赔案号,险种,被保险人,case_no\n".as_bytes().to_vec(), "header_twice"),
    ] {
        let path = desk.file("wrong", &bytes);
        let refused = import_file(&desk.store, &nobody(), now(), &path, Options::default(), &Unwatched, Lang::Zh);
        let found = refused.err().unwrap_or_else(|| panic!("{code} was taken")).findings();
        assert_eq!(found.codes(), code);
    }
    let missing = desk.folder.path().join("none.csv");
    let refused = import_file(&desk.store, &nobody(), now(), &missing, Options::default(), &Unwatched, Lang::Zh);
    assert!(refused.err().unwrap().findings().has("unreadable"));
    assert_eq!(desk.head(), 0);
}
