//! ISO 20022 pain.001.001.09, the customer credit transfer initiation: one group, one payment information, a transfer per line.

use super::{BankMap, Outgoing};
use crate::db::ActError;
use crate::kernel::clock;
use crate::kernel::text;
use crate::payment::rules::batch::reference;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// Max140Text
const NAME: usize = 140;
/// Max35Text
const SHORT: usize = 35;
/// Name of the Chinese clearing system in the external code list.
const CNAPS: &str = "CNAPS";

type Xml = Writer<Vec<u8>>;
type Done = std::io::Result<()>;

/// Renders a batch.
///
/// # Errors
/// What the library says.
pub(super) fn render(map: &BankMap, batch: &Outgoing<'_>) -> Result<Vec<u8>, ActError> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    document(&mut xml, map, batch).map_err(anyhow::Error::from)?;
    Ok(xml.into_inner())
}

fn document(xml: &mut Xml, map: &BankMap, batch: &Outgoing<'_>) -> Done {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("Document");
    root.push_attribute(("xmlns", NAMESPACE));
    xml.write_event(Event::Start(root))?;
    within(xml, "CstmrCdtTrfInitn", |xml| {
        within(xml, "GrpHdr", |xml| {
            leaf(xml, "MsgId", batch.batch_no, SHORT)?;
            let made = clock::local(batch.at).format("%Y-%m-%dT%H:%M:%S+08:00").to_string();
            leaf(xml, "CreDtTm", &made, SHORT)?;
            sums(xml, batch)?;
            within(xml, "InitgPty", |xml| leaf(xml, "Nm", batch.office, NAME))
        })?;
        within(xml, "PmtInf", |xml| payment(xml, map, batch))
    })?;
    xml.write_event(Event::End(BytesEnd::new("Document")))?;
    Ok(())
}

fn sums(xml: &mut Xml, batch: &Outgoing<'_>) -> Done {
    leaf(xml, "NbOfTxs", &batch.lines.len().to_string(), SHORT)?;
    leaf(xml, "CtrlSum", &batch.total.plain(), SHORT)
}

fn payment(xml: &mut Xml, map: &BankMap, batch: &Outgoing<'_>) -> Done {
    leaf(xml, "PmtInfId", batch.batch_no, SHORT)?;
    leaf(xml, "PmtMtd", "TRF", SHORT)?;
    leaf(xml, "BtchBookg", "false", SHORT)?;
    sums(xml, batch)?;
    within(xml, "ReqdExctnDt", |xml| leaf(xml, "Dt", &clock::day_of(batch.at).to_string(), SHORT))?;
    within(xml, "Dbtr", |xml| leaf(xml, "Nm", batch.office, NAME))?;
    within(xml, "DbtrAcct", |xml| account(xml, &map.debtor_account))?;
    within(xml, "DbtrAgt", |xml| bank(xml, &map.debtor_cnaps, ""))?;
    for line in batch.lines {
        let one = &line.instruction;
        within(xml, "CdtTrfTxInf", |xml| {
            within(xml, "PmtId", |xml| {
                leaf(xml, "InstrId", &reference(one.id), SHORT)?;
                leaf(xml, "EndToEndId", &reference(one.id), SHORT)
            })?;
            within(xml, "Amt", |xml| {
                let mut amount = BytesStart::new("InstdAmt");
                amount.push_attribute(("Ccy", "CNY"));
                xml.write_event(Event::Start(amount))?;
                xml.write_event(Event::Text(BytesText::new(&one.amount.plain())))?;
                xml.write_event(Event::End(BytesEnd::new("InstdAmt")))
            })?;
            within(xml, "CdtrAgt", |xml| bank(xml, &one.cnaps, &format!("{} {}", one.bank, one.branch)))?;
            within(xml, "Cdtr", |xml| leaf(xml, "Nm", &one.holder, NAME))?;
            within(xml, "CdtrAcct", |xml| account(xml, &one.account))?;
            within(xml, "RmtInf", |xml| leaf(xml, "Ustrd", &line.note, NAME))
        })?;
    }
    Ok(())
}

fn account(xml: &mut Xml, number: &str) -> Done {
    // The account is required; a bank that has it on file takes the word for "not given" of the standard.
    let number = if number.is_empty() { "NOTPROVIDED" } else { number };
    within(xml, "Id", |xml| within(xml, "Othr", |xml| leaf(xml, "Id", number, 34)))
}

fn bank(xml: &mut Xml, cnaps: &str, name: &str) -> Done {
    within(xml, "FinInstnId", |xml| {
        if !cnaps.is_empty() {
            within(xml, "ClrSysMmbId", |xml| {
                within(xml, "ClrSysId", |xml| leaf(xml, "Cd", CNAPS, SHORT))?;
                leaf(xml, "MmbId", cnaps, SHORT)
            })?;
        }
        let name = name.trim();
        if name.is_empty() && !cnaps.is_empty() {
            return Ok(());
        }
        leaf(xml, "Nm", name, NAME)
    })
}

fn within(xml: &mut Xml, name: &str, inside: impl FnOnce(&mut Xml) -> Done) -> Done {
    xml.write_event(Event::Start(BytesStart::new(name)))?;
    inside(xml)?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

/// An element with text, cut to what the schema takes; an empty text says that it is not given.
fn leaf(xml: &mut Xml, name: &str, words: &str, longest: usize) -> Done {
    let clean: String = text::neutralise(words).chars().take(longest).collect();
    let clean = if clean.trim().is_empty() { "NOTPROVIDED".to_owned() } else { clean };
    xml.write_event(Event::Start(BytesStart::new(name)))?;
    xml.write_event(Event::Text(BytesText::new(&clean)))?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}
