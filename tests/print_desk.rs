//! Printing as it is seen at the desk: the preview, what goes out and in which bytes, a printer that fails.

mod harness;
#[path = "harness/probe.rs"]
mod probe;

use closing_desk::config::{Encoding, Print};
use closing_desk::kernel::words::Lang;
use closing_desk::shell::print::encode;
use harness::{CLERK, Desk, Office, Setup, moment};
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";

fn desk_in(office: &Rc<Office>, print: Print, lang: Lang) -> Desk {
    let setup = Setup { size: (120, 40), entries: probe::entries(), print, lang, ..Setup::default() };
    let mut desk = Desk::on(office, setup);
    desk.sign_in(CLERK);
    desk
}

fn desk(print: Print) -> Desk {
    desk_in(&Office::with_people(moment(NOW)), print, Lang::Zh)
}

#[expect(clippy::unwrap_used, reason = "a test stops where the store cannot be read")]
fn counted(desk: &Desk) -> i64 {
    desk.store().conn().query_row("SELECT COUNT(*) FROM print_log", [], |row| row.get(0)).unwrap()
}

fn shell(script: &str) -> Print {
    Print { command: ["sh", "-c", script].map(str::to_owned).to_vec(), ..Print::default() }
}

#[test]
fn a_sheet_is_looked_at_first_and_only_printing_counts_it() {
    let mut desk = desk(Print::default());
    desk.types("阿凡提·买买提");
    desk.keys("ctrl-t");
    desk.sees("打印预览 试打");
    desk.sees("文字        阿凡提·买买提");
    desk.sees("Enter 打印");
    // The key that opened it goes on arriving, and pasted text is none of its keys.
    desk.keys("ctrl-t");
    desk.pastes("\n\n");
    desk.keys("esc");
    desk.sees("没有打印");
    assert_eq!(counted(&desk), 0);
    assert!(desk.printed().is_empty());
    desk.keys("ctrl-t down enter");
    let sheets = desk.printed();
    desk.sees("counted 1；试打已存为");
    desk.sees("probe-A-1-20261123-151200-1.txt");
    assert_eq!(counted(&desk), 1);
    assert!(sheets[0].contains("文字        阿凡提·买买提\n") && !sheets[0].contains("补打"), "{}", sheets[0]);
    desk.keys("ctrl-t ctrl-s ctrl-t ctrl-s");
    let sheets = desk.printed();
    assert_eq!(sheets.len(), 3);
    assert!(sheets[1].contains("补打 1") && sheets[2].contains("补打 2"), "{sheets:?}");
}

#[test]
fn a_printed_file_is_its_owners_alone_and_none_is_written_over() {
    let office = Office::with_people(moment(NOW));
    let mut desk = desk_in(&office, Print::default(), Lang::Zh);
    desk.keys("ctrl-t enter");
    desk.wait_printed();
    let folder = office.folder().join("prints");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let path = folder.join("probe-A-1-20261123-151200-1.txt");
    assert_eq!(mode(&path), 0o600);
    std::fs::rename(&path, folder.join("probe-A-1-20261123-151200-2.txt")).unwrap();
    desk.keys("ctrl-t enter");
    desk.wait_printed();
    assert!(folder.join("probe-A-1-20261123-151200-2-again1.txt").exists());
}

#[test]
fn a_print_program_is_really_run_and_gets_the_bytes_of_the_printer() {
    let office = Office::with_people(moment(NOW));
    let out = office.folder().join("out");
    let print = Print { encoding: Encoding::Gb18030, form_feed: true, ..shell(&format!("cat > '{}'", out.display())) };
    let mut desk = desk_in(&office, print, Lang::Zh);
    desk.types("𠮷“引号”·１２３é");
    desk.keys("ctrl-t enter");
    desk.wait_printed();
    desk.sees("counted 1；试打已送打印（sh）");
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(bytes.last(), Some(&b'\x0c'));
    assert!(std::str::from_utf8(&bytes).is_err(), "these are no UTF-8 bytes");
    let (text, _, broken) = encoding_rs::GB18030.decode(&bytes);
    assert!(!broken && text.contains("文字        𠮷“引号”·１２３é\n"), "{text}");
}

#[test]
fn a_printer_that_fails_is_named_and_what_was_recorded_stands() {
    for (script, said) in [
        ("cat > /dev/null; echo '打印机缺纸' >&2; exit 3", "打印程序 sh 出错（代码 3）：打印机缺纸"),
        ("cat > /dev/null; exit 4", "打印程序 sh 出错（代码 4）"),
        ("exec kill -9 $$", "打印程序 sh 出错（代码 signal: 9"),
    ] {
        let mut desk = desk(shell(script));
        desk.keys("ctrl-t enter");
        desk.wait_printed();
        desk.sees("counted 1，已办妥；但试打没有打印出来");
        desk.sees(said);
        assert_eq!(counted(&desk), 1);
        assert!(desk.printed().is_empty());
    }
    let mut desk = desk(Print { command: vec!["no-such-printer".to_owned()], ..Print::default() });
    desk.keys("ctrl-t enter");
    desk.wait_printed();
    desk.sees("打印程序 no-such-printer 启动不了");
}

#[test]
fn a_folder_that_cannot_be_written_is_named_in_both_languages() {
    for (lang, said) in [(Lang::Zh, "写不进"), (Lang::En, "cannot be written")] {
        let office = Office::with_people(moment(NOW));
        std::fs::write(office.folder().join("prints"), "a file stands in the way").unwrap();
        let mut desk = desk_in(&office, Print::default(), lang);
        desk.keys("ctrl-t enter");
        desk.wait_printed();
        desk.sees(said);
        assert_eq!(counted(&desk), 1);
    }
}

#[test]
fn a_busy_store_makes_the_print_wait_and_esc_gives_up_with_nothing_printed() {
    let office = Office::with_people(moment(NOW));
    let mut desk = desk_in(&office, Print::default(), Lang::Zh);
    let other = office.store();
    assert!(other.conn().execute_batch("BEGIN IMMEDIATE").is_ok());
    desk.keys("ctrl-t enter");
    desk.sees("正在等待其他席位");
    desk.keys("esc");
    assert!(other.conn().execute_batch("ROLLBACK").is_ok());
    assert!(counted(&desk) == 0 && desk.printed().is_empty());
}

#[test]
fn the_preview_fits_every_size_and_has_its_help() {
    for lang in [Lang::Zh, Lang::En] {
        let mut desk = desk_in(&Office::with_people(moment(NOW)), Print::default(), lang);
        desk.keys("ctrl-t");
        for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
            desk.resize(columns, rows);
            desk.keys("right down pagedown end left up home");
        }
        desk.resize(120, 40);
        desk.keys("?");
        desk.sees(if lang == Lang::Zh { "纸上会印成这样" } else { "what the paper will show" });
        desk.keys("esc esc");
        assert_eq!(counted(&desk), 0);
    }
}

#[test]
fn every_character_but_what_gb18030_lacks_comes_back() {
    let setup = Print { encoding: Encoding::Gb18030, ..Print::default() };
    let text = "赔款收据 壹仟肆佰零玖元伍角整 ￥1,409.50 阿凡提·买买提 “”—…×𠮷é ａ１\n";
    let bytes = encode(&setup, text).unwrap_or_default();
    assert_eq!(encoding_rs::GB18030.decode(&bytes).0, text);
    assert_eq!(encode(&Print::default(), text), Ok(text.as_bytes().to_vec()));
    let why = encode(&setup, "\u{e5e5}").map_err(|why| why.say(Lang::Zh));
    assert_eq!(why, Err("有 GB18030 里没有的字（U+E5E5）".to_owned()));
}
