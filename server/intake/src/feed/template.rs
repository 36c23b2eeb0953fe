//! Texts with columns in them: `{city}/{courier_id}`.

use std::borrow::Cow;

/// A column that a definition names, as its place in [`Columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column(pub usize);

/// Every column that a definition names, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(Vec<String>);

impl Columns {
    /// The column of this name.
    pub fn column(&mut self, name: &str) -> Column {
        let known = self.0.iter().position(|known| known == name);
        Column(known.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        }))
    }

    /// The names, in the order of the columns.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// One row: its cells by column, without white space around them.
pub(crate) trait Cells {
    /// The text of a cell; empty if there is nothing in it.
    fn cell(&self, column: Column) -> &str;
}

/// A text with columns in it. `{{` and `}}` stand for the braces themselves.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// How a person names it: the column if it is one, else the template as written.
    pub name: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Literal(String),
    Column(Column),
}

impl Template {
    /// Understands a template.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str, columns: &mut Columns) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let inside = (brace == "{").then(|| rest.split_once('}')).flatten();
            let (name, after) = inside.ok_or("a brace is not closed: write {column}, or {{ for the brace itself")?;
            let name = name.trim();
            if name.is_empty() || name.contains('{') {
                return Err("there is no column name between the braces: write {column}".to_owned());
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Column(columns.column(name)));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(literal));
        }
        let name = match parts.as_slice() {
            [Part::Column(column)] => columns.names()[column.0].clone(),
            _ => text.to_owned(),
        };
        Ok(Self { name, parts })
    }

    /// The template that is one column.
    pub fn of_column(name: &str, columns: &mut Columns) -> Self {
        Self { name: name.to_owned(), parts: vec![Part::Column(columns.column(name))] }
    }

    /// The text, if it is the same in every row.
    pub fn constant(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text of a row, whatever is empty in it.
    pub fn fill<'r>(&'r self, row: &'r impl Cells) -> Cow<'r, str> {
        match self.parts.as_slice() {
            [Part::Column(column)] => Cow::Borrowed(row.cell(*column)),
            [Part::Literal(text)] => Cow::Borrowed(text),
            parts => parts.iter().map(|part| part.text(row)).collect::<String>().into(),
        }
    }

    /// The text of a row, if no cell of it is empty.
    pub fn fill_whole<'r>(&'r self, row: &'r impl Cells) -> Option<Cow<'r, str>> {
        let whole = self.parts.iter().all(|part| !part.text(row).is_empty());
        whole.then(|| self.fill(row))
    }

    /// The text of a row, unless all its cells are empty.
    pub fn fill_any<'r>(&'r self, row: &'r impl Cells) -> Option<Cow<'r, str>> {
        let any = self.parts.iter().any(|part| matches!(part, Part::Column(_)) && !part.text(row).is_empty());
        any.then(|| self.fill(row))
    }
}

impl Part {
    fn text<'r>(&'r self, row: &'r impl Cells) -> &'r str {
        match self {
            Self::Literal(text) => text,
            Self::Column(column) => row.cell(*column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static [&'static str]);

    impl Cells for Row {
        fn cell(&self, column: Column) -> &str {
            self.0[column.0]
        }
    }

    #[test]
    fn a_template_is_filled_from_its_columns() {
        let mut columns = Columns::default();
        let template = Template::parse("{city}/{courier id} {{x}}", &mut columns).unwrap();
        assert_eq!(columns.names(), ["city", "courier id"]);
        assert_eq!(template.fill(&Row(&["Jilin", "7"])), "Jilin/7 {x}");
        assert_eq!(template.fill_whole(&Row(&["Jilin", ""])), None);
        assert_eq!(template.fill_any(&Row(&["Jilin", ""])).as_deref(), Some("Jilin/ {x}"));
        assert_eq!(template.fill_any(&Row(&["", ""])), None);
        assert_eq!(template.constant(), None);
        assert_eq!(Template::parse("olist", &mut columns).unwrap().constant(), Some("olist"));
        assert_eq!(Template::parse("{city}", &mut columns).unwrap().name, "city");
    }

    #[test]
    fn a_brace_that_does_not_close_is_refused() {
        for text in ["{city", "city}", "{}", "{ }", "{a{b}"] {
            assert!(Template::parse(text, &mut Columns::default()).is_err(), "{text}");
        }
    }
}
