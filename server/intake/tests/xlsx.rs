//! Workbooks, made by hand.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{Cursor, Write};

use intake::{SheetStyle, Unreadable, sheet_to_csv, sheets};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Notas" sheetId="1" r:id="rId1"/><sheet name="Envíos" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
/// Styles: 1 is a date, 2 a date with time of day, 3 a time of day.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn text(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn workbook(first: &str, second: &str) -> Cursor<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet(first)),
        ("xl/worksheets/sheet2.xml", &sheet(second)),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap()
}

fn csv(source: Cursor<Vec<u8>>, name: Option<&str>) -> Result<String, Unreadable> {
    let mut out = Vec::new();
    sheet_to_csv(source, name, SheetStyle::PLAIN, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// A title, a blank row, the header in row 3, and two rows with a gap between them.
fn parcels() -> String {
    [
        format!("<row r=\"1\">{}</row>", text("A1", "Informe de junio")),
        format!(
            "<row r=\"3\">{}{}{}{}</row>",
            text("A3", "Envío"),
            text("B3", "Fecha"),
            text("C3", "Estado, motivo"),
            text("D3", "Hora")
        ),
        format!(
            "<row r=\"4\"><c r=\"A4\"><v>123456789012</v></c><c r=\"B4\" s=\"2\"><v>45446.5</v></c>{}<c r=\"D4\" s=\"3\"><v>0.75</v></c></row>",
            text("C4", "En &quot;reparto&quot;")
        ),
        "<row r=\"6\"><c r=\"A6\"><v>1.5</v></c><c r=\"B6\" s=\"1\"><v>45446</v></c></row>".to_owned(),
    ]
    .concat()
}

#[test]
fn a_sheet_becomes_a_csv_whose_rows_keep_their_numbers() {
    let book = workbook("", &parcels());
    assert_eq!(sheets(book.clone()).unwrap(), ["Notas", "Envíos"]);
    let expected = "\n\nEnvío,Fecha,\"Estado, motivo\",Hora\n\
        123456789012,2024-06-03 12:00:00,\"En \"\"reparto\"\"\",18:00:00\n\
        \n1.5,2024-06-03,,\n";
    assert_eq!(csv(book.clone(), None).unwrap(), expected, "the first sheet with rows");
    assert_eq!(csv(book.clone(), Some("Envíos")).unwrap(), expected);
    assert_eq!(csv(book.clone(), Some("Notas")), Err(Unreadable::Empty));
    assert!(csv(book, Some("Otra")).is_err());
}

#[test]
fn what_is_no_workbook_says_so() {
    for bytes in [&b""[..], b"PK\x03\x04", b"a,b\n1,2\n"] {
        assert!(csv(Cursor::new(bytes.to_vec()), None).is_err(), "{bytes:?}");
    }
    let broken = workbook("<row><c r=\"A1\"><v>1</v>", "");
    assert!(csv(broken, None).is_err());
    let whole = workbook("", &parcels()).into_inner();
    for end in (0..whole.len()).step_by(97) {
        assert!(csv(Cursor::new(whole[..end].to_vec()), None).is_err(), "cut after {end} bytes");
    }
}

/// The workbook with one more part, or another one of this name.
fn with_part(name: &str, content: impl Fn(&mut ZipWriter<Cursor<Vec<u8>>>), first: &str) -> Cursor<Vec<u8>> {
    let mut archive = ZipWriter::new_append(workbook(first, &parcels())).unwrap();
    archive.start_file(name, SimpleFileOptions::default()).unwrap();
    content(&mut archive);
    archive.finish().unwrap()
}

fn refused(book: Cursor<Vec<u8>>) -> String {
    csv(book, None).unwrap_err().to_string()
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let blanks = vec![b' '; 1 << 20];
    for name in [
        "xl/sharedStrings.xml",
        "XL/SharedStrings.XML",
        "xl\\sharedStrings.xml",
        "xl/strings.bin",
        "xl/worksheets/sheet/sharedStrings.xml",
        "xl/worksheets/sharedStrings.xml",
    ] {
        let bomb = with_part(name, |out| (0..130).for_each(|_| out.write_all(&blanks).unwrap()), "");
        let refused = refused(bomb);
        assert!(refused.contains("unpacks to more than 128 MiB"), "{name}: {refused}");
    }
    let picture = with_part("xl/media/image1.png", |out| (0..17).for_each(|_| out.write_all(&blanks).unwrap()), "");
    assert!(refused(picture).contains("unpacks to more than 16 MiB"));
    let small = with_part("xl/media/image1.png", |out| out.write_all(&blanks).unwrap(), "");
    assert!(csv(small, None).is_ok());
}

#[test]
fn a_text_that_is_stored_once_and_shown_often_fills_no_memory() {
    let strings = |out: &mut ZipWriter<Cursor<Vec<u8>>>| {
        write!(
            out,
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>{}</t></si></sst>",
            "a".repeat(300_000)
        )
        .unwrap();
    };
    let row = |cells: usize| {
        let cells = (0..cells).map(|n| format!("<c r=\"{}3\" t=\"s\"><v>0</v></c>", char::from(b'A' + n as u8)));
        format!("<row r=\"3\">{}</row>", cells.collect::<String>())
    };
    let told = refused(with_part("xl/sharedStrings.xml", strings, &row(4)));
    assert!(told.contains("row 3 is longer than 1 MiB"), "{told}");
    assert!(csv(with_part("xl/sharedStrings.xml", strings, &row(3)), None).is_ok());
}

#[test]
fn a_cell_without_end_and_a_row_far_away_are_refused() {
    let runs = format!("<r><t>{}</t></r>", "a".repeat(1000)).repeat(1100);
    let cell = format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>{runs}</is></c></row>");
    assert!(refused(workbook(&cell, "")).contains("one of its cells is longer than 1 MiB"));
    let far = "<row r=\"4000000000\"><c r=\"A4000000000\"><v>1</v></c></row>";
    assert!(refused(workbook(far, "")).contains("more than a sheet has"));
}
