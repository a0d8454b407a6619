//! How long a search takes: `cargo bench --bench find` prints a table of medians and 99th percentiles.
//!
//! `CLOSING_DESK_STORE` names a store to search in; without it one is made of `FIND_CASES` synthetic cases (default
//! 20,000) in a folder that goes with the program, or at `FIND_KEEP`.

use anyhow::{Context, bail, ensure};
use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::list::stage_counts;
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{RoundNotes, find, load, subject};
use closing_desk::db::search::{Kind, Standing};
use closing_desk::db::{Actor, Store, Wait};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::text::{self, pinyin};
use closing_desk::reference;
use closing_desk::registry;
use std::path::PathBuf;
use std::time::Instant;

/// Surnames by how common they are.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢\
姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单仇解区查乐盖翟";
/// Characters of given names.
const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文玉梅志红海燕春晓永康思源子涵宇轩欣怡佳琪梓萱浩然诗雨俊\
辉鹏飞云龙凤莲荣福贵德忠孝义礼智信长乐行朝晖盛晟";
const FIRMS: [&str; 6] = [
    "示例物流有限公司",
    "演示机械制造有限公司",
    "样本食品有限公司",
    "模拟建材商行",
    "测试第一幼儿园",
    "示范汽车服务有限公司",
];
/// The present of a store made here: 2026-11-23 15:00 office time.
const NOW: i64 = 1_795_417_200;
/// Cases written in one act.
const SLICE: usize = 500;
/// Questions of each kind.
const ASKED: usize = 300;
/// Most cases an answer lists.
const PAGE: usize = 50;

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % limit.max(1)
    }

    fn of(&mut self, text: &[char]) -> char {
        // The smaller of two draws: the first ones are the common ones.
        let at = self.below(text.len()).min(self.below(text.len()));
        text.get(at).copied().unwrap_or('某')
    }
}

struct Names {
    surnames: Vec<char>,
    given: Vec<char>,
}

impl Names {
    fn one(&self, chance: &mut Chance) -> String {
        if chance.below(100) < 12 {
            let place: String = (0..2).map(|_| chance.of(&self.given)).collect();
            return format!("{place}{}", FIRMS[chance.below(FIRMS.len())]);
        }
        let mut name = String::from(chance.of(&self.surnames));
        name.push(chance.of(&self.given));
        if chance.below(100) < 80 {
            name.push(chance.of(&self.given));
        }
        name
    }
}

fn facts(chance: &mut Chance, names: &Names, index: usize) -> Facts {
    let digits = |chance: &mut Chance, limit: usize, width: usize| format!("{:0width$}", chance.below(limit));
    Facts {
        case_no: format!("PDAA2026340104{index:08}"),
        accident_no: format!("RDAA2026{:09}", index / 2),
        policy_no: format!("PA2026{:09}", index * 7 % 1_000_000_000),
        line: "home".to_owned(),
        insured: names.one(chance),
        id_no: format!("34010419{}{}{}", 60 + chance.below(40), digits(chance, 10_000, 4), digits(chance, 10_000, 4)),
        phone: format!("13{}", digits(chance, 1_000_000_000, 9)),
        plate: format!("皖A{}", digits(chance, 100_000, 5)),
        payable: Some(Fen::from_fen(100_000)),
        ..Facts::default()
    }
}

/// Three of a hundred are open, the others were closed some time in the last twenty years.
fn milestones(chance: &mut Chance) -> Milestones {
    let open = Milestones { round: 1, start_step: 1, opened_at: NOW, ..Milestones::default() };
    if chance.below(100) < 3 {
        return open;
    }
    let closed = NOW - i64::try_from(chance.below(630_720_000)).unwrap_or(0);
    Milestones {
        steps: [Some(closed); 4],
        closed_at: Some(closed),
        outcome: Some(Outcome::Withdraw),
        told_at: Some(closed),
        filed_at: Some(closed),
        taken_over: true,
        ..open
    }
}

fn fill(store: &Store, count: usize) -> anyhow::Result<()> {
    let actor = Actor { os_user: "desk".to_owned(), unpeopled: true, ..Actor::default() };
    let names = Names { surnames: SURNAMES.chars().collect(), given: GIVEN.chars().collect() };
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut index = 0;
    while index < count {
        let until = (index + SLICE).min(count);
        store.act(&actor, NOW, "import_past", Wait::Patient, |tx| {
            let rules = reference::store::rulebook(tx.store())?;
            while index < until {
                let (facts, milestones) = (facts(&mut chance, &names, index), milestones(&mut chance));
                let new = NewCase {
                    facts: &facts,
                    people: CasePeople::default(),
                    origin: Origin::Past,
                    awaiting_core: false,
                    import_seq: tx.next_seq(),
                    received_at: NOW,
                    milestones: &milestones,
                    round: &RoundNotes::default(),
                };
                let (_, code) = write::insert(tx, &new, &rules)?;
                tx.journal(&subject(&code), 1, &serde_json::json!({}))?;
                index += 1;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The kinds of questions, and how one is made of a case; empty = this case has none.
type Question = (&'static str, fn(&Facts, &str) -> String);

fn characters(text: &str, from: usize, count: usize) -> String {
    text.chars().skip(from).take(count).collect()
}

fn initials(insured: &str, count: usize) -> String {
    characters(&pinyin::initials(insured).into_iter().next().unwrap_or_default(), 0, count)
}

fn firm(facts: &Facts) -> &str {
    if facts.insured.chars().count() > 4 { &facts.insured } else { "" }
}

const QUESTIONS: [Question; 21] = [
    ("case code", |_, code| code.to_owned()),
    ("case number", |f, _| f.case_no.clone()),
    ("accident number", |f, _| f.accident_no.clone()),
    ("policy number", |f, _| f.policy_no.clone()),
    ("plate", |f, _| f.plate.clone()),
    ("initials, 1 letter", |f, _| initials(&f.insured, 1)),
    ("initials, 2 letters", |f, _| initials(&f.insured, 2)),
    ("initials, 3 letters", |f, _| initials(&f.insured, 3)),
    ("initials, 4 letters", |f, _| initials(firm(f), 4)),
    ("initials, 7 letters", |f, _| initials(firm(f), 7)),
    ("name, 1 character", |f, _| characters(&f.insured, 0, 1)),
    ("name, 2 characters", |f, _| characters(&f.insured, 1, 2)),
    ("name, 3 characters", |f, _| characters(&f.insured, 0, 3)),
    ("part of a company", |f, _| characters(firm(f), 2, 4)),
    ("phone, tail of 4", |f, _| text::tail(&f.phone, 4).to_owned()),
    ("phone, whole", |f, _| f.phone.clone()),
    ("ID, tail of 4", |f, _| text::tail(&f.id_no, 4).to_owned()),
    ("number, tail of 4", |f, _| text::tail(&f.case_no, 4).to_owned()),
    ("plate, first 2", |f, _| characters(&f.plate, 0, 2)),
    ("plate, first 4", |f, _| characters(&f.plate, 0, 4)),
    ("name and phone tail", |f, _| format!("{} {}", characters(&f.insured, 0, 1), text::tail(&f.phone, 4))),
];

/// What this thread has worked so far, in milliseconds: a busy machine does not stretch it as it stretches time.
fn work_done() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

fn measure(store: &Store, kind: &Question, chance: &mut Chance, last: i64) -> anyhow::Result<()> {
    let (mut times, mut work) = (Vec::new(), Vec::new());
    let (mut found, mut bounded) = (0, 0);
    let mut tries = 0;
    while times.len() < ASKED && tries < ASKED * 40 {
        tries += 1;
        let id = 1 + i64::try_from(chance.below(usize::try_from(last)?))?;
        let Some(case) = load::by_id(store.conn(), id)? else { continue };
        let query = kind.1(&case.facts, &case.case_code);
        if query.trim().is_empty() {
            continue;
        }
        let (from, worked) = (Instant::now(), work_done());
        let hits = find::find(store.conn(), &query, PAGE)?;
        times.push(from.elapsed().as_secs_f64() * 1000.0);
        work.push(work_done() - worked);
        ensure!(!hits.cases.is_empty(), "nothing found for {query}");
        found += hits.cases.len();
        bounded += usize::from(hits.bounded);
    }
    if times.is_empty() {
        println!("{:<22} no case to ask for", kind.0);
        return Ok(());
    }
    times.sort_unstable_by(f64::total_cmp);
    work.sort_unstable_by(f64::total_cmp);
    let at = |all: &[f64], share: usize| all[(all.len() - 1) * share / 100];
    print!("{:<22} {:>8.2} {:>8.2} {:>8.2}", kind.0, at(&times, 50), at(&times, 99), at(&times, 100));
    println!(" {:>8.2} {:>8.2} {:>6} {:>8}", at(&work, 50), at(&work, 99), found / times.len(), bounded);
    Ok(())
}

/// What it costs to know the initials of a name, and to put it into the index in acts of [`SLICE`] names.
fn keeping(names: &Names) -> anyhow::Result<()> {
    const COUNT: usize = 100_000;
    let mut chance = Chance(7);
    let all: Vec<String> = (0..COUNT).map(|_| names.one(&mut chance)).collect();
    let from = Instant::now();
    let strings: usize = all.iter().map(|name| pinyin::initials(name).len()).sum();
    let each = |from: Instant| from.elapsed().as_secs_f64() * 1e6 / 1e5;
    println!("initials of a name: {:.2} us, {:.2} strings", each(from), strings as f64 / 1e5);
    let folder = std::env::temp_dir().join(format!("closing-desk-names-{}", std::process::id()));
    let store = Store::open_or_create(&folder.join("desk.db"), &registry::SCHEMA)?;
    let actor = Actor { os_user: "desk".to_owned(), unpeopled: true, ..Actor::default() };
    let from = Instant::now();
    for (slice, part) in all.chunks(SLICE).enumerate() {
        store.act(&actor, NOW, "names", Wait::Patient, |tx| {
            for (at, name) in part.iter().enumerate() {
                let id = i64::try_from(slice * SLICE + at + 1).unwrap_or(1);
                let closed = NOW - i64::try_from(chance.below(630_720_000)).unwrap_or(0);
                tx.names.put(Kind::Case, id, name, Standing::Closed(closed));
            }
            tx.journal("store", 0, &serde_json::json!({}))
        })?;
    }
    println!("a name put into the index, in slices of {SLICE}: {:.1} us", each(from));
    drop(store);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("closing-desk-find-{}", std::process::id()));
    let made = std::env::var_os("CLOSING_DESK_STORE").is_none();
    let kept = std::env::var_os("FIND_KEEP").map(PathBuf::from);
    let path = match std::env::var_os("CLOSING_DESK_STORE") {
        Some(path) => PathBuf::from(path),
        None => kept.clone().unwrap_or_else(|| folder.join("desk.db")),
    };
    let store = Store::open_or_create(&path, &registry::SCHEMA)?;
    if made {
        if stage_counts(store.conn())?.total() > 0 {
            bail!("{} holds cases already; name it by CLOSING_DESK_STORE", path.display());
        }
        let count = std::env::var("FIND_CASES").map_or(Ok(20_000), |n| n.parse()).context("FIND_CASES")?;
        let from = Instant::now();
        fill(&store, count)?;
        eprintln!("{count} cases written in {:.1} s", from.elapsed().as_secs_f64());
    }
    let counts = stage_counts(store.conn())?;
    println!("{} cases, {} of them open; milliseconds", counts.total(), counts.open());
    print!("{:<22} {:>8} {:>8} {:>8}", "question", "median", "p99", "longest");
    println!(" {:>8} {:>8} {:>6} {:>8}", "cpu", "cpu p99", "found", "bounded");
    let names = Names { surnames: SURNAMES.chars().collect(), given: GIVEN.chars().collect() };
    keeping(&names)?;
    let mut chance = Chance(42);
    for kind in &QUESTIONS {
        measure(&store, kind, &mut chance, counts.total())?;
    }
    drop(store);
    if made && kept.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}
