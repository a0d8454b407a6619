//! What the search index must hold and what it holds, each summed up in one number, in one pass and any order.

use super::search::{Kind, Standing, tokens};
use rusqlite::Connection;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A sum over tokens, each with the row it stands in. Two indexes with one sum hold the same, as surely as hashes do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    tokens: u64,
    hashes: u128,
    text: String,
}

/// The two tables of the index, and whether they hold what is open.
const TABLES: [(&str, bool); 2] = [("search_open", true), ("search_closed", false)];

impl Sum {
    /// Adds what the index must hold of a name.
    pub fn add(&mut self, kind: Kind, id: i64, name: &str, standing: Standing) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let key = tokens(kind, id, name, standing, &mut text);
        let mut found: Vec<&str> = text.split(' ').filter(|token| !token.is_empty()).collect();
        // A token stands once in a row, however often the name has it.
        found.sort_unstable();
        found.dedup();
        for token in found {
            self.put(standing == Standing::Open, key, token);
        }
        self.text = text;
    }

    fn put(&mut self, open: bool, key: i64, token: &str) {
        let mut hasher = DefaultHasher::new();
        (open, key, token).hash(&mut hasher);
        self.tokens += 1;
        self.hashes = self.hashes.wrapping_add(u128::from(hasher.finish()));
    }

    /// Whether the index holds just that.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_all(&self, conn: &Connection) -> rusqlite::Result<bool> {
        let held = held(conn)?;
        Ok((self.tokens, self.hashes) == (held.tokens, held.hashes))
    }
}

/// The sum of what the index holds.
fn held(conn: &Connection) -> rusqlite::Result<Sum> {
    let mut sum = Sum::default();
    for (table, open) in TABLES {
        conn.execute_batch(&format!(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_tokens USING fts5vocab('main', '{table}', 'instance')"
        ))?;
        let mut statement = conn.prepare(&format!("SELECT doc, term FROM temp.{table}_tokens"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            sum.put(open, key, row.get_ref(1)?.as_str()?);
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::search::Batch;

    #[test]
    fn the_sum_of_an_index_is_that_of_its_names_and_of_no_others() {
        let conn = Connection::open_in_memory().unwrap();
        for migration in crate::registry::SCHEMA.migrations {
            conn.execute_batch(migration.sql).unwrap();
        }
        let names = [
            (1, "王王建国", Standing::Open),
            (2, "单乐", Standing::Closed(1_700_000_000)),
            (3, "阿凡提·买买提", Standing::Open),
            (4, "", Standing::Open),
        ];
        let (batch, mut sum) = (Batch::default(), Sum::default());
        for (id, name, standing) in names {
            batch.put(Kind::Case, id, name, standing);
            sum.add(Kind::Case, id, name, standing);
        }
        batch.write(&conn).unwrap();
        assert!(sum.is_all(&conn).unwrap());
        assert!(sum.tokens > 20);
        batch.change(Kind::Case, 2, ("单乐", names[1].2), ("单乐", Standing::Closed(1_700_000_001)));
        batch.write(&conn).unwrap();
        assert!(!sum.is_all(&conn).unwrap(), "another moment of closing is another row");
        batch.change(Kind::Case, 2, ("单乐", Standing::Closed(1_700_000_001)), ("单乐", names[1].2));
        batch.change(Kind::Case, 1, ("王王建国", Standing::Open), ("王王建", Standing::Open));
        batch.write(&conn).unwrap();
        assert!(!sum.is_all(&conn).unwrap());
    }
}
