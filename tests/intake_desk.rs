//! The intake as a clerk does it: keys pressed on the whole desk, what is seen, what is stored.

mod harness;

use closing_desk::case::store::{list, load};
use closing_desk::intake::{import, store};
use closing_desk::kernel::words::Lang;
use closing_desk::ui::keys::{bare_letter_only, clashes};
use closing_desk::ui::screen::{Cx, Place};
use closing_desk::ui::theme::Theme;
use harness::{CLERK, Desk, LEADER, Office, Setup, moment};
use std::path::PathBuf;
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:30";

fn sit(office: &Rc<Office>, who: &str, setup: Setup) -> Desk {
    let mut desk = Desk::on(office, setup);
    desk.sign_in(who);
    desk
}

fn at_work(office: &Rc<Office>) -> Desk {
    sit(office, CLERK, Setup { now: NOW.to_owned(), ..Setup::default() })
}

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

fn file(office: &Office, name: &str, text: &str) -> PathBuf {
    let path = office.folder().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn total(desk: &Desk) -> i64 {
    list::stage_counts(desk.store().conn()).unwrap().total()
}

/// Opens the import, names a file, and looks at it.
fn look(desk: &mut Desk, path: &std::path::Path) {
    desk.keys("ctrl-o");
    desk.pastes(&path.display().to_string());
    desk.keys("enter");
    desk.wait_idle();
}

#[test]
fn a_file_is_looked_at_then_taken_in_and_its_rejects_are_told() {
    let office = office();
    let mut desk = at_work(&office);
    let path = file(
        &office,
        "日报 1123.csv",
        "赔案号,险种,被保险人,手机号,定损金额,备注\nA1,车险,阿凡提·买买提,13800138000,8200.5,好\nA2,飞碟险,李红,,,\nA3,车险,𠮷野,,,\n",
    );
    look(&mut desk, &path);
    desk.sees("试算，未写入");
    desk.sees("将新增 2");
    desk.sees("拒收 1");
    desk.sees("飞碟险");
    desk.sees("未采用的列：备注");
    desk.sees("138****8000");
    desk.sees_not("13800138000");
    assert_eq!(total(&desk), 0);
    desk.keys("ctrl-s");
    desk.wait_idle();
    desk.sees("新增 2");
    desk.sees("日报 1123.csv.rejects.csv");
    assert_eq!(total(&desk), 2);
    // The same file again has nothing new but its rejected row.
    desk.keys("esc");
    look(&mut desk, &path);
    desk.sees("无变化 2");
    desk.keys("esc");
    desk.sees("路径");
}

#[test]
fn a_file_that_is_none_is_refused_in_words_and_another_can_be_picked() {
    let office = office();
    let mut desk = at_work(&office);
    look(&mut desk, &file(&office, "x.csv", "姓名,年龄\n1,2\n"));
    desk.sees("表头缺少必需的列");
    desk.keys("enter");
    desk.pastes("/nowhere/x.csv");
    desk.keys("enter");
    desk.sees("/nowhere/x.csv");
    assert_eq!(total(&desk), 0);
}

#[test]
fn the_past_is_a_leaders() {
    let office = office();
    let text = "case_no,line,insured,payable,closed_at\nA1,车险,王,100,2026-11-20 10:00:00\n";
    let path = file(&office, "past.csv", text);
    let mut clerk = at_work(&office);
    look(&mut clerk, &path);
    clerk.sees("past");
    let mut leader = sit(&office, LEADER, Setup { now: NOW.to_owned(), ..Setup::default() });
    leader.keys("ctrl-o ctrl-t");
    leader.sees("历史接管");
    leader.pastes(&path.display().to_string());
    leader.keys("enter");
    leader.wait_idle();
    leader.sees("将新增 1");
    leader.keys("ctrl-s");
    leader.wait_idle();
    assert_eq!(total(&leader), 1);
}

#[test]
fn a_case_is_entered_by_hand_in_a_few_keys_and_joined_by_the_import() {
    let office = office();
    let mut desk = at_work(&office);
    desk.keys("ctrl-n");
    desk.sees("手工登记");
    // An empty form says what is missing.
    desk.keys("ctrl-s");
    desk.sees("缺少被保险人");
    desk.sees("至少填一项");
    desk.keys("right tab");
    desk.pastes("王建国");
    desk.keys("tab tab tab");
    desk.types("皖a12345");
    desk.keys("tab");
    desk.types("13800138000");
    desk.keys("ctrl-s");
    desk.sees("待核心补全");
    assert_eq!(total(&desk), 1);
    desk.keys("f2");
    let entered = load::after(desk.store().conn(), 0, 1).unwrap().remove(0);
    assert_eq!((entered.facts.plate.as_str(), entered.facts.insured.as_str()), ("皖A12345", "王建国"));
    let line = entered.facts.line.clone();
    let path = file(
        &office,
        "day.csv",
        &format!("case_no,line,insured,plate\nA1,{line},王建国,皖A12345\nA2,{line},王建国,皖A12345\n"),
    );
    look(&mut desk, &path);
    desk.sees("待判定 2");
    desk.keys("ctrl-s");
    desk.wait_idle();
    desk.keys("ctrl-t");
    desk.sees("手工登记合并");
    desk.sees("并排比较");
    // The question defaults to No, and names both.
    desk.keys("ctrl-s");
    desk.sees("A1");
    desk.keys("esc");
    assert_eq!(store::pending_after(desk.store().conn(), 0, 9).unwrap().len(), 2);
    desk.keys("ctrl-n");
    desk.sees("A1 已作为另一案处理");
    desk.keys("ctrl-s");
    desk.types("y");
    assert_eq!(store::pending_after(desk.store().conn(), 0, 9).unwrap().len(), 0, "{}", desk.screen());
    let joined = load::by_case_no(desk.store().conn(), "A2").unwrap().unwrap();
    assert_eq!((joined.id, joined.awaiting_core), (entered.id, false));
    assert_eq!(total(&desk), 2);
}

#[test]
fn leaving_a_half_typed_form_asks_first_and_a_taken_number_names_its_case() {
    let office = office();
    let mut desk = at_work(&office);
    let path = file(&office, "day.csv", "case_no,line,insured\nA1,车险,陈志远\n");
    import::import_file(
        desk.store(),
        &office.actor(CLERK),
        moment(NOW),
        &path,
        import::Options::default(),
        &import::Unwatched,
        Lang::Zh,
    )
    .unwrap();
    desk.keys("ctrl-n right tab");
    desk.pastes("王建国");
    desk.keys("tab");
    desk.types("a1");
    desk.keys("ctrl-s");
    desk.sees("陈志远");
    desk.sees("王建国");
    assert_eq!(total(&desk), 1);
    desk.keys("esc");
    desk.sees("王建国");
}

#[test]
fn every_key_of_the_intake_works_without_a_bare_letter_and_none_clashes() {
    let office = office();
    let store = office.store();
    let (actor, theme, keymap, kept) = (office.actor(CLERK), Theme::new(true), Default::default(), Default::default());
    let cx = Cx {
        store: &store,
        now: moment(NOW),
        lang: Lang::Zh,
        actor: &actor,
        theme: &theme,
        keymap: &keymap,
        hidden: false,
        kept: &kept,
    };
    for entry in closing_desk::intake::screen::entries() {
        let screen = (entry.open.unwrap())(Place::new(entry.name), &cx).unwrap();
        let rows = screen.keys(&cx);
        assert!(bare_letter_only(&rows).is_empty(), "{}", entry.name);
        assert!(clashes(&rows).is_empty(), "{}", entry.name);
    }
}

#[test]
fn every_screen_of_the_intake_fits_any_size_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        for size in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
            let office = office();
            let setup = Setup { now: NOW.to_owned(), lang, size, ..Setup::default() };
            let mut desk = sit(&office, CLERK, setup);
            let path = file(&office, "day.csv", "case_no,line,insured\nA1,车险,王\n,,\nA2,x,y\n");
            look(&mut desk, &path);
            desk.keys("ctrl-s");
            desk.wait_idle();
            desk.keys("pagedown up esc ctrl-n tab");
            desk.types("你好");
            desk.keys("ctrl-s");
        }
    }
}
