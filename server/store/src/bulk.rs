//! Value lists of statements over many rows. SQLite looks numbered placeholders up one by one and is 25 times
//! slower with them; PostgreSQL takes nothing else.

use std::fmt::Write;

use crate::Dialect;

/// Rows in one statement, so that its placeholders stay under every database's limit.
pub(crate) const ROWS: usize = 500;

/// `(?,?),(?,?)` or `($1,$2),($3,$4)`.
pub(crate) fn rows(dialect: Dialect, rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        list_into(&mut text, dialect, row * columns, columns);
        text.push(')');
    }
    text
}

/// `?,?` or `$1,$2`.
pub(crate) fn list(dialect: Dialect, count: usize) -> String {
    list_from(dialect, 0, count)
}

/// `?,?` or, after one other placeholder, `$2,$3`.
pub(crate) fn list_from(dialect: Dialect, before: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 5);
    list_into(&mut text, dialect, before, count);
    text
}

fn list_into(text: &mut String, dialect: Dialect, from: usize, count: usize) {
    for index in 0..count {
        if index > 0 {
            text.push(',');
        }
        match dialect {
            Dialect::Sqlite => text.push('?'),
            // Writing to a String cannot fail.
            Dialect::Postgres => write!(text, "${}", from + index + 1).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_the_placeholders_it_is_quick_with() {
        assert_eq!(rows(Dialect::Sqlite, 2, 2), "(?,?),(?,?)");
        assert_eq!(rows(Dialect::Postgres, 2, 2), "($1,$2),($3,$4)");
        assert_eq!(list(Dialect::Postgres, 3), "$1,$2,$3");
        assert_eq!(list_from(Dialect::Postgres, 1, 2), "$2,$3");
    }
}
