//! Synthetic files of the core system: plausible and valid, repeatable from a seed, plainly nobody's.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use closing_desk::kernel::identity;

const SURNAMES: &[char] = &[
    '王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林', '何', '郭', '马',
    '罗', '梁', '宋',
];
const GIVEN: &[char] = &[
    '建', '国', '晓', '红', '志', '远', '秀', '英', '明', '丽', '军', '敏', '静', '强', '磊', '洋', '艳', '勇', '杰',
    '娟', '涛', '超', '平', '刚', '桂', '芳', '文', '华', '海', '燕', '玉', '兰', '春', '梅', '永', '康', '思', '源',
    '子', '涵',
];
const FIRMS: &[&str] = &["示例物流有限公司", "演示机械有限公司", "样本食品有限公司", "模拟建材商行", "测试幼儿园"];
const SURVEYORS: &[&str] = &["甲查勘", "乙查勘", "丙查勘"];
const ASSESSORS: &[&str] = &["甲定损", "乙定损"];
const VERIFIERS: &[&str] = &["甲核价", "乙核价"];
const ADJUSTERS: &[&str] = &["甲理算", "乙理算"];
const PLACES: &[&str] = &["示例路与样本街路口", "演示大道 18 号", "测试小区东门", "模拟高速 K42+300", "样本市场停车场"];
const BANKS: &[&str] = &["示例银行城东支行", "样本银行营业部", "演示农村信用社"];

/// A small repeatable generator (xorshift64*).
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed; 0 is taken as 1.
    pub fn new(seed: u64) -> Chance {
        Chance(seed.max(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        &list[at]
    }

    fn in_hundred(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

/// Header of the daily file.
pub const HEADER: &str = "赔案号,报案号,保单号,险种,被保险人,证件类型,证件号码,手机号,车牌号,保险止期,出险日期,报案日期,索赔时间,材料收齐时间,\
定损金额,核价金额,理算金额,查勘人,查勘时间,查勘地点,定损人,核价人,理算人,领款人,户名,开户行,账号,账户类型";

fn name(chance: &mut Chance) -> String {
    let mut name = String::new();
    name.push(*chance.of(SURNAMES));
    name.push(*chance.of(GIVEN));
    if chance.in_hundred(80) {
        name.push(*chance.of(GIVEN));
    }
    name
}

fn luhn(mut digits: String) -> String {
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(at, c)| {
            let d = c.to_digit(10).unwrap_or(0);
            if at % 2 == 0 { if d > 4 { d * 2 - 9 } else { d * 2 } } else { d }
        })
        .sum();
    digits.push_str(&((10 - sum % 10) % 10).to_string());
    digits
}

/// A long-tailed claim amount in fen.
fn amount(chance: &mut Chance) -> i64 {
    let base = 20_000 + i64::try_from(chance.below(280_000)).unwrap_or(0);
    let factor = match chance.below(100) {
        0..=69 => 1,
        70..=89 => 4,
        90..=97 => 15,
        _ => 60,
    };
    base * factor / 10 * 10
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

struct Person {
    name: String,
    id: String,
    phone: String,
}

fn person(chance: &mut Chance, index: u64) -> Person {
    let year = 1955 + i32::try_from(chance.below(48)).unwrap_or(0);
    let born = NaiveDate::from_ymd_opt(
        year,
        1 + u32::try_from(chance.below(12)).unwrap_or(0),
        1 + u32::try_from(chance.below(28)).unwrap_or(0),
    )
    .unwrap_or_default();
    let serial = u16::try_from(chance.below(999)).unwrap_or(1);
    Person {
        name: name(chance),
        id: identity::citizen(340_104, born, serial.into()),
        phone: format!("138{:08}", (index * 7_919 + chance.below(97)) % 100_000_000),
    }
}

/// Rows of a daily file as of a moment: in every state the closing desk meets, without a header.
/// They come one by one, for files larger than memory.
pub fn rows(count: u64, seed: u64, now: NaiveDateTime) -> impl Iterator<Item = String> {
    let mut chance = Chance::new(seed);
    (0..count).map(move |index| row(&mut chance, index, now))
}

fn row(chance: &mut Chance, index: u64, now: NaiveDateTime) -> String {
    let (line, motor) = match chance.below(100) {
        0..=34 => ("交强险", true),
        35..=74 => ("机动车商业保险", true),
        75..=84 => ("学幼意外险", false),
        85..=92 => ("企业财产险", false),
        _ => ("家庭财产险", false),
    };
    // The compulsory and the commercial case of one loss share accident, plate and insured.
    let accident = if motor { index / 2 * 2 } else { index };
    let who = person(&mut Chance::new(accident + 1), accident);
    let firm = line == "企业财产险";
    let insured = if firm { (*chance.of(FIRMS)).to_owned() } else { who.name.clone() };
    let hours = i64::try_from(chance.below(100)).unwrap_or(0);
    let report = now - Duration::hours(30 + hours);
    let papers = now - Duration::minutes(20 + i64::try_from(chance.below(26 * 60)).unwrap_or(0));
    // How far the core system has come with the case.
    let far = chance.below(10);
    let fen = amount(chance);
    let has = |from: u64, text: String| if far >= from { text } else { String::new() };
    let time = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M:%S").to_string();
    let day = |at: NaiveDateTime| at.format("%Y-%m-%d").to_string();
    let plate = if motor { format!("皖A{:05}", (accident * 37 + 10_001) % 90_000 + 10_000) } else { String::new() };
    let account = luhn(format!("622848{:012}", index * 104_729 + 7));
    [
        format!("PDAA2026340104{:07}", index + 4_000),
        format!("RDAA2026{accident:09}"),
        format!("PA2026{:09}", index * 31 + 77),
        line.to_owned(),
        insured.clone(),
        if firm { String::new() } else { "身份证".to_owned() },
        if firm { String::new() } else { who.id },
        who.phone,
        plate,
        day(now + Duration::days(30 + i64::try_from(chance.below(300)).unwrap_or(0))),
        day(report - Duration::days(1)),
        day(report),
        time(report + Duration::hours(1)),
        has(2, time(papers)),
        has(3, yuan(fen)),
        has(4, yuan(fen - fen / 50 / 10 * 10)),
        has(4, yuan(fen - fen / 25 / 10 * 10)),
        has(1, (*chance.of(SURVEYORS)).to_owned()),
        has(1, time(report + Duration::hours(2))),
        has(1, (*chance.of(PLACES)).to_owned()),
        has(3, (*chance.of(ASSESSORS)).to_owned()),
        has(4, (*chance.of(VERIFIERS)).to_owned()),
        has(4, (*chance.of(ADJUSTERS)).to_owned()),
        insured.clone(),
        insured,
        (*chance.of(BANKS)).to_owned(),
        account,
        if firm { "对公".to_owned() } else { "银行卡".to_owned() },
    ]
    .join(",")
}
