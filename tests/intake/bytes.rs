//! Any bytes at all are read to their end or refused, and never stop the program.

use crate::support::{Desk, nobody, now};
use closing_desk::intake::import::{Options, Unwatched, import_file};
use closing_desk::kernel::words::Lang;
use proptest::prelude::*;
use std::cell::OnceCell;

thread_local! {
    static DESK: OnceCell<Desk> = const { OnceCell::new() };
}

/// What came of some bytes: rows in, and rows accounted for.
fn outcome(bytes: &[u8]) -> Option<(u64, u64)> {
    DESK.with(|cell| {
        let desk = cell.get_or_init(Desk::new);
        let path = desk.file("any", bytes);
        let report =
            import_file(&desk.store, &nobody(), now(), &path, Options::default(), &Unwatched, Lang::En).ok()?;
        assert!(report.finished());
        Some((report.rows, report.kept() + report.rejected))
    })
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b",".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just("车险".as_bytes().to_vec()),
        Just(b"A1".to_vec()),
        Just(b"'=".to_vec()),
        Just(b"2026-11-31".to_vec()),
        Just(b"\xB3\xB5".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
        "\\PC{0,8}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_behind_a_header_are_taken_or_rejected_row_by_row(pieces in proptest::collection::vec(piece(), 0..60)) {
        let bytes = [&b"case_no,line,insured,assessed,loss_date,closed_at\n"[..], &pieces.concat()].concat();
        if let Some((rows, accounted)) = outcome(&bytes) {
            prop_assert_eq!(rows, accounted);
        }
    }

    #[test]
    fn any_bytes_at_all_end_in_words(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = outcome(&bytes);
    }

    #[test]
    fn a_damaged_spreadsheet_ends_in_words(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = workbook();
        let place = at.index(bytes.len());
        bytes[place] ^= byte;
        if cut {
            bytes.truncate(place);
        }
        let _ = outcome(&bytes);
    }
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["case_no", "line", "insured"].iter().enumerate() {
        let column = u16::try_from(column).unwrap();
        sheet.write_string(0, column, *name).unwrap();
        sheet.write_string(1, column, "车险").unwrap();
    }
    book.save_to_buffer().unwrap()
}
