//! The receipt 赔款收据, laid out once for one serial. It is never printed a second time: a spoilt one becomes void with
//! all its copies, and the next takes another number (会计法 14).

use super::rules::RECEIPT;
use super::store;
use crate::case;
use crate::db::{Store, meta};
use crate::instructions::rules::Instruction;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::words::{Arg, Lang, W};
use crate::phrase;
use crate::reference;
use crate::ui::print::Sheet;
use anyhow::Context;
use chrono::NaiveDate;

/// Cells of the labels.
const LABEL: usize = 10;

/// What stands on a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptData {
    /// The serial of the sheet in the printer.
    pub serial: String,
    /// The office.
    pub office: String,
    /// 赔案号, or the case's code where the core gave none.
    pub case_no: String,
    /// Name of the line.
    pub line: String,
    /// 被保险人
    pub insured: String,
    /// Number of the payment instruction.
    pub instruction: i64,
    /// 领款方式, in words.
    pub mode: String,
    /// Who is paid.
    pub payee: String,
    /// Who comes in the payee's stead; empty for nobody.
    pub agent: String,
    /// What is paid.
    pub amount: Fen,
    /// The office's day.
    pub day: NaiveDate,
    /// The copies of the form, in their order.
    pub copies: Vec<String>,
}

impl ReceiptData {
    /// What the store knows of an instruction, for the serial in the printer.
    ///
    /// # Errors
    /// When the instruction has no case, or what the store says.
    pub fn of(store: &Store, instruction: &Instruction, serial: &str, now: i64) -> anyhow::Result<ReceiptData> {
        let conn = store.conn();
        let case = case::store::load::by_id(conn, instruction.case_id)?.context("an instruction without a case")?;
        let rules = reference::store::rulebook(store)?;
        let facts = &case.facts;
        Ok(ReceiptData {
            serial: serial.to_owned(),
            office: meta::get(conn, meta::OFFICE_NAME)?.unwrap_or_default(),
            case_no: if facts.case_no.is_empty() { case.case_code.clone() } else { facts.case_no.clone() },
            line: rules.line_label(&facts.line, Lang::Zh).to_owned(),
            insured: facts.insured.clone(),
            instruction: instruction.id,
            mode: instruction.mode.word().text(Lang::Zh).to_owned(),
            payee: instruction.payee.clone(),
            agent: instruction.agent.clone(),
            amount: instruction.amount,
            day: clock::day_of(now),
            copies: store::form_type(conn, RECEIPT)?.map(|form| form.copies).unwrap_or_default(),
        })
    }
}

/// Lays a receipt out. It is a paper of the office, in Chinese whatever the screen speaks.
pub fn receipt(data: &ReceiptData) -> Sheet {
    let zh = |word: W| word.text(Lang::Zh);
    let mut sheet = Sheet::new(RECEIPT, zh(W::FormsPrintTitle)).about(data.serial.clone());
    sheet.centred(zh(W::FormsPrintTitle));
    sheet.row(&[
        (&phrase!(W::FormsPrintDay, data.day).say(Lang::Zh), 40),
        (&phrase!(W::FormsPrintSerial, data.serial.clone()).say(Lang::Zh), -39),
    ]);
    sheet.rule();
    sheet.pair(LABEL, zh(W::FormsPrintOffice), &data.office);
    sheet.pair(LABEL, zh(W::FormsPrintCase), &data.case_no);
    sheet.pair(LABEL, zh(W::FormsPrintLine), &data.line);
    sheet.pair(LABEL, zh(W::FormsPrintInsured), &data.insured);
    sheet.pair(LABEL, zh(W::FormsPrintInstruction), &data.instruction.to_string());
    sheet.pair(LABEL, zh(W::FormsPrintMode), &data.mode);
    sheet.pair(LABEL, zh(W::FormsPrintPayee), &data.payee);
    if !data.agent.is_empty() {
        sheet.pair(LABEL, zh(W::FormsPrintAgent), &data.agent);
    }
    sheet.pair(LABEL, zh(W::FormsPrintAmount), &phrase!(W::FormsPrintYuan, data.amount.grouped()).say(Lang::Zh));
    sheet.pair(LABEL, zh(W::FormsPrintCapitals), &data.amount.in_capitals());
    sheet.rule();
    sheet.paragraph(0, zh(W::FormsPrintReceived));
    sheet.blank();
    sheet.row(&[(zh(W::FormsPrintSign), 40), (zh(W::FormsPrintPaidBy), 39)]);
    sheet.blank();
    if !data.copies.is_empty() {
        let count = i64::try_from(data.copies.len()).unwrap_or(0);
        let copies = Arg::list(data.copies.iter().map(String::as_str));
        sheet.paragraph(0, &phrase!(W::FormsPrintCopies, count, copies).say(Lang::Zh));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(fen: i64) -> ReceiptData {
        ReceiptData {
            serial: "AH00001201".to_owned(),
            office: "城东网点".to_owned(),
            case_no: "A20261123000004391".to_owned(),
            line: "机动车辆险".to_owned(),
            insured: "王建国".to_owned(),
            instruction: 17,
            mode: "现金".to_owned(),
            payee: "阿凡提·买买提".to_owned(),
            agent: String::new(),
            amount: Fen::from_fen(fen),
            day: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            copies: ["存根联", "记账联", "红联"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn a_receipt_reads_as_the_office_knows_it() {
        let title = format!("{}赔款收据\n", " ".repeat(36));
        let wanted = "\
日期 2026-11-23                                                流水号 AH00001201
--------------------------------------------------------------------------------
网点        城东网点
赔案号      A20261123000004391
险种        机动车辆险
被保险人    王建国
付款指令    17
领款方式    现金
领款人      阿凡提·买买提
金额        人民币 1,409.50 元
金额大写    壹仟肆佰零玖元伍角整
--------------------------------------------------------------------------------
今收到上列赔款，特立此据。

领款人签字：                             付款人签字：

一式 3 联：存根联、记账联、红联。红联由领款人签字，归入案卷；涂改无效。
";
        assert_eq!(receipt(&data(140_950)).text(), title + wanted);
    }

    #[test]
    fn an_agent_is_named_and_long_names_stay_in_their_column() {
        let mut data = data(1);
        data.agent = "李代领".to_owned();
        data.payee = "某某某某某某某某某某某某".repeat(5);
        let text = receipt(&data).text();
        assert!(text.contains("代领人      李代领\n"), "{text}");
        assert!(text.lines().all(|line| crate::kernel::text::width(line) <= crate::ui::print::WIDTH), "{text}");
    }

    #[test]
    fn amounts_stand_in_figures_and_capitals() {
        for (fen, figures, capitals) in [
            (140_950, "1,409.50", "壹仟肆佰零玖元伍角整"),
            (600_714, "6,007.14", "陆仟零柒元壹角肆分"),
            (10_700_053, "107,000.53", "壹拾万柒仟元零伍角叁分"),
            (1_640_902, "16,409.02", "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "325.04", "叁佰贰拾伍元零肆分"),
        ] {
            let text = receipt(&data(fen)).text();
            assert!(text.contains(&format!("人民币 {figures} 元\n")), "{text}");
            assert!(text.contains(&format!("金额大写    {capitals}\n")), "{text}");
        }
    }
}
