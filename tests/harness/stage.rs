//! The office the pictures are taken in: synthetic cases, one of every kind, and a folder of files.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use crate::closing_common::{entry, insert_case, yuan};
use crate::harness::payments;
use crate::harness::{CLERK, Desk, LEADER, LEADER_2, Office, PIN, Setup, moment};
use crate::notify_common;
use closing_desk::archive::rules::draw::Week;
use closing_desk::archive::store::{draw, handover};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::Outcome;
use closing_desk::case::store::load;
use closing_desk::closing::rules::Entry;
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Wait};
use closing_desk::instructions::rules::{Instruction, Mode};
use closing_desk::kernel::clock::{parse_day, parse_time};
use closing_desk::kernel::words::Lang;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// 工号 of the archivist.
pub const ARCHIVIST: &str = "1008";
/// The moment of every picture.
pub const NOW: &str = "2026-11-23 15:30";
/// What stands in the pictures for the folder of the files; the folder's own path has the same width.
const FILES: &str = "/tmp/office-000000";

/// A day's file with all sorts of rows.
pub const DIRTY: &str = "\
赔案号,险种,被保险人,证件类型,证件号码,手机号,车牌号,出险日期,报案日期,定损金额,核价金额,理算金额,备注
PDAA20263401040000001,车险,阿凡提·买买提,身份证,11010519491231002X,13800138000,皖A00001,2026-11-18,2026-11-19,8200.5,8200.5,8200.5,好
PDAA20263401040000002,飞碟险,李红,,,,,,,,,,
PDAA20263401040000003,车险,𠮷野,身份证,110105194912310021,,,2026-11-18,2026-11-19,,,,
PDAA20263401040000004,车险,,,,,,2026-11-18,2026-11-19,,,,
PDAA20263401040000005,车险,陈志远,,,,皖A00005,2026-11-30,2026-11-19,-5,,,
PDAA20263401040000006,车险,欧阳建国,,,,皖A00006,2026-11-18,2026-11-19,300,300,300,
";

/// Takes a signed case through the desks between closing and archive.
fn through(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    payments::tell(tx, id)?;
    let case = load::by_id(tx.conn(), id)?.unwrap();
    if case.milestones.must_pay() {
        let one = payments::instruction(0);
        payments::paid(tx, id, Instruction { amount: case.milestones.to_pay(), mode: Mode::Cash, ..one })?;
    }
    Ok(())
}

/// One office for one language.
pub struct Stage {
    /// The office itself, for what no key does yet.
    pub office: Rc<Office>,
    files: TempDir,
    lang: Lang,
}

impl Stage {
    pub fn new(lang: Lang) -> Stage {
        let files = tempfile::Builder::new().prefix("office-").rand_bytes(6).tempdir_in("/tmp").unwrap();
        Stage { office: Office::with_people(moment("2026-11-23 08:00")), files, lang }
    }

    /// The text without what differs from run to run.
    pub fn redact(&self, text: &str) -> String {
        text.replace(&self.files.path().display().to_string(), FILES)
    }

    pub fn files(&self) -> &Path {
        self.files.path()
    }

    /// A file of the folder, last changed at a fixed moment.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        still(&path);
        path
    }

    pub fn folder(&self, name: &str) {
        std::fs::create_dir(self.files.path().join(name)).unwrap();
        still(&self.files.path().join(name));
    }

    fn desk_on(&self, office: &Rc<Office>) -> Desk {
        Desk::on(office, Setup { now: NOW.to_owned(), lang: self.lang, ..Setup::default() })
    }

    /// The desk as the program starts.
    pub fn nobody(&self) -> Desk {
        self.desk_on(&self.office)
    }

    /// The desk of an office nobody has opened yet.
    pub fn fresh(&self) -> Desk {
        self.desk_on(&Office::empty())
    }

    /// Somebody at the first screen.
    pub fn sit(&self, who: &str) -> Desk {
        let mut desk = self.nobody();
        desk.sign_in(who);
        desk
    }

    /// Keys pressed at a desk.
    pub fn and(&self, mut desk: Desk, keys: &str) -> Desk {
        desk.keys(keys);
        desk
    }

    /// A place by its Chinese name, through the menu of places.
    pub fn place(&self, who: &str, name: &str) -> Desk {
        let mut desk = self.and(self.sit(who), "ctrl-p");
        desk.types(name);
        desk.keys("enter");
        desk
    }

    fn put(&self, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
        insert_case(&self.office.store(), &self.office.actor(CLERK), "2026-11-23 09:00:00", case_no, change)
    }

    fn stock(&self) {
        let rows = [
            (4_391, "王建国", "motor-compulsory", "2026-11-20 16:00:00", 8_200),
            (4_401, "李晓红", "motor-compulsory", "2026-11-22 16:10:00", 3_150),
            (4_402, "李晓红", "motor", "2026-11-22 16:10:00", 26_900),
            (4_420, "阿凡提·买买提·穆罕默德", "student", "2026-11-22 18:00:00", 800),
            (4_430, "欧阳𠮷", "property", "2026-11-23 10:00:00", 150_000),
            (4_440, "合成运输有限责任公司第三分公司", "motor", "", 0),
        ];
        for (number, insured, line, papers, amount) in rows {
            self.put(&format!("PDAA2026340104{number:07}"), |facts| {
                facts.accident_no = format!("RDAA2026{:09}", number / 10);
                facts.policy_no = format!("PA2026{number:09}");
                facts.line = line.to_owned();
                facts.insured = insured.to_owned();
                facts.id_kind = "身份证".to_owned();
                facts.id_no = "34010419880522190X".to_owned();
                facts.phone = format!("138{number:08}");
                facts.plate = format!("皖A{number:05}");
                facts.claimed_at = parse_time("2026-11-20 10:00:00");
                facts.loss_date = parse_day("2026-11-18");
                facts.papers_at = parse_time(papers);
                let amount = yuan(amount).filter(|amount| amount.fen() > 0);
                (facts.assessed, facts.verified, facts.payable) = (amount, amount, amount);
            });
        }
    }

    /// The first screen with six cases.
    pub fn stocked(&self, who: &str) -> Desk {
        self.stock();
        self.sit(who)
    }

    /// Keys pressed at the first screen with six cases.
    pub fn keys(&self, who: &str, keys: &str) -> Desk {
        self.and(self.stocked(who), keys)
    }

    /// Keys pressed and a text typed at the first screen with six cases.
    pub fn typed(&self, who: &str, keys: &str, text: &str) -> Desk {
        let mut desk = self.keys(who, keys);
        desk.types(text);
        desk
    }

    fn one(&self, payable: i64) -> i64 {
        self.put("PDAA20263401040004391", |facts| {
            let amount = yuan(payable);
            (facts.assessed, facts.verified, facts.payable) = (amount, amount, amount);
        })
    }

    /// The closing screen of a case with everything prefilled.
    pub fn prefilled(&self, payable: i64) -> Desk {
        self.one(payable);
        self.and(self.sit(CLERK), "enter")
    }

    /// The closing screen of a case that has only its facts.
    pub fn unfilled(&self) -> Desk {
        self.put("PDAA20263401040004391", |facts| {
            facts.papers_at = None;
            for name in [&mut facts.surveyor, &mut facts.assessor, &mut facts.verifier, &mut facts.adjuster] {
                name.clear();
            }
        });
        self.and(self.sit(CLERK), "enter")
    }

    /// The closing screen of a case a leader has just signed at the clerk's desk.
    pub fn signed_off(&self) -> Desk {
        let mut desk = self.and(self.prefilled(800), "ctrl-s ctrl-s");
        desk.types(LEADER_2);
        desk.keys("enter");
        desk.types(PIN);
        desk.keys("enter");
        desk
    }

    /// The archivist at the archive: a paid case that waits for its receipt, and one closed at nothing.
    pub fn archive(&self) -> Desk {
        let (store, clerk, leader) = (self.office.store(), self.office.actor(CLERK), self.office.actor(LEADER));
        // Both are entered first: nothing may be recorded before what another act has recorded.
        let cases = [(1, 800, Outcome::Pay), (2, 0, Outcome::Zero)].map(|(number, payable, outcome)| {
            let id = self.put(&format!("PDAA2026340104{number:07}"), |facts| {
                (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
            });
            (id, payable, outcome)
        });
        for (id, payable, outcome) in cases {
            let entry = Entry { outcome: Some(outcome), ..entry(payable) };
            let seen = load::by_id(store.conn(), id).unwrap().unwrap().version;
            let confirm = |tx: &mut ActTx<'_>| closing::confirm_steps(tx, id, seen, 4, &entry);
            store.act(&clerk, moment("2026-11-23 15:29"), "confirm_step", Wait::Patient, confirm).unwrap();
            let seen = load::by_id(store.conn(), id).unwrap().unwrap().version;
            let sign = |tx: &mut ActTx<'_>| closing::sign_off(tx, id, seen);
            store.act(&leader, moment("2026-11-23 15:29"), "sign_off", Wait::Patient, sign).unwrap();
            store.act(&clerk, moment("2026-11-23 15:29"), "fixture", Wait::Patient, |tx| through(tx, id)).unwrap();
        }
        self.and(self.sit(ARCHIVIST), "f6")
    }

    /// A leader at the closing screen of a closed case.
    pub fn leader_looks_back(&self) -> Desk {
        drop(self.signed_off());
        self.and(self.sit(LEADER), "ctrl-e ctrl-k")
    }

    /// A case signed off whose customer has agreed; `bank` is where the account is.
    fn agreed(&self, number: i64, payable: i64, bank: &str) -> i64 {
        let (store, clerk, leader) = (self.office.store(), self.office.actor(CLERK), self.office.actor(LEADER));
        let id = insert_case(&store, &clerk, "2026-11-23 14:00:00", &format!("PDAA2026340104{number:07}"), |facts| {
            (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
            facts.accident_no = "RDAA2026000000009".to_owned();
            (facts.id_kind, facts.id_no) = ("身份证".to_owned(), "11010519491231002X".to_owned());
            (facts.bank, facts.account) = (bank.to_owned(), "6222021001122334458".to_owned());
        });
        let at = moment("2026-11-23 14:00");
        let version = || load::by_id(store.conn(), id).unwrap().unwrap().version;
        let seen = version();
        store
            .act(&clerk, at, "confirm_step", Wait::Patient, |tx| {
                closing::confirm_steps(tx, id, seen, 4, &entry(payable))
            })
            .unwrap();
        let seen = version();
        store.act(&leader, at, "sign_off", Wait::Patient, |tx| closing::sign_off(tx, id, seen)).unwrap();
        store.act(&clerk, at, "told", Wait::Patient, |tx| payments::tell(tx, id)).unwrap();
        id
    }

    /// Somebody at the payment desk: two cases of one accident wait, one at a bank without a channel.
    pub fn payment(&self, who: &str) -> Desk {
        self.agreed(1, 800, "城关农村信用社");
        self.agreed(2, 1_200, "工商银行合肥分行");
        self.and(self.sit(who), "f5")
    }

    /// A case that waits to be told how it was closed.
    fn closed(&self, number: i64, outcome: Outcome, payable: i64) {
        let (store, clerk, leader) = (self.office.store(), self.office.actor(CLERK), self.office.actor(LEADER));
        let case_no = format!("PDAA2026340104{number:07}");
        notify_common::closed(&store, (&clerk, &leader), &case_no, (outcome, payable), |facts| {
            facts.accident_no = if outcome == Outcome::Pay { "RDAA2026000000009".to_owned() } else { String::new() };
            facts.verifier = "戊复核".to_owned();
        });
    }

    /// Somebody at the list of those to be told: two cases of one accident, one that pays nothing.
    pub fn notify(&self, who: &str) -> Desk {
        self.closed(1, Outcome::Pay, 800);
        self.closed(2, Outcome::Pay, 1_200);
        self.closed(3, Outcome::Zero, 0);
        self.and(self.sit(who), "f4")
    }

    /// A customer who was told and disputes the price, at the clerk's desk.
    pub fn disputed(&self) -> Desk {
        let mut desk = self.and(self.notify(CLERK), "enter ctrl-x tab");
        desk.types("修理厂报价是一千");
        self.and(desk, "ctrl-s")
    }

    /// The same with an explanation that is still to be confirmed by two.
    pub fn explained(&self) -> Desk {
        let mut desk = self.and(self.disputed(), "ctrl-y");
        desk.types("按市场价核定");
        self.and(desk, "ctrl-s")
    }

    /// A claim that was refused, at the clerk's desk.
    pub fn refused(&self) -> Desk {
        self.closed(4, Outcome::Refuse, 0);
        self.and(self.sit(CLERK), "f4 enter")
    }

    /// The form of a case whose payment was chosen for somebody else and waits for its review.
    pub fn chosen(&self, who: &str) -> Desk {
        let mut desk = self.and(self.payment(CLERK), "down enter");
        desk.types("继承人");
        desk.keys("enter ctrl-u");
        desk.types("王小明");
        desk.keys("enter");
        desk.types("11010519491231002X");
        desk.keys("enter enter enter enter");
        desk.types("6222021001122334466");
        desk.keys("enter enter enter ctrl-u");
        desk.types("王小明");
        desk.keys("ctrl-s");
        if who == CLERK { desk } else { self.and(self.sit(who), "f5") }
    }

    /// Somebody at the first screen of an office where four cases wait for a signature, one of them large.
    pub fn approvals(&self, who: &str) -> Desk {
        let (store, clerk) = (self.office.store(), self.office.actor(CLERK));
        let cases = [(1, 800), (2, 1_200), (3, 9_000), (4, 3_500)].map(|(number, payable)| {
            let id = self.put(&format!("PDAA2026340104{number:07}"), |facts| {
                (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
            });
            (id, payable)
        });
        for (id, payable) in cases {
            let seen = load::by_id(store.conn(), id).unwrap().unwrap().version;
            let confirm = |tx: &mut ActTx<'_>| closing::confirm_steps(tx, id, seen, 4, &entry(payable));
            store.act(&clerk, moment("2026-11-23 14:00"), "confirm_step", Wait::Patient, confirm).unwrap();
        }
        self.sit(who)
    }

    /// Somebody at the desk a week after a case was closed and withdrawn. Its day was sealed by the archivist alone; its
    /// week is drawn; its file lies about.
    pub fn week_later(&self, who: &str) -> Desk {
        let (store, archivist) = (self.office.store(), self.office.actor(ARCHIVIST));
        let nothing = yuan(0);
        let id = self.put("PDAA20263401040004391", |facts| {
            (facts.assessed, facts.verified, facts.payable) = (nothing, nothing, nothing);
        });
        let version = || load::by_id(store.conn(), id).unwrap().unwrap().version;
        let at = |time: &str| moment(&format!("2026-11-{time}"));
        let (seen, withdrawn) = (version(), Entry { outcome: Some(Outcome::Withdraw), ..entry(0) });
        let confirm = |tx: &mut ActTx<'_>| closing::confirm_steps(tx, id, seen, 4, &withdrawn);
        store.act(&self.office.actor(CLERK), at("23 15:35"), "confirm_step", Wait::Patient, confirm).unwrap();
        let seen = version();
        let sign = |tx: &mut ActTx<'_>| closing::sign_off(tx, id, seen);
        store.act(&self.office.actor(LEADER), at("23 15:40"), "sign_off", Wait::Patient, sign).unwrap();
        let day = parse_day("2026-11-23").unwrap();
        let seal = |tx: &mut ActTx<'_>| handover::seal(tx, day, None, self.lang);
        store.act(&archivist, at("23 16:05"), "seal", Wait::Patient, seal).unwrap();
        let week = Week::of(day);
        store.act(&archivist, at("30 08:10"), "draw", Wait::Patient, |tx| draw::draw(tx, week)).unwrap();
        let setup = Setup { now: "2026-11-30 16:05".to_owned(), lang: self.lang, ..Setup::default() };
        let mut desk = Desk::on(&self.office, setup);
        desk.sign_in(who);
        desk
    }

    /// One of the places of the day's end and the spot check, a week later.
    pub fn archive_place(&self, who: &str, name: &str) -> Desk {
        let mut desk = self.and(self.week_later(who), "ctrl-p");
        desk.types(name);
        desk.keys("enter");
        desk
    }

    /// The preview of a file.
    pub fn looked_at(&self, text: &str) -> Desk {
        let path = self.file("日报 1123.csv", text);
        self.look(self.sit(CLERK), &path)
    }

    fn look(&self, desk: Desk, path: &Path) -> Desk {
        let mut desk = self.and(desk, "ctrl-o");
        desk.pastes(&path.display().to_string());
        desk.keys("enter");
        desk.wait_idle();
        desk
    }

    /// Fields typed into the form a key opens, Enter between them, and saved.
    fn filled(&self, mut desk: Desk, fields: &[&str]) -> Desk {
        desk.keys("ctrl-n");
        for field in fields {
            desk.types(field);
            desk.keys("enter");
        }
        self.and(desk, "ctrl-s")
    }

    /// A direct-pay account that waits for a second person.
    pub fn direct(&self) -> Desk {
        let fields = ["王建国", "11010519491231002X", "", "6222020000000000000", "农村信用社城东分社"];
        self.filled(self.place(CLERK, "直付账户"), &fields)
    }

    /// A repair shop that was verified.
    pub fn shop(&self) -> Desk {
        let company =
            ["合成宏达汽车修理有限公司", "91350100M000100Y43", "", "", "1302010109000000001", "工商银行庐阳支行"];
        let agent = ["周合成", "11010519491231002X", "13800138000"];
        self.filled(self.place(LEADER, "修理厂名录"), &[company.as_slice(), agent.as_slice()].concat())
    }

    /// A case entered by hand beside the two rows it may be.
    pub fn joins(&self) -> Desk {
        let mut desk = self.and(self.sit(CLERK), "ctrl-n right tab");
        desk.types("王建国");
        desk.keys("tab tab tab");
        desk.types("皖A12345");
        desk.keys("ctrl-s f2");
        let line = load::after(desk.store().conn(), 0, 1).unwrap().remove(0).facts.line;
        let path = self.file(
            "day.csv",
            &format!("case_no,line,insured,plate\nPDAA01,{line},王建国,皖A12345\nPDAA02,{line},王建国,皖A12345\n"),
        );
        let mut desk = self.look(desk, &path);
        desk.keys("ctrl-s");
        desk.wait_idle();
        desk.keys("ctrl-t");
        desk
    }
}

/// Puts the last change of a file to a fixed moment.
fn still(path: &Path) {
    let at = u64::try_from(moment("2026-11-23 08:30")).unwrap();
    let file = std::fs::File::open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(at)).unwrap();
}
