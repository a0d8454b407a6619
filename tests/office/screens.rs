//! The office's screens by keys: what is asked, said and stored, at every size and in both languages.

use crate::desk::Desk;
use crate::support::{Office, PIN, list, nobody, prepared};
use closing_desk::db::Actor;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::Role;
use closing_desk::kernel::settings::CUTOFF;
use closing_desk::kernel::words::Lang;
use closing_desk::office::people::{self, NewPerson};
use closing_desk::office::reset;
use closing_desk::office::screen::entries;
use closing_desk::ui::keys::bare_letter_only;
use closing_desk::ui::screen::{Effect, Place};
use crossterm::event::{KeyCode, KeyModifiers};

fn stranger() -> Actor {
    Actor { os_user: "tester".to_owned(), ..Actor::default() }
}

#[test]
fn every_screen_fits_every_size_and_hides_no_act_behind_a_letter() {
    let office = Office::peopled();
    for entry in entries() {
        for lang in [Lang::Zh, Lang::En] {
            let mut desk = Desk::open(&office, office.actor("1001"), entry.name, lang);
            for _ in 0..2 {
                for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                    let picture = desk.picture(width, height);
                    assert!(width < 80 || picture.chars().count() > 40, "{} at {width}x{height}", entry.name);
                }
                assert!(bare_letter_only(&desk.rows()).is_empty(), "{}", entry.name);
                // The second round draws the sheet a key opens.
                desk.ctrl('n');
                desk.enter();
            }
        }
    }
}

#[test]
fn the_first_run_asks_four_things_and_offers_an_import() {
    let office = Office::fresh();
    let mut desk = Desk::open(&office, nobody(), "first-run", Lang::Zh);
    desk.ctrl('s');
    assert!(desk.picture(80, 24).contains("请填写网点名称"), "{}", desk.picture(80, 24));
    for text in ["城东网点", "赵敏·阿依", "２４６８０２", PIN] {
        desk.types(text);
        desk.enter();
    }
    desk.ctrl('s');
    assert_eq!(desk.said.last().expect("words"), "城东网点 已开张，领导 赵敏·阿依，工号 1001");
    desk.enter();
    assert!(
        matches!(desk.left.as_slice(), [Effect::SignIn(actor), Effect::Go(place)]
        if actor.roles.has(Role::Leader) && *place == Place::new("import")),
        "{:?}",
        desk.left
    );
}

#[test]
fn signing_in_takes_two_fields_and_one_enter_each() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, stranger(), "sign-in", Lang::Zh);
    assert!(desk.picture(80, 24).contains("城东网点"));
    desk.types("1003");
    desk.enter();
    desk.types("135791");
    desk.enter();
    assert!(desk.left.is_empty() && desk.picture(80, 24).contains("工号、姓名或口令不对"), "{}", desk.picture(80, 24));
    desk.types(PIN);
    desk.enter();
    assert!(desk.picture(80, 24).contains("有 1 次输错口令"), "the notice is read first");
    desk.enter();
    assert!(matches!(desk.left.as_slice(), [Effect::SignIn(actor)] if actor.staff_no == "1003"), "{:?}", desk.left);
}

#[test]
fn a_pin_set_by_somebody_else_is_changed_before_anything() {
    let office = Office::peopled();
    let (clerk, leader, new) = (office.person("1003"), office.actor("1001"), prepared("864200"));
    office.act(&leader, |tx| reset::set_for(tx, clerk.id, &new)).expect("a reset");
    let mut desk = Desk::open(&office, stranger(), "sign-in", Lang::Zh);
    desk.types("张敏");
    desk.enter();
    desk.types("864200");
    desk.enter();
    assert!(desk.left.is_empty());
    let picture = desk.picture(80, 24);
    assert!(picture.contains("由 赵敏 1001 重置") && picture.contains("新口令"), "{picture}");
    let mut answer = |pin: &str| {
        desk.types(pin);
        desk.enter();
        desk.types(pin);
        desk.ctrl('s');
        desk.press(KeyCode::Up, KeyModifiers::NONE);
        desk.left.len()
    };
    assert_eq!(answer("864200"), 0, "the same again");
    assert_eq!(answer("975311"), 1);
    assert!(!office.person("1003").pin_must_change);
}

#[test]
fn a_person_is_added_and_a_change_of_rights_asks_another_leader() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, office.actor("1001"), "people", Lang::Zh);
    desk.ctrl('n');
    desk.types("周宁");
    desk.enter();
    desk.enter();
    desk.types(" ");
    desk.ctrl('s');
    assert_eq!(desk.said.last().expect("words"), "已添加 周宁，工号 1004，岗位：结案岗");
    // The new person is selected; Enter opens the sheet, and the reviewer's toggle needs a second leader.
    desk.enter();
    for _ in 0..5 {
        desk.press(KeyCode::Down, KeyModifiers::NONE);
    }
    desk.types(" ");
    desk.ctrl('s');
    assert_eq!(desk.said.last().expect("words"), "周宁 的权限变动须另一位领导同意");
    assert_eq!(office.person("1004").roles, list(&[Role::Clerk]), "nothing is written before the PIN");
    desk.second = Some(office.actor("1002"));
    desk.ctrl('s');
    assert_eq!(office.person("1004").roles, list(&[Role::Clerk, Role::Reviewer]));
    desk.ctrl('d');
    assert!(!office.person("1004").enabled);
    assert!(desk.picture(120, 30).contains("已停用"));
    // Somebody new above the selected person does not move the selection to somebody else.
    let new = NewPerson { name: "吴前".into(), staff_no: "0900".into(), roles: list(&[Role::Clerk]), limit: None };
    office.act(&office.actor("1001"), |tx| people::add(tx, &new, None)).expect("added elsewhere");
    desk.store_changed();
    desk.ctrl('d');
    assert!(office.person("1004").enabled && office.person("0900").enabled);
}

#[test]
fn a_clerk_sees_the_people_and_is_told_who_may_change_them() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, office.actor("1003"), "people", Lang::Zh);
    desk.ctrl('n');
    assert_eq!(desk.said, ["须由 系统管理 办理"]);
}

#[test]
fn a_setting_is_changed_with_a_reason_and_its_history_is_seen() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, office.actor("1002"), "settings", Lang::Zh);
    desk.enter();
    for _ in 0..5 {
        desk.press(KeyCode::Backspace, KeyModifiers::NONE);
    }
    desk.types("16:30");
    desk.enter();
    desk.types("12-01 00:00");
    desk.enter();
    desk.ctrl('s');
    assert_eq!(desk.said.last().expect("words"), "请填写原因");
    desk.types("省公司通知");
    desk.ctrl('s');
    let rules = closing_desk::reference::store::rulebook(&office.store).expect("rules");
    let first = crate::support::at("2026-12-01");
    assert_eq!((rules.settings.text(CUTOFF, first - 1), rules.settings.text(CUTOFF, first)), ("16:00", "16:30"));
    let picture = desk.picture(120, 30);
    for words in ["12-01 00:00 起 16:30", "钱江 11-23 15:30：省公司通知", "自始"] {
        assert!(picture.contains(words), "{words}\n{picture}");
    }
}

#[test]
fn a_deputy_is_named_and_ended_by_keys() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, office.actor("1001"), "deputies", Lang::Zh);
    desk.ctrl('n');
    desk.enter();
    desk.press(KeyCode::Right, KeyModifiers::NONE);
    desk.enter();
    desk.types("8000");
    desk.enter();
    desk.enter();
    desk.types("1130");
    desk.enter();
    desk.types("休假");
    desk.ctrl('s');
    assert!(desk.said.last().expect("words").contains("代行审批：11-23 15:30 至 11-30 23:59"), "{:?}", desk.said);
    assert!(desk.picture(120, 30).contains("8,000.00") && desk.picture(80, 24).contains("生效中"));
    let named = closing_desk::office::store::deputies::list(office.store.conn(), 9).expect("rows");
    assert_eq!((named.len(), named[0].limit), (1, Some(Fen::from_yuan(8_000))));
    desk.ctrl('d');
    desk.types("提前返岗");
    desk.ctrl('s');
    assert!(desk.picture(120, 30).contains("已提前结束"));
}

#[test]
fn a_calendar_is_looked_at_before_it_is_added() {
    let office = Office::peopled();
    let file = office.store.path().with_file_name("2027.toml");
    let text = "year = 2027\nedition = \"2026-11-20\"\nsource = \"synthetic notice\"\nholidays = [\"2027-01-01..2027-01-03\"]\nworked = []\n";
    std::fs::write(&file, text).expect("a file");
    let mut desk = Desk::open(&office, office.actor("1001"), "calendars", Lang::Zh);
    assert!(desk.picture(120, 30).contains("无日历"));
    desk.ctrl('n');
    desk.ctrl('s');
    assert!(desk.picture(80, 24).contains("请输入文件路径"));
    desk.types("/no/such/file");
    desk.ctrl('s');
    assert!(desk.picture(80, 24).contains("没有这个文件：/no/such/file"), "{}", desk.picture(80, 24));
    desk.ctrl('u');
    desk.types(&file.display().to_string());
    desk.enter();
    let picture = desk.picture(80, 24);
    assert!(picture.contains("2027-01-01 周五：工作日 改为 放假"), "{picture}");
    assert!(!closing_desk::reference::store::rulebook(&office.store).expect("rules").calendar.has_year(2027));
    desk.ctrl('s');
    assert!(closing_desk::reference::store::rulebook(&office.store).expect("rules").calendar.has_year(2027));
    assert_eq!(desk.said.last().expect("words"), "已核算 0 件未归档赔案，时限变动 0 件");
}

#[test]
fn the_own_pin_is_changed_and_a_wrong_old_one_is_counted() {
    let office = Office::peopled();
    let mut desk = Desk::open(&office, office.actor("1003"), "own-pin", Lang::Zh);
    let mut answer = |old: &str, new: &str| {
        for pin in [old, new, new] {
            desk.types(pin);
            desk.enter();
        }
        desk.ctrl('s');
        for _ in 0..3 {
            desk.press(KeyCode::Up, KeyModifiers::NONE);
        }
        desk.said.last().cloned().unwrap_or_default()
    };
    assert!(answer("135791", "975311").contains("口令不对"));
    assert_eq!(office.person("1003").failures, 1);
    assert_eq!(answer(PIN, "975311"), "张敏 的口令已设置");
    assert!(matches!(desk.left.as_slice(), [Effect::Back]));
}
