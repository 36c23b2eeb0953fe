//! The workbook reader. An input is the parts of a workbook, one after the other, which are packed here: changes within
//! the archive itself seldom get past its checksums, but some inputs are archives all the same.

use std::io::{Cursor, Write};

use chrono::NaiveDate;
use domain::upload::Answers;
use intake::{SheetStyle, guess, sheet_to_csv, sheets};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What parts are made of.
pub const WORDS: &[&str] = &[
    "<row r=\"1\">",
    "<row>",
    "</row>",
    "<c r=\"A1\">",
    "<c r=\"XFD1048576\">",
    "<c r=\"A1048577\">",
    "<c t=\"s\"><v>0</v></c>",
    "<c t=\"inlineStr\"><is><t>x</t></is></c>",
    "<c t=\"b\"><v>1</v></c>",
    "<c t=\"e\"><v>#N/A</v></c>",
    "<c t=\"d\"><v>2024-06-03T10:00:00</v></c>",
    "<c s=\"2\"><v>45446.5</v></c>",
    "<c t=\"str\"><f>A1</f><v>y</v></c>",
    "<v>1e308</v>",
    "<v>-1</v>",
    "<v>NaN</v>",
    "<v>2958466</v>",
    "<si><t>x</t></si>",
    "<dimension ref=\"A1:XFD1048576\"/>",
    "<mergeCell ref=\"A1:B2\"/>",
    "&amp;",
    "&#10;",
    "&#x1F4E6;",
    "<!-- -->",
    "<![CDATA[x]]>",
    "numFmtId=\"14\"",
    "formatCode=\"[h]:mm\"",
    "date1904=\"1\"",
    "Target=\"/xl/worksheets/sheet1.xml\"",
    "Target=\"../sheet1.xml\"",
    "xl/",
];

/// Stands between two parts.
const BETWEEN: &str = "\n~~~\n";
const NAMES: [&str; 5] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
];
const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c><c r="C3" t="inlineStr"><is><t>Estado</t></is></c></row><row r="4"><c r="A4"><v>123456789012</v></c><c r="B4" s="2"><v>45446.5</v></c><c r="C4" t="str"><f>A1</f><v>Recogido</v></c><c r="D4" s="3"><v>0.75</v></c></row><row r="6"><c r="A6"><v>1.5</v></c><c r="B6" s="1"><v>45446</v></c><c r="C6" t="b"><v>1</v></c></row></sheetData></worksheet>"#;
const TEXTS: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="3" uniqueCount="3"><si><t>Informe</t></si><si><r><t>Expe</t></r><r><t>dición</t></r></si><si><t xml:space="preserve"> Fecha</t></si></sst>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// The lines of the longest sheet.
const MOST_LINES: usize = 1 << 20;

pub fn samples() -> Vec<Vec<u8>> {
    let parts = [SHEET, TEXTS, STYLES, BOOK, RELS].join(BETWEEN).into_bytes();
    let packed = pack(&parts);
    vec![parts.clone(), parts, packed]
}

fn pack(parts: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(parts);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in [("_rels/.rels", ROOT)].into_iter().chain(NAMES.into_iter().zip(text.split(BETWEEN))) {
        archive.start_file(name, options).unwrap();
        archive.write_all(part.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn run(bytes: &[u8]) {
    let workbook = if intake::is_workbook(bytes) { bytes.to_vec() } else { pack(bytes) };
    let names = sheets(Cursor::new(&workbook)).unwrap_or_default();
    let Some(table) = table(&workbook, None) else { return };
    assert_eq!(table, self::table(&workbook, None).unwrap(), "a sheet is always the same table");
    assert!(!names.is_empty() && names.iter().any(|name| self::table(&workbook, Some(name)).as_ref() == Some(&table)));
    let text = std::str::from_utf8(&table).unwrap();
    assert!(text.lines().count() <= MOST_LINES && text.ends_with('\n'), "{}", text.lines().count());
    assert!(!text.chars().any(|sign| sign.is_control() && sign != '\n'), "{text:?}");
    let _ = guess(&table[..table.len().min(64 << 10)], "hoja.xlsx", &Answers::new(), NaiveDate::MIN);
}

fn table(workbook: &[u8], sheet: Option<&str>) -> Option<Vec<u8>> {
    let mut table = Vec::new();
    sheet_to_csv(Cursor::new(workbook), sheet, SheetStyle::PLAIN, &mut table).ok()?;
    Some(table)
}

#[test]
fn the_samples_are_workbooks_that_become_tables() {
    for sample in samples() {
        let workbook = if intake::is_workbook(&sample) { sample } else { pack(&sample) };
        let mut out = Vec::new();
        sheet_to_csv(Cursor::new(&workbook), None, SheetStyle::PLAIN, &mut out).unwrap();
        let table = String::from_utf8(out).unwrap();
        assert!(table.contains("Expedición,Fecha,Estado\n123456789012,2024-06-03 12:00:00,Recogido,"), "{table}");
    }
}
