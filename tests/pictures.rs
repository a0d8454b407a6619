//! A picture of every place in the states a clerk meets, wide and narrow, in both languages.
//!
//! A changed picture fails and writes nothing; `INSTA_UPDATE=always cargo test --test pictures` takes new ones, which
//! are then looked at one by one. Time stands still, and the folder of the files has a fixed name in the text.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod batches_common;
#[expect(dead_code, reason = "the cases of the pictures come from here, the rest is for other tests")]
mod closing_common;
mod forms_common;
mod harness;
mod notify_common;
#[path = "harness/stage.rs"]
mod stage;
#[path = "harness/tour.rs"]
mod tour;

use closing_desk::kernel::words::Lang;
use closing_desk::registry;
use harness::{CLERK, CLERK_2, Desk, LEADER, LEADER_2, PIN};
use stage::Stage;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The sizes of a picture: both panes side by side, and the smallest a clerk works with.
const SIZES: [(u16, u16); 2] = [(120, 40), (80, 24)];

/// Takes or compares the pictures of one scene.
fn picture(name: &str, act: fn(&Stage) -> Desk) {
    let mut text = String::new();
    for lang in [Lang::Zh, Lang::En] {
        let stage = Stage::new(lang);
        let mut desk = act(&stage);
        for (columns, rows) in SIZES {
            desk.resize(columns, rows);
            let place = desk.app.place().map_or("none", |place| place.name);
            text.push_str(&format!("place: {place}  {lang:?} {columns}x{rows}\n"));
            text.push_str(&stage.redact(&desk.screen()));
        }
    }
    assert!(!text.contains('{') && !text.contains('\u{fffd}'), "a placeholder was left:\n{text}");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

macro_rules! scenes {
    ($($name:ident: $act:expr;)*) => {
        mod scene {
            use super::*;
            $(#[test]
            fn $name() {
                picture(stringify!($name), $act);
            })*
        }

        /// Every scene by its name.
        const SCENES: &[&str] = &[$(stringify!($name)),*];
    };
}

scenes! {
    todo_rows: |s| s.stocked(CLERK);
    todo_second_row_of_one_accident: |s| s.keys(CLERK, "down");
    todo_empty: |s| s.sit(CLERK);
    todo_search: |s| s.typed(CLERK, "/", "李晓");
    todo_search_finds_nothing: |s| s.typed(CLERK, "/", "没有这个人");
    todo_filter: |s| s.keys(CLERK, "f");
    todo_filtered: |s| s.keys(CLERK, "f right ctrl-s");
    todo_of_an_auditor: |s| s.stocked("1009");
    folder_facts: |s| s.keys(CLERK, "ctrl-e");
    folder_second_section: |s| s.keys(CLERK, "ctrl-e tab");
    folder_third_section: |s| s.keys(CLERK, "ctrl-e tab tab");
    folder_timeline_of_a_closed_case: folder_timeline;
    folder_note: |s| s.typed(CLERK, "ctrl-e ctrl-b", "客户下午再来");
    closing_prefilled: |s| s.prefilled(800);
    closing_findings: super::closing_findings;
    closing_papers: |s| s.and(s.unfilled(), "ctrl-k");
    closing_paper_rejected: super::closing_paper_rejected;
    closing_refusal: |s| s.and(s.prefilled(800), "ctrl-d");
    closing_awaits_approval: |s| s.and(s.prefilled(800), "ctrl-s");
    closing_return: |s| s.and(s.prefilled(800), "ctrl-s ctrl-r");
    closing_minutes: |s| s.and(s.prefilled(150_000), "ctrl-s ctrl-t");
    closing_pin: |s| s.and(s.prefilled(800), "ctrl-s ctrl-s");
    closing_signed_off: Stage::signed_off;
    closing_reopening: |s| s.and(s.leader_looks_back(), "ctrl-n");
    closing_second_round: super::closing_second_round;
    closing_changed_elsewhere: super::closing_changed_elsewhere;
    approvals_empty: |s| s.and(s.sit(LEADER), "f11");
    approvals_of_a_clerk: |s| s.and(s.approvals(CLERK), "f11");
    approvals_marked: |s| s.and(s.approvals(LEADER), "f11 space space");
    approvals_pin: |s| s.and(s.approvals(LEADER), "f11 space space ctrl-s");
    approvals_wrong_pin: super::approvals_wrong_pin;
    approvals_signed: super::approvals_signed;
    payment_desk: |s| s.payment(CLERK);
    payment_form: |s| s.and(s.payment(CLERK), "enter");
    payment_split: |s| s.and(s.payment(CLERK), "down enter ctrl-n");
    payment_chosen: |s| s.chosen(CLERK);
    payment_review: |s| s.chosen("1007");
    counter: |s| tour::at(s, "counter");
    counter_visit: |s| tour::at(s, "counter visit");
    precheck: |s| tour::at(s, "precheck");
    precheck_check: |s| tour::at(s, "precheck check");
    precheck_early_visit: |s| tour::at(s, "precheck early visit");
    notify: |s| s.notify(CLERK);
    notify_case: |s| tour::at(s, "notify case");
    notify_asks: |s| tour::at(s, "notify asks");
    notify_disputed: |s| s.disputed();
    notify_explained: |s| s.explained();
    notify_clause: |s| tour::at(s, "notify clause");
    notify_refusal: |s| s.refused();
    notify_delivery: |s| tour::at(s, "notify delivery");
    referrals: |s| tour::at(s, "referrals");
    release: |s| tour::at(s, "release rows");
    release_to_batch: |s| tour::at(s, "release to batch rows");
    release_receipt: |s| tour::at(s, "release receipt");
    release_mend: |s| tour::at(s, "release mend");
    batches: |s| tour::at(s, "batches rows");
    batches_inside: |s| tour::at(s, "batches inside");
    cash_count: |s| tour::at(s, "cash count");
    import_picker: super::import_picker;
    import_preview: |s| s.looked_at(stage::DIRTY);
    import_done: super::import_done;
    import_refused: |s| s.looked_at("姓名,年龄\n王,2\n");
    hand_entry: |s| s.and(s.sit(CLERK), "ctrl-n");
    hand_entry_findings: |s| s.and(s.sit(CLERK), "ctrl-n ctrl-s");
    hand_entry_left: super::hand_entry_left;
    joins_empty: |s| s.place(CLERK, "手工登记合并");
    joins: Stage::joins;
    joins_asked: |s| s.and(s.joins(), "ctrl-s");
    people: |s| s.place(LEADER, "人员");
    people_of_the_second_leader: |s| s.place(LEADER_2, "人员");
    people_form: |s| s.and(s.place(LEADER, "人员"), "ctrl-n");
    people_findings: |s| s.and(s.place(LEADER, "人员"), "ctrl-n ctrl-s");
    people_pin: |s| s.and(s.place(LEADER, "人员"), "down down ctrl-r");
    deputies_empty: |s| s.place(LEADER, "代行审批");
    deputies_form: |s| s.and(s.place(LEADER, "代行审批"), "ctrl-n");
    deputies: super::deputies;
    settings: |s| s.place(LEADER, "控制参数");
    settings_form: |s| s.and(s.place(LEADER, "控制参数"), "enter");
    settings_findings: |s| s.and(s.place(LEADER, "控制参数"), "enter ctrl-s");
    calendars: |s| s.place(LEADER, "工作日历");
    calendars_looked_at: super::calendars_looked_at;
    banks: |s| s.place(LEADER, "银行与通道");
    banks_searched: super::banks_searched;
    banks_channel: |s| s.and(super::banks_searched(s), "enter");
    banks_findings: |s| s.and(s.place(LEADER, "银行与通道"), "ctrl-n ctrl-s");
    direct_empty: |s| s.place(CLERK, "直付账户");
    direct_findings: |s| s.and(s.place(CLERK, "直付账户"), "ctrl-n ctrl-s");
    direct_waits: Stage::direct;
    direct_verify: |s| s.and(s.direct(), "enter");
    figures: |s| s.and(s.stocked(CLERK), "f9");
    handover: |s| s.archive_place("1008", "日终交接");
    handover_sealed: |s| s.week_later("1004");
    roster: |s| s.archive_place(LEADER, "值班表");
    spot_check: |s| s.archive_place("1008", "周抽查");
    spot_week: |s| s.and(s.archive_place("1004", "周抽查"), "enter");
    spot_findings: |s| s.archive_place("1004", "整改事项");
    archive: Stage::archive;
    archive_pile: |s| { let mut desk = s.archive(); desk.types("PDAA20263401040000002"); s.and(desk, "enter") };
    archive_waiver: |s| s.and(s.archive(), "ctrl-e");
    boxes: |s| s.and(s.archive(), "ctrl-b ctrl-n ctrl-s");
    boxes_qr: |s| s.and(s.archive(), "ctrl-b ctrl-n ctrl-s ctrl-r");
    lend: |s| { let mut desk = s.and(s.archive(), "ctrl-g"); desk.types("00002"); s.and(desk, "enter") };
    shops: Stage::shop;
    shops_form: |s| s.and(s.shop(), "enter");
    clauses: |s| s.place(LEADER, "条款库");
    clauses_of_a_clerk: super::clauses_of_a_clerk;
    clauses_changed: super::clauses_changed;
    own_pin: |s| s.place(CLERK, "修改口令");
    own_pin_findings: |s| s.and(s.place(CLERK, "修改口令"), "ctrl-s");
    sign_in: |s| s.nobody();
    sign_in_wrong: super::sign_in_wrong;
    first_run: |s| s.fresh();
    first_run_findings: |s| s.and(s.fresh(), "ctrl-s");
    first_run_done: super::first_run_done;
    help_of_the_list: |s| s.keys(CLERK, "f1");
    help_of_closing: |s| s.and(s.prefilled(800), "f1");
    palette: |s| s.keys(CLERK, "ctrl-p");
    palette_typed: |s| s.typed(CLERK, "ctrl-p", "查");
    places: |s| s.keys(CLERK, "f10");
    unbuilt_desk: |s| s.keys(CLERK, "f8");
    forms_empty: |s| s.and(s.sit(CLERK), "f7");
    forms_to_confirm: |s| s.and(forms(s, CLERK_2), "down enter");
    forms_life: |s| s.and(forms(s, forms_common::KEEPER), "down enter");
    forms_book: |s| s.and(forms(s, CLERK), "enter tab");
    forms_receiving: |s| s.and(forms(s, forms_common::KEEPER), "ctrl-n ctrl-s");
    forms_issuing: |s| s.and(forms(s, forms_common::KEEPER), "ctrl-g");
    forms_void: |s| s.and(forms(s, CLERK), "ctrl-x ctrl-s");
    forms_void_asked: super::forms_void_asked;
    help_of_forms: |s| s.and(forms(s, CLERK), "f1");
    drafts_offered: super::drafts_offered;
    nobody_at_the_desk: super::nobody_at_the_desk;
    locked: super::locked;
}

/// The ledger with one book held and used a little, and one handed out and not confirmed.
fn forms(stage: &Stage, who: &str) -> Desk {
    use closing_desk::forms::rules::RECEIPT;
    use closing_desk::forms::store::acts;
    use forms_common::{KEEPER, NOW, act, span};
    let desk = stage.nobody();
    let office = desk.office();
    forms_common::keepers(office);
    forms_common::stocked(office, CLERK);
    for serial in ["AH00001201", "AH00001203"] {
        act(office, CLERK, NOW, |tx| acts::void(tx, serial, "卡纸", serial.ends_with('1'))).unwrap();
    }
    let more = span("AH00001301", "1500");
    act(office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &more, "第 24 批")).unwrap();
    let clerk = office.actor(CLERK_2).id;
    act(office, KEEPER, NOW, |tx| acts::issue(tx, &span("AH00001301", "1400"), clerk)).unwrap();
    drop(desk);
    stage.and(stage.sit(who), "f7")
}

fn forms_void_asked(stage: &Stage) -> Desk {
    let mut desk = stage.and(forms(stage, CLERK), "ctrl-x enter");
    desk.types("填写有误");
    stage.and(desk, "enter right ctrl-s")
}

fn folder_timeline(stage: &Stage) -> Desk {
    stage.and(stage.signed_off(), "ctrl-f tab tab tab")
}

fn closing_findings(stage: &Stage) -> Desk {
    stage.and(stage.unfilled(), "ctrl-s")
}

fn closing_paper_rejected(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.unfilled(), "ctrl-k ctrl-b");
    desk.types("复印件模糊");
    desk
}

fn closing_second_round(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.leader_looks_back(), "ctrl-n space tab");
    desk.types("漏赔配件");
    desk.keys("ctrl-s");
    desk
}

fn closing_changed_elsewhere(stage: &Stage) -> Desk {
    let mut desk = stage.prefilled(800);
    desk.types("甲");
    let mut other = stage.sit(CLERK_2);
    other.keys("enter ctrl-s");
    desk.keys("ctrl-s");
    desk
}

fn approvals_wrong_pin(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.approvals(LEADER), "f11 space ctrl-s");
    desk.types("111222");
    desk.keys("enter");
    desk
}

fn approvals_signed(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.approvals(LEADER), "f11 space space ctrl-s");
    desk.types(PIN);
    desk.keys("enter");
    desk
}

fn import_picker(stage: &Stage) -> Desk {
    for (name, bytes) in [("日报 1123.csv", 1_234), ("core-export.xlsx", 6_438_000), ("note.pdf", 1)] {
        stage.file(name, &"x".repeat(bytes));
    }
    stage.folder("十一月");
    let mut desk = stage.and(stage.sit(CLERK), "ctrl-o");
    desk.pastes(&stage.files().display().to_string());
    desk.keys("enter");
    desk
}

fn import_done(stage: &Stage) -> Desk {
    let mut desk = stage.looked_at(stage::DIRTY);
    desk.keys("ctrl-s");
    desk.wait_idle();
    desk
}

fn hand_entry_left(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.sit(CLERK), "ctrl-n tab");
    desk.types("王建国");
    desk.keys("esc");
    desk
}

fn banks_searched(stage: &Stage) -> Desk {
    let mut desk = stage.place(LEADER, "银行与通道");
    desk.types("信用社");
    desk
}

fn clauses_of_a_clerk(stage: &Stage) -> Desk {
    let mut desk = stage.place(CLERK, "条款库");
    desk.types("djdz");
    stage.and(desk, "enter")
}

fn clauses_changed(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.place(LEADER, "条款库"), "enter down down ctrl-u");
    desk.types("请在出险后尽快打公司客服电话。");
    desk.keys("down down down down");
    desk.types("说得更短");
    stage.and(desk, "ctrl-s")
}

fn deputies(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.place(LEADER, "代行审批"), "ctrl-n enter right enter");
    for (text, keys) in [("8000", "enter enter"), ("1130", "enter"), ("休假", "ctrl-s")] {
        desk.types(text);
        desk.keys(keys);
    }
    desk
}

fn calendars_looked_at(stage: &Stage) -> Desk {
    let path = stage.file(
        "2027.toml",
        "year = 2027\nedition = \"2026-11-20\"\nsource = \"合成通知\"\nholidays = [\"2027-01-01..2027-01-03\"]\nworked = []\n",
    );
    let mut desk = stage.and(stage.place(LEADER, "工作日历"), "ctrl-n");
    desk.pastes(&path.display().to_string());
    desk.keys("ctrl-s");
    desk
}

fn sign_in_wrong(stage: &Stage) -> Desk {
    let mut desk = stage.nobody();
    desk.types(CLERK);
    desk.keys("enter");
    for pin in ["975310", "975310", "975310", "975310"] {
        desk.types(pin);
        desk.keys("enter");
    }
    desk
}

fn first_run_done(stage: &Stage) -> Desk {
    let mut desk = stage.fresh();
    for text in ["城东网点", "赵敏·阿依", PIN, PIN] {
        desk.types(text);
        desk.keys("enter");
    }
    desk.keys("ctrl-s");
    desk
}

fn drafts_offered(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.stocked(CLERK), "enter tab tab");
    desk.types("半句");
    drop(desk);
    stage.sit(CLERK)
}

fn nobody_at_the_desk(stage: &Stage) -> Desk {
    let mut desk = stage.stocked(CLERK);
    desk.at("2026-11-23 15:36");
    desk
}

fn locked(stage: &Stage) -> Desk {
    let mut desk = stage.stocked(CLERK);
    desk.at("2026-11-23 16:01");
    desk
}

/// Names and texts of the pictures that are kept.
fn kept() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().trim_end_matches(".snap").to_owned();
    // Other tests keep their texts in the same folder; each file says whose it is.
    let all = files.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap()));
    all.filter(|(_, text)| text.contains("source: tests/pictures.rs")).collect()
}

#[test]
fn every_place_has_a_picture_and_every_picture_a_scene() {
    let kept = kept();
    for entry in registry::screens().iter().filter(|entry| entry.open.is_some()) {
        for lang in [Lang::Zh, Lang::En] {
            let head = format!("place: {}  {lang:?} ", entry.name);
            assert!(kept.iter().any(|(_, text)| text.contains(&head)), "{} has no picture in {lang:?}", entry.name);
        }
    }
    let scenes: BTreeSet<&str> = SCENES.iter().copied().collect();
    for (name, _) in &kept {
        assert!(scenes.contains(name.as_str()), "{name} is a picture without a scene");
    }
}

#[test]
fn a_scene_is_the_same_picture_twice() {
    let twice = [(); 2].map(|()| {
        let stage = Stage::new(Lang::Zh);
        stage.redact(&stage.stocked(CLERK).screen())
    });
    assert_eq!(twice[0], twice[1]);
}
