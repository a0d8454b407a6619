//! Figures against a day counted by hand: the numbers themselves, the report as text in both languages, F9 by keys, and
//! the command line.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod batches_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, NOW, REVIEWER, act, answer, chosen, hold_serials, make, payable, transfer};
use closing_desk::case::store::ListRow;
use closing_desk::case::store::list;
use closing_desk::db::Store;
use closing_desk::db::figures::{FigureValue, Page};
use closing_desk::figures::commands::{Form, Order, period, write};
use closing_desk::figures::{print, report};
use closing_desk::instructions::rules::Mode;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::period::{Kind, Period};
use closing_desk::kernel::words::Lang;
use closing_desk::payment::store::batch_send::{folder, send};
use closing_desk::payment::store::cash;
use closing_desk::payment::store::onsite::{pay, print_receipt, receipt_signed};
use closing_desk::payment::store::release::release;
use closing_desk::payment::store::result::read_file;
use closing_desk::registry::FIGURES;
use harness::{CLERK, Desk, Office, Setup, moment};
use std::collections::BTreeSet;
use std::process::Command;
use std::rc::Rc;

/// A day's work: five cases closed; one paid in cash, one by transfer, one transfer failed, two agreed and not
/// chosen; the cash counted with ten yuan too little.
fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    hold_serials(&office, CLERK, 1, 60);
    hold_serials(&office, CASHIER, 901, 20);
    let on_site = payable(&office, "PDAA20263401040000001", 800);
    let cash_id = chosen(&office, on_site, Mode::Cash, 800, "王建国");
    act(&office, CASHIER, |tx| release(tx, &[cash_id])).unwrap();
    act(&office, CASHIER, |tx| print_receipt(tx, cash_id, "0901")).unwrap();
    act(&office, CASHIER, |tx| receipt_signed(tx, cash_id)).unwrap();
    act(&office, REVIEWER, |tx| pay(tx, &[cash_id])).unwrap();
    let good = transfer(&office, "PDAA20263401040000002", 1_200, "李晓红");
    let bad = transfer(&office, "PDAA20263401040000003", 500, "陈志远");
    let batch = make(&office, &[good, bad]);
    let store = office.store();
    send(&store, &office.actor(CASHIER), moment(NOW), batch.id, &folder(&store));
    let result = answer(&batch.batch_no, &[(good, "1200.00", "成功", ""), (bad, "500.00", "失败", "户名不符")]);
    act(&office, CASHIER, |tx| read_file(tx, batch.id, "r.csv", result.as_bytes())).unwrap();
    payable(&office, "PDAA20263401040000004", 900);
    payable(&office, "PDAA20263401040000005", 600);
    let (reviewer, cashier) = (office.actor(REVIEWER).id, office.actor(CASHIER).id);
    let (paid, counted) = (Fen::from_yuan(800), Fen::from_yuan(790));
    act(&office, REVIEWER, |tx| cash::count(tx, reviewer, paid, counted, "少十元待查", cashier)).unwrap();
    office
}

fn value(store: &Store, name: &str, kind: Kind, day: &str, now: &str) -> FigureValue {
    let read = report::read(store, FIGURES, Period::read(kind, day).unwrap(), moment(now)).unwrap();
    read.lines.into_iter().find(|line| line.figure.name == name).unwrap().value
}

const fn number(number: i64) -> FigureValue {
    FigureValue::Number(number)
}

const fn ratio(part: i64, of: i64) -> FigureValue {
    FigureValue::Ratio { part, of }
}

#[test]
fn a_day_comes_to_what_was_counted_by_hand() {
    let office = office();
    let store = office.store();
    let day = |name: &str| value(&store, name, Kind::Day, "2026-11-23", "2026-11-23 16:00");
    for (name, expected) in [
        ("case.closed", number(5)),
        ("case.to_pay", number(400_000)),
        ("case.again", number(0)),
        ("case.taken_over", number(0)),
        ("case.in_limit", ratio(5, 5)),
        ("notify.told", number(5)),
        ("notify.asking_share", ratio(0, 5)),
        ("payment.paid", number(2)),
        ("payment.sum", number(200_000)),
        ("payment.on_site_share", ratio(1, 2)),
        ("payment.told_to_paid", ratio(0, 2)),
        ("payment.delayed", number(0)),
        ("payment.batches", number(1)),
        ("payment.batch_sum", number(170_000)),
        ("payment.unanswered", number(0)),
        ("payment.to_mend", number(1)),
        ("payment.cash", number(1)),
        ("payment.cash_sum", number(80_000)),
        ("payment.cash_counted", ratio(1, 1)),
        ("payment.cash_off", number(1_000)),
    ] {
        assert_eq!(day(name), expected, "{name}");
    }
    for (kind, period) in [(Kind::Week, "2026-W48"), (Kind::Month, "2026-11"), (Kind::Year, "2026")] {
        assert_eq!(value(&store, "payment.paid", kind, period, "2026-12-31 10:00"), number(2), "{period}");
    }
    assert_eq!(value(&store, "payment.paid", Kind::Day, "2026-11-24", "2026-11-24 10:00"), number(0));
}

#[test]
fn an_unpaid_case_is_delayed_in_the_period_in_which_its_day_came() {
    let office = office();
    let store = office.store();
    let delayed = |kind, period, now| value(&store, "payment.delayed", kind, period, now);
    // Agreed on 11-23, so the tenth day ends on 12-03 at half past five; three cases are not paid.
    assert_eq!(delayed(Kind::Day, "2026-12-03", "2026-12-03 17:29:59"), number(0));
    assert_eq!(delayed(Kind::Day, "2026-12-03", "2026-12-03 17:30:00"), number(3));
    assert_eq!(delayed(Kind::Day, "2026-12-04", "2026-12-04 09:00"), number(0));
    assert_eq!(delayed(Kind::Month, "2026-12", "2026-12-10 09:00"), number(3));
}

#[test]
fn every_figure_has_a_value_and_lists_as_many_cases_as_it_counts() {
    let office = office();
    let store = office.store();
    let read = report::read(&store, FIGURES, Period::read(Kind::Day, "2026-11-23").unwrap(), moment(NOW)).unwrap();
    let names: BTreeSet<&str> = read.lines.iter().map(|line| line.figure.name).collect();
    assert_eq!(names.len(), read.lines.len(), "a name is given once");
    let span = report::span(read.period, moment(NOW));
    for line in &read.lines {
        let Some(cases) = line.figure.cases else { continue };
        let all = cases(&store, span, Page { after: 0, limit: 100 }).unwrap();
        let mut paged = Vec::new();
        while let [id] = cases(&store, span, Page { after: paged.last().copied().unwrap_or(0), limit: 1 }).unwrap()[..]
        {
            paged.push(id);
        }
        assert_eq!(all, paged, "{}", line.figure.name);
        let counts_cases = matches!(
            line.figure.name,
            "case.closed" | "case.again" | "notify.told" | "payment.paid" | "payment.to_mend" | "payment.cash"
        );
        if let (FigureValue::Number(count), true) = (&line.value, counts_cases) {
            assert_eq!(i64::try_from(all.len()).unwrap(), *count, "{}", line.figure.name);
        }
    }
    let paid = FIGURES.iter().flat_map(|set| set.figures).find(|figure| figure.name == "payment.paid").unwrap();
    let rows: Vec<ListRow> = paid.cases.unwrap()(&store, span, Page { after: 0, limit: 10 })
        .unwrap()
        .into_iter()
        .map(|id| list::row(store.conn(), id).unwrap().unwrap())
        .collect();
    let numbers: Vec<&str> = rows.iter().map(|row| row.case_no.as_str()).collect();
    assert_eq!(numbers, ["PDAA20263401040000001", "PDAA20263401040000002"]);
}

#[test]
fn the_report_of_the_day_as_text_and_markdown() {
    let office = office();
    let store = office.store();
    let day = Period::read(Kind::Day, "2026-11-23").unwrap();
    let read = report::read(&store, FIGURES, day, moment("2026-11-23 16:00")).unwrap();
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let text = print::text(&read, lang).join("\n");
        assert!(text.lines().all(|line| closing_desk::kernel::text::width(line) <= 110), "{text}");
        for (form, text) in [("text", text), ("md", print::markdown(&read, lang).join("\n"))] {
            let mut settings = insta::Settings::clone_current();
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(format!("report_day_{form}_{name}"), text));
        }
    }
}

#[test]
fn a_period_that_cannot_be_reported_is_named() {
    let now = moment(NOW);
    let order = |kind, text| Order { kind, period: text, form: Form::Text, output: None, lang: Lang::Zh };
    assert_eq!(period(order(Kind::Week, None), now).unwrap().name(), "2026-W48");
    assert_eq!(period(order(Kind::Month, Some("2026-11-23")), now).unwrap().name(), "2026-11");
    let refused = |kind, text| period(order(kind, Some(text)), now).unwrap_err().say(Lang::Zh);
    assert_eq!(refused(Kind::Day, "昨天"), "“昨天”不是期间；请写成 2026-11-23");
    assert_eq!(refused(Kind::Week, "2026-48"), "“2026-48”不是期间；请写成 2026-W48");
    assert_eq!(refused(Kind::Day, "2026-11-24"), "2026-11-24 尚未开始，没有数字可报");
}

#[test]
fn a_workbook_is_whole_and_its_numbers_are_numbers() {
    let office = office();
    let store = office.store();
    let path = office.folder().join("day.xlsx");
    let order = Order { kind: Kind::Day, period: None, form: Form::Xlsx, output: Some(&path), lang: Lang::En };
    let day = period(order, moment(NOW)).unwrap();
    let said = write(&store, FIGURES, day, moment(NOW), order, &mut Vec::new()).unwrap();
    assert!(said.lines[0].starts_with("Day 2026-11-23 was written to"), "{:?}", said.lines);
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let on_site = sheet.rows().find(|row| row[3] == "On-site share").unwrap();
    let cells: Vec<String> = on_site.iter().map(ToString::to_string).collect();
    assert_eq!(cells[..2], ["2026-11-23".to_owned(), "2026-11-23 15:12:00".to_owned()]);
    assert_eq!(cells[4..9], ["50.0 %", "1", "2", "at most 35 %", "missed"].map(str::to_owned));
    assert!(matches!(on_site[5], calamine::Data::Float(_) | calamine::Data::Int(_)));
}

fn sit(office: &Rc<Office>, lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::on(office, Setup { lang, size, now: "2026-11-23 16:00".into(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

fn show(desk: &Desk, what: &str) {
    if std::env::var_os("SHOW").is_some() {
        println!("== {what}\n{}", desk.screen());
    }
}

#[test]
fn today_is_one_key_and_the_cases_behind_a_number_two() {
    let office = office();
    for (lang, size) in
        [(Lang::Zh, (120, 40)), (Lang::En, (120, 40)), (Lang::Zh, (80, 24)), (Lang::En, (80, 24)), (Lang::Zh, (40, 10))]
    {
        let mut desk = sit(&office, lang, size);
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        desk.keys("f9");
        show(&desk, "list");
        if size.0 > 40 {
            desk.sees(say("日报 2026-11-23", "Day 2026-11-23"));
            desk.sees(say("结案件数", "Closed"));
            desk.sees(say("截至 11-23 16:00", "as of 11-23 16:00"));
        }
        // Down to the share of on-site payments: the 27th figure.
        desk.keys(&"down ".repeat(26));
        desk.sees(say("x 50.0 %（1/2）", "x 50.0 % (1/2)"));
        if size.0 > 40 {
            desk.sees(say("不超过 35 %", "at most 35 %"));
        }
        show(&desk, "on-site");
        desk.keys("enter");
        show(&desk, "detail");
        desk.sees("0000001");
        desk.sees_not("0000002");
        if size.0 > 40 {
            desk.sees(say("现金支票", "cash cheque"));
        }
        if size.1 > 24 {
            desk.sees(&["2026-11-23  [##########----------] ", say("50.0 %（1/2）", "50.0 % (1/2)")].concat());
            desk.sees(say("2026-11-22  无", "2026-11-22  none"));
        }
        desk.keys("enter");
        if size.0 > 40 {
            desk.sees("PDAA20263401040000001");
        }
        desk.keys("esc");
        desk.sees("0000001");
        desk.keys("esc");
        if size.0 > 40 {
            desk.sees(say("不超过 35 %", "at most 35 %"));
        }
    }
}

#[test]
fn the_period_is_turned_by_keys_and_never_goes_ahead_of_today() {
    let office = office();
    let mut desk = sit(&office, Lang::Zh, (120, 40));
    desk.keys("f9 right");
    desk.sees("已是本期");
    desk.keys("left");
    desk.sees("日报 2026-11-22");
    desk.keys("right tab");
    desk.sees("周报 2026-W48");
    desk.keys("tab");
    desk.sees("月报 2026-11");
    desk.keys("tab");
    desk.sees("年报 2026");
    desk.keys("left");
    desk.sees("年报 2025");
    desk.keys("ctrl-t");
    desk.sees("年报 2026");
    desk.keys("tab");
    desk.sees("日报 2026-11-23");
}

#[test]
fn what_another_desk_does_is_counted_and_nothing_is_lost_when_it_is_hidden() {
    let office = office();
    let mut desk = sit(&office, Lang::Zh, (120, 40));
    desk.keys("f9");
    desk.sees("5");
    payable(&office, "PDAA20263401040000006", 100);
    desk.second_passes();
    desk.wait_read();
    desk.keys("enter");
    desk.sees("0000006");
    desk.sees("王建国");
    desk.at("2026-11-23 16:06");
    desk.sees_not("王建国");
}

#[test]
fn the_command_reports_and_refuses_with_its_exit_codes() {
    let office = office();
    let store = office.path().display().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
            .args(arguments)
            .args(["--store", &store])
            .env_clear()
            .env("HOME", office.folder())
            .output()
            .unwrap();
        (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let (code, out, _) = run(&["report", "day", "2020-01-06"]);
    let out = String::from_utf8(out).unwrap();
    assert_eq!(code, 0);
    assert!(out.starts_with("城东网点 日报 2020-01-06\n全部数字截至 "), "{out}");
    let (code, out, _) = run(&["report", "week", "2020-W02", "--format", "md", "--lang", "en"]);
    assert_eq!(code, 0);
    assert!(String::from_utf8(out).unwrap().starts_with("# 城东网点 Week 2020-W02\n"));
    let (code, out, _) = run(&["report", "year", "2020", "--format", "xlsx"]);
    assert_eq!((code, out.get(..2)), (0, Some(b"PK".as_slice())));
    for wrong in [["report", "month", "2020"], ["report", "year", "2999"], ["report", "decade", "2020"]] {
        let (code, out, said) = run(&wrong);
        assert_eq!((code, out.is_empty(), said.is_empty()), (2, true, false), "{wrong:?} {said}");
    }
}
