//! The to-do list: open cases by remaining time, in keyset pages, with filters; counts per stage.

use super::load::{ROUND_COLUMNS, milestones_at};
use super::{ListRow, write};
use crate::case::milestones::Stage;
use crate::case::next::Hands;
use crate::db::{Connection, meta};
use crate::kernel::money::Fen;
use crate::kernel::roles::Roles;
use rusqlite::types::Value;

/// Which way a page goes from its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// Later deadlines.
    Later,
    /// Earlier deadlines; rows still come in list order.
    Earlier,
}

/// A place in the list: the deadline and key of a row.
pub type Bound = (i64, i64);

/// Before every row.
pub const START: Bound = (i64::MIN, i64::MIN);
/// Behind every row.
pub const END: Bound = (i64::MAX, i64::MAX);

/// What the list shows. The default shows every open case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only this line (code).
    pub line: Option<String>,
    /// Only deadlines at or before this moment.
    pub due_before: Option<i64>,
    /// Only cases whose next action these roles may do.
    pub mine: Option<Roles>,
    /// What `mine` asks, asks of a deputy of a leader.
    pub deputy: bool,
    /// Only amounts from here.
    pub amount_from: Option<Fen>,
    /// Only amounts up to here.
    pub amount_to: Option<Fen>,
}

impl Filter {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Whether every row that is read is kept, so that a page costs the same however long the list is.
    pub fn is_indexed(&self) -> bool {
        self.mine.is_none()
            && self.amount_from.is_none()
            && self.amount_to.is_none()
            && (self.stage.is_none() || self.line.is_none())
    }

    /// What no index answers.
    fn keeps(&self, row: &ListRow) -> bool {
        let amount = row.amount.unwrap_or_default();
        self.line.as_ref().is_none_or(|line| *line == row.line)
            && self.amount_from.is_none_or(|from| amount >= from)
            && self.amount_to.is_none_or(|to| amount <= to)
            && self.mine.is_none_or(|roles| {
                crate::case::next::next_action(&row.milestones, Hands { roles, deputy: self.deputy })
                    .is_some_and(|next| next.mine)
            })
    }
}

pub(crate) const ROW_COLUMNS: &str = "c.id, c.case_code, c.case_no, c.accident_no, c.line, c.insured, c.amount, c.due_at, c.due_kind, c.awaiting_core, \
     c.core_differs";
pub(crate) const ROW_WIDTH: usize = 11;

pub(crate) fn row_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<ListRow> {
    let amount: i64 = row.get(6)?;
    Ok(ListRow {
        id: row.get(0)?,
        case_code: row.get(1)?,
        case_no: row.get(2)?,
        accident_no: row.get(3)?,
        line: row.get(4)?,
        insured: row.get(5)?,
        amount: (amount != 0).then(|| Fen::from_fen(amount)),
        due_at: row.get(7)?,
        due_kind: row.get(8)?,
        awaiting_core: row.get(9)?,
        core_differs: row.get(10)?,
        milestones: milestones_at(row, ROW_WIDTH)?,
    })
}

/// The part of a filter that an index answers: whatever it leaves out is read and judged row by row.
fn conditions(filter: &Filter, bound: Bound, toward: Toward, limit: i64) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut text = String::from("c.open = 1");
    let mut add = |sql: &str, value: Value| {
        values.push(value);
        text.push_str(&sql.replace('?', &format!("${}", values.len())));
    };
    if let Some(stage) = filter.stage {
        add(" AND c.stage = ?", stage.number().into());
    }
    if let Some(line) = filter.line.as_ref().filter(|_| filter.stage.is_none()) {
        add(" AND c.line = ?", line.clone().into());
    }
    if let Some(at) = filter.due_before {
        add(" AND c.due_at <= ?", at.into());
    }
    let sign = if toward == Toward::Later { '>' } else { '<' };
    add(&format!(" AND (c.due_at, c.id) {sign} (?, "), bound.0.into());
    add("?)", bound.1.into());
    let order = if toward == Toward::Later { "" } else { " DESC" };
    add(&format!(" ORDER BY c.due_at{order}, c.id{order} LIMIT ?"), limit.into());
    (text, values)
}

/// Rows looked at by one statement where not every row is kept.
const CHUNK: usize = 200;

/// What a look at a part of the list found.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The rows kept, in list order whichever way was looked.
    pub rows: Vec<ListRow>,
    /// Where to look on from; nothing when the list ends here.
    pub on: Option<Bound>,
    /// How many rows were looked at.
    pub seen: usize,
}

/// Looks through the list from a bound until `want` rows are kept or about `most` were looked at.
///
/// # Errors
/// What SQLite says.
pub fn look(
    conn: &Connection,
    filter: &Filter,
    (bound, toward): (Bound, Toward),
    want: usize,
    most: usize,
) -> rusqlite::Result<Looked> {
    let mut looked = Looked { on: Some(bound), ..Looked::default() };
    while let Some(from) = looked.on.filter(|_| looked.rows.len() < want && looked.seen < most) {
        let chunk = if filter.is_indexed() { want } else { want.max(CHUNK) };
        let (condition, values) = conditions(filter, from, toward, i64::try_from(chunk).unwrap_or(i64::MAX));
        let sql = format!(
            "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
             WHERE {condition}"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        looked.on = None;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            let row = row_at(row)?;
            seen += 1;
            let here = (row.due_at, row.id);
            if filter.keeps(&row) {
                looked.rows.push(row);
            }
            if seen == chunk || looked.rows.len() == want {
                looked.on = Some(here);
                break;
            }
        }
        looked.seen += seen;
    }
    if toward == Toward::Earlier {
        looked.rows.reverse();
    }
    Ok(looked)
}

/// One page in list order, at most `limit` rows, on one side of `bound`, however far it must look.
///
/// # Errors
/// What SQLite says.
pub fn page(
    conn: &Connection,
    filter: &Filter,
    bound: Bound,
    toward: Toward,
    limit: usize,
) -> rusqlite::Result<Vec<ListRow>> {
    look(conn, filter, (bound, toward), limit, usize::MAX).map(|looked| looked.rows)
}

/// Cases that wait for their sign-off, by remaining time.
///
/// # Errors
/// What SQLite says.
pub fn awaiting_sign_off(conn: &Connection, bound: Bound, limit: usize) -> rusqlite::Result<Vec<ListRow>> {
    conn.prepare_cached(&format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE c.open = 1 AND c.stage = 1 AND c.step = 5 AND (c.due_at, c.id) > ($1, $2) ORDER BY c.due_at, c.id LIMIT $3"
    ))?
    .query_map(rusqlite::params![bound.0, bound.1, i64::try_from(limit).unwrap_or(i64::MAX)], row_at)?
    .collect()
}

/// How many cases wait for their sign-off, counted no further than `most`.
///
/// # Errors
/// What SQLite says.
pub fn awaiting_count(conn: &Connection, most: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE open = 1 AND stage = 1 AND step = 5 LIMIT $1) AS few",
    )?
    .query_row([most], |row| row.get(0))
}

/// One row by its case's key, open or not.
///
/// # Errors
/// What SQLite says.
pub fn row(conn: &Connection, id: i64) -> rusqlite::Result<Option<ListRow>> {
    use rusqlite::OptionalExtension;
    conn.prepare_cached(&format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE c.id = $1"
    ))?
    .query_row([id], row_at)
    .optional()
}

/// How many cases stand in each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageCounts {
    counts: [i64; 7],
}

impl StageCounts {
    /// Cases in one stage.
    pub fn of(&self, stage: Stage) -> i64 {
        self.counts[stage as usize - 1]
    }

    /// Cases not archived.
    pub fn open(&self) -> i64 {
        self.counts[..6].iter().sum()
    }

    /// All cases.
    pub fn total(&self) -> i64 {
        self.counts.iter().sum()
    }
}

/// Reads the maintained counters.
///
/// # Errors
/// What SQLite says.
pub fn stage_counts(conn: &Connection) -> rusqlite::Result<StageCounts> {
    let mut counts = StageCounts::default();
    // One question for all: the header asks this for each of its places.
    let range = (write::stage_counter(Stage::Closing.number()), write::stage_counter(Stage::Archived.number()));
    for (name, value) in meta::counters(conn, &range.0, &range.1)? {
        if let Some(stage) = Stage::ALL.into_iter().find(|stage| write::stage_counter(stage.number()) == name) {
            counts.counts[stage as usize - 1] = value;
        }
    }
    Ok(counts)
}

/// Counts the cases of each stage one by one: what the counters must say.
///
/// # Errors
/// What SQLite says.
pub fn recount(conn: &Connection) -> rusqlite::Result<StageCounts> {
    let mut counts = StageCounts::default();
    let mut statement = conn.prepare("SELECT stage, COUNT(*) FROM cases GROUP BY stage")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    for row in rows {
        let (stage, count) = row?;
        if let Some(stage) = Stage::from_number(stage) {
            counts.counts[stage as usize - 1] = count;
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Store;
    use crate::registry;

    fn plan(conn: &Connection, sql: &str) -> String {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![Value::Integer(1); statement.parameter_count()];
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_indexed_filter_reads_its_rows_in_order_from_an_index_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_create(&folder.path().join("s.db"), &registry::SCHEMA).unwrap();
        let stage = Some(Stage::Archive);
        for (filter, index) in [
            (Filter::default(), "cases_open_due"),
            (Filter { due_before: Some(1), ..Filter::default() }, "cases_open_due"),
            (Filter { stage, ..Filter::default() }, "cases_open_stage"),
            (Filter { stage, due_before: Some(1), ..Filter::default() }, "cases_open_stage"),
            (Filter { line: Some("motor".to_owned()), ..Filter::default() }, "cases_open_line_due"),
        ] {
            assert!(filter.is_indexed());
            for toward in [Toward::Later, Toward::Earlier] {
                let (condition, _) = conditions(&filter, START, toward, 10);
                let sql =
                    format!("SELECT c.insured FROM cases c JOIN case_round r ON r.case_id = c.id WHERE {condition}");
                let plan = plan(store.conn(), &sql);
                assert!(plan.contains(&format!("USING INDEX {index} ")) && !plan.contains("TEMP B-TREE"), "{plan}");
            }
        }
        let awaiting = plan(
            store.conn(),
            "SELECT insured FROM cases WHERE open = 1 AND stage = 1 AND step = 5 AND (due_at, id) > ($1, $2) \
             ORDER BY due_at, id LIMIT $3",
        );
        assert!(awaiting.contains("cases_awaiting") && !awaiting.contains("TEMP B-TREE"), "{awaiting}");
    }
}
